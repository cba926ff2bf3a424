"""A call for the tests of listening: two parties on real sockets, and a node that does as it is told."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from callpoint.media.anchoring import LegPlace, remote_of
from callpoint.media.g711 import PCMA, PCMU, from_wire, to_wire
from callpoint.media.guards import Guards
from callpoint.media.ports import PortRange
from callpoint.media.rtp_packet import RtpError, RtpPacket
from callpoint.media.tones import share, tone
from callpoint.routing.alert_records import AlertPlan, Monitoring
from callpoint.speech import mu_law
from callpoint.transport.control import ControlError, LinkLostError

from .conftest import LOOPBACK, until

CALLER_TONE, PSAP_TONE, GUARD_TONE, OTHER_TONE = 440.0, 800.0, 1300.0, 2100.0
TONES = (CALLER_TONE, PSAP_TONE, GUARD_TONE, OTHER_TONE)
EVENTS = 101
CALL, ORGANIZATION = "call-1", "acme"
# Apart from those of the other tests, and wide enough for ten calls at once.
PORTS = PortRange(34_100, 35_999)
JOIN = Monitoring(mode="join")
PATIENCE = 30.0
# 200 ms, in which tones that have just gone are gone.
WINDOW = 1600


class Phone(asyncio.DatagramProtocol):
    """A party's or a guard's phone: says its tone without end, keeps what it hears."""

    def __init__(self, frequency: float, payload_type: int = PCMU) -> None:
        self.payload_type = payload_type
        self.packets: list[RtpPacket] = []
        self.sound = bytearray()
        self._tone = tone([frequency], 1.0, level=0.25)
        self._sequence = 0
        self._target: tuple[str, int] | None = None
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((LOOPBACK, 0))
        self._socket.setblocking(False)
        self._task: asyncio.Task[None] | None = None

    @property
    def audio(self) -> dict[str, Any]:
        """As the node tells it of a phone."""
        host, port = self._socket.getsockname()
        return {"host": host, "port": port, "payload_type": self.payload_type, "event_type": EVENTS, "ptime": 20}

    async def open(self) -> "Phone":
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, sock=self._socket)
        return self

    def talk_to(self, host: str, port: int) -> None:
        self._target = (host, port)
        if self._task is None:
            self._task = asyncio.create_task(self._talk())

    def press(self, payload: bytes, timestamp: int, marker: bool = False) -> None:
        """One packet of a key (RFC 4733)."""
        self._send(RtpPacket(EVENTS, self._sequence, timestamp, 1, payload, marker))

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        with contextlib.suppress(RtpError):
            packet = RtpPacket.parse(data)
            self.packets.append(packet)
            if packet.payload_type in (PCMU, PCMA):
                self.sound += from_wire(packet.payload, packet.payload_type)

    async def hears(self, *frequencies: float) -> None:
        """Waits until it hears these tones, and of TONES no other."""
        await until_heard(lambda: bytes(self.sound[-WINDOW:]), frequencies)

    def heard_since(self, start: int) -> set[float]:
        """Every tone that was in any window of the sound from that byte on."""
        return tones_in_any(bytes(self.sound[start:]))

    def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._socket.close()

    async def _talk(self) -> None:
        loop = asyncio.get_running_loop()
        due, at = loop.time(), 0
        while True:
            payload = to_wire(self._tone[at % 8000 : at % 8000 + 160], self.payload_type)
            self._send(RtpPacket(self.payload_type, self._sequence, at, 1, payload))
            at += 160
            due += 0.02
            await asyncio.sleep(max(due - loop.time(), 0))

    def _send(self, packet: RtpPacket) -> None:
        self._sequence = (self._sequence + 1) & 0xFFFF
        if self._target is not None:
            with contextlib.suppress(OSError):
                self._socket.sendto(bytes(packet), self._target)


def tones_in(mu_law_sound: bytes) -> set[float]:
    """Which of TONES are in it; of n equal ones each holds a share of 1/n."""
    pcm = mu_law.decode(mu_law_sound)
    return {frequency for frequency in TONES if share(pcm, frequency) > 0.15}


def tones_in_any(mu_law_sound: bytes, window: int = 400) -> set[float]:
    """As `tones_in`, of any piece of 50 ms."""
    pieces = (mu_law_sound[at : at + window] for at in range(0, len(mu_law_sound) - window, window))
    return set().union(*map(tones_in, pieces))


async def until_heard(sound: Callable[[], bytes], frequencies: Iterable[float]) -> None:
    wanted = set(frequencies)
    try:
        await until(lambda: len(sound()) >= WINDOW and tones_in(sound()[-WINDOW:]) == wanted, PATIENCE)
    except TimeoutError:
        raise AssertionError(f"heard {tones_in(sound()[-WINDOW:])} instead of {wanted}") from None


@dataclass
class Call:
    """Both parties. Direct until the node moves them."""

    caller: Phone
    psap: Phone
    call_id: str = CALL

    @classmethod
    async def open(cls, call_id: str = CALL, caller_law: int = PCMU, psap_law: int = PCMU) -> "Call":
        caller = await Phone(CALLER_TONE, caller_law).open()
        psap = await Phone(PSAP_TONE, psap_law).open()
        call = cls(caller, psap, call_id)
        call.connect()
        return call

    def connect(self) -> None:
        """Each talks to the other."""
        for one, other in ((self.caller, self.psap), (self.psap, self.caller)):
            one.talk_to(other.audio["host"], other.audio["port"])

    def close(self) -> None:
        self.caller.close()
        self.psap.close()


@dataclass
class FakeNode:
    """An `anchoring.Node` for these calls. `refusal` and `silent` are how it fails; `asked` what it was asked."""

    calls: dict[str, Call] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    refusal: str = ""
    silent: bool = False
    connected: bool = True
    slow: float = 0.0

    async def ask(self, method: str, seconds: float, **params: Any) -> dict[str, Any]:
        if not self.connected:
            raise LinkLostError("control.sock is gone")
        self.asked.append((method, params["call_id"]))
        await asyncio.sleep(self.slow)
        if self.silent:
            raise TimeoutError
        if self.refusal:
            raise ControlError(self.refusal)
        return self.answer(method, params)

    def answer(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        call = self.calls.get(params["call_id"])
        if call is None:
            raise ControlError("There is no such call.")
        if method == "release":
            call.connect()
            return {}
        call.caller.talk_to(params["caller"]["host"], params["caller"]["port"])
        call.psap.talk_to(params["psap"]["host"], params["psap"]["port"])
        return {"caller": call.caller.audio, "psap": call.psap.audio}

    def times(self, method: str) -> int:
        return [asked for asked, _ in self.asked].count(method)


class Stage:
    """Guards over a fake node, and everything it may be asked of."""

    def __init__(self, data_dir: Path, monitoring: Monitoring = JOIN, max_calls: int = 20) -> None:
        self.node = FakeNode()
        self.plans = {ORGANIZATION: AlertPlan(ORGANIZATION, monitoring=monitoring)}
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.prompts: list[str] = []
        self.place = LegPlace(LOOPBACK, LOOPBACK, PORTS)
        self.guards = Guards(
            self.node,
            self.place,
            max_calls,
            data_dir,
            self.plans.get,
            self.prompt,
            lambda *what: self.told.append(what),
        )
        self._phones: list[Phone] = []
        self._running = asyncio.create_task(self.guards.run())

    async def prompt(self, text: str) -> bytes:
        self.prompts.append(text)
        return tone([OTHER_TONE], 0.6, level=0.25)

    def allow(self, monitoring: Monitoring, organization: str = ORGANIZATION) -> None:
        self.plans[organization] = AlertPlan(organization, monitoring=monitoring)

    async def call(self, call_id: str = CALL, caller_law: int = PCMU, psap_law: int = PCMU) -> Call:
        call = self.node.calls[call_id] = await Call.open(call_id, caller_law, psap_law)
        return call

    async def guard(
        self, mode: Any = "listen", call_id: str = CALL, frequency: float = GUARD_TONE
    ) -> tuple[str, Phone]:
        """A guard at a phone, seated; his session."""
        seat, line = await self.guards.sit_by_phone(call_id, ORGANIZATION, "Guard", mode)
        phone = await self.phone(frequency)
        phone.talk_to(*line.leg.local)
        self.guards.phone_remote(seat.session, remote_of(phone.audio))
        return seat.session, phone

    async def phone(self, frequency: float) -> Phone:
        self._phones.append(await Phone(frequency).open())
        return self._phones[-1]

    def states(self, what: str = "session") -> list[str]:
        return [particulars["state"] for kind, particulars in self.told if kind == what]

    async def close(self) -> None:
        await self.guards.close()
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)
        for phone in self._phones:
            phone.close()
        for call in self.node.calls.values():
            call.close()
