"""The call flows of RFC 3665 §3 and of RFC 3261 §24.2, played by two layers and compared rung by rung."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from tests.sip.ladder import Ladder, Phone

from callpoint.sip.auth import Credentials
from callpoint.sip.dialog import Dialog
from callpoint.sip.digest import NonceCounts, Verdict, authorize, challenge, check, ha1, make_nonce, strongest
from callpoint.sip.events import (
    AckReceived,
    CancelReceived,
    ClientTransaction,
    Event,
    RequestReceived,
    ResponseReceived,
    ServerTransaction,
    TimedOut,
)
from callpoint.sip.machine import State
from callpoint.sip.message import Request, Response, parse

SDP = b"v=0\r\no=alice 2890844526 2890844526 IN IP4 192.0.2.101\r\ns=-\r\nc=IN IP4 192.0.2.101\r\nt=0 0\r\n"
KEY, REALM, NOW = b"k" * 32, "atlanta.example.com", 1_700_000_000.0
SECRET = {"MD5": ha1("alice", REALM, "zanzibar", "MD5")}


def alices_invite(cseq: int = 1) -> Request:
    """F1 of RFC 3665 §3.1."""
    return Request(
        "INVITE",
        "sip:bob@biloxi.example.com",
        [
            ("Max-Forwards", "70"),
            ("From", "Alice <sip:alice@atlanta.example.com>;tag=9fxced76sl"),
            ("To", "Bob <sip:bob@biloxi.example.com>"),
            ("Call-ID", "3848276298220188511@atlanta.example.com"),
            ("CSeq", f"{cseq} INVITE"),
            ("Contact", "<sip:alice@192.0.2.101;transport=udp>"),
            ("Content-Type", "application/sdp"),
        ],
        SDP,
    )


@dataclass
class Call:
    """Alice on the left calls Bob on the right; `bob_does` says what Bob makes of an INVITE."""

    bob_does: Callable[["Call", ServerTransaction], None]
    alice_does: Callable[["Call", Response], None] = lambda call, response: None
    statuses: list[int] = field(default_factory=list)
    alices_dialog: Dialog | None = None
    bobs_dialog: Dialog | None = None
    invite: ClientTransaction | None = None
    invited: ServerTransaction | None = None

    def __post_init__(self) -> None:
        self.alice = Phone("alice", "192.0.2.101", self._alice_hears)
        self.bob = Phone("bob", "192.0.2.201", self._bob_hears)
        self.ladder = Ladder(self.alice, self.bob)

    def dial(self, invite: Request | None = None) -> "Call":
        self.invite = self.alice.layer.request(invite or alices_invite(), self.bob.hop, self.ladder.now)
        self.ladder.settle()
        return self

    def answer(self, tx: ServerTransaction, status: int) -> Response:
        response = tx.response(status)
        if 100 < status < 300:
            response.set("Contact", "<sip:bob@192.0.2.201;transport=udp>")
        self.bob.layer.respond(tx, response, self.ladder.now)
        if status == 200 and tx.method == "INVITE" and self.bobs_dialog is None:
            self.bobs_dialog = Dialog.as_callee(tx.request, response)
        return response

    def say(self, phone: Phone, dialog: Dialog | None, method: str) -> Request:
        assert dialog is not None
        request = dialog.request(method)
        phone.layer.request(request, (self.bob if phone is self.alice else self.alice).hop, self.ladder.now)
        self.ladder.settle()
        return request

    def _alice_hears(self, phone: Phone, event: Event) -> None:
        if isinstance(event, ResponseReceived) and event.tx.method == "INVITE":
            self.statuses.append(event.response.status)
            if event.response.status == 200:
                self._acknowledge(event)
            self.alice_does(self, event.response)
        elif isinstance(event, RequestReceived):
            phone.layer.respond(event.tx, event.tx.response(200), self.ladder.now)

    def _acknowledge(self, event: ResponseReceived) -> None:
        if self.alices_dialog is None:
            self.alices_dialog = Dialog.as_caller(event.tx.request, event.response)
        ack = self.alices_dialog.request("ACK", cseq=event.response.cseq.number)
        self.alice.layer.acknowledge(event.tx, ack, self.bob.hop, self.ladder.now)

    def _bob_hears(self, phone: Phone, event: Event) -> None:
        if isinstance(event, CancelReceived):
            self.answer(event.invite_tx, 487)
        elif isinstance(event, RequestReceived) and event.request.method == "INVITE":
            self.invited = event.tx
            self.bob_does(self, event.tx)
        elif isinstance(event, RequestReceived):
            phone.layer.respond(event.tx, event.tx.response(200), self.ladder.now)


def rings_and_answers(call: Call, tx: ServerTransaction) -> None:
    call.answer(tx, 180)
    call.answer(tx, 200)


def only_rings(call: Call, tx: ServerTransaction) -> None:
    call.answer(tx, 180)


def says(status: int) -> Callable[[Call, ServerTransaction], None]:
    """Bob gives that one answer."""

    def act(call: Call, tx: ServerTransaction) -> None:
        call.answer(tx, status)

    return act


ANSWERED = ["INVITE ->", "<- 180", "<- 200", "ACK ->"]


def test_3_1_a_session_is_set_up_and_ended() -> None:
    call = Call(rings_and_answers).dial()
    assert call.ladder.rungs == ANSWERED
    call.say(call.bob, call.bobs_dialog, "BYE")
    assert call.ladder.rungs == [*ANSWERED, "<- BYE", "200 ->"]
    call.ladder.run(100.0)
    assert call.ladder.idle
    assert len(call.ladder.rungs) == 6


def test_24_2_what_the_messages_of_that_session_say() -> None:
    call = Call(rings_and_answers).dial()
    bye = call.say(call.bob, call.bobs_dialog, "BYE")
    invite, ringing, ok, ack, _, bye_ok = call.ladder.messages
    tag = ok.to.tag
    assert tag is not None
    assert ringing.to.tag == tag
    for message in (ringing, ok):
        assert message.via.branch == invite.via.branch
        assert message.via.rport == 5060
        assert message.cseq == invite.cseq
    assert isinstance(ack, Request)
    assert ack.uri == "sip:bob@192.0.2.201;transport=udp"  # the Contact of the 200, not what was dialled
    assert (ack.cseq.number, ack.cseq.method, ack.to.tag) == (1, "ACK", tag)
    assert ack.via.branch != invite.via.branch  # a 2xx is acknowledged by a request of its own
    assert bye.uri == "sip:alice@192.0.2.101;transport=udp"
    assert (bye.from_.tag, bye.to.tag) == (tag, "9fxced76sl")
    assert bye.get("Call-ID") == bye_ok.get("Call-ID") == invite.get("Call-ID")


def test_the_ack_is_told_to_bob_once_and_belongs_to_his_answer() -> None:
    call = Call(rings_and_answers).dial()
    acks = [event for event in call.bob.told if isinstance(event, AckReceived)]
    assert len(acks) == 1
    assert acks[0].tx is call.invited


def test_3_2_the_caller_proves_itself_and_dials_again() -> None:
    counts = NonceCounts()

    def asks_who_it_is(call: Call, tx: ServerTransaction) -> None:
        given = tx.request.get("Proxy-Authorization")
        if given is None:
            response = tx.response(407)
            response.add("Proxy-Authenticate", challenge(REALM, make_nonce(KEY, NOW, b"saltsalt"), "MD5"))
            call.bob.layer.respond(tx, response, call.ladder.now)
            return
        verdict = check(Credentials.parse(given), "INVITE", SECRET, key=KEY, counts=counts, now=NOW + 1)
        (rings_and_answers if verdict is Verdict.GOOD else says(403))(call, tx)

    def proves_itself(call: Call, response: Response) -> None:
        if response.status == 407:
            asked = strongest(response.values("Proxy-Authenticate"))
            assert asked is not None
            again = alices_invite(cseq=2)
            again.add("Proxy-Authorization", authorize(asked, "INVITE", again.uri, "alice", "zanzibar", "0a4f113b", 1))
            call.invite = call.alice.layer.request(again, call.bob.hop, call.ladder.now)

    call = Call(asks_who_it_is, proves_itself).dial()
    assert call.ladder.rungs == ["INVITE ->", "<- 407", "ACK ->", *ANSWERED]
    first_ack, second_ack = call.ladder.sent("ACK ->")
    assert first_ack.via.branch == call.ladder.messages[0].via.branch  # a refusal is acknowledged in its transaction
    assert (first_ack.cseq.number, second_ack.cseq.number) == (1, 2)
    assert call.statuses == [407, 180, 200]


def test_3_6_a_session_is_moved_by_a_re_invite() -> None:
    call = Call(rings_and_answers).dial()
    call.bob_does = says(200)
    assert call.alices_dialog is not None
    again = call.alices_dialog.request("INVITE")
    call.dial(again)
    assert call.ladder.rungs == [*ANSWERED, "INVITE ->", "<- 200", "ACK ->"]
    assert again.cseq.number == 2
    assert again.to.tag == call.ladder.messages[2].to.tag
    call.say(call.alice, call.alices_dialog, "BYE")
    assert call.ladder.messages[-2].cseq.number == 3
    assert call.ladder.rungs[-2:] == ["BYE ->", "<- 200"]


def test_3_7_a_redirection_is_acknowledged_and_dialled_anew() -> None:
    def moves(call: Call, tx: ServerTransaction) -> None:
        moved = tx.response(302)
        moved.set("Contact", "<sip:bob@chicago.example.com>")
        call.bob.layer.respond(tx, moved, call.ladder.now)

    def follows(call: Call, response: Response) -> None:
        if response.status == 302 and response.contact is not None:
            call.bob_does = rings_and_answers
            again = alices_invite(cseq=2)
            again.uri = response.contact.uri
            call.alice.layer.request(again, call.bob.hop, call.ladder.now)

    call = Call(moves, follows).dial()
    assert call.ladder.rungs == ["INVITE ->", "<- 302", "ACK ->", *ANSWERED]
    assert isinstance(call.ladder.messages[3], Request)
    assert call.ladder.messages[3].uri == "sip:bob@chicago.example.com"


def test_3_8_nobody_answers_and_the_caller_gives_up() -> None:
    call = Call(only_rings).dial()
    call.ladder.run(20.0)
    assert call.invite is not None
    call.alice.layer.cancel(call.invite, call.ladder.now)
    call.ladder.settle()
    assert sorted(call.ladder.rungs[2:]) == sorted(["CANCEL ->", "<- 200", "<- 487", "ACK ->"])
    assert call.ladder.rungs[2] == "CANCEL ->"
    cancel, invite = call.ladder.sent("CANCEL ->")[0], call.ladder.messages[0]
    assert (cancel.via, cancel.to, cancel.from_, cancel.call_id) == (
        invite.via,
        invite.to,
        invite.from_,
        invite.call_id,
    )
    assert (cancel.cseq.number, cancel.cseq.method) == (1, "CANCEL")
    assert call.statuses == [180, 487]
    call.ladder.run(100.0)
    assert call.ladder.idle


def test_the_answers_to_cancel_and_invite_carry_one_tag() -> None:
    call = Call(only_rings).dial()
    assert call.invite is not None
    call.alice.layer.cancel(call.invite, call.ladder.now)
    call.ladder.settle()
    tags = {message.to.tag for rung in ("<- 180", "<- 200", "<- 487") for message in call.ladder.sent(rung)}
    assert len(tags) == 1


@pytest.mark.parametrize("status", [486, 480, 404, 503, 603])
def test_3_9_and_3_11_a_refusal_is_acknowledged_where_it_was_given(status: int) -> None:
    call = Call(says(status)).dial()
    assert call.ladder.rungs == ["INVITE ->", f"<- {status}", "ACK ->"]
    invite, refusal, ack = call.ladder.messages
    assert isinstance(ack, Request)
    assert isinstance(invite, Request)
    assert (ack.uri, ack.via) == (invite.uri, invite.via)
    assert ack.to == refusal.to
    assert not ack.body
    call.ladder.run(100.0)
    assert call.ladder.idle
    assert call.statuses == [status]


def test_3_10_a_silent_phone_is_given_up_after_32_seconds() -> None:
    call = Call(only_rings)
    call.ladder.cut = True
    call.dial()
    call.ladder.run(31.9)
    assert call.ladder.rungs == ["INVITE ->"] * 7
    assert call.alice.told == []
    call.ladder.run(32.0)
    assert [type(event) for event in call.alice.told] == [TimedOut]
    assert call.ladder.idle


def test_a_lost_answer_comes_again_and_is_acknowledged_again() -> None:
    call = Call(only_rings).dial()
    assert call.invited is not None
    call.ladder.cut = True
    call.answer(call.invited, 200)
    call.ladder.run(3.0)
    assert call.ladder.rungs[2:] == ["<- 200"] * 3  # after 0.5 s and 1 s
    call.ladder.cut = False
    call.ladder.run(4.0)
    assert call.ladder.rungs[2:] == ["<- 200"] * 4 + ["ACK ->"]
    assert call.invited.state is State.ACKNOWLEDGED


def test_a_lost_ack_is_sent_again_for_every_repeated_answer_and_told_once() -> None:
    call = Call(only_rings).dial()
    assert call.invited is not None
    call.answer(call.invited, 200)
    sent = call.bob.layer.take_outgoing()
    for _ in range(3):
        for outgoing in sent:
            events = call.alice.layer.receive(parse(outgoing.data), call.bob.hop, call.ladder.now)
            for event in events:
                call._alice_hears(call.alice, event)
    acks = call.alice.layer.take_outgoing()
    assert len(acks) == 3
    assert len({outgoing.data for outgoing in acks}) == 1
    assert call.statuses == [180, 200]
