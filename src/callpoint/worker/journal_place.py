"""Where the worker is in a journal that somebody else writes, and may begin anew."""

from collections.abc import Sequence
from pathlib import Path

from callpoint.calls.ingest import Place, current_place, next_journal
from callpoint.snapshot.facts import Fact, facts_after, last_seq


class JournalPlace:
    """Gives the facts after what was taken in last. `writer` names whose journal it is in the database."""

    def __init__(self, journal: Path, writer: str) -> None:
        self._journal = journal
        self._writer = writer

    def next_facts(self, limit: int) -> tuple[Place, Sequence[Fact]]:
        """Facts after the place. The last one taken in is read again: if it is another now, so is the journal."""
        place = current_place(self._writer)
        if place.seq == 0:
            return place, facts_after(self._journal, 0, limit)
        facts = facts_after(self._journal, place.seq - 1, limit + 1)
        if facts and place.follows(facts[0]):
            return place, facts[1:]
        if not facts and last_seq(self._journal) == 0:
            return place, ()  # no journal at all: its writer has not started yet
        return next_journal(place), facts_after(self._journal, 0, limit)
