"""The packets of one leg of a mixed call: sound in even packets, and the other party's digits as they were sent.

Unlike `sender_stream`, which plays what was queued, this is fed by a mixer's tick. No socket and no clock.
"""

from collections.abc import Callable
from typing import Final

from callpoint.media import g711
from callpoint.media.rtp_packet import RtpPacket
from callpoint.media.sender_stream import Format
from callpoint.media.telephone_event import TelephoneEvent
from callpoint.speech import mu_law
from callpoint.speech.mu_law import Pcm

EVENT_TICKS: Final = 6
"""An event whose end never comes is over after so many ticks without a packet of it: its sender has died."""
REMEMBERED: Final = 8
"""Events whose place in our time is kept: the end of one is repeated, and may arrive behind the next."""


class LegSender:
    """`sound` is called each tick and gives the packets due; `event` gives the packet that passes a digit on.

    While a digit is under way its packets take the place of sound (RFC 4733 §2.5.1.3 lets both, but many a receiver
    takes the sound beside an event for a second key).
    """

    def __init__(self, random_bits: Callable[[int], int]) -> None:
        """`random_bits(n)` gives n bits nobody can guess."""
        self._ssrc = random_bits(32)
        self._sequence = random_bits(16)
        self._timestamp = random_bits(32)
        self._pending = b""
        self._marker = True
        self._events: dict[tuple[int, int], int] = {}
        self._event_ticks = 0
        self.format = Format()
        self.packets_sent = 0

    def sound(self, pcm: Pcm) -> list[bytes]:
        """The packets that are due when `pcm` was added: none while a packet time is not full."""
        encode = g711.encode_a_law if self.format.payload_type == g711.PCMA else mu_law.encode
        self._pending += encode(pcm)
        size = self.format.samples
        packets: list[bytes] = []
        while len(self._pending) >= size:
            payload, self._pending = self._pending[:size], self._pending[size:]
            if self._event_ticks:
                self._marker = True
            else:
                packets.append(self._packet(self.format.payload_type, self._timestamp, payload, self._marker))
                self._marker = False
            self._timestamp = (self._timestamp + size) & 0xFFFFFFFF
        self._event_ticks = max(self._event_ticks - 1, 0)
        return packets

    def skip(self, samples: int) -> None:
        """So much time passed without a packet (hold, a late tick): the next begins a new talk spurt."""
        self._pending = b""
        self._marker = True
        self._timestamp = (self._timestamp + samples) & 0xFFFFFFFF

    def event(self, packet: RtpPacket) -> bytes | None:
        """The other party's event as a packet of ours; None when this peer takes none, or it is no event.

        All packets of one event carry the time of its beginning, in our time as in theirs (RFC 4733 §2.2.2);
        payload, and so key, volume, length and end, are theirs untouched.
        """
        event = TelephoneEvent.parse(packet.payload)
        if event is None or self.format.telephone_event_pt is None:
            return None
        key = (packet.ssrc, packet.timestamp)
        first = key not in self._events
        if first:
            self._events[key] = self._timestamp
            while len(self._events) > REMEMBERED:
                del self._events[next(iter(self._events))]
        if first or not event.end:
            self._event_ticks = EVENT_TICKS
        elif key == next(reversed(self._events)):
            self._event_ticks = 1
        return self._packet(self.format.telephone_event_pt, self._events[key], packet.payload, first)

    def _packet(self, payload_type: int, timestamp: int, payload: bytes, marker: bool) -> bytes:
        packet = RtpPacket(payload_type, self._sequence, timestamp, self._ssrc, payload, marker)
        self._sequence = (self._sequence + 1) & 0xFFFF
        self.packets_sent += 1
        return bytes(packet)
