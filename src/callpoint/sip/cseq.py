"""CSeq: the place of a request in its dialog (RFC 3261 §20.16)."""

from dataclasses import dataclass
from typing import Self

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.grammar import is_token, number

MAX_CSEQ = 2**31 - 1
"""RFC 3261 §8.1.1.5: less than 2**31."""


@dataclass(frozen=True, slots=True)
class CSeq:
    """Sequence number and method; methods are compared with their case."""

    number: int
    method: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `number method`; RemoteProtocolError 400 for anything else."""
        parts = text.split()
        if len(parts) != 2 or not is_token(parts[1]):
            raise RemoteProtocolError(400, "Bad CSeq")
        return cls(number(parts[0], MAX_CSEQ, "CSeq"), parts[1])

    def __str__(self) -> str:
        return f"{self.number} {self.method}"
