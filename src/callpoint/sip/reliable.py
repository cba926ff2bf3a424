"""Reliable provisional responses through a B2BUA: whose RSeq became which (RFC 3262).

Theory of operation. The caller sees one INVITE and so one growing row of RSeq numbers, while behind us several legs,
and several forks of each, number their own. `ReliableRelay` gives each response of a leg the next number of the
caller's row and remembers it; the caller's PRACK is turned back into the leg's own RAck. Repetition is left to the
ends: a response sent again by the callee is passed on again under the same number until its PRACK has come.
"""

from __future__ import annotations

from dataclasses import dataclass

from callpoint.sip.cseq import CSeq
from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.grammar import number
from callpoint.sip.message import Message, Request, Response
from callpoint.sip.rack import MAX_RSEQ, RAck

FIRST_RSEQ_LIMIT = 2**31 - 1
"""The first RSeq is random from 1 to this (RFC 3262 §3)."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A reliable response passed on: the leg and fork it came from, and the RAck its PRACK must carry there."""

    leg: str
    to_tag: str
    rack: RAck


def wants_reliability(message: Message) -> bool:
    """Whether 100rel is required: a response then wants a PRACK, an INVITE wants such responses only."""
    return any(value.lower() == "100rel" for value in message.values("Require"))


def first_rseq(chance: float) -> int:
    """The first RSeq of a row; `chance` is random, 0 <= chance < 1."""
    return 1 + int(chance * FIRST_RSEQ_LIMIT)


class ReliableRelay:
    """The reliable provisional responses to the INVITE of a caller: `cseq` is its number, `first` the first RSeq."""

    def __init__(self, cseq: int, first: int) -> None:
        self._cseq = cseq
        self._next = first
        self._last: dict[tuple[str, str], int] = {}
        self._numbers: dict[tuple[str, str, int], int] = {}
        self._open: dict[int, Passed] = {}

    @property
    def waiting(self) -> bool:
        """Whether a response passed on still lacks its PRACK."""
        return bool(self._open)

    def pass_on(self, leg: str, response: Response) -> int | None:
        """The RSeq to pass a reliable `response` of `leg` on with.

        None when it must not be passed on: its PRACK has been seen already, or one before it is missing and it may
        not be acknowledged yet (RFC 3262 §4). RemoteProtocolError 400 without readable RSeq, To or CSeq.
        """
        rseq = number(response.required("RSeq"), MAX_RSEQ, "RSeq")
        tag = response.to.tag or ""
        last = self._last.get((leg, tag))
        if last is not None and rseq <= last:
            known = self._numbers.get((leg, tag, rseq))
            return known if known in self._open else None
        if last is not None and rseq != last + 1:
            return None
        ours, self._next = self._next, self._next + 1
        self._last[leg, tag] = rseq
        self._numbers[leg, tag, rseq] = ours
        self._open[ours] = Passed(leg, tag, RAck(rseq, CSeq(response.cseq.number, response.cseq.method)))
        return ours

    def take_prack(self, prack: Request) -> Passed:
        """What the caller's `prack` acknowledges; afterwards it is no longer waited for.

        RemoteProtocolError 481 when nothing waits for it (RFC 3262 §3), 400 when its RAck cannot be read.
        """
        rack = RAck.parse(prack.required("RAck"))
        if rack.cseq != CSeq(self._cseq, "INVITE") or rack.rseq not in self._open:
            raise RemoteProtocolError(481, "Call/Transaction Does Not Exist")
        return self._open.pop(rack.rseq)
