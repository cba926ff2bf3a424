"""The first page of alerts: who would be told of a 911 call right now, in which order, and what is wrong with it."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from callpoint.directory.access import Right
from callpoint.directory.editing.refused import Refused
from callpoint.directory.models import Building
from callpoint.notices.editing.first_alerts import TYPES, tell_of_every_call
from callpoint.notices.models import RecipientTest, Subscription
from callpoint.routing.alert_records import Recipient
from callpoint.web.portal.alerts.coverage import Coverage, Told, coverage, gaps_in, of_some_calls
from callpoint.web.portal.alerts.words import channel_word
from callpoint.web.portal.links import link
from callpoint.web.portal.page import OrganizationRequest, organization_page
from callpoint.web.portal.typed_form import Field, TypedForm, typed

NOWHERE: Final = "none"
FIRST: Final = (
    Field(
        "addresses",
        gettext_lazy("E-mail addresses and phone numbers"),
        gettext_lazy("One a line, bare or with a name: Front desk <desk@example.org>, 802 555 0142."),
        kind="area",
        rows=5,
    ),
    Field(
        "numbers_by",
        gettext_lazy("Numbers are told by"),
        kind="select",
        choices=(
            ("sms", gettext_lazy("Text message")),
            ("voice", gettext_lazy("Phone call")),
            ("both", gettext_lazy("Text message and phone call")),
        ),
    ),
    Field("screens", gettext_lazy("Also show it on every Onsite screen"), kind="check"),
)


@organization_page(Right.CALLS)
@require_safe
def alerts(request: OrganizationRequest) -> HttpResponse:
    """Of a call from the building that was chosen (the first one, by name), or of one without a location."""
    found = coverage(request.organization, timezone.now())
    buildings = list(Building.objects.filter(organization=request.organization).order_by("name"))
    building = _chosen(request, buildings)
    shown: dict[str, Any] = {
        "gaps": _linked(request, found),
        "buildings": buildings,
        "building": building,
        "nowhere": NOWHERE,
        "steps": [_step(one, found) for one in found.told(building.pk if building else None)],
        "of_some": of_some_calls(found.plan, building.pk if building else None),
        "subscribed": Subscription.objects.filter(organization=request.organization).count(),
        "may_start": _may_start(request),
        "now": found.now,
    }
    return render(request, "portal/alerts/overview.html", shown)


@organization_page(Right.CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: OrganizationRequest) -> HttpResponse:
    """One box of addresses: all of them are told of every 911 call."""
    form = TypedForm(FIRST, {"numbers_by": "sms", "screens": "yes"})
    if request.method == "POST":
        form = TypedForm(FIRST, typed(FIRST, request.POST))
        try:
            made = tell_of_every_call(request.organization, form.values)
        except Refused as refused:
            form.errors = refused.errors
        else:
            said = ngettext(
                "%(count)s recipient is told of every 911 call from now on. Send a test.",
                "%(count)s recipients are told of every 911 call from now on. Send them a test.",
                len(made.recipients),
            )
            messages.success(request, said % {"count": len(made.recipients)})
            return redirect("alert-tests", request.organization.slug)
    return render(request, "portal/alerts/start.html", {"form": form, "may_start": _may_start(request)})


def _may_start(request: OrganizationRequest) -> bool:
    return not Subscription.objects.filter(organization=request.organization, type__in=TYPES).exists()


def _chosen(request: OrganizationRequest, buildings: list[Building]) -> Building | None:
    """None for a call without a location, and where there is no building."""
    asked = request.GET.get("building", "")
    if asked == NOWHERE or not buildings:
        return None
    return next((one for one in buildings if str(one.pk) == asked), buildings[0])


def _linked(request: OrganizationRequest, found: Coverage) -> list[tuple[Any, str]]:
    return [(gap, link(gap.url, request.organization.slug)) for gap in gaps_in(found, request.organization)]


def _step(one: Told, found: Coverage) -> dict[str, Any]:
    return {"told": one, "when": _when(one.after_seconds), "who": [_who(who, found) for who in one.recipients]}


def _who(who: Recipient, found: Coverage) -> tuple[Recipient, str, RecipientTest | None]:
    return who, channel_word(who.channel), found.tests.get(who.id)


def _when(seconds: int) -> str:
    if not seconds:
        return _("At once")
    if seconds % 60:
        return ngettext("After %(n)s second", "After %(n)s seconds", seconds) % {"n": seconds}
    return ngettext("After %(n)s minute", "After %(n)s minutes", seconds // 60) % {"n": seconds // 60}
