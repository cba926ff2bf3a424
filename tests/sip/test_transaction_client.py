"""Client transactions with stepped time: what is sent when, and what the user hears (RFC 3261 §17.1)."""

import pytest
from tests.sip.stage import STREAM, TCP, TIMEOUT, UDP, Stage, request_of_ours

from callpoint.sip.errors import LocalProtocolError
from callpoint.sip.events import ClientTransaction, ResponseReceived, StrayResponse, TimedOut, TransportFailed
from callpoint.sip.hop import Hop
from callpoint.sip.machine import State
from callpoint.sip.message import Request, Response


def start(stage: Stage, method: str = "INVITE", hop: Hop = UDP) -> ClientTransaction:
    tx = stage.layer.request(request_of_ours(method), hop, stage.now)
    stage.collect()
    return tx


def answer(tx: ClientTransaction, status: int, tag: str = "psap") -> Response:
    return tx.request.response(status, None, tag)


def statuses(stage: Stage) -> list[int]:
    return [event.response.status for event in stage.told(ResponseReceived) if isinstance(event, ResponseReceived)]


def ack_of(tag: str = "psap") -> Request:
    ack = request_of_ours("ACK")
    ack.set("To", f"<sip:psap@192.0.2.2>;tag={tag}")
    return ack


def test_our_via_is_on_top_and_the_request_given_is_untouched() -> None:
    stage = Stage()
    request = request_of_ours()
    tx = stage.layer.request(request, UDP, 0.0)
    assert not request.has("Via")
    assert str(tx.request.via) == f"SIP/2.0/UDP 192.0.2.1:5060;branch={tx.branch};rport"
    assert tx.branch.startswith("z9hG4bK")


def test_rport_is_asked_for_over_udp_only() -> None:
    tx = start(Stage(), hop=TCP)
    assert tx.request.via.param("rport") is None
    assert tx.request.via.transport == "TCP"


def test_an_invite_is_repeated_with_doubling_gaps_and_given_up_after_64_t1() -> None:
    stage = Stage()
    tx = start(stage)
    stage.at(100.0)
    assert stage.times("INVITE") == [0.0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    assert stage.events == [TimedOut(tx)]
    assert stage.idle


def test_repetitions_are_the_same_bytes() -> None:
    stage = Stage()
    start(stage)
    stage.at(4.0)
    assert len({bytes(message) for message in stage.messages}) == 1


def test_an_invite_over_a_stream_is_sent_once() -> None:
    stage = Stage()
    tx = start(stage, hop=TCP)
    stage.at(31.9)
    assert stage.times("INVITE") == [0.0]
    assert stage.events == []
    assert stage.at(TIMEOUT).events == [TimedOut(tx)]


@pytest.mark.parametrize("status", [100, 180, 183])
def test_a_provisional_response_stops_the_repetition(status: int) -> None:
    stage = Stage()
    tx = start(stage)
    stage.at(0.6).hear(answer(tx, status))
    stage.at(60.0)
    assert stage.times("INVITE") == [0.0, 0.5]
    assert statuses(stage) == [status]
    assert tx.state is State.PROCEEDING


@pytest.mark.parametrize("early", [[], [100], [100, 180], [183]])
def test_a_2xx_is_told_once_and_acknowledged_by_the_user(early: list[int]) -> None:
    stage = Stage()
    tx = start(stage)
    for status in [*early, 200, 200]:
        stage.hear(answer(tx, status))
    assert statuses(stage) == [*early, 200]
    assert stage.times("ACK") == []
    assert tx.answered
    stage.at(100.0)
    assert stage.idle
    assert stage.told(TimedOut) == []


def test_a_repeated_2xx_gets_the_same_ack_again() -> None:
    stage = Stage()
    tx = start(stage)
    ok = answer(tx, 200)
    stage.hear(ok)
    stage.layer.acknowledge(tx, ack_of(), UDP, stage.now)
    stage.collect()
    for when in (0.5, 1.5, 3.5):
        stage.at(when).hear(ok)
    assert stage.times("ACK") == [0.0, 0.5, 1.5, 3.5]
    acks = {bytes(message) for message in stage.messages if isinstance(message, Request) and message.method == "ACK"}
    assert len(acks) == 1
    assert statuses(stage) == [200]


def test_the_ack_of_a_2xx_has_a_branch_of_its_own() -> None:
    stage = Stage()
    tx = start(stage)
    stage.hear(answer(tx, 200))
    stage.layer.acknowledge(tx, ack_of(), UDP, stage.now)
    stage.collect()
    assert stage.last.via.branch != tx.branch
    assert stage.layer.timers_running == 1  # timer M, and none for the ACK


def test_a_forked_2xx_is_told_and_acknowledged_by_its_own_ack() -> None:
    stage = Stage()
    tx = start(stage)
    stage.hear(answer(tx, 200, "one"))
    stage.layer.acknowledge(tx, ack_of("one"), UDP, stage.now)
    stage.collect()
    stage.hear(answer(tx, 200, "two"))
    assert statuses(stage) == [200, 200]
    assert stage.times("ACK") == [0.0]
    stage.layer.acknowledge(tx, ack_of("two"), UDP, stage.now)
    stage.collect()
    stage.at(0.5).hear(answer(tx, 200, "one"))
    assert stage.last.to.tag == "one"
    stage.hear(answer(tx, 200, "two"))
    assert stage.last.to.tag == "two"
    assert statuses(stage) == [200, 200]


def test_a_2xx_after_timer_m_is_a_stray() -> None:
    stage = Stage()
    tx = start(stage)
    stage.hear(answer(tx, 200))
    stage.at(TIMEOUT).hear(answer(tx, 200))
    assert len(stage.told(StrayResponse)) == 1


def test_a_provisional_response_after_the_2xx_is_absorbed() -> None:
    stage = Stage()
    tx = start(stage)
    stage.hear(answer(tx, 200))
    assert stage.hear(answer(tx, 180)) == []
    assert tx.answered


@pytest.mark.parametrize("status", [302, 404, 486, 503, 603])
def test_a_refusal_is_acknowledged_here(status: int) -> None:
    stage = Stage()
    tx = start(stage)
    stage.at(0.2).hear(answer(tx, status))
    assert statuses(stage) == [status]
    ack = stage.last
    assert isinstance(ack, Request)
    assert (ack.method, ack.uri) == ("ACK", tx.request.uri)
    assert ack.via == tx.request.via
    assert ack.to.tag == "psap"
    assert ack.values("Route") == ["<sip:192.0.2.2;lr>"]
    assert ack.get("CSeq") == "1 ACK"


def test_a_repeated_refusal_gets_its_ack_again_and_is_told_once() -> None:
    stage = Stage()
    tx = start(stage)
    for when in (0.2, 0.7, 1.7):
        stage.at(when).hear(answer(tx, 486))
    assert stage.times("ACK") == [0.2, 0.7, 1.7]
    assert statuses(stage) == [486]
    stage.at(32.1)
    assert not stage.idle
    stage.at(32.2)
    assert stage.idle


def test_a_refusal_over_a_stream_leaves_nothing_behind() -> None:
    stage = Stage()
    tx = start(stage, hop=TCP)
    stage.hear(answer(tx, 486), STREAM)
    assert stage.times("ACK") == [0.0]
    assert stage.idle


def test_a_2xx_of_another_fork_after_a_refusal_is_a_stray() -> None:
    stage = Stage()
    tx = start(stage)
    stage.hear(answer(tx, 486))
    stage.hear(answer(tx, 200, "fork"))
    assert statuses(stage) == [486]
    (stray,) = stage.told(StrayResponse)
    assert isinstance(stray, StrayResponse)
    assert stray.response.to.tag == "fork"


def test_timer_c_cancels_a_call_that_rings_for_ever() -> None:
    stage = Stage()
    tx = start(stage)
    stage.hear(answer(tx, 100))
    stage.at(10.0).hear(answer(tx, 180))
    stage.at(194.9)
    assert stage.times("CANCEL") == []
    stage.at(195.0)
    assert stage.times("CANCEL") == [195.0]
    stage.hear(answer(tx, 487))
    assert statuses(stage) == [100, 180, 487]


def test_a_100_does_not_give_timer_c_anew() -> None:
    stage = Stage()
    tx = start(stage)
    stage.hear(answer(tx, 100))
    stage.at(180.0).hear(answer(tx, 100))
    stage.at(185.0)
    assert stage.times("CANCEL") == [185.0]


def test_cancel_after_ringing_goes_at_once_and_brings_the_487() -> None:
    stage = Stage()
    tx = start(stage)
    stage.hear(answer(tx, 180))
    stage.layer.cancel(tx, 1.0, 'SIP;cause=200;text="Call completed elsewhere"')
    stage.collect()
    cancel = stage.last
    assert isinstance(cancel, Request)
    assert (cancel.method, cancel.uri) == ("CANCEL", tx.request.uri)
    assert cancel.via == tx.request.via
    assert (cancel.get("CSeq"), cancel.to.tag) == ("1 CANCEL", None)
    assert cancel.get("Reason") == 'SIP;cause=200;text="Call completed elsewhere"'
    assert cancel.values("Route") == ["<sip:192.0.2.2;lr>"]
    assert stage.hear(cancel.response(200, None, "psap")) == []
    stage.hear(answer(tx, 487))
    assert statuses(stage) == [180, 487]
    assert stage.at(100.0).idle


def test_cancel_before_any_answer_waits_for_a_provisional_one() -> None:
    stage = Stage()
    tx = start(stage)
    stage.layer.cancel(tx, 0.1)
    stage.at(2.0)
    assert stage.times("CANCEL") == []
    assert stage.times("INVITE") == [0.0, 0.5, 1.5]
    stage.hear(answer(tx, 100))
    assert stage.times("CANCEL") == [2.0]
    stage.hear(answer(tx, 487))
    assert statuses(stage) == [100, 487]


def test_cancel_of_a_call_nobody_answers_times_out() -> None:
    stage = Stage()
    tx = start(stage)
    stage.layer.cancel(tx, 0.1)
    stage.at(100.0)
    assert stage.times("CANCEL") == []
    assert stage.events == [TimedOut(tx)]


@pytest.mark.parametrize("early", [None, 180])
def test_a_2xx_that_crosses_the_cancel_is_told(early: int | None) -> None:
    stage = Stage()
    tx = start(stage)
    if early:
        stage.hear(answer(tx, early))
    stage.layer.cancel(tx, 0.1)
    stage.collect()
    stage.hear(answer(tx, 200))
    assert statuses(stage)[-1] == 200
    stage.layer.acknowledge(tx, ack_of(), UDP, stage.now)
    stage.collect()
    assert stage.times("ACK") == [0.0]
    assert stage.at(100.0).idle
    assert stage.told(TimedOut) == []


def test_a_refusal_before_the_cancel_could_go_ends_the_call() -> None:
    stage = Stage()
    tx = start(stage)
    stage.layer.cancel(tx, 0.1)
    stage.hear(answer(tx, 503))
    assert statuses(stage) == [503]
    stage.at(100.0)
    assert stage.times("CANCEL") == []
    assert stage.idle


def test_a_cancelled_invite_without_any_final_answer_ends_after_64_t1() -> None:
    stage = Stage()
    tx = start(stage)
    stage.hear(answer(tx, 180))
    stage.at(5.0)
    stage.layer.cancel(tx, 5.0)
    stage.at(5.0 + TIMEOUT - 0.01)
    assert stage.told(TimedOut) == []
    stage.at(5.0 + TIMEOUT)
    assert stage.told(TimedOut) == [TimedOut(tx)]
    assert stage.times("CANCEL")[0] == 5.0
    assert stage.at(100.0).idle


def test_cancelling_twice_or_too_late_does_nothing() -> None:
    stage = Stage()
    tx = start(stage)
    stage.hear(answer(tx, 180))
    stage.layer.cancel(tx, 0.0)
    stage.layer.cancel(tx, 0.0)
    stage.collect()
    assert stage.times("CANCEL") == [0.0]
    other = Stage()
    late = start(other)
    other.hear(answer(late, 200))
    other.layer.cancel(late, 0.0)
    other.collect()
    assert other.times("CANCEL") == []


def test_a_lost_cancel_is_repeated_like_any_request() -> None:
    stage = Stage()
    tx = start(stage)
    stage.hear(answer(tx, 180))
    stage.layer.cancel(tx, 0.0)
    stage.at(4.0)
    assert stage.times("CANCEL") == [0.0, 0.5, 1.5, 3.5]


def test_another_request_is_repeated_up_to_every_t2() -> None:
    stage = Stage()
    tx = start(stage, "BYE")
    stage.at(100.0)
    assert stage.times("BYE") == [0.0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert stage.events == [TimedOut(tx)]
    assert stage.idle


@pytest.mark.parametrize("status", [100, 182])
def test_after_a_provisional_response_it_is_repeated_every_t2(status: int) -> None:
    stage = Stage()
    tx = start(stage, "BYE")
    stage.at(0.6).hear(answer(tx, status))
    stage.hear(answer(tx, status))
    stage.at(100.0)
    assert stage.times("BYE") == [0.0, 0.5, 1.5, 5.5, 9.5, 13.5, 17.5, 21.5, 25.5, 29.5]
    assert stage.told(TimedOut) == [TimedOut(tx)]


@pytest.mark.parametrize("status", [200, 404])
@pytest.mark.parametrize("early", [[], [100]])
def test_a_final_answer_is_told_once_and_repetitions_absorbed_for_t4(status: int, early: list[int]) -> None:
    stage = Stage()
    tx = start(stage, "BYE")
    for each in [*early, status, status]:
        stage.hear(answer(tx, each))
    assert statuses(stage) == [*early, status]
    stage.at(4.9)
    assert not stage.idle
    assert stage.at(5.0).idle
    assert stage.times("BYE") == [0.0]


def test_over_a_stream_a_request_is_sent_once_and_forgotten_with_its_answer() -> None:
    stage = Stage()
    tx = start(stage, "OPTIONS", TCP)
    stage.at(20.0)
    assert stage.times("OPTIONS") == [0.0]
    stage.hear(answer(tx, 200), STREAM)
    assert stage.idle


@pytest.mark.parametrize("method", ["INVITE", "BYE"])
@pytest.mark.parametrize("early", [[], [100]])
def test_an_unreachable_hop_fails_its_open_requests_at_once(method: str, early: list[int]) -> None:
    stage = Stage()
    tx = start(stage, method)
    for status in early:
        stage.hear(answer(tx, status))
    assert stage.layer.failed(UDP, 0.1) == [TransportFailed(tx)]
    assert stage.layer.failed(UDP, 0.1) == []
    assert stage.idle


def test_an_unreachable_hop_does_not_touch_answered_requests_and_other_hops() -> None:
    stage = Stage()
    answered = start(stage)
    stage.hear(answer(answered, 200))
    start(stage, hop=Hop("udp", "192.0.2.3", 5060))
    assert stage.layer.failed(UDP, 0.1) == []
    assert len(stage.layer) == 2


@pytest.mark.parametrize("early", [[], [180]])
def test_a_cancelled_call_fails_with_its_hop_and_is_told_once(early: list[int]) -> None:
    stage = Stage()
    tx = start(stage)
    for status in early:
        stage.hear(answer(tx, status))
    stage.layer.cancel(tx, 0.0)
    assert stage.layer.failed(UDP, 0.1) == [TransportFailed(tx)]
    assert stage.idle


def test_a_broken_connection_fails_what_went_over_it() -> None:
    stage = Stage()
    over_seven = start(stage, hop=Hop("tcp", "192.0.2.2", 5060, 7))
    over_eight = start(stage, hop=Hop("tcp", "192.0.2.2", 5060, 8))
    over_any = start(stage, hop=TCP)
    events = stage.layer.failed(Hop("tcp", "192.0.2.2", 5060, 7), 0.0)
    assert events == [TransportFailed(over_seven), TransportFailed(over_any)]
    assert stage.layer.failed(TCP, 0.0) == [TransportFailed(over_eight)]


def test_what_is_no_request_of_its_own_is_our_own_mistake() -> None:
    stage = Stage()
    for method in ("ACK", "CANCEL"):
        with pytest.raises(LocalProtocolError):
            stage.layer.request(request_of_ours(method), UDP, 0.0)
    tx = start(stage, "BYE")
    with pytest.raises(LocalProtocolError):
        stage.layer.cancel(tx, 0.0)
    with pytest.raises(LocalProtocolError):
        stage.layer.acknowledge(tx, ack_of(), UDP, 0.0)
    with pytest.raises(LocalProtocolError):
        stage.layer.acknowledge(start(stage), ack_of(), UDP, 0.0)


@pytest.mark.parametrize("cseq", [None, "1", "1 BYE", "x INVITE", "1 INVITE y"])
def test_a_request_of_ours_needs_its_cseq(cseq: str | None) -> None:
    request = request_of_ours()
    request.remove("CSeq")
    if cseq is not None:
        request.add("CSeq", cseq)
    with pytest.raises(LocalProtocolError):
        Stage().layer.request(request, UDP, 0.0)
