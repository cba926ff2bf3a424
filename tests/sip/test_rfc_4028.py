"""The flow of RFC 4028 §13, in which two elements on the way want a longer session, and the table of §9."""

import pytest

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.message import Request, Response
from callpoint.sip.session_timer import SessionPolicy, SessionTimer

ALICE = [
    ("Via", "SIP/2.0/UDP pc33.atlanta.example.com;branch=z9hG4bKnashds8"),
    ("From", "Alice <sip:alice@atlanta.example.com>;tag=1928301774"),
    ("To", "Bob <sip:bob@biloxi.example.com>"),
    ("Call-ID", "a84b4c76e66710"),
]


def request(method: str = "INVITE", cseq: int = 1, *fields: tuple[str, str]) -> Request:
    return Request(method, "sip:bob@biloxi.example.com", [*ALICE, ("CSeq", f"{cseq} {method}"), *fields])


def refused(asked: Request, minimum: int) -> Response:
    """The 422 of an element that wants sessions of at least `minimum` seconds."""
    timer = SessionTimer(SessionPolicy(interval=minimum, min_se=minimum))
    with pytest.raises(RemoteProtocolError) as caught:
        timer.check(asked)
    assert caught.value.status == 422
    response = asked.response(422)
    response.set("Min-SE", str(timer.min_se))
    return response


def test_two_refusals_and_then_a_session_of_4000_seconds() -> None:
    alice, bob = SessionTimer(SessionPolicy(interval=90)), SessionTimer(SessionPolicy(interval=7200))
    first = request()
    alice.offer(first)
    assert (first.get("Session-Expires"), first.get("Min-SE"), first.get("Supported")) == ("90", None, "timer")
    alice.raise_minimum(refused(first, 3600))
    second = request("INVITE", 2)
    alice.offer(second)
    assert (second.get("Session-Expires"), second.get("Min-SE")) == ("3600", "3600")
    alice.raise_minimum(refused(second, 4000))
    third = request("INVITE", 3)
    alice.offer(third)
    assert (third.get("Session-Expires"), third.get("Min-SE")) == ("4000", "4000")
    third.set("Session-Expires", "4000;refresher=uac")
    bob.check(third)
    ok = third.response(200, None, "314159")
    bob.answer(third, ok, 0.0)
    assert (ok.get("Session-Expires"), ok.get("Require")) == ("4000;refresher=uac", "timer")
    alice.settle(ok, 0.0)
    assert (alice.interval, alice.refreshing, bob.interval, bob.refreshing) == (4000, True, 4000, False)
    assert alice.next_wake() == 2000.0  # half of the interval
    assert bob.next_wake() == 4000.0 - 32.0  # the lesser of 32 s and a third before its end

    # UPDATE at 2000 s keeps it alive; then Alice is gone, and Bob gives up.
    assert alice.wake(2000.0) == "refresh"
    update = request("UPDATE", 4)
    alice.offer(update)
    assert (update.get("Session-Expires"), update.get("Min-SE")) == ("4000;refresher=uac", "4000")
    update_ok = update.response(200)
    bob.answer(update, update_ok, 2000.0)
    alice.settle(update_ok, 2000.0)
    assert bob.wake(3968.0) is None
    assert bob.next_wake() == 5968.0
    assert bob.wake(5968.0) == "expired"
    assert bob.wake(9999.0) is None


# RFC 4028 §9 table 2: UAC supports?, refresher asked for, refresher in the answer
@pytest.mark.parametrize(
    ("supported", "asked", "answered", "required"),
    [
        (False, "", "uas", False),
        (True, "", "uas", False),  # the callee may choose; we take it on us
        (True, ";refresher=uac", "uac", True),
        (True, ";refresher=uas", "uas", False),
    ],
)
def test_who_refreshes(supported: bool, asked: str, answered: str, required: bool) -> None:
    invite = request("INVITE", 1, ("Session-Expires", f"1800{asked}"))
    if supported:
        invite.add("Supported", "timer")
    ok = invite.response(200, None, "314159")
    SessionTimer().answer(invite, ok, 0.0)
    assert ok.get("Session-Expires") == f"1800;refresher={answered}"
    assert (ok.get("Require") == "timer") is required


@pytest.mark.parametrize(
    ("asked", "min_se", "ours", "agreed"),
    [
        (1800, None, 600, 600),  # may be shortened
        (1800, 1200, 600, 1200),  # but not below what an element on the way wants
        (1800, 1800, 90, 1800),
        (600, None, 1800, 600),  # never made longer
        (90, None, 1800, 90),
    ],
)
def test_the_callee_may_shorten_within_bounds(asked: int, min_se: int | None, ours: int, agreed: int) -> None:
    invite = request("INVITE", 1, ("Session-Expires", str(asked)), ("Supported", "timer"))
    if min_se is not None:
        invite.add("Min-SE", str(min_se))
    ok = invite.response(200, None, "314159")
    timer = SessionTimer(SessionPolicy(interval=ours))
    timer.answer(invite, ok, 0.0)
    assert ok.get("Session-Expires") == f"{agreed};refresher=uas"
    assert timer.interval == agreed


def test_the_compact_form_and_foreign_parameters_are_read() -> None:
    invite = request("INVITE", 1, ("x", "1800;foo=bar;refresher=UAC"), ("k", "100rel, timer"))
    ok = invite.response(200, None, "314159")
    SessionTimer().answer(invite, ok, 0.0)
    assert ok.get("Session-Expires") == "1800;refresher=uac"


@pytest.mark.parametrize(("interval", "due"), [(90, 60.0), (96, 64.0), (99, 67.0), (1800, 1768.0)])
def test_who_waits_gives_up_a_third_or_32_seconds_before_the_end(interval: int, due: float) -> None:
    invite = request("INVITE", 1, ("Session-Expires", f"{interval};refresher=uac"), ("Supported", "timer"))
    timer = SessionTimer()
    timer.answer(invite, invite.response(200, None, "314159"), 0.0)
    assert timer.next_wake() == due


def test_a_minimum_lower_than_what_is_known_changes_nothing() -> None:
    timer = SessionTimer(SessionPolicy(interval=1800, min_se=600))
    response = request().response(422)
    response.set("Min-SE", "300")
    timer.raise_minimum(response)
    again = request("INVITE", 2)
    timer.offer(again)
    assert (again.get("Session-Expires"), again.get("Min-SE")) == ("1800", "600")
