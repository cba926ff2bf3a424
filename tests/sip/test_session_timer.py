"""Session timers: what is agreed in each constellation of RFC 4028 §9, and when something is due."""

import json

import pytest
from tests.sip.stage import request_of_ours, request_of_theirs

from callpoint.sip.errors import LocalProtocolError, RemoteProtocolError
from callpoint.sip.message import Request, Response
from callpoint.sip.session_timer import SessionPolicy, SessionTimer


def asking(session_expires: str | None, *, known: bool = True, min_se: str | None = None) -> Request:
    request = request_of_theirs()
    if known:
        request.add("Supported", "100rel, timer")
    if session_expires is not None:
        request.add("Session-Expires", session_expires)
    if min_se is not None:
        request.add("Min-SE", min_se)
    return request


def agreed(session_expires: str | None) -> Response:
    response = request_of_ours().response(200, None, "x")
    if session_expires is not None:
        response.add("Session-Expires", session_expires)
    return response


def answered(request: Request, policy: SessionPolicy | None = None) -> tuple[SessionTimer, Response]:
    timer = SessionTimer(policy)
    response = request.response(200, None, "ours")
    timer.answer(request, response, 0.0)
    return timer, response


@pytest.mark.parametrize(
    ("asked", "known", "given", "refreshing"),
    [
        ("1200", True, "1200;refresher=uas", True),
        ("1200;refresher=uac", True, "1200;refresher=uac", False),
        ("1200;refresher=uas", True, "1200;refresher=uas", True),
        ("1200", False, "1200;refresher=uas", True),
        ("3600", True, "1800;refresher=uas", True),
    ],
)
def test_the_answer_names_interval_and_refresher(asked: str, known: bool, given: str, refreshing: bool) -> None:
    timer, response = answered(asking(asked, known=known))
    assert response.get("Session-Expires") == given
    assert timer.refreshing is refreshing
    assert ("timer" in response.values("Require")) is (not refreshing)
    assert "timer" in response.values("Supported")


def test_without_a_wish_there_is_no_timer() -> None:
    timer, response = answered(asking(None))
    assert timer.interval is None
    assert timer.next_wake() is None
    assert timer.wake(1e9) is None
    assert not response.has("Session-Expires")


def test_we_may_insist() -> None:
    timer, response = answered(asking(None, known=False), SessionPolicy(interval=600, insist=True))
    assert response.get("Session-Expires") == "600;refresher=uas"
    assert not response.has("Require")
    assert timer.wake(300.0) == "refresh"


def test_their_minimum_is_kept() -> None:
    _, response = answered(asking("3600", min_se="2400"))
    assert response.get("Session-Expires") == "2400;refresher=uas"


@pytest.mark.parametrize("damaged", ["soon", "", "-5", "1200;refresher=both"])
def test_a_damaged_wish_counts_as_none(damaged: str) -> None:
    timer, _ = answered(asking(damaged))
    assert timer.interval is None


def test_nothing_below_90_seconds_is_run() -> None:
    timer, _ = answered(asking("10"))
    assert timer.interval == 90


@pytest.mark.parametrize(
    ("asked", "known", "refused"),
    [("119", True, True), ("120", True, False), ("119", False, False), (None, True, False)],
)
def test_too_short_an_interval_is_refused_with_422(asked: str | None, known: bool, refused: bool) -> None:
    timer = SessionTimer(SessionPolicy(min_se=120))
    request = asking(asked, known=known)
    if not refused:
        timer.check(request)
        return
    with pytest.raises(RemoteProtocolError) as error:
        timer.check(request)
    assert error.value.status == 422
    assert timer.min_se == 120


def test_the_refresher_refreshes_at_half_and_ends_at_the_whole() -> None:
    timer, _ = answered(asking("1200"))
    assert timer.next_wake() == 600.0
    assert timer.wake(599.9) is None
    assert timer.wake(600.0) == "refresh"
    assert timer.next_wake() == 1200.0
    assert timer.wake(1199.0) is None
    assert timer.wake(1200.0) == "expired"
    assert timer.wake(1300.0) is None
    assert timer.next_wake() is None


@pytest.mark.parametrize(("interval", "due"), [(1200, 1168.0), (90, 60.0)])
def test_the_other_side_waits_until_shortly_before_the_end(interval: int, due: float) -> None:
    timer, _ = answered(asking(f"{interval};refresher=uac"))
    assert timer.next_wake() == due
    assert timer.wake(due - 0.1) is None
    assert timer.wake(due) == "expired"


def test_a_refresh_of_theirs_starts_the_clock_anew() -> None:
    timer, _ = answered(asking("1200;refresher=uac"))
    request = asking("1200;refresher=uac")
    timer.answer(request, request.response(200, None, "ours"), 500.0)
    assert timer.next_wake() == 500.0 + 1168.0


def test_a_refresh_of_theirs_without_the_header_keeps_the_session_running() -> None:
    timer, _ = answered(asking("1200"))
    request = asking(None)
    response = request.response(200, None, "ours")
    timer.answer(request, response, 500.0)
    assert response.get("Session-Expires") == "1200;refresher=uas"
    assert timer.next_wake() == 1100.0


def test_the_first_offer_leaves_the_refresher_open() -> None:
    request = request_of_ours()
    SessionTimer().offer(request)
    assert request.get("Session-Expires") == "1800"
    assert request.values("Supported") == ["timer"]
    assert not request.has("Min-SE")


def test_timer_is_not_supported_twice() -> None:
    request = request_of_ours()
    request.add("Supported", "Timer, 100rel")
    SessionTimer().offer(request)
    assert request.values("Supported") == ["Timer", "100rel"]


@pytest.mark.parametrize(
    ("given", "refreshing"), [("900;refresher=uac", True), ("900;refresher=uas", False), ("900", True)]
)
def test_the_2xx_settles_who_refreshes(given: str, refreshing: bool) -> None:
    timer = SessionTimer()
    timer.settle(agreed(given), 10.0)
    assert (timer.interval, timer.refreshing) == (900, refreshing)
    assert timer.next_wake() == (460.0 if refreshing else 878.0)
    request = request_of_ours("UPDATE")
    timer.offer(request)
    assert request.get("Session-Expires") == f"900;refresher={'uac' if refreshing else 'uas'}"


def test_a_2xx_without_the_header_ends_the_timer() -> None:
    timer = SessionTimer()
    timer.settle(agreed("900"), 0.0)
    timer.settle(agreed(None), 100.0)
    assert timer.interval is None
    assert timer.next_wake() is None


def test_a_zero_interval_of_theirs_ends_once() -> None:
    timer = SessionTimer()
    timer.settle(agreed("0;refresher=uas"), 0.0)
    assert timer.wake(1.0) == "expired"
    assert timer.wake(1.0) is None


def test_a_422_raises_what_we_ask_for() -> None:
    timer = SessionTimer(SessionPolicy(interval=300))
    refusal = request_of_ours().response(422, None, "x")
    refusal.add("Min-SE", "600;lr")
    timer.raise_minimum(refusal)
    request = request_of_ours()
    timer.offer(request)
    assert (request.get("Session-Expires"), request.get("Min-SE")) == ("600", "600")
    timer.raise_minimum(request_of_ours().response(422, None, "x"))
    assert timer.min_se == 600


def test_a_422_inside_the_session_raises_the_interval_too() -> None:
    timer = SessionTimer()
    timer.settle(agreed("900;refresher=uac"), 0.0)
    refusal = request_of_ours().response(422, None, "x")
    refusal.add("Min-SE", "1000")
    timer.raise_minimum(refusal)
    request = request_of_ours("UPDATE")
    timer.offer(request)
    assert request.get("Session-Expires") == "1000;refresher=uac"


def test_two_sides_agree() -> None:
    ours, theirs = SessionTimer(SessionPolicy(interval=600)), SessionTimer()
    request = request_of_ours()
    ours.offer(request)
    theirs.check(request)
    response = request.response(200, None, "x")
    theirs.answer(request, response, 0.0)
    ours.settle(response, 0.0)
    assert ours.interval == theirs.interval == 600
    assert ours.refreshing is not theirs.refreshing


def test_it_comes_back_from_json() -> None:
    timer, _ = answered(asking("1200"))
    restored = SessionTimer.from_json(json.loads(json.dumps(timer.to_json())), 1000.0)
    assert restored.next_wake() == 1600.0
    assert SessionTimer.from_json(SessionTimer().to_json(), 0.0).next_wake() is None
    with pytest.raises(LocalProtocolError):
        SessionTimer.from_json({}, 0.0)
