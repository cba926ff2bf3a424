"""How an answering point treats the next calls: the numbers one presses to provoke each failure."""

from dataclasses import dataclass
from enum import StrEnum

MAX_RING_SECONDS = 120.0


class Mode(StrEnum):
    ANSWER = "answer"
    RING = "ring"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"
    SILENT = "silent"
    DECLINE = "decline"


# What a mode refuses with (RFC 3261 §21): Busy Here, Service Unavailable, Decline.
REFUSALS = {Mode.BUSY: 486, Mode.UNAVAILABLE: 503, Mode.DECLINE: 603}
# Long enough that a human sees "ringing", short enough that nobody waits for it.
RING_SECONDS = {Mode.ANSWER: 0.2, Mode.RING: 5.0}


@dataclass(frozen=True)
class Behaviour:
    """`ring_seconds` pass between 180 and 200 where the mode answers at all. `silent` says nothing, not even 100."""

    mode: Mode = Mode.ANSWER
    ring_seconds: float = RING_SECONDS[Mode.ANSWER]

    @classmethod
    def from_json(cls, document: object) -> "Behaviour":
        """`{"mode": …, "ring_seconds": …}`, the second optional. Raises ValueError with a sentence."""
        if not isinstance(document, dict):
            raise ValueError("send a JSON object with a mode")
        modes = ", ".join(Mode)
        try:
            mode = Mode(str(document.get("mode")))
        except ValueError:
            raise ValueError(f"mode must be one of: {modes}") from None
        seconds = document.get("ring_seconds", RING_SECONDS.get(mode, 0.0))
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= MAX_RING_SECONDS:
            raise ValueError(f"ring_seconds must be a number from 0 to {MAX_RING_SECONDS:g}")
        return cls(mode, float(seconds))

    def to_json(self) -> dict[str, object]:
        return {"mode": str(self.mode), "ring_seconds": self.ring_seconds}
