"""Promise 2 against broken phones: a known trunk's 911 is delivered if the dialled number can be read at all."""

import asyncio
import re
import socket

import pytest
from tests.drills.stage import HOST, STRANGER_HOST, Desk, Stage
from tests.lab.stage import until

pytestmark = pytest.mark.stack

SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 40000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
)
GOOD = (
    "INVITE sip:911@callpoint.example SIP/2.0\r\n"
    "Via: SIP/2.0/UDP {here};branch=z9hG4bKdrill;rport\r\n"
    "Max-Forwards: 70\r\n"
    "From: <sip:agent@corp.example>;tag=drill\r\n"
    "To: <sip:911@callpoint.example>\r\n"
    "Call-ID: drill@corp.example\r\n"
    "CSeq: 1 INVITE\r\n"
    "Contact: <sip:agent@{here}>\r\n"
    "X-Employee-ID: E1001\r\n"
    "Content-Type: application/sdp\r\n"
    "Content-Length: {length}\r\n"
    "\r\n"
)


def without(name: str) -> str:
    return re.sub(rf"^{name}:.*\r\n", "", GOOD, flags=re.MULTILINE)


def with_line(name: str, line: str) -> str:
    return re.sub(rf"^{name}:.*\r\n", line + "\r\n", GOOD, flags=re.MULTILINE)


MALFORMED = {
    "no Via": without("Via"),
    "a Via that is none": with_line("Via", "Via: nonsense"),
    "a Via of an old phone, without a branch": with_line("Via", "Via: SIP/2.0/UDP {here}"),
    "no From": without("From"),
    "a From without a tag": with_line("From", "From: <sip:agent@corp.example>"),
    "a From that is no address": with_line("From", 'From: "never closed <sip:agent'),
    "no To": without("To"),
    "a To that is no address": with_line("To", "To: <<<>>>"),
    "no Call-ID": without("Call-ID"),
    "no CSeq": without("CSeq"),
    "a CSeq beyond its range": with_line("CSeq", "CSeq: 99999999999 INVITE"),
    "a CSeq of another method": with_line("CSeq", "CSeq: 1 REGISTER"),
    "no Contact": without("Contact"),
    "a Contact that is no address": with_line("Contact", "Contact: ;;;"),
    "no Max-Forwards": without("Max-Forwards"),
    "a Max-Forwards that is no number": with_line("Max-Forwards", "Max-Forwards: many"),
    "a Max-Forwards used up": with_line("Max-Forwards", "Max-Forwards: 0"),
    "a Content-Length beyond the datagram": with_line("Content-Length", "Content-Length: 9999"),
    "a Content-Length that is no number": with_line("Content-Length", "Content-Length: long"),
    "no Content-Length": without("Content-Length"),
    "two different Content-Length": GOOD.replace("Content-Length", "Content-Length: 7\r\nContent-Length", 1),
    "a line without a colon": GOOD.replace("X-Employee-ID", "garbage in the middle\r\nX-Employee-ID", 1),
    "bare line feeds": GOOD.replace("\r\n", "\n"),
    "blanks around the request line": GOOD.replace(" SIP/2.0\r\n", "  SIP/2.0 \r\n", 1),
    "an extension nobody has": GOOD.replace("X-Employee-ID", "Require: teleportation\r\nX-Employee-ID", 1),
    "bytes that are no UTF-8": GOOD.replace("X-Employee-ID", "Subject: \udcff\udcfe\r\nX-Employee-ID", 1),
    "a body type nobody knows": with_line("Content-Type", "Content-Type: application/unheard-of"),
    "a body type that is none": with_line("Content-Type", "Content-Type: ///"),
    "everything missing but the number and the person": (
        "INVITE sip:911@callpoint.example SIP/2.0\r\nX-Employee-ID: E1001\r\n\r\n"
    ),
}


class Wire:
    """A UDP socket of a phone that knows little SIP."""

    def __init__(self, host: str = HOST) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((host, 0))
        self._socket.setblocking(False)
        self.here = "{}:{}".format(*self._socket.getsockname())
        self.statuses: list[int] = []

    def send(self, text: str, port: int) -> None:
        head = text.replace("{here}", self.here).replace("{length}", str(len(SDP)))
        self._socket.sendto((head + SDP).encode("utf-8", "surrogateescape"), (HOST, port))

    async def hears(self, *statuses: int) -> None:
        """Waits for a response with one of these."""
        async with asyncio.timeout(10):
            while not set(statuses) & set(self.statuses):
                data = await asyncio.get_running_loop().sock_recv(self._socket, 65535)
                if data.startswith(b"SIP/2.0 "):
                    self.statuses.append(int(data[8:11]))

    def close(self) -> None:
        self._socket.close()


async def test_every_malformed_911_of_a_known_trunk_is_delivered(stage: Stage) -> None:
    psap, relay = await stage.desk(), await stage.desk("relay")
    node = await stage.start([psap], [relay])
    failed = [name for name, text in MALFORMED.items() if not await is_delivered(text, node.port, psap)]
    assert failed == []
    assert relay.calls == []
    await stage.call_passes(psap)
    await until(lambda: len(node.facts("ended")) == 1)
    received = [fact.data for fact in node.facts("received")]
    assert len(received) == len(MALFORMED) + 1
    assert all(call["identity"] == "E1001" for call in received)
    assert sum(bool(call["defects"]) for call in received) >= len(MALFORMED) // 2


async def is_delivered(text: str, port: int, psap: Desk) -> bool:
    """Whether the PSAP gets it, located and with the callback number, and the phone hears the answer."""
    before = len(psap.calls)
    wire = Wire()
    try:
        # Each is another call: what names it is changed, where it is there at all.
        wire.send(text.replace("drill", f"drill{before}"), port)
        await wire.hears(200)
        await until(lambda: len(psap.calls) == before + 1)
        document = psap.calls[-1].to_json()
        located = document["callback_number"] == "+18025550143" and document["civic"]["HNO"] == "115"
        # Without a Content-Type nobody can say what the body is; everywhere else the audio must be offered on.
        heard = "m=audio 40000" in document["raw_invite"] or "Content-Type" not in text
        return bool(located and heard)
    except (TimeoutError, AssertionError):
        return False
    finally:
        wire.close()


async def test_the_same_from_a_stranger_gets_nothing_through(stage: Stage) -> None:
    psap = await stage.desk()
    node = await stage.start([psap], [psap])
    for text in MALFORMED.values():
        wire = Wire(STRANGER_HOST)
        wire.send(text, node.port)
        wire.close()
    await stage.call_passes(psap)
    assert len(psap.calls) == 1
    assert node.facts("refused") == []


async def test_without_a_readable_number_there_is_no_call(stage: Stage) -> None:
    psap = await stage.desk()
    node = await stage.start([psap], [psap])
    wire = Wire()
    wire.send(GOOD.replace("sip:911@callpoint.example", "sip:@@@"), node.port)
    await wire.hears(400, 404, 416)
    wire.close()
    assert psap.calls == []
    assert (await node.fact("refused"))["method"] == "INVITE"
