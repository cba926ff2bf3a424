"""Digits as RFC 4733 telephone events: sent as packets of one event, received once however often they come."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_PAYLOAD = struct.Struct("!BBH")
DIGITS = "0123456789*#ABCD"
# The end of an event is sent three times, so that losing one or two does not lose it (RFC 4733 §2.5.1.4).
END_PACKETS = 3
# -10 dBm0, the level of a telephone's own keypad.
VOLUME = 10
MAX_DURATION = 0xFFFF


@dataclass(frozen=True, slots=True)
class TelephoneEvent:
    """The payload (RFC 4733 §2.3); `duration` in samples since the event began, `volume` in -dBm0."""

    event: int
    end: bool
    volume: int
    duration: int

    @classmethod
    def parse(cls, payload: bytes) -> "TelephoneEvent | None":
        """None for a payload too short to be one. Of several events in one packet the first is read."""
        if len(payload) < _PAYLOAD.size:
            return None
        event, flags, duration = _PAYLOAD.unpack_from(payload)
        return cls(event, bool(flags & 0x80), flags & 0x3F, duration)

    def __bytes__(self) -> bytes:
        return _PAYLOAD.pack(self.event, (0x80 if self.end else 0) | (self.volume & 0x3F), self.duration)


class DigitReceiver:
    """Turns received events into digits: one digit for one timestamp, from whichever of its packets comes first.

    RFC 4733 §2.5.2.2 lets a receiver act on the beginning. We do: a digit then counts even if every end packet
    is lost, and a menu stops speaking at once.
    """

    # How far back a repeated or late packet is still known: more digits than fit into a jitter of two seconds.
    REMEMBERED = 8

    def __init__(self) -> None:
        self._seen: list[tuple[int, int]] = []

    def receive(self, ssrc: int, timestamp: int, payload: bytes) -> str | None:
        """The digit if this packet begins a new one, else None (repetition, end, unknown event)."""
        event = TelephoneEvent.parse(payload)
        if event is None or event.event >= len(DIGITS) or (ssrc, timestamp) in self._seen:
            return None
        self._seen = [*self._seen[1 - self.REMEMBERED :], (ssrc, timestamp)]
        return DIGITS[event.event]


def event_payloads(digit: str, duration: int, step: int) -> Iterator[TelephoneEvent]:
    """The events of one digit, one for each packet time: growing by `step` samples up to `duration`, the last thrice.

    Raises ValueError for anything but one of 0-9 * # A-D.
    """
    code = DIGITS.find(digit.upper())
    if code < 0 or len(digit) != 1:
        raise ValueError(f"no digit: {digit!r}")
    for reached in range(step, duration, step):
        yield TelephoneEvent(code, False, VOLUME, min(reached, MAX_DURATION))
    for _ in range(END_PACKETS):
        yield TelephoneEvent(code, True, VOLUME, min(duration, MAX_DURATION))
