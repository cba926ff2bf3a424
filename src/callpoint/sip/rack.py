"""RAck: which reliable provisional response a PRACK is for (RFC 3262 §7.2)."""

from dataclasses import dataclass
from typing import Self

from callpoint.sip.cseq import CSeq
from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.grammar import number

MAX_RSEQ = 2**32 - 1
"""RFC 3262 §7.1: RSeq is a 32-bit number."""


@dataclass(frozen=True, slots=True)
class RAck:
    """The RSeq of the response, and number and method of the request it answered."""

    rseq: int
    cseq: CSeq

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `rseq number method`; RemoteProtocolError 400 for anything else."""
        parts = text.split(None, 1)
        if len(parts) != 2:
            raise RemoteProtocolError(400, "Bad RAck")
        return cls(number(parts[0], MAX_RSEQ, "RAck"), CSeq.parse(parts[1]))

    def __str__(self) -> str:
        return f"{self.rseq} {self.cseq}"


def rewritten_rack(value: str, cseq: int) -> str:
    """A RAck as it reads on another leg, whose INVITE has the number `cseq`: RSeq and method cross unchanged.

    One that cannot be read crosses as it is: the far end refuses it.
    """
    try:
        rack = RAck.parse(value)
    except RemoteProtocolError:
        return value
    return str(RAck(rack.rseq, CSeq(cseq, rack.cseq.method)))
