"""One leg of audio over UDP: G.711 out at an even pace, G.711 and digits in.

Made for the node's own event loop: a leg costs one timer and one datagram each way for a packet time.
"""

import asyncio
import ipaddress
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from callpoint.media import g711
from callpoint.media.latch import Address, Latch
from callpoint.media.player import Player
from callpoint.media.ports import PortPair, PortRange
from callpoint.media.received_audio import ReceivedAudio
from callpoint.media.rtp_packet import RtpError, RtpPacket
from callpoint.media.sender_stream import Format, SenderStream
from callpoint.media.telephone_event import DigitReceiver

# Held up for longer, the leg goes on from now instead of sending the missed packets in one burst.
MAX_CATCH_UP = 0.1
# A packet time outside this is a broken offer; RFC 3551 §4.2 has 20 ms as the usual one.
PTIMES = range(10, 101, 10)
DEFAULT_PTIME = 20


@dataclass(frozen=True)
class Statistics:
    """Counts of one leg; `refused`: no RTP, a stranger's, or of a payload type nobody agreed on."""

    sent: int
    received: int
    lost: int
    refused: int


class MediaPort(asyncio.DatagramProtocol):
    """Opened by `open`, told the peer by `set_remote`; from `start` on sends sound while there is some, else silence.

    Callbacks run on the event loop: `on_digit(digit)` once for each digit, `on_audio(mu_law)` for each packet.
    With `clear_on_digit` a digit ends what is being played before `on_digit` is told.
    """

    def __init__(self, pair: PortPair, host: str) -> None:
        """Use `open`."""
        self._pair = pair
        self._local = Address(host, pair.port)
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.DatagramTransport | None = None
        self._player = Player()
        self._stream = SenderStream(self._player, secrets.randbits)
        self._latch = Latch()
        self._audio = ReceivedAudio()
        self._digits = DigitReceiver()
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._drained = asyncio.Event()
        self._drained.set()
        self._closed = False
        self._received = self._refused = 0
        self.clear_on_digit = True
        self.on_digit: Callable[[str], None] | None = None
        self.on_audio: Callable[[bytes], None] | None = None

    @classmethod
    async def open(cls, host: str, port_range: PortRange) -> "MediaPort":
        """A leg listening on a free pair of ports of `host` (an IP address). Raises OSError (NoPortError)."""
        pair = port_range.take(host)
        port = cls(pair, host)
        try:
            port._transport, _ = await port._loop.create_datagram_endpoint(lambda: port, sock=pair.rtp)
        except BaseException:
            pair.close()
            raise
        return port

    @property
    def local(self) -> Address:
        """Host and port for our SDP."""
        return self._local

    @property
    def remote(self) -> Address | None:
        """Where packets go now: the peer's SDP address or where it was heard from; None while unknown or on hold."""
        return self._latch.target

    @property
    def statistics(self) -> Statistics:
        """The counts so far."""
        return Statistics(self._stream.packets_sent, self._received, self._audio.lost, self._refused)

    @property
    def remaining(self) -> float:
        """Seconds of sound still to be played."""
        return self._player.remaining

    def set_remote(
        self,
        host: str,
        port: int,
        payload_type: int = g711.PCMU,
        telephone_event_pt: int | None = None,
        ptime: int = DEFAULT_PTIME,
    ) -> None:
        """The peer's address and format, from its SDP; may change at any time (re-INVITE).

        Port 0 or an unspecified address is hold: nothing is sent (RFC 3264 §8.4). A `ptime` we cannot serve becomes
        20 ms. Raises ValueError for a host that is no IP address or a payload type that is not PCMU or PCMA.
        """
        if payload_type not in (g711.PCMU, g711.PCMA):
            raise ValueError(f"payload type {payload_type} is not G.711")
        address = ipaddress.ip_address(host)
        self._stream.format = Format(payload_type, telephone_event_pt, ptime if ptime in PTIMES else DEFAULT_PTIME)
        self._latch.signal(None if address.is_unspecified or not port else Address(str(address), port))

    def start(self) -> None:
        """Send from now on; the first packet leaves before this returns."""
        if self._timer is None and not self._closed:
            self._due = self._loop.time()
            self._tick()

    def stop(self) -> None:
        """Send nothing until `start` (the peer only wants to be heard)."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._stream.skip(1)

    def play(self, mu_law: bytes) -> None:
        """Play that after everything queued."""
        self._player.add(mu_law)
        if not self._player.empty:
            self._drained.clear()

    def clear(self) -> None:
        """Forget what is not yet played: silence from the next packet on."""
        self._player.clear()
        self._drained.set()

    async def drained(self) -> None:
        """Wait until everything queued was played, cleared, or the leg closed."""
        await self._drained.wait()

    def send_digits(self, digits: str) -> None:
        """Press keys, as RFC 4733 events. Raises ValueError for what is no digit or a peer that takes no events."""
        self._stream.send_digits(digits)

    def close(self) -> None:
        """Stop and give the ports back; again is harmless."""
        self.stop()
        self._closed = True
        self._drained.set()
        if self._transport is not None:
            self._transport.close()
        self._pair.rtcp.close()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        try:
            packet = RtpPacket.parse(data)
        except RtpError:
            self._refused += 1
            return
        wanted = packet.payload_type in (g711.PCMU, g711.PCMA, self._stream.format.telephone_event_pt)
        if not wanted or not self._latch.accept(Address(addr[0], addr[1]), self._loop.time()):
            self._refused += 1
            return
        self._received += 1
        if packet.payload_type == self._stream.format.telephone_event_pt:
            self._receive_digit(packet)
        else:
            sound = self._audio.receive(packet)
            if sound and self.on_audio is not None:
                self.on_audio(sound)

    def error_received(self, exc: Exception) -> None:
        """The peer's port is closed (ICMP). SIP will end the call if it is gone; until then we keep the pace."""

    def _receive_digit(self, packet: RtpPacket) -> None:
        self._audio.skip(packet)
        digit = self._digits.receive(packet.ssrc, packet.timestamp, packet.payload)
        if digit is None:
            return
        if self.clear_on_digit:
            self.clear()
        if self.on_digit is not None:
            self.on_digit(digit)

    def _tick(self) -> None:
        interval = self._stream.format.ptime / 1000
        late = self._loop.time() - self._due
        if late > MAX_CATCH_UP:
            missed = int(late / interval)
            self._stream.skip(missed)
            self._due += missed * interval
        # Deadlines are counted from the start, so that a late tick does not make all later ones late.
        self._due += interval
        self._timer = self._loop.call_at(self._due, self._tick)
        target = self._latch.target
        if target is None:
            self._stream.skip(1)
            return
        packet = self._stream.next_packet()
        if self._transport is not None:
            self._transport.sendto(packet, target)
        if self._player.empty and not self._drained.is_set():
            self._drained.set()
