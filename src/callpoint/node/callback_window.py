"""Whom a PSAP may be calling back: the emergency calls of the last three hours, by the number they gave.

Filled from the node's own facts as they are written, and after a restart from those in the journal, so that both ways
are one. A callback number of several people (a switchboard's) belongs to the one who called last.
"""

import asyncio
import logging
import sqlite3
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from callpoint.routing.identity import us_or_canadian
from callpoint.sip.hop import Hop
from callpoint.snapshot import fact_kinds
from callpoint.snapshot.facts import BATCH, Fact, facts_after, last_seq

logger = logging.getLogger(__name__)

WINDOW_SECONDS: Final = 180 * 60.0
MOST_CALLS: Final = 10_000  # of the newest; a flood of calls must not fill the memory
MOST_FACTS_READ: Final = 200_000  # at a start: some seconds, beside everything else

T = TypeVar("T")
_Received = tuple[Mapping[str, Any], Hop | None]


@dataclass(frozen=True)
class RecentCall:
    """An emergency call that gave `number` to call back. `at` is Unix seconds; `location` as in the fact *decided*.

    `source` ("udp 192.0.2.1:5060") and `contact` (its URI) say where it came from; `hop` is that of a call this very
    process took, with the connection it came by.
    """

    call_id: str
    organization: str
    number: str
    at: float
    device_user_id: str = ""
    person: str = ""
    trunk: str = ""
    source: str = ""
    contact: str = ""
    psap: str = ""
    location: Mapping[str, Any] | None = None
    hop: Hop | None = None


class CallbackWindow:
    """`note` is a listener of `recorder.Recorder`; `now` gives Unix seconds."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._received: OrderedDict[str, _Received] = OrderedDict()
        self._hops: OrderedDict[str, Hop] = OrderedDict()
        self._by_number: dict[str, RecentCall] = {}
        self._by_call: OrderedDict[str, RecentCall] = OrderedDict()

    def arrived(self, call_id: str, hop: Hop) -> None:
        """The call of that id comes from `hop`; told before its facts are."""
        _keep(self._hops, call_id, hop)

    def note(self, call_id: str, organization: str, kind: str, data: Mapping[str, Any]) -> None:
        """A fact of now."""
        self._take(call_id, organization, kind, data, self._now())

    def replay(self, facts: Iterable[Fact]) -> None:
        """Facts of before, oldest first. What is known from a newer call stays."""
        for fact in facts:
            self._take(fact.call_id, fact.organization, fact.kind, fact.data, _seconds(fact.at))

    def find(self, number: str) -> RecentCall | None:
        """The newest call within the window that gave `number` (E.164)."""
        return self._valid(self._by_number.get(number))

    def of_call(self, call_id: str) -> RecentCall | None:
        """The call of that emergency call identifier, within the window."""
        return self._valid(self._by_call.get(call_id))

    def calls(self) -> list[RecentCall]:
        """All that are remembered, about in the order of their time."""
        return list(self._by_call.values())

    def _take(self, call_id: str, organization: str, kind: str, data: Mapping[str, Any], at: float) -> None:
        if kind == fact_kinds.RECEIVED and data.get("service") == "emergency":
            _keep(self._received, call_id, (data, self._hops.pop(call_id, None)))
        elif kind == fact_kinds.DECIDED and call_id in self._received:
            received, hop = self._received.pop(call_id)
            self._add(_recent(call_id, organization, received, data, at), hop)

    def _add(self, call: RecentCall, hop: Hop | None) -> None:
        number = us_or_canadian(call.number)
        self._prune()
        if self._now() - call.at > WINDOW_SECONDS:
            return
        call = replace(call, number=number, hop=hop)
        _keep(self._by_call, call.call_id, call)
        newest = self._by_number.get(number)
        if number and (newest is None or newest.at <= call.at):
            self._by_number[number] = call

    def _valid(self, call: RecentCall | None) -> RecentCall | None:
        return call if call is not None and self._now() - call.at <= WINDOW_SECONDS else None

    def _prune(self) -> None:
        """The calls stand about in the order of their time: after a clock jump one may stay a little longer."""
        while self._by_call:
            oldest = next(iter(self._by_call.values()))
            if self._now() - oldest.at <= WINDOW_SECONDS and len(self._by_call) < MOST_CALLS:
                return
            del self._by_call[oldest.call_id]
            if self._by_number.get(oldest.number) is oldest:
                del self._by_number[oldest.number]


async def rebuild(window: CallbackWindow, journal: Path) -> None:
    """Fills the window from the journal, beside everything else: no start waits for it."""
    try:
        facts = await asyncio.to_thread(recent_facts, journal, time.time() - WINDOW_SECONDS)
    except (sqlite3.Error, OSError) as error:
        logger.warning("calls back to calls of before this start are not recognised by their number: %s", error)
        return
    window.replay(facts)


def recent_facts(journal: Path, since: float) -> list[Fact]:
    """The facts from `since` (Unix seconds) on, oldest first, and at most some earlier ones. Raises sqlite3.Error."""
    end = last_seq(journal)
    batches: list[list[Fact]] = []
    while end > 0 and len(batches) * BATCH < MOST_FACTS_READ:
        begin = max(end - BATCH, 0)
        facts = [fact for fact in facts_after(journal, begin) if fact.seq <= end]
        batches.append(facts)
        end = begin
        if facts and _seconds(facts[0].at) < since:
            break
    return [fact for batch in reversed(batches) for fact in batch]


def _recent(
    call_id: str, organization: str, received: Mapping[str, Any], decided: Mapping[str, Any], at: float
) -> RecentCall:
    location = decided.get("location")
    return RecentCall(
        call_id=call_id,
        organization=organization,
        number=str(decided.get("callback_number") or ""),
        at=at,
        device_user_id=str(decided.get("device_user_id") or ""),
        person=str(decided.get("person") or ""),
        trunk=str(received.get("trunk") or ""),
        source=str(received.get("source") or ""),
        contact=str(received.get("contact") or ""),
        psap=str(decided.get("psap") or ""),
        location=location if isinstance(location, Mapping) else None,
    )


def _seconds(at: str) -> float:
    """0.0 for a time nobody can read: then it is long ago."""
    try:
        return datetime.fromisoformat(at).timestamp()
    except ValueError:
        return 0.0


def _keep(table: OrderedDict[str, T], key: str, value: T) -> None:
    table[key] = value
    if len(table) > MOST_CALLS:
        table.popitem(last=False)
