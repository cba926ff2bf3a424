"""One RTP leg of a mixed call: leaner than `media_port`, as one clock drives all of them.

What arrives goes into a jitter buffer, out of which the mixer takes a frame each tick, and back goes what the mixer
made. Digits (RFC 4733) do not pass through the mixer: they are handed to whoever listens to `on_event`.
"""

import asyncio
import ipaddress
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from callpoint.media import g711
from callpoint.media.latch import Address, Latch
from callpoint.media.leg_sender import LegSender
from callpoint.media.media_port import DEFAULT_PTIME, PTIMES, Statistics
from callpoint.media.playout import FRAME, PlayoutBuffer
from callpoint.media.ports import PortPair, PortRange
from callpoint.media.received_audio import MAX_MISORDER
from callpoint.media.rtp_packet import RtpError, RtpPacket, sequence_delta
from callpoint.media.sender_stream import Format
from callpoint.speech import mu_law
from callpoint.speech.mu_law import Pcm

DYNAMIC_TYPES: Final = range(96, 128)


@dataclass(frozen=True)
class Remote:
    """What a peer's SDP said of its audio: where (an IP address; port 0 is hold), in which law, digits, packet time."""

    host: str
    port: int
    payload_type: int = g711.PCMU
    event_type: int | None = None
    ptime: int = DEFAULT_PTIME

    def __post_init__(self) -> None:
        """Raises ValueError for what cannot be meant."""
        ipaddress.ip_address(self.host)
        if not 0 <= self.port <= 0xFFFF:
            raise ValueError(f"port {self.port}")
        if self.payload_type not in (g711.PCMU, g711.PCMA):
            raise ValueError(f"payload type {self.payload_type} is not G.711")
        if self.event_type is not None and self.event_type not in DYNAMIC_TYPES:
            raise ValueError(f"payload type {self.event_type} is none for telephone events")


class RtpLeg(asyncio.DatagramProtocol):
    """Opened by `open`, told the peer by `set_remote`; `take` and `give` are called once a tick each."""

    def __init__(self, pair: PortPair, advertised: str) -> None:
        """Use `open`."""
        self._pair = pair
        self.local = Address(advertised, pair.port)
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.DatagramTransport | None = None
        self._latch = Latch()
        self._playout = PlayoutBuffer()
        self._sender = LegSender(secrets.randbits)
        self._source = -1
        self._sequence = 0
        self._received = self._refused = self._lost = 0
        self.heard_at = self._loop.time()
        """When the last packet came, in the loop's time; the opening before the first."""
        self.on_event: Callable[[RtpPacket], None] | None = None

    @classmethod
    async def open(cls, bind: str, advertised: str, ports: PortRange) -> "RtpLeg":
        """A leg on a free pair of ports of `bind`; `advertised` is the host peers are told. Raises OSError."""
        pair = ports.take(bind)
        leg = cls(pair, advertised)
        try:
            leg._transport, _ = await leg._loop.create_datagram_endpoint(lambda: leg, sock=pair.rtp)
        except BaseException:
            pair.close()
            raise
        return leg

    @property
    def remote(self) -> Address | None:
        """Where packets go now; None while that is unknown, or on hold."""
        return self._latch.target

    @property
    def statistics(self) -> Statistics:
        return Statistics(self._sender.packets_sent, self._received, self._lost, self._refused)

    def set_remote(self, remote: Remote) -> None:
        """The peer's address and format; may change at any time (re-INVITE). Unspecified or port 0 is hold.

        Raises ValueError for an address of the other IP version: this leg cannot reach it.
        """
        address = ipaddress.ip_address(remote.host)
        if not address.is_unspecified and address.version != ipaddress.ip_address(self.local.host).version:
            raise ValueError(f"{remote.host} cannot be reached from {self.local.host}")
        ptime = remote.ptime if remote.ptime in PTIMES else DEFAULT_PTIME
        self._sender.format = Format(remote.payload_type, remote.event_type, ptime)
        self._latch.signal(None if address.is_unspecified or not remote.port else Address(str(address), remote.port))

    def take(self) -> Pcm:
        """The peer's sound of this tick."""
        return self._playout.take()

    def give(self, pcm: Pcm) -> None:
        """Send the peer this sound."""
        target = self._latch.target
        if target is None:
            self._sender.skip(len(pcm))
            return
        for packet in self._sender.sound(pcm):
            self._send(packet, target)

    def skip(self, ticks: int) -> None:
        """So many ticks were missed: our time goes on, without a burst to make up for them."""
        self._sender.skip(ticks * FRAME)

    def pass_on(self, packet: RtpPacket) -> None:
        """Send the peer an event of the other party, at once and as it is."""
        target = self._latch.target
        event = self._sender.event(packet) if target is not None else None
        if event is not None and target is not None:
            self._send(event, target)

    def close(self) -> None:
        """Give the ports back; again is harmless."""
        self.on_event = None
        if self._transport is not None:
            self._transport.close()
        self._pair.rtcp.close()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        try:
            packet = RtpPacket.parse(data)
        except RtpError:
            self._refused += 1
            return
        event = packet.payload_type == self._sender.format.telephone_event_pt
        wanted = event or packet.payload_type in (g711.PCMU, g711.PCMA)
        if not wanted or not self._latch.accept(Address(addr[0], addr[1]), self._loop.time()):
            self._refused += 1
            return
        self._received += 1
        self.heard_at = self._loop.time()
        self._count(packet)
        if not event:
            decode = g711.decode_a_law if packet.payload_type == g711.PCMA else mu_law.decode
            self._playout.put(packet.ssrc, packet.timestamp, decode(packet.payload))
        elif self.on_event is not None:
            self.on_event(packet)

    def error_received(self, exc: Exception) -> None:
        """The peer's port is closed (ICMP). SIP will end the call if it is gone; until then we keep the pace."""

    def _count(self, packet: RtpPacket) -> None:
        step = sequence_delta(packet.sequence, self._sequence)
        if packet.ssrc == self._source and -MAX_MISORDER < step <= 0:
            return
        if packet.ssrc == self._source and step > 0:
            self._lost += step - 1
        self._source, self._sequence = packet.ssrc, packet.sequence

    def _send(self, packet: bytes, target: Address) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(packet, target)
