"""Call records as the ingest job leaves them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from callpoint.calls.models import CallRecord, Misdial, Step
from callpoint.directory.models import Organization
from callpoint.directory.tenancy import everywhere

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
OFFICE = {
    "formatted": "115 State Street, Floor 2, Montpelier, VT",
    "civic": {"A1": "VT", "A3": "Montpelier"},
    "verdict": "valid",
    "point": [44.26, -72.58],
    "building": "State House",
}
HOME = OFFICE | {"formatted": "12 Elm Street, Barre, VT", "civic": {"A1": "VT", "A3": "Barre"}, "building": ""}


def call(organization: Organization | None, call_id: str = "1", **columns: Any) -> CallRecord:
    """An answered 911 call from the office, unless `columns` say otherwise."""
    values: dict[str, Any] = {
        "started_at": AT,
        "service": "emergency",
        "dialled": "911",
        "identity": "E1",
        "person": "Ada",
        "state": "ended",
        "trunk": "acme trunk",
        "psap": "Montpelier dispatch",
        "location": OFFICE,
        "answered_at": AT + timedelta(seconds=1),
        "answered_by": "Montpelier dispatch",
        "setup_ms": 1234.5,
        "talked_seconds": 61.0,
        "callback_number": "+18025550101",
        "reasons": [{"code": "assigned_location_used", "text": "The assigned location is State House."}],
        "targets": [{"name": "Montpelier dispatch", "uri": "sip:911@psap.example", "kind": "psap"}],
    }
    with everywhere():
        return CallRecord.objects.create(organization=organization, call_id=call_id, **values | columns)


def rehearsal(organization: Organization | None, call_id: str = "1", **columns: Any) -> CallRecord:
    """A 933 call that read the location back."""
    values = {"service": "read_back", "dialled": "933", "answered_by": "read-back", "targets": []}
    return call(organization, call_id, **values | columns)


def step(record: CallRecord, kind: str, after: float = 0.0, **data: Any) -> Step:
    """One fact of the call, `after` seconds from its start."""
    with everywhere():
        return Step.objects.create(
            organization_id=record.organization_id,
            call=record,
            journal="node/1",
            seq=Step.objects.count() + 1,
            at=record.started_at + timedelta(seconds=after),
            kind=kind,
            data=data,
        )


def misdial(
    organization: Organization | None, dialled: str = "9911", treated_as: str = "", at: datetime = AT
) -> Misdial:
    """A prefix dialled before the three digits."""
    with everywhere():
        seq = Misdial.objects.count() + 1
        return Misdial.objects.create(
            organization=organization, journal="node/1", seq=seq, at=at, dialled=dialled, treated_as=treated_as
        )
