"""The worker's second duty: facts of the node's journal become call records."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from django.db import connection

from callpoint.calls.ingest import Place, current_place, ingest, next_journal
from callpoint.snapshot.facts import Fact, facts_after, last_seq
from callpoint.worker.database_file import DatabaseFile

POLL_SECONDS: Final = 0.25
FACTS_AT_ONCE: Final = 200  # a transaction of some ten milliseconds: other writers hardly notice
NODE: Final = "node"


class IngestJob:
    """Follows `node/journal.db`, and notices when the node began a new one."""

    name = "ingest"

    def __init__(self, node_dir: Path) -> None:
        self._journal = node_dir / "journal.db"
        self._file = DatabaseFile()

    def open(self) -> None:
        self.close()
        self._file.open()

    def step(self) -> bool:
        self._file.check()
        place, facts = self._next_facts(current_place(NODE))
        return bool(facts) and ingest(place.journal, facts) > 0

    def wait(self, stop: threading.Event) -> None:
        stop.wait(POLL_SECONDS)

    def close(self) -> None:
        connection.close()

    def _next_facts(self, place: Place) -> tuple[Place, Sequence[Fact]]:
        """Facts after `place`. The last one taken in is read again: if it is another now, so is the journal."""
        if place.seq == 0:
            return place, facts_after(self._journal, 0, FACTS_AT_ONCE)
        facts = facts_after(self._journal, place.seq - 1, FACTS_AT_ONCE + 1)
        if facts and place.follows(facts[0]):
            return place, facts[1:]
        if not facts and last_seq(self._journal) == 0:
            return place, ()  # no journal at all: the node has not started yet
        return next_journal(place), facts_after(self._journal, 0, FACTS_AT_ONCE)
