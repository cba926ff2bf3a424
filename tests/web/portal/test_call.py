"""One call: everything recorded of it, and what of it is for whose eyes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.directory.cast import Cast
from tests.web.portal.call_records import HOME, call, rehearsal, step

from callpoint.calls.ingest import NO_STEP
from callpoint.calls.models import CallRecord, Step
from callpoint.directory.tenancy import everywhere
from callpoint.notices.models import Delivery
from callpoint.snapshot import fact_kinds as kinds
from callpoint.web.portal.calls.outcome import outcome
from callpoint.web.portal.calls.steps import in_words

ClientOf = Callable[[str], Client]


def page_of(client: Client, record: CallRecord) -> str:
    response = client.get(f"/organizations/acme/calls/{record.pk}/")
    assert response.status_code == 200
    return response.content.decode()


def test_everything_of_a_call(client_of: ClientOf, people: Cast) -> None:
    record = call(people.acme, "abc123", incident_id="inc9", sip_call_id="x@y", identity_source="X-Employee-ID")
    step(record, kinds.RECEIVED, dialled="911", source="udp 192.0.2.1:5060", trunk="acme trunk")
    step(record, kinds.DECIDED, 0.002, psap="Montpelier dispatch")
    step(record, kinds.DIALLED, 0.01, attempt=1, target="Montpelier dispatch", uri="sip:911@psap.example")
    step(record, kinds.ANSWERED, 1.0, by="Montpelier dispatch")
    step(record, kinds.ENDED, 62.0, by="caller", why="hung up")
    page = page_of(client_of("auditor"), record)
    for words in (
        "115 State Street, Floor 2, Montpelier, VT",
        "State House",
        "44.26000, -72.58000",
        "The assigned location is State House.",
        "sip:911@psap.example",
        "+18025550101",
        "X-Employee-ID",
        "abc123",
        "inc9",
        "x@y",
        "911 was dialled; the call came from udp 192.0.2.1:5060 by the trunk acme trunk",
        "Attempt 1: Montpelier dispatch is called",
        "Ended by the caller: hung up",
        "62.000 s",
        "America/New_York",
    ):
        assert words in page


@pytest.mark.parametrize("who", ["organization_administrator", "security", "auditor"])
def test_a_call_of_another_organization_is_not_there(client_of: ClientOf, people: Cast, who: str) -> None:
    theirs, nobody_s = call(people.other, "1"), call(None, "2")
    client = client_of(who)
    for record in (theirs, nobody_s):
        assert client.get(f"/organizations/acme/calls/{record.pk}/").status_code == 404
    assert client.get("/organizations/acme/calls/999999/").status_code == 404


def test_a_guard_sees_where_an_emergency_is(client_of: ClientOf, people: Cast) -> None:
    record = call(people.acme, location=HOME, reasons=[{"code": "x", "text": "The current location is 12 Elm Street."}])
    page = page_of(client_of("security"), record)
    assert "12 Elm Street, Barre, VT" in page
    assert "The current location is 12 Elm Street." in page


def test_a_guard_does_not_see_homes_of_tests(client_of: ClientOf, people: Cast) -> None:
    record = rehearsal(people.acme, location=HOME, reasons=[{"code": "x", "text": "It is 12 Elm Street."}])
    step(record, kinds.READ_BACK, step="playing", text="Your location is 12 Elm Street")
    guard = page_of(client_of("security"), record)
    assert "Barre, VT" in guard
    assert "Elm" not in guard
    assert "44.26" not in guard
    auditor = page_of(client_of("auditor"), record)
    assert "12 Elm Street, Barre, VT" in auditor
    assert "Read back: “Your location is 12 Elm Street”" in auditor


def test_a_guard_sees_a_test_from_a_building(client_of: ClientOf, people: Cast) -> None:
    assert "115 State Street" in page_of(client_of("security"), rehearsal(people.acme))


def test_who_has_that_id_today(client_of: ClientOf, people: Cast) -> None:
    record = call(people.acme, identity="E2", person="")
    assert "today" in page_of(client_of("auditor"), record)
    assert "today" not in page_of(client_of("security"), record)
    assert "today" not in page_of(client_of("auditor"), call(people.acme, "2", identity="E1 ", person=""))


def test_records_of_another_version_are_shown_as_far_as_they_go(client_of: ClientOf, people: Cast) -> None:
    odd = call(people.acme, location=["?"], reasons=["plain words"], targets=[], answered_at=None, state="received")
    step(odd, "from_the_future", some="thing")
    page = page_of(client_of("auditor"), odd)
    assert "plain words" in page
    assert "from_the_future" in page
    partly = call(people.acme, "2", location={"civic": "?", "point": [1]}, service="read_back")
    assert "Where the caller was" in page_of(client_of("security"), partly)


CASES = {
    kinds.RECEIVED: ({"dialled": "911", "source": "udp x", "trunk": "t"}, "911 was dialled"),
    kinds.DECIDED: ({"psap": ""}, "the relay center first"),
    kinds.DIALLED: ({"attempt": 2, "target": "Relay", "uri": "sip:r"}, "Attempt 2: Relay is called (sip:r)"),
    kinds.PROGRESS: ({"target": "P", "status": 180, "reason": "Ringing"}, "P says 180 Ringing"),
    kinds.ATTEMPT_FAILED: ({"target": "P", "reason": "busy", "next": True}, "the next one follows: busy"),
    kinds.ANSWERED: ({"by": "P"}, "Answered by P"),
    kinds.ENDED: ({"by": "relay_center"}, "Ended by the relay center"),
    kinds.REFUSED: ({"status": 403, "reason": "Forbidden"}, "Refused: 403 Forbidden"),
    kinds.MISDIAL: ({"dialled": "9911"}, "A prefix was dialled: 9911"),
    kinds.TRANSFER_REFUSED: ({"by": "third party"}, "asked by somebody else"),
    kinds.READ_BACK: ({"step": "confirmed"}, "The caller confirmed the location"),
    kinds.RELAYED: ({"method": "INFO", "by": "psap"}, "INFO passed on from the PSAP"),
    kinds.RESTORED: ({}, "started again"),
}


TOLD = (
    (
        kinds.PSAP_CALLBACK,
        {"psap": "Montpelier dispatch", "number": "+18025550101"},
        "Montpelier dispatch called +1802",
    ),
    (kinds.CALL_OUT, {"number": "+18025550123", "state": "answered"}, "+18025550123 answered and hears of it"),
    (kinds.CALL_OUT, {"number": "+18025550123", "state": "ended", "why": "busy"}, "is over: busy"),
    (kinds.MONITOR, {"step": "listening", "by": "Kim"}, "Kim listens"),
    (kinds.MONITOR, {"step": "failed", "why": "no G.711"}, "the call goes on: no G.711"),
    (kinds.ALERT, {"subscriptions": ["All calls", "Gate"]}, "Told by the subscriptions: All calls, Gate"),
    (kinds.ALERT, {"subscriptions": []}, "Nobody is to be told of it"),
    (kinds.ACKNOWLEDGED, {"by": "Kim", "how": "voice"}, "Kim acknowledged (by phone)"),
    (kinds.ESCALATED, {"group": "Managers"}, "Nobody had acknowledged; Managers is told"),
    (kinds.CHAT, {"by": "Kim", "text": "<b>on my way"}, "Kim wrote: “<b>on my way”"),
)
CASES |= {kind: (data, words) for kind, data, words in TOLD}
NEVER_STEPS = {kinds.ALARM, kinds.STRANGER, *NO_STEP}


@pytest.mark.parametrize("kind", [kind for kind in kinds.ALL_KINDS if kind not in NEVER_STEPS])
def test_every_kind_of_step_has_words(kind: str) -> None:
    data, words = CASES[kind]
    assert words in in_words(Step(kind=kind, data=data))
    assert in_words(Step(kind=kind, data={}))


def test_a_step_given_up_without_a_next_one() -> None:
    assert in_words(Step(kind=kinds.ATTEMPT_FAILED, data={"target": "P", "reason": "dead"})) == "P is given up: dead"
    assert in_words(Step(kind=kinds.READ_BACK, data={"step": "digit", "digit": "7"})).startswith("Key 7 pressed")


def test_a_call_whose_end_was_lost_is_not_live_for_ever(people: Cast) -> None:
    now = timezone.now()
    record = call(people.acme, state="answered", started_at=now - timedelta(minutes=3))
    assert outcome(record, now).level == "live"
    assert outcome(record, now).words == "Speaking with Montpelier dispatch"
    assert outcome(record, now + timedelta(days=1)).words == "Its end was never recorded"
    with everywhere():
        record.state = "dialling"
    assert outcome(record, now).words == "Ringing"


@pytest.mark.parametrize(("kind", "data", "words"), TOLD)
def test_steps_of_alerts_in_words(people: Cast, kind: str, data: dict[str, object], words: str) -> None:
    assert words in in_words(Step(kind=kind, data=data))


def test_who_was_told_and_what_came_of_it(client_of: ClientOf, people: Cast) -> None:
    record = call(people.acme, "abc123")
    step(record, kinds.CHAT, 5.0, by="Kim", text="<script>")
    with everywhere():
        for slug, name in ((people.acme, "Kim"), (people.other, "Stranger")):
            Delivery.objects.create(
                organization=slug, key=name, alert="abc123", call_id="abc123", type="emergency", subscription="All",
                recipient=name, channel="email", address="kim@acme.example", state="failed", trouble="550 <no>",
                queued_at=timezone.now(), attempts=3,
            )  # fmt: skip
    page = page_of(client_of("security"), record)
    for words in ("Who was told", "kim@acme.example", "failed", "550 &lt;no&gt;", "&lt;script&gt;"):
        assert words in page
    assert "Stranger" not in page, "notices of another organization are in nobody else's record"
