"""Each kind of fact alone: what it changes in a record, and what it leaves."""

from datetime import UTC, datetime
from typing import Any

import pytest

from callpoint.calls.clean import storable, texts
from callpoint.calls.fact_rules import apply, time_of
from callpoint.calls.models import CallRecord
from callpoint.snapshot import fact_kinds as kinds
from callpoint.snapshot.facts import Fact

AT = "2026-11-23T02:00:00.250Z"
START = datetime(2026, 11, 23, 1, 59, 59, tzinfo=UTC)


def fresh() -> CallRecord:
    return CallRecord(call_id="x", started_at=START)


def after(kind: str, data: dict[str, Any], call: CallRecord | None = None) -> CallRecord:
    call = call or fresh()
    apply(call, Fact(1, AT, "x", "acme", kind, data))
    return call


def columns(call: CallRecord) -> dict[str, Any]:
    return {field.attname: field.value_from_object(call) for field in CallRecord._meta.concrete_fields}


def difference(before: CallRecord, now: CallRecord) -> dict[str, Any]:
    return {name: value for name, value in columns(now).items() if columns(before)[name] != value}


def test_times_are_utc_to_the_millisecond() -> None:
    assert time_of(AT) == datetime(2026, 11, 23, 2, 0, 0, 250_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "data", "changed"),
    [
        (
            kinds.RECEIVED,
            {"dialled": "933", "service": "read_back", "caller": "+18025550101"},
            {"dialled": "933", "service": "read_back", "started_at": time_of(AT)},
        ),
        (kinds.DIALLED, {"attempt": 1, "target": "x"}, {"state": "dialling"}),
        (
            kinds.ANSWERED,
            {"by": "read-back", "setup_ms": 4},
            {"state": "answered", "answered_by": "read-back", "answered_at": time_of(AT), "setup_ms": 4.0},
        ),
        (
            kinds.ENDED,
            {"by": "caller", "why": "cancelled", "status": 487, "talked_seconds": 0, "answered": False},
            {
                "state": "ended",
                "ended_by": "caller",
                "why_ended": "cancelled",
                "status": 487,
                "talked_seconds": 0.0,
                "ended_at": time_of(AT),
            },
        ),
        (
            kinds.REFUSED,
            {"status": 403, "reason": "Not allowed", "dialled": "911"},
            {
                "state": "refused",
                "status": 403,
                "why_ended": "Not allowed",
                "dialled": "911",
                "ended_at": time_of(AT),
            },
        ),
        (kinds.READ_BACK, {"step": "confirmed"}, {"read_back": "confirmed"}),
        (kinds.READ_BACK, {"step": "repeated"}, {}),
        (kinds.PROGRESS, {"status": 180}, {}),
        (kinds.ATTEMPT_FAILED, {"status": 503, "reason": "x", "next": True}, {}),
        (kinds.TRANSFER_REFUSED, {"method": "REFER"}, {}),
        (kinds.RELAYED, {"method": "INFO"}, {}),
        (kinds.RESTORED, {"state": "answered"}, {}),
        ("of_a_later_version", {"state": "strange"}, {}),
    ],
)
def test_what_a_fact_changes(kind: str, data: dict[str, Any], changed: dict[str, Any]) -> None:
    assert difference(fresh(), after(kind, data)) == changed


def test_every_kind_is_taken_without_any_data() -> None:
    for kind in kinds.ALL_KINDS:
        after(kind, {})


@pytest.mark.parametrize("status", [0, -1, 1000, 10**9, "200", None, 200.5])
def test_a_status_that_is_none_is_not_kept(status: Any) -> None:
    assert after(kinds.ENDED, {"status": status}).status is None


def test_the_id_of_the_call_stands_before_that_of_the_decision() -> None:
    received = after(kinds.RECEIVED, {"identity": "e1"})
    assert after(kinds.DECIDED, {"device_user_id": "E1"}, received).identity == "e1"
    assert after(kinds.DECIDED, {"device_user_id": "E1"}).identity == "E1"


def test_a_later_step_of_the_read_back_wins() -> None:
    call = after(kinds.READ_BACK, {"step": "confirmed"})
    assert after(kinds.READ_BACK, {"step": "reported_wrong"}, call).read_back == "reported_wrong"


@pytest.mark.parametrize(
    ("value", "clean"),
    [
        ("Zoë", "Zoë"),
        ("a\0b", "ab"),
        ("a\udcffb", "a?b"),
        ({"k\0": ["\0", {"x": "\ud800"}]}, {"k": ["", {"x": "?"}]}),
        ((1, 2.5, None, True), [1, 2.5, None, True]),
    ],
)
def test_storable(value: Any, clean: Any) -> None:
    assert storable(value) == clean


def test_texts_are_cut_to_their_column() -> None:
    found = texts({"a": "x" * 500, "b": None, "c": 7}, CallRecord, {"dialled": "a", "trunk": "b", "source": "c"})
    assert found == {"dialled": "x" * 128, "trunk": "", "source": "7"}


def test_a_record_has_a_name_for_people() -> None:
    assert str(after(kinds.RECEIVED, {"dialled": "911"})) == "911 by unknown at 2026-11-23 02:00:00"
