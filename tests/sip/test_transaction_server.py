"""Server transactions with stepped time: what is answered when, and what the user hears (RFC 3261 §17.2)."""

import pytest
from tests.sip.stage import STREAM, TIMEOUT, Stage, request_of_theirs

from callpoint.sip.errors import LocalProtocolError
from callpoint.sip.events import (
    AckMissing,
    AckReceived,
    CancelReceived,
    RefusalUnconfirmed,
    RequestReceived,
    ServerTransaction,
)
from callpoint.sip.machine import State
from callpoint.sip.message import Request, Response

INVITE = request_of_theirs()


def ack_of_2xx(tx: ServerTransaction) -> Request:
    return request_of_theirs("ACK", branch="z9hG4bKack", to_tag=tx.to_tag)


def ack_of_refusal(tx: ServerTransaction) -> Request:
    return request_of_theirs("ACK", to_tag=tx.to_tag)


def test_a_new_request_is_told_and_its_repetition_is_not() -> None:
    stage = Stage()
    tx = stage.serve(INVITE)
    assert tx.method == "INVITE"
    for _ in range(3):
        assert stage.hear(INVITE) == []
    assert len(stage.told(RequestReceived)) == 1


def test_100_is_said_after_200_ms_without_an_answer() -> None:
    stage = Stage()
    stage.serve(INVITE)
    stage.at(10.0)
    assert stage.log == [(0.2, "100")]
    assert stage.last.to.tag is None


def test_100_is_not_said_when_the_user_was_quicker() -> None:
    stage = Stage()
    tx = stage.serve(INVITE)
    stage.at(0.1).respond(tx, 180)
    stage.at(10.0)
    assert stage.log == [(0.1, "180")]


def test_100_is_said_at_once_when_told_to() -> None:
    stage = Stage(trying_at_once=True)
    stage.serve(INVITE)
    assert stage.log == [(0.0, "100")]
    stage.at(10.0)
    assert stage.log == [(0.0, "100")]


def test_a_repetition_before_any_answer_gets_its_100() -> None:
    stage = Stage()
    stage.serve(INVITE)
    stage.at(0.1).hear(INVITE)
    stage.at(10.0)
    assert stage.log == [(0.1, "100")]


def test_a_repetition_gets_the_last_provisional_response_again() -> None:
    stage = Stage()
    tx = stage.serve(INVITE)
    stage.respond(tx, 180)
    stage.respond(tx, 183)
    stage.hear(INVITE)
    assert [what for _, what in stage.log] == ["180", "183", "183"]
    assert bytes(stage.messages[1]) == bytes(stage.messages[2])


def test_a_2xx_is_repeated_until_its_ack_comes() -> None:
    stage = Stage()
    tx = stage.serve(INVITE)
    stage.respond(tx, 200)
    stage.at(8.0)
    assert stage.times("200") == [0.0, 0.5, 1.5, 3.5, 7.5]
    ack = ack_of_2xx(tx)
    (event,) = stage.hear(ack)
    assert isinstance(event, AckReceived)
    assert event.tx is tx
    assert event.request.get("CSeq") == "1 ACK"
    assert stage.layer.timers_running == 1  # timer L
    stage.at(100.0)
    assert stage.times("200") == [0.0, 0.5, 1.5, 3.5, 7.5]
    assert stage.told(AckMissing) == []
    assert stage.idle


def test_a_2xx_is_repeated_over_streams_too() -> None:
    stage = Stage()
    tx = stage.serve(INVITE, STREAM)
    stage.respond(tx, 200)
    stage.at(2.0)
    assert stage.times("200") == [0.0, 0.5, 1.5]


def test_without_an_ack_the_user_is_told_after_64_t1() -> None:
    stage = Stage()
    tx = stage.serve(INVITE)
    stage.respond(tx, 200)
    stage.at(TIMEOUT - 0.1)
    assert stage.told(AckMissing) == []
    stage.at(100.0)
    assert stage.told(AckMissing) == [AckMissing(tx)]
    assert stage.times("200") == [0.0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert stage.idle


def test_repeated_acks_of_a_2xx_are_absorbed() -> None:
    stage = Stage()
    tx = stage.serve(INVITE)
    stage.respond(tx, 200)
    for _ in range(3):
        stage.hear(ack_of_2xx(tx))
    assert len(stage.told(AckReceived)) == 1


def test_an_ack_of_a_2xx_that_keeps_the_branch_of_its_invite_is_taken() -> None:
    stage = Stage()
    tx = stage.serve(INVITE)
    stage.respond(tx, 200)
    (event,) = stage.hear(ack_of_refusal(tx))
    assert isinstance(event, AckReceived)
    assert event.tx is tx


def test_a_repeated_invite_is_absorbed_once_it_was_accepted() -> None:
    stage = Stage()
    tx = stage.serve(INVITE)
    stage.respond(tx, 200)
    assert stage.hear(INVITE) == []
    stage.hear(ack_of_2xx(tx))
    assert stage.hear(INVITE) == []
    assert stage.times("200") == [0.0]


def test_an_ack_nobody_waits_for_is_told_without_a_transaction() -> None:
    stage = Stage()
    (event,) = stage.hear(request_of_theirs("ACK", branch="z9hG4bKx", to_tag="before-the-restart"))
    assert isinstance(event, AckReceived)
    assert event.tx is None
    assert stage.idle


def test_the_ack_of_another_answer_is_not_ours() -> None:
    stage = Stage()
    tx = stage.serve(INVITE)
    stage.respond(tx, 200)
    (event,) = stage.hear(request_of_theirs("ACK", branch="z9hG4bKx", to_tag=tx.to_tag, cseq=2))
    assert isinstance(event, AckReceived)
    assert event.tx is None
    assert tx.state is State.ACCEPTED


@pytest.mark.parametrize("status", [302, 404, 487, 503, 603])
def test_a_refusal_is_repeated_over_udp_until_its_ack(status: int) -> None:
    stage = Stage()
    tx = stage.serve(INVITE)
    stage.respond(tx, status)
    stage.at(4.0)
    assert stage.times(str(status)) == [0.0, 0.5, 1.5, 3.5]
    assert stage.hear(ack_of_refusal(tx)) == []
    stage.at(8.9)
    assert not stage.idle
    stage.at(9.0)
    assert stage.idle
    assert stage.times(str(status)) == [0.0, 0.5, 1.5, 3.5]
    assert stage.told(AckReceived) == []


def test_a_refusal_is_repeated_at_most_every_t2_and_for_64_t1() -> None:
    stage = Stage()
    tx = stage.serve(INVITE)
    stage.respond(tx, 486)
    stage.at(100.0)
    assert stage.times("486") == [0.0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert stage.told(RefusalUnconfirmed) == [RefusalUnconfirmed(tx)]
    assert stage.told(AckMissing) == []
    assert stage.idle


def test_a_refusal_over_a_stream_is_sent_once() -> None:
    stage = Stage()
    tx = stage.serve(INVITE, STREAM)
    stage.respond(tx, 486)
    stage.at(20.0)
    assert stage.times("486") == [0.0]
    stage.hear(ack_of_refusal(tx), STREAM)
    assert stage.idle


def test_a_refusal_over_a_stream_without_ack_is_forgotten_after_64_t1() -> None:
    stage = Stage()
    tx = stage.serve(INVITE, STREAM)
    stage.respond(tx, 486)
    stage.at(TIMEOUT)
    assert stage.told(RefusalUnconfirmed) == [RefusalUnconfirmed(tx)]
    assert stage.idle


def test_a_repeated_invite_gets_the_refusal_again() -> None:
    stage = Stage()
    tx = stage.serve(INVITE)
    stage.respond(tx, 486)
    stage.at(0.1).hear(INVITE)
    assert stage.times("486") == [0.0, 0.1]
    stage.hear(ack_of_refusal(tx))
    stage.hear(INVITE)
    stage.hear(ack_of_refusal(tx))
    assert stage.times("486") == [0.0, 0.1]


def test_a_cancel_is_answered_here_and_told_once() -> None:
    stage = Stage()
    tx = stage.serve(INVITE)
    stage.respond(tx, 180)
    (event,) = stage.hear(request_of_theirs("CANCEL"))
    assert isinstance(event, CancelReceived)
    assert event.invite_tx is tx
    assert event.cancel_request.method == "CANCEL"
    ok = stage.last
    assert isinstance(ok, Response)
    assert (ok.status, ok.get("CSeq"), ok.to.tag) == (200, "1 CANCEL", tx.to_tag)
    assert stage.hear(request_of_theirs("CANCEL")) == []
    assert [what for _, what in stage.log] == ["180", "200", "200"]
    stage.respond(tx, 487)
    stage.hear(ack_of_refusal(tx))
    assert stage.at(100.0).idle


def test_nothing_but_a_final_answer_leaves_a_cancelled_invite() -> None:
    stage = Stage()
    tx = stage.serve(INVITE)
    stage.hear(request_of_theirs("CANCEL"))
    stage.respond(tx, 180)
    assert stage.times("180") == []
    stage.at(0.3)
    assert stage.times("100") == [0.2]
    stage.hear(INVITE)
    assert stage.times("100") == [0.2, 0.3]
    stage.respond(tx, 200)
    stage.hear(ack_of_2xx(tx))
    assert stage.times("200") == [0.0, 0.3]
    assert stage.at(100.0).idle


@pytest.mark.parametrize("final", [200, 486])
def test_a_cancel_after_the_answer_gets_200_and_has_no_effect(final: int) -> None:
    stage = Stage()
    tx = stage.serve(INVITE)
    stage.respond(tx, final)
    state = tx.state
    assert stage.hear(request_of_theirs("CANCEL")) == []
    assert stage.last.get("CSeq") == "1 CANCEL"
    assert stage.log[-1][1] == "200"
    assert tx.state is state


@pytest.mark.parametrize("source", [STREAM, None])
def test_a_cancel_of_nothing_gets_481(source: object) -> None:
    stage = Stage()
    cancel = request_of_theirs("CANCEL")
    assert (stage.hear(cancel, STREAM) if source else stage.hear(cancel)) == []
    assert stage.log == [(0.0, "481")]
    assert stage.last.to.tag
    assert stage.at(100.0).idle


def test_a_cancel_does_not_touch_a_request_that_is_no_invite() -> None:
    stage = Stage()
    stage.serve(request_of_theirs("BYE"))
    assert stage.hear(request_of_theirs("CANCEL")) == []
    assert stage.log == [(0.0, "481")]


def test_another_request_is_answered_and_its_repetitions_for_64_t1() -> None:
    stage = Stage()
    bye = request_of_theirs("BYE")
    tx = stage.serve(bye)
    stage.hear(bye)
    assert stage.log == []
    stage.at(1.0).respond(tx, 200)
    for when in (1.5, 20.0, 32.9):
        stage.at(when).hear(bye)
    assert stage.times("200") == [1.0, 1.5, 20.0, 32.9]
    assert stage.at(33.0).idle


def test_another_request_repeats_its_provisional_response() -> None:
    stage = Stage()
    options = request_of_theirs("OPTIONS")
    tx = stage.serve(options)
    stage.respond(tx, 100)
    stage.respond(tx, 182)
    stage.hear(options)
    stage.respond(tx, 404)
    assert [what for _, what in stage.log] == ["100", "182", "182", "404"]


def test_over_a_stream_an_answered_request_is_forgotten_at_once() -> None:
    stage = Stage()
    stage.respond(stage.serve(request_of_theirs("BYE"), STREAM), 200)
    assert stage.idle


@pytest.mark.parametrize("early", [[], [100]])
def test_a_request_the_user_never_answers_is_forgotten_after_64_t1(early: list[int]) -> None:
    stage = Stage()
    tx = stage.serve(request_of_theirs("INFO"))
    for status in early:
        stage.respond(tx, status)
    assert stage.at(TIMEOUT).idle
    stage.respond(tx, 200)
    assert stage.times("200") == []


@pytest.mark.parametrize("method", ["INVITE", "BYE"])
@pytest.mark.parametrize("second", [180, 200, 486])
def test_a_second_final_answer_is_our_own_mistake(method: str, second: int) -> None:
    stage = Stage()
    tx = stage.serve(request_of_theirs(method))
    stage.respond(tx, 200)
    with pytest.raises(LocalProtocolError):
        stage.respond(tx, second)


def test_the_to_tag_is_one_for_all_answers_and_may_be_the_users() -> None:
    stage = Stage()
    tx = stage.serve(INVITE)
    stage.respond(tx, 180)
    stage.layer.respond(tx, INVITE.response(200, None, "mine"), 0.0)
    stage.collect()
    tags = [message.to.tag for message in stage.messages]
    assert tags == ["t1", "mine"]
    (event,) = stage.hear(request_of_theirs("ACK", branch="z9hG4bKx", to_tag="mine"))
    assert isinstance(event, AckReceived)
    assert event.tx is tx


def test_inside_a_dialog_the_to_tag_stays() -> None:
    stage = Stage()
    tx = stage.serve(request_of_theirs("BYE", to_tag="ours"))
    stage.respond(tx, 200)
    assert stage.last.to.tag == "ours"
