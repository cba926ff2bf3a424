"""Recipients: who and what can be told, adding one, changing one, its secret, removing it."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from callpoint.directory.access import Right
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.typed import SEEN, fingerprint
from callpoint.notices.editing.recipients import (
    LONGEST_NAME,
    SIGNED,
    groups_of,
    remove_recipient,
    renew_secret,
    save_recipient,
)
from callpoint.notices.models import BY_URL, Recipient, Screen
from callpoint.routing.alert_records import CHANNELS, EVERY_SCREEN
from callpoint.web.portal.alerts.asking import changes_need_the_right
from callpoint.web.portal.alerts.words import CHANNELS as CHANNEL_WORDS
from callpoint.web.portal.alerts.words import channel_word
from callpoint.web.portal.page import OrganizationRequest, organization_page
from callpoint.web.portal.typed_form import Field, TypedForm, Words, typed

MOST: Final = 500
_METHODS: Final = ["GET", "HEAD", "POST"]
_NAME: Final = Field(
    "name",
    gettext_lazy("Name"),
    gettext_lazy("Who or what it is. Stands in call records and on screens."),
    longest=LONGEST_NAME,
    required=True,
)
_ENABLED: Final = Field("enabled", gettext_lazy("Is told (take the mark away to pause it)"), kind="check")
_HELP: Final[Mapping[str, Any]] = {
    "email": gettext_lazy("As desk@example.org; one mailbox or a list."),
    "sms": gettext_lazy("A mobile number of the US or Canada, as 802 555 0142."),
    "voice": gettext_lazy("A number of the US or Canada. It is called, the alert is spoken, 1 acknowledges it."),
    "webhook": gettext_lazy("An https URL. JSON is sent there, signed with a secret that is shown once."),
    "teams": gettext_lazy("The https URL that Teams gives you for a workflow that posts to a channel."),
    "slack": gettext_lazy("The https URL that Slack gives you for an incoming webhook."),
    "onsite": gettext_lazy("One screen, or every one that shows the building of the call."),
}


@organization_page(Right.CALLS)
@require_safe
def recipients(request: OrganizationRequest) -> HttpResponse:
    """All of them with what their last test came to."""
    q = request.GET.get("q", "").strip()
    rows = (
        Recipient.objects.filter(organization=request.organization).select_related("test").order_by("name", "channel")
    )
    if q:
        rows = rows.filter(Q(name__icontains=q) | Q(address__icontains=q))
    found = list(rows[: MOST + 1])
    screens, may_change = _screens(request), Right.CHANGE in request.access.rights
    shown = {
        "rows": [(one, channel_word(one.channel), _seen(one, screens, may_change)) for one in found[:MOST]],
        "more": len(found) > MOST,
        "q": q,
        "channels": [(name, CHANNEL_WORDS[name]) for name in CHANNELS],
    }
    return render(request, "portal/alerts/recipients.html", shown)


@organization_page(Right.CHANGE)
@require_http_methods(_METHODS)
def recipient_new(request: OrganizationRequest) -> HttpResponse:
    """The form for one channel. A new secret is shown in the answer itself, as it is never shown again."""
    channel = request.POST.get("channel", request.GET.get("channel", ""))
    if channel not in CHANNELS:
        channel = "email"
    fields = _fields(request, channel)
    form = TypedForm(fields, {"enabled": "yes", "address": EVERY_SCREEN if channel == "onsite" else ""})
    if request.method == "POST":
        form = TypedForm(fields, typed(fields, request.POST))
        try:
            made, secret = save_recipient(request.organization, {**form.values, "channel": channel})
        except Refused as refused:
            form.errors = refused.errors
        else:
            if secret:
                return _secret(request, made, secret)
            messages.success(request, _("%(name)s is there. Send a test now.") % {"name": made.name})
            return redirect("recipient", request.organization.slug, made.pk)
    shown = {"form": form, "channel": channel, "channel_word": channel_word(channel), "choices": _choices()}
    return render(request, "portal/alerts/recipient_new.html", shown)


@organization_page(Right.CALLS)
@require_http_methods(_METHODS)
@changes_need_the_right
def recipient(request: OrganizationRequest, pk: int) -> HttpResponse:
    """One recipient: its last test, its groups, and its fields for whoever may change them."""
    found = recipient_or_404(request, pk)
    fields = _fields(request, found.channel)
    stored = _stored(found)
    if Right.CHANGE not in request.access.rights:
        stored["address"] = masked(found)
    form = TypedForm(fields, stored)
    if request.method == "POST":
        form = TypedForm(fields, typed(fields, request.POST))
        try:
            save_recipient(request.organization, form.values, found)
        except Refused as refused:
            form.errors = refused.errors
            found = recipient_or_404(request, pk)
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": found.name})
            return redirect("recipient", request.organization.slug, pk)
    shown = {
        "recipient": found,
        "channel_word": channel_word(found.channel),
        "form": form,
        "groups": groups_of(found),
        "signed": found.channel == SIGNED,
        "may_read": Right.READ in request.access.rights,
        "asked": "asked" in request.GET,
    }
    return render(request, "portal/alerts/recipient.html", shown)


@organization_page(Right.CHANGE)
@require_POST
def recipient_secret(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Another signing secret; the receiver must be told it, or takes our notices for somebody else's."""
    found = recipient_or_404(request, pk)
    try:
        secret = renew_secret(found)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("recipient", request.organization.slug, pk)
    return _secret(request, found, secret)


@organization_page(Right.CHANGE)
@require_http_methods(_METHODS)
def recipient_remove(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Asks first; says by which groups it is kept."""
    found = recipient_or_404(request, pk)
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            remove_recipient(found)
        except Refused as refused:
            errors = refused.errors
        else:
            messages.success(request, _("%(name)s is removed.") % {"name": found.name})
            return redirect("recipients", request.organization.slug)
    shown = {
        "recipient": found,
        "groups": groups_of(found),
        "errors": errors,
        "channel_word": channel_word(found.channel),
    }
    return render(request, "portal/alerts/recipient_remove.html", shown)


def recipient_or_404(request: OrganizationRequest, pk: int) -> Recipient:
    """Raises Http404 also for one of another organization."""
    rows = Recipient.objects.filter(organization=request.organization).select_related("test")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def address_word(one: Recipient, screens: Mapping[str, str]) -> str:
    """Its address as people know it: a screen by its name."""
    if one.channel != "onsite":
        return one.address
    if one.address == EVERY_SCREEN:
        return _("every screen")
    return screens.get(one.address, _("a screen that was revoked"))


def masked(one: Recipient) -> str:
    """A URL that whoever knows it can post to, up to its host: for those who may look, and change nothing."""
    parts = urlsplit(one.address)
    return f"{parts.scheme}://{parts.netloc}/…" if one.channel in BY_URL else one.address


def _seen(one: Recipient, screens: Mapping[str, str], may_change: bool) -> str:
    return address_word(one, screens) if may_change or one.channel not in BY_URL else masked(one)


def _screens(request: OrganizationRequest) -> dict[str, str]:
    rows = Screen.objects.filter(organization=request.organization, revoked_at=None).order_by("name")
    return {str(pk): name for pk, name in rows.values_list("pk", "name")}


def _fields(request: OrganizationRequest, channel: str) -> tuple[Field, ...]:
    label = {"onsite": gettext_lazy("Screen"), "email": gettext_lazy("E-mail address"), "sms": gettext_lazy("Number")}
    label["voice"] = label["sms"]
    address = Field(
        "address", label.get(channel, gettext_lazy("URL")), _HELP[channel], longest=500, required=True,
        wide=channel in BY_URL,
    )  # fmt: skip
    if channel == "onsite":
        screens: list[tuple[str, Words]] = [(EVERY_SCREEN, gettext_lazy("Every screen")), *_screens(request).items()]
        address = Field("address", label[channel], _HELP[channel], kind="select", choices=screens)
    languages = Field(
        "language",
        gettext_lazy("Language"),
        kind="select",
        choices=(("", gettext_lazy("the organization's")), *settings.LANGUAGES),
    )
    return (_NAME, address, languages, _ENABLED)


def _stored(found: Recipient) -> dict[str, str]:
    return {
        "name": found.name,
        "address": found.address,
        "language": found.language,
        "enabled": "yes" if found.enabled else "no",
        SEEN: fingerprint(found),
    }


def _choices() -> list[tuple[str, Any]]:
    return [(name, CHANNEL_WORDS[name]) for name in CHANNELS]


def _secret(request: OrganizationRequest, found: Recipient, secret: str) -> HttpResponse:
    return render(request, "portal/alerts/secret.html", {"recipient": found, "secret": secret})
