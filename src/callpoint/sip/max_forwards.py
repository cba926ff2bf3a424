"""Max-Forwards: how many hops a request may still take (RFC 3261 §20.22)."""

from dataclasses import dataclass
from typing import Self

from callpoint.sip.grammar import number

MAX_HOPS = 255
DEFAULT_HOPS = 70
"""What a request of ours starts with (RFC 3261 §8.1.1.6)."""


@dataclass(frozen=True, slots=True)
class MaxForwards:
    """Remaining hops, 0 to 255."""

    hops: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the number; RemoteProtocolError 400 for anything else."""
        return cls(number(text, MAX_HOPS, "Max-Forwards"))

    def __str__(self) -> str:
        return str(self.hops)
