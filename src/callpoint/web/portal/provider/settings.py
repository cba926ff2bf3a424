"""The provider's own settings, and where calls end when nobody else takes them."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from callpoint.directory.editing.provider import MOST_TARGETS, save_provider, save_relay_center
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.typed import SEEN, fingerprint
from callpoint.directory.models import Provider, Target
from callpoint.web.portal.administrators.views import proven_lately_to_post
from callpoint.web.portal.page import provider_page
from callpoint.web.portal.provider.frame import page
from callpoint.web.portal.typed_form import Field, TypedForm, typed

FIELDS: Final = (
    Field("name", _("Name"), _("Sent along with every call as who provides the service."), longest=120, required=True),
    Field(
        "provider_id",
        _("Provider ID"),
        _("The company ID PSAPs know you by, mostly a domain name. It goes along with every call."),
        longest=120,
    ),
    Field(
        "unregistered_fee",
        _("Fee for an unregistered call"),
        _("What a call without a usable location is charged, unless the organization has a fee of its own."),
        placeholder="100.00",
        required=True,
    ),
    Field("currency", _("Currency"), kind="select", choices=(("USD", "USD"), ("CAD", "CAD"))),
    Field(
        "second_factor_required",
        _("Administrators need a second factor"),
        _(
            "Provider and organization administrators without an authenticator or passkey can then do nothing but set "
            "one up, from their next page on. Without it a stolen password alone is enough to change where people are "
            "sent help to."
        ),
        kind="check",
    ),
)
SPARE_ROWS: Final = 2
PROFILES: Final = (
    ("i3", _("i3: urn:service:sos with location by value (ESInet)")),
    ("carrier", _("Carrier: sip:911@")),
)


@provider_page
@require_http_methods(["GET", "HEAD", "POST"])
@proven_lately_to_post
def settings(request: HttpRequest) -> HttpResponse:
    """The one row of settings."""
    form = TypedForm(FIELDS, _stored(Provider.objects.first()))
    if request.method == "POST":
        form = TypedForm(FIELDS, typed(FIELDS, request.POST))
        try:
            save_provider(form.values)
        except Refused as refused:
            form.errors = refused.errors
        else:
            messages.success(request, gettext("The provider's settings are saved."))
            return redirect("provider-settings")
    return page(request, "portal/provider/settings.html", {"form": form})


@provider_page
@require_http_methods(["GET", "HEAD", "POST"])
def relay_center(request: HttpRequest) -> HttpResponse:
    """The relay center's targets, in the order they are dialled."""
    rows, errors = target_rows(list(Target.objects.filter(psap=None))), {}
    if request.method == "POST":
        rows = typed_rows(request.POST)
        try:
            save_relay_center(lines_of(rows))
        except Refused as refused:
            errors = refused.errors
        else:
            messages.success(request, gettext("The relay center is saved."))
            return redirect("relay-center")
    form = TypedForm((Field("targets", _("Targets")),), {}, errors)
    return page(request, "portal/provider/relay_center.html", {"form": form, "rows": spare(rows), "profiles": PROFILES})


Row = tuple[str, str]
"""A target's URI and profile, as they stand in a form."""


def target_rows(targets: list[Target]) -> list[Row]:
    return [(target.uri, target.profile) for target in targets]


def typed_rows(sent: QueryDict) -> list[Row]:
    """The rows of a form that were filled; the order typed beside them decides, ties stay as they stood."""
    rows = list(zip(sent.getlist("uri"), sent.getlist("profile"), sent.getlist("order"), strict=False))[:100]
    ordered = sorted(rows, key=lambda row: int(row[2]) if row[2].isdecimal() and len(row[2]) < 4 else 999)
    return [(uri.strip(), profile) for uri, profile, _order in ordered if uri.strip()]


def lines_of(rows: list[Row]) -> str:
    """As `editing.provider` reads targets; what holds a blank cannot be an address and is told as such there."""
    return "\n".join(f"{uri.replace(' ', '%20')} {profile}" for uri, profile in rows)


def spare(rows: list[Row]) -> list[Row]:
    """With empty rows behind, for targets to be added."""
    return [*rows, *[("", "i3")] * max(0, min(SPARE_ROWS, MOST_TARGETS - len(rows)))]


def _stored(provider: Provider | None) -> dict[str, str]:
    kept = provider or Provider()
    values = {one.name: str(getattr(kept, one.name)) for one in FIELDS}
    seen = {SEEN: fingerprint(kept)} if provider is not None else {}
    return values | {"second_factor_required": "yes" if kept.second_factor_required else "no"} | seen
