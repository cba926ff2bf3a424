"""What the user agent does with everything that is not a plain call: raw SIP in, raw SIP out."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import cast

import pytest
from tests.lab.stage import HOST, until

from callpoint.lab.agent_call import ALLOW, IncomingCall
from callpoint.lab.user_agent import Dial, UserAgent
from callpoint.sip.auth import Credentials
from callpoint.sip.digest import challenge, ha1, verify
from callpoint.sip.errors import SipError
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request, Response, parse
from callpoint.sip.sdp import offer

SDP = offer(HOST, 40_000, 1)


class Peer(asyncio.DatagramProtocol):
    """A far end that is driven line by line."""

    def __init__(self) -> None:
        self.heard: list[Request | Response] = []
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.heard.append(parse(data))

    @property
    def port(self) -> int:
        assert self.transport is not None
        port: int = self.transport.get_extra_info("sockname")[1]
        return port

    def send(self, message: Request | Response, port: int) -> None:
        assert self.transport is not None
        self.transport.sendto(bytes(message), (HOST, port))

    async def next(self, what: str | int) -> Request | Response:
        """The next message that is this method or status; what comes before it is let go."""

        def found() -> bool:
            while self.heard and label(self.heard[0]) != what:
                self.heard.pop(0)
            return bool(self.heard)

        await until(found)
        return self.heard.pop(0)

    async def request(self, method: str) -> Request:
        message = await self.next(method)
        assert isinstance(message, Request)
        return message

    async def response(self, status: int) -> Response:
        message = await self.next(status)
        assert isinstance(message, Response)
        return message


def label(message: Request | Response) -> str | int:
    return message.method if isinstance(message, Request) else message.status


@dataclass
class Stage:
    agent: UserAgent
    port: int
    peer: Peer
    calls: list[IncomingCall] = field(default_factory=list)
    digits: list[str] = field(default_factory=list)

    def make(self, method: str, cseq: int = 1, to: str = "", branch: str = "b1", body: bytes = b"") -> Request:
        request = Request(method, f"sip:lab@{HOST}:{self.port}")
        request.add("Via", f"SIP/2.0/UDP {HOST}:{self.peer.port};branch=z9hG4bK{branch}")
        request.add("Max-Forwards", "70")
        request.add("From", f"<sip:peer@{HOST}>;tag=peer")
        request.add("To", to or f"<sip:lab@{HOST}>")
        request.add("Call-ID", "one-call")
        request.add("CSeq", f"{cseq} {method}")
        request.add("Contact", f"<sip:peer@{HOST}:{self.peer.port}>")
        if body:
            request.add("Content-Type", "application/sdp")
            request.body = body
        return request

    def send(self, request: Request) -> None:
        self.peer.send(request, self.port)

    async def established(self) -> Response:
        """A call from the peer, answered and acknowledged; its 200."""
        self.send(self.make("INVITE", body=SDP))
        await until(lambda: bool(self.calls))
        self.calls[0].answer(SDP)
        answer = await self.peer.response(200)
        self.send(self.make("ACK", to=answer.required("To"), branch="ack"))
        await until(lambda: any(rung.label == "ACK" for rung in self.calls[0].ladder.rungs))
        return answer

    def dial(self, credentials: tuple[str, str] | None = None) -> Dial:
        hop = Hop("udp", HOST, self.peer.port)
        return Dial(f"sip:911@{HOST}:{self.peer.port}", f"sip:lab@{HOST}", hop, SDP, credentials=credentials)

    def answer(self, request: Request, status: int, tag: str = "far") -> Response:
        response = request.response(status, to_tag=tag)
        response.add("Contact", f"<sip:peer@{HOST}:{self.peer.port}>")
        if 200 <= status < 300 and request.method == "INVITE":
            response.set("Content-Type", "application/sdp")
            response.body = SDP
        return response


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    calls: list[IncomingCall] = []
    digits: list[str] = []
    agent = UserAgent(calls.append, new_session=lambda call: SDP, on_digit=lambda call, digit: digits.append(digit))
    port = await agent.listen("udp", HOST)
    _, peer = await asyncio.get_running_loop().create_datagram_endpoint(Peer, local_addr=(HOST, 0))
    yield Stage(agent, port, peer, calls, digits)
    await agent.close()
    assert peer.transport is not None
    peer.transport.close()


async def test_options_tell_the_abilities(stage: Stage) -> None:
    stage.send(stage.make("OPTIONS"))
    answer = await stage.peer.response(200)
    assert answer.get("Allow") == ALLOW
    assert "application/pidf+xml" in (answer.get("Accept") or "")


async def test_an_unknown_method_is_not_allowed(stage: Stage) -> None:
    stage.send(stage.make("SUBSCRIBE"))
    assert (await stage.peer.response(405)).get("Allow") == ALLOW


@pytest.mark.parametrize("method", ["BYE", "INVITE", "INFO"])
async def test_a_dialog_nobody_has_does_not_exist(stage: Stage, method: str) -> None:
    stage.send(stage.make(method, to=f"<sip:lab@{HOST}>;tag=gone"))
    await stage.peer.response(481)
    assert stage.calls == []


async def test_without_a_listener_calls_are_refused_as_busy() -> None:
    agent = UserAgent()
    port = await agent.listen("udp", HOST)
    _, peer = await asyncio.get_running_loop().create_datagram_endpoint(Peer, local_addr=(HOST, 0))
    stage = Stage(agent, port, peer)
    stage.send(stage.make("INVITE", body=SDP))
    await peer.response(486)
    await agent.close()
    assert peer.transport is not None
    peer.transport.close()


async def test_a_request_out_of_order_is_refused_and_the_call_goes_on(stage: Stage) -> None:
    answer = await stage.established()
    to = answer.required("To")
    stage.send(stage.make("UPDATE", 9, to, "u1", SDP))
    assert (await stage.peer.response(200)).body == SDP
    stage.send(stage.make("INFO", 4, to, "u2"))
    await stage.peer.response(500)
    assert stage.calls[0].state == "answered"
    stage.send(stage.make("REFER", 10, to, "u3"))
    await stage.peer.response(405)


async def test_an_update_without_a_session_gets_none_and_a_reinvite_without_one_gets_an_offer(stage: Stage) -> None:
    to = (await stage.established()).required("To")
    stage.send(stage.make("UPDATE", 2, to, "u1"))
    assert (await stage.peer.response(200)).body == b""
    stage.send(stage.make("INVITE", 3, to, "u2"))
    assert (await stage.peer.response(200)).body == SDP


async def test_digits_by_info_are_told(stage: Stage) -> None:
    to = (await stage.established()).required("To")
    for number, (kind, body) in enumerate(
        [("application/dtmf-relay", b"Signal=5\r\nDuration=160"), ("application/dtmf", b"#")], 2
    ):
        info = stage.make("INFO", number, to, f"i{number}")
        info.set("Content-Type", kind)
        info.body = body
        stage.send(info)
        await stage.peer.response(200)
    assert stage.digits == ["5", "#"]
    other = stage.make("INFO", 4, to, "i4")
    other.set("Content-Type", "text/plain")
    other.body = b"7"
    stage.send(other)
    assert "application/dtmf" in ((await stage.peer.response(415)).get("Accept") or "")
    assert stage.digits == ["5", "#"]


async def test_a_call_that_requires_what_the_lab_cannot_do_is_told_so(stage: Stage) -> None:
    invite = stage.make("INVITE", body=SDP)
    invite.set("Require", "100rel")
    stage.send(invite)
    assert (await stage.peer.response(420)).get("Unsupported") == "100rel"
    assert stage.calls == []


async def test_a_bye_outside_of_any_call_does_not_exist(stage: Stage) -> None:
    stage.send(stage.make("BYE"))
    await stage.peer.response(481)


async def test_a_bye_ends_the_call_once_and_the_dialog_is_gone(stage: Stage) -> None:
    to = (await stage.established()).required("To")
    states: list[str] = []
    stage.calls[0].listeners.append(lambda call: states.append(call.state))
    stage.send(stage.make("BYE", 2, to, "y1"))
    await stage.peer.response(200)
    stage.send(stage.make("BYE", 3, to, "y2"))
    await stage.peer.response(481)
    assert states == ["ended"]
    assert stage.calls[0].ended_by == "them"
    stage.calls[0].hang_up()
    assert stage.calls[0].ended_by == "them"


async def test_a_late_answer_or_refusal_of_a_cancelled_call_is_nothing(stage: Stage) -> None:
    stage.send(stage.make("INVITE", body=SDP))
    await until(lambda: bool(stage.calls))
    call = stage.calls[0]
    call.ring()
    await stage.peer.response(180)
    stage.send(stage.make("CANCEL"))
    await stage.peer.response(487)
    call.answer(SDP)
    call.reject(486)
    call.ring()
    assert (call.state, call.status) == ("cancelled", 487)


async def test_our_call_is_acknowledged_and_ended_by_us(stage: Stage) -> None:
    call = stage.agent.call(stage.dial())
    invite = await stage.peer.request("INVITE")
    assert invite.body == SDP
    stage.peer.send(stage.answer(invite, 183), stage.port)
    await until(lambda: call.state == "ringing")
    stage.peer.send(stage.answer(invite, 200), stage.port)
    ack = await stage.peer.request("ACK")
    assert ack.cseq.number == invite.cseq.number
    assert call.state == "answered"
    assert call.remote_sdp == SDP
    call.hang_up()
    bye = await stage.peer.request("BYE")
    assert bye.uri == f"sip:peer@{HOST}:{stage.peer.port}"
    assert call.waits_for_answers
    stage.peer.send(bye.response(200), stage.port)
    await until(lambda: not call.waits_for_answers)


async def test_an_answer_that_crosses_our_cancel_is_acknowledged_and_ended(stage: Stage) -> None:
    call = stage.agent.call(stage.dial())
    invite = await stage.peer.request("INVITE")
    stage.peer.send(stage.answer(invite, 180), stage.port)
    await until(lambda: call.state == "ringing")
    call.cancel()
    await stage.peer.request("CANCEL")
    stage.peer.send(stage.answer(invite, 200), stage.port)
    await stage.peer.request("ACK")
    await stage.peer.request("BYE")
    assert call.state == "cancelled"


@pytest.mark.parametrize(
    ("status", "asks", "answers"),
    [(401, "WWW-Authenticate", "Authorization"), (407, "Proxy-Authenticate", "Proxy-Authorization")],
)
@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
async def test_a_challenge_is_answered_once_with_the_password(
    stage: Stage, status: int, asks: str, answers: str, algorithm: str
) -> None:
    call = stage.agent.call(stage.dial(("alice", "secret")))
    first = await stage.peer.request("INVITE")
    refusal = stage.answer(first, status)
    refusal.add(asks, challenge("node.example", "nonce", algorithm))
    stage.peer.send(refusal, stage.port)
    second = await stage.peer.request("INVITE")
    assert second.cseq.number == first.cseq.number + 1
    assert (second.call_id, second.body) == (first.call_id, first.body)
    credentials = Credentials.parse(second.required(answers))
    assert verify(credentials, "INVITE", {algorithm: ha1("alice", "node.example", "secret", algorithm)})
    refusal = stage.answer(second, status)
    refusal.add(asks, challenge("node.example", "nonce2", algorithm))
    stage.peer.send(refusal, stage.port)
    await until(lambda: call.state == "rejected")
    assert call.status == status


async def test_without_a_password_a_challenge_is_a_refusal(stage: Stage) -> None:
    call = stage.agent.call(stage.dial())
    refusal = stage.answer(await stage.peer.request("INVITE"), 401)
    refusal.add("WWW-Authenticate", challenge("node.example", "nonce", "MD5"))
    stage.peer.send(refusal, stage.port)
    await until(lambda: call.state == "rejected")


async def test_nothing_is_sent_inside_a_dialog_that_is_not_there(stage: Stage) -> None:
    call = stage.agent.call(stage.dial())
    with pytest.raises(SipError):
        call.request("INFO")
    call.hang_up()
    assert call.state == "calling"
