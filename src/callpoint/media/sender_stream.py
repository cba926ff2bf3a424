"""The packets of one leg in their order: audio, silence, and digits in place of audio. No socket and no clock."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from callpoint.media import g711
from callpoint.media.player import Player
from callpoint.media.rtp_packet import RtpPacket
from callpoint.media.telephone_event import TelephoneEvent, event_payloads

# A key held for 100 ms and 60 ms rest: above the 40 ms every receiver must know (ITU-T Q.24).
DIGIT_MS = 100
DIGIT_GAP_MS = 60


@dataclass(frozen=True)
class Format:
    """What the peer's SDP asks for: payload type of audio (0 or 8), of events if it takes them, and packet time."""

    payload_type: int = g711.PCMU
    telephone_event_pt: int | None = None
    ptime: int = 20

    @property
    def samples(self) -> int:
        """Samples in one packet."""
        return self.ptime * g711.SAMPLE_RATE // 1000


class SenderStream:
    """Gives one packet for each packet time; timestamps follow the time, not the packets (RFC 3550 §5.1)."""

    def __init__(self, player: Player, random_bits: Callable[[int], int]) -> None:
        """`random_bits(n)` gives n bits nobody can guess, for SSRC and the first numbers."""
        self._player = player
        self._ssrc = random_bits(32)
        self._sequence = random_bits(16)
        self._timestamp = random_bits(32)
        self._marker = True
        self._events: deque[TelephoneEvent | None] = deque()
        self._event_timestamp: int | None = None
        self.format = Format()
        self.packets_sent = 0

    @property
    def sending_digits(self) -> bool:
        """Whether digits are still to be sent."""
        return bool(self._events)

    def send_digits(self, digits: str) -> None:
        """Put digits (0-9 * # A-D) on the line after those not yet sent, in place of audio.

        Raises ValueError for anything else, and when the peer takes no telephone events.
        """
        if self.format.telephone_event_pt is None:
            raise ValueError("the peer takes no telephone events")
        step = self.format.samples
        rest = [None] * -(-DIGIT_GAP_MS // self.format.ptime)
        wanted = [
            entry
            for digit in digits
            for entry in (*event_payloads(digit, DIGIT_MS * g711.SAMPLE_RATE // 1000, step), *rest)
        ]
        self._events.extend(wanted)

    def next_packet(self) -> bytes:
        """The packet of this packet time; advances the time by one packet."""
        event = self._events.popleft() if self._events else None
        packet = self._audio() if event is None else self._event(event)
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._timestamp = (self._timestamp + self.format.samples) & 0xFFFFFFFF
        self.packets_sent += 1
        return bytes(packet)

    def skip(self, packets: int) -> None:
        """So many packet times passed without a packet: the next begins a new talk spurt."""
        self._timestamp = (self._timestamp + packets * self.format.samples) & 0xFFFFFFFF
        self._marker = True

    def _audio(self) -> RtpPacket:
        self._event_timestamp = None
        payload = g711.to_wire(self._player.frame(self.format.samples), self.format.payload_type)
        marker, self._marker = self._marker, False
        return RtpPacket(self.format.payload_type, self._sequence, self._timestamp, self._ssrc, payload, marker)

    def _event(self, event: TelephoneEvent) -> RtpPacket:
        """All packets of one event carry the time of its beginning; the first has the marker (RFC 4733 §2.2.2)."""
        first = self._event_timestamp is None
        if self._event_timestamp is None:
            self._event_timestamp = self._timestamp
        payload_type = self.format.telephone_event_pt or 0
        return RtpPacket(payload_type, self._sequence, self._event_timestamp, self._ssrc, bytes(event), first)
