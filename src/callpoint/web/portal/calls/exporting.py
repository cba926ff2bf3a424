"""Calls as a table for a spreadsheet: what the filters find, newest first."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBadRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from callpoint.calls.models import CallRecord
from callpoint.directory.access import Access, Right
from callpoint.directory.audit import note
from callpoint.directory.export import csv_pieces
from callpoint.web.portal.calls.filters import Filters
from callpoint.web.portal.calls.outcome import kind, outcome
from callpoint.web.portal.calls.place import place_of
from callpoint.web.portal.page import OrganizationRequest, organization_page

MOST: Final = 25_000
"""Calls in a file: made while somebody waits; a company has a few thousand in a year, most of them tests."""
_ROWS_AT_ONCE: Final = 500


@organization_page(Right.CALLS)
@require_POST
def export(request: OrganizationRequest) -> HttpResponse:
    """The calls the filters of the address find. That somebody took them is kept in the history."""
    filters = Filters(request.GET)
    if not filters.is_valid():
        return HttpResponseBadRequest(_("The filters cannot be read; go back and set them again."))
    zone = ZoneInfo(request.organization.time_zone)
    rows = CallRecord.objects.filter(filters.calls(zone), organization=request.organization)
    found = rows.order_by("-started_at", "-pk")[:MOST]
    # Made whole before it is sent: a fault in the middle is an error and no short file.
    body = b"".join(csv_pieces(_header(), _rows(found, request.access, zone, timezone.now())))
    note(request.organization, "organization", request.organization.pk, exported="calls as CSV")
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="calls-{request.organization.slug}.csv"'
    return response


def _header() -> list[str]:
    who = [_("When"), _("Kind"), _("Dialled"), _("ID"), _("Name"), _("Callback number"), _("Trunk")]
    where = [_("Building"), _("Location sent"), _("What is known of it"), _("Without a location"), _("PSAP")]
    return [*who, *where, _("What became of it"), _("Answered by"), _("Setup in ms"), _("Talked seconds"), _("Call ID")]


def _rows(calls: QuerySet[CallRecord], access: Access, zone: ZoneInfo, now: datetime) -> Iterator[list[object]]:
    for call in calls.iterator(_ROWS_AT_ONCE):
        place = place_of(call, access)
        when = timezone.localtime(call.started_at, zone).isoformat(timespec="seconds")
        yield [
            *(when, kind(call), call.dialled, call.identity, call.person, call.callback_number, call.trunk),
            *((place.building, place.address, place.verdict) if place is not None else ("", "", "")),
            _("yes") if call.unregistered else "",
            *(call.psap, outcome(call, now).words, call.answered_by, call.setup_ms, call.talked_seconds, call.call_id),
        ]
