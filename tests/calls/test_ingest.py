"""Facts in, call records out: exactly once, in whatever pieces they come."""

from typing import Any

import pytest
from django_scopes import ScopeError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.directory.cast import Cast

from callpoint.calls.clean import storable
from callpoint.calls.ingest import Place, current_place, ingest, next_journal
from callpoint.calls.models import Alarm, CallRecord, Misdial, Position, Step
from callpoint.directory.tenancy import everywhere, inside
from callpoint.snapshot import fact_kinds as kinds
from callpoint.snapshot.facts import Fact

CALL = "a1b2c3"
DECIDED = {
    "kind": "emergency",
    "person": "Ada",
    "device_user_id": "E1",
    "callback_number": "+18025550101",
    "location_source": "assigned",
    "location": {"formatted": "115 State Street, Montpelier, VT"},
    "psap": "Montpelier dispatch",
    "targets": [{"name": "Montpelier dispatch", "uri": "sip:911@psap.example", "kind": "psap"}],
    "unregistered": False,
    "cost": "",
    "currency": "",
    "reasons": [{"code": "identity_known", "text": "E1 is Ada."}],
    "notified": [],
    "incident_id": "urn:emergency:uid:incidentid:x:host",
}
RECEIVED = {"dialled": "911", "service": "emergency", "identity": "E1", "identity_source": "X-Employee-ID"}
STORY: list[tuple[str, dict[str, Any]]] = [
    (kinds.RECEIVED, {**RECEIVED, "trunk": "acme trunk", "source": "udp 192.0.2.1:5060", "sip_call_id": "x@y"}),
    (kinds.DECIDED, DECIDED),
    (kinds.DIALLED, {"attempt": 1, "target": "Montpelier dispatch", "uri": "sip:911@psap.example", "kind": "psap"}),
    (kinds.PROGRESS, {"attempt": 1, "status": 180}),
    (kinds.ANSWERED, {"by": "Montpelier dispatch", "kind": "psap", "attempt": 1, "status": 200, "setup_ms": 812.5}),
    (kinds.ENDED, {"by": "psap", "why": "hung up", "status": 200, "talked_seconds": 61.2, "answered": True}),
]


def facts(
    story: list[tuple[str, dict[str, Any]]], first: int = 1, call_id: str = CALL, slug: str = "acme"
) -> list[Fact]:
    return [
        Fact(first + index, f"2026-11-23T02:00:{index:02d}.000Z", call_id, slug, kind, data)
        for index, (kind, data) in enumerate(story)
    ]


def record(call_id: str = CALL) -> CallRecord:
    with everywhere():
        return CallRecord.objects.get(call_id=call_id)


def test_a_whole_call(people: Cast) -> None:
    assert ingest("node/1", facts(STORY)) == 6
    call = record()
    assert call.organization_id == people.acme.pk
    assert (call.state, call.service, call.dialled) == ("ended", "emergency", "911")
    assert (call.identity, call.identity_source, call.trunk) == ("E1", "X-Employee-ID", "acme trunk")
    assert (call.person, call.callback_number, call.psap) == ("Ada", "+18025550101", "Montpelier dispatch")
    assert call.location == DECIDED["location"]
    assert call.targets == DECIDED["targets"]
    assert call.reasons == DECIDED["reasons"]
    assert (call.answered_by, call.setup_ms) == ("Montpelier dispatch", 812.5)
    assert (call.ended_by, call.why_ended, call.status, call.talked_seconds) == ("psap", "hung up", 200, 61.2)
    assert call.started_at.isoformat() == "2026-11-23T02:00:00+00:00"
    assert call.answered_at is not None
    assert call.ended_at is not None
    with everywhere():
        assert [step.kind for step in call.steps.all()] == [kind for kind, _ in STORY]


@pytest.mark.parametrize(
    ("upto", "state"),
    [(1, "received"), (2, "decided"), (3, "dialling"), (4, "dialling"), (5, "answered"), (6, "ended")],
)
def test_state_follows_the_call(upto: int, state: str, people: Cast) -> None:
    ingest("node/1", facts(STORY[:upto]))
    assert record().state == state


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(0, 6), max_size=5), repeats=st.booleans())
def test_pieces_and_repeats_make_the_same_record(db: None, cuts: list[int], repeats: bool) -> None:
    with everywhere():
        for model in (Step, CallRecord, Position):
            model._default_manager.all().delete()
    all_facts = facts(STORY)
    taken = 0
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), 6], strict=True):
        taken += ingest("node/1", all_facts[0 if repeats else start : end])
    assert taken == 6
    assert ingest("node/1", all_facts) == 0
    call = record()
    assert (call.state, call.person, call.answered_by) == ("ended", "Ada", "Montpelier dispatch")
    with everywhere():
        assert Step.objects.count() == 6


def test_reroute_after_an_answer_does_not_undo_it(people: Cast) -> None:
    ingest("node/1", facts([*STORY[:5], (kinds.DIALLED, {"attempt": 2})]))
    assert record().state == "answered"


def test_an_unregistered_call_costs(people: Cast) -> None:
    decided = DECIDED | {"unregistered": True, "cost": "100.00", "currency": "USD", "location": None}
    ingest("node/1", facts([STORY[0], (kinds.DECIDED, decided)]))
    call = record()
    assert (call.unregistered, call.cost, call.currency, call.location) == (True, "100.00", "USD", None)


@pytest.mark.parametrize("outcome", ["confirmed", "reported_wrong"])
def test_a_read_back_keeps_what_the_caller_said(outcome: str, people: Cast) -> None:
    story = [
        (kinds.RECEIVED, {"dialled": "933", "service": "read_back", "identity": "E1"}),
        (kinds.READ_BACK, {"step": "playing"}),
        (kinds.READ_BACK, {"step": "digit", "digit": "2"}),
        (kinds.READ_BACK, {"step": outcome}),
    ]
    ingest("node/1", facts(story))
    assert (record().read_back, record().service) == (outcome, "read_back")


def test_a_refused_call(people: Cast) -> None:
    ingest("node/1", facts([(kinds.REFUSED, {"status": 404, "reason": "Dial 911 only", "dialled": "411"})]))
    call = record()
    assert (call.state, call.status, call.why_ended, call.dialled) == ("refused", 404, "Dial 911 only", "411")


def test_misdials_and_alarms(people: Cast) -> None:
    misdial = {"dialled": "9911", "identity": "E1", "trunk": "acme trunk", "treated_as": ""}
    ingest("node/1", facts([(kinds.MISDIAL, misdial), (kinds.REFUSED, {"status": 404})]))
    alarm = {"alarm": "relay_dead", "text": "The relay center does not answer.", "cleared": False}
    ingest("node/1", facts([(kinds.ALARM, alarm), (kinds.ALARM, alarm | {"cleared": True})], 3, "", ""))
    with inside(people.acme):
        assert [(found.dialled, found.identity) for found in Misdial.objects.all()] == [("9911", "E1")]
        assert not Alarm.objects.exists()
    with everywhere():
        (found,) = Alarm.objects.all()
        assert (found.alarm, found.organization_id) == ("relay_dead", None)
        assert found.cleared_at is not None
        assert CallRecord.objects.count() == 1


def test_what_comes_first_makes_the_record(people: Cast) -> None:
    ingest("node/1", facts(STORY[4:]))
    assert (record().state, record().answered_by) == ("ended", "Montpelier dispatch")


def test_unknown_kinds_and_organizations_are_kept(people: Cast) -> None:
    ingest("node/1", facts([("of_a_later_version", {"x": 1})], slug="nobody"))
    assert record().organization_id is None
    with everywhere():
        assert Step.objects.get().data == {"x": 1}


def test_records_are_their_organization_s_alone(people: Cast) -> None:
    ingest("node/1", facts(STORY))
    with inside(people.other):
        assert not CallRecord.objects.exists()
        assert not Step.objects.exists()
    with pytest.raises(ScopeError):
        CallRecord.objects.count()


def test_hostile_values_do_not_stop_the_worker(real: Cast) -> None:
    hostile = {"dialled": "9" * 5000, "identity": "E\0\ud800", "trunk": None, "source": 5, "sip_call_id": ["x"]}
    story = [
        (kinds.RECEIVED, hostile),
        (kinds.DECIDED, {"reasons": None, "targets": [{"name": "\0"}], "location": {"\0": "\udfff"}}),
        (kinds.ANSWERED, {"setup_ms": "fast"}),
        (kinds.ENDED, {"status": 10**9, "talked_seconds": None, "why": "\0" * 999}),
        (kinds.READ_BACK, {"step": ["confirmed"]}),
    ]
    assert ingest("node/1", facts(story)) == 5
    call = record()
    assert (len(call.dialled), call.identity, call.trunk, call.source) == (128, "E?", "", "5")
    assert (call.status, call.setup_ms, call.state) == (None, None, "ended")


@given(
    st.recursive(
        st.none() | st.booleans() | st.text() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_storable_is_idempotent_and_keeps_what_is_fine(value: Any) -> None:
    clean = storable(value)
    assert storable(clean) == clean
    assert "\0" not in str(clean).replace("\\x00", "")


def test_places_of_journals(db: None) -> None:
    assert current_place("node") == Place("node/1", 0, "")
    ingest("node/1", facts(STORY[:2]))
    place = current_place("node")
    assert place == Place("node/1", 2, "2026-11-23T02:00:01.000Z")
    assert place.follows(facts(STORY)[1])
    assert not place.follows(facts(STORY)[0])
    after = next_journal(place)
    assert after == Place("node/2")
    ingest(after.journal, facts(STORY[:1], call_id="another"))
    assert current_place("node").journal == "node/2"


def test_of_two_targets_that_are_down_one_comes_back(people: Cast) -> None:
    def alarm(seq: int, uri: str, **more: object) -> Fact:
        data = {"alarm": "target_down", "text": f"{uri} does not answer.", "about": uri, **more}
        return Fact(seq, f"2026-11-23T02:00:0{seq}.000Z", "", "", kinds.ALARM, data)

    ingest("node/1", [alarm(1, "sip:a.example"), alarm(2, "sip:b.example"), alarm(3, "sip:a.example", cleared=True)])
    with everywhere():
        assert [one.text for one in Alarm.objects.filter(cleared_at=None)] == ["sip:b.example does not answer."]
