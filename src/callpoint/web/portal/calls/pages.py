"""The list of calls, one call, and misdials."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from callpoint.calls.models import CallRecord, Misdial
from callpoint.directory.access import Right
from callpoint.directory.models import Person
from callpoint.notices.models import Delivery
from callpoint.web.portal.calls.filters import Filters
from callpoint.web.portal.calls.listing import listed
from callpoint.web.portal.calls.outcome import Outcome, kind, outcome
from callpoint.web.portal.calls.place import hides_home, place_of
from callpoint.web.portal.calls.steps import in_words
from callpoint.web.portal.links import link
from callpoint.web.portal.page import OrganizationRequest, organization_page

BEFORE: Final = "before"


@dataclass(frozen=True)
class Line:
    """A call as a list shows it."""

    call: CallRecord
    kind: str
    outcome: Outcome


def lines(calls: Sequence[CallRecord], now: datetime) -> list[Line]:
    """Calls as lists show them at `now`."""
    return [Line(call, kind(call), outcome(call, now)) for call in calls]


@organization_page(Right.CALLS)
@require_safe
def calls(request: OrganizationRequest) -> HttpResponse:
    """Calls newest first, as far as they fit the filters; by htmx only the rows that follow."""
    filters, shown = _asked(request)
    if filters.is_valid():
        rows = CallRecord.objects.filter(filters.calls(_zone(request)), organization=request.organization)
        found = listed(rows.defer("reasons", "targets", "notified"), "started_at", request.GET.get(BEFORE, ""))
        shown |= {"lines": lines(found.rows, timezone.now()), "older": _older(shown["query"], found.older)}
    if getattr(request, "htmx", False) and BEFORE in request.GET:
        return render(request, "portal/calls/rows.html", shown)
    return render(request, "portal/calls/list.html", shown)


@organization_page(Right.CALLS)
@require_safe
def misdials(request: OrganizationRequest) -> HttpResponse:
    """Prefixes people dialled before 911 or 933, newest first."""
    filters, shown = _asked(request)
    if filters.is_valid():
        rows = Misdial.objects.filter(filters.misdials(_zone(request)), organization=request.organization)
        found = listed(rows, "at", request.GET.get(BEFORE, ""))
        shown |= {"misdials": found.rows, "older": _older(shown["query"], found.older)}
    if getattr(request, "htmx", False) and BEFORE in request.GET:
        return render(request, "portal/calls/misdial_rows.html", shown)
    return render(request, "portal/calls/misdials.html", shown)


@organization_page(Right.CALLS)
@require_safe
def call(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Everything recorded of one call: steps, reasons, location, targets, numbers, identifiers."""
    found = get_object_or_404(CallRecord, pk=pk, organization=request.organization)
    hidden = hides_home(found, request.access)
    place, person = place_of(found, request.access), _person(request, found)
    steps = found.steps.order_by("at", "journal", "seq")
    shown: dict[str, Any] = {
        "call": found,
        "kind": kind(found),
        "outcome": outcome(found, timezone.now()),
        "place": place,
        "hidden": hidden,
        "steps": [] if hidden else [(step, in_words(step), _after(found, step.at)) for step in steps],
        "reasons": [] if hidden else [_text_of(reason) for reason in found.reasons],
        "deliveries": Delivery.objects.filter(call_id=found.call_id).order_by("queued_at", "pk"),
        "person": person,
        "person_url": link("person", request.organization.slug, person.pk) if person is not None else "",
    }
    return render(request, "portal/calls/call.html", shown)


def _asked(request: OrganizationRequest) -> tuple[Filters, dict[str, Any]]:
    filters = Filters(request.GET)
    query = {name: value for name, value in request.GET.items() if name in filters.fields and value}
    shown = {"filters": filters, "query": urlencode(query), "narrowed": bool(query), "later": BEFORE in request.GET}
    return filters, shown


def _older(query: str, before: str) -> str:
    """The query of the next page, "" where there is none."""
    return "&".join(filter(None, [query, urlencode({BEFORE: before})])) if before else ""


def _zone(request: OrganizationRequest) -> ZoneInfo:
    return ZoneInfo(request.organization.time_zone)


def _after(call: CallRecord, at: datetime) -> float:
    """Seconds since the call came in."""
    return (at - call.started_at).total_seconds()


def _text_of(reason: Any) -> str:
    return str(reason.get("text", "")) if isinstance(reason, dict) else str(reason)


def _person(request: OrganizationRequest, call: CallRecord) -> Person | None:
    """Who has that ID today, for those who may see people."""
    if Right.READ not in request.access.rights or not call.identity:
        return None
    people = Person.objects.filter(organization=request.organization)
    by_id = people.filter(identification_type=Person.Identification.DEVICE_USER_ID, device_user_id=call.identity)
    return (
        by_id.first()
        or people.filter(identification_type=Person.Identification.PHONE_NUMBER, phone_number=call.identity).first()
    )
