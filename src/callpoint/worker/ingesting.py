"""The worker's second duty: facts of the journals become call records, and what became of every notice."""

import threading
from pathlib import Path
from typing import Final

from django.db import connection, transaction

from callpoint.calls.ingest import ingest
from callpoint.notices.ingest import take_in
from callpoint.worker.database_file import DatabaseFile
from callpoint.worker.journal_place import JournalPlace

POLL_SECONDS: Final = 0.25
FACTS_AT_ONCE: Final = 200  # a transaction of some ten milliseconds: other writers hardly notice
NODE: Final = "node"
DISPATCHER: Final = "dispatcher"


class IngestJob:
    """Follows `node/journal.db`, and notices when the node began a new one."""

    name = "ingest"

    def __init__(self, node_dir: Path) -> None:
        self._place = JournalPlace(node_dir / "journal.db", NODE)
        self._file = DatabaseFile()

    def open(self) -> None:
        self.close()
        self._file.open()

    def step(self) -> bool:
        self._file.check()
        place, facts = self._place.next_facts(FACTS_AT_ONCE)
        return bool(facts) and ingest(place.journal, facts) > 0

    def wait(self, stop: threading.Event) -> None:
        stop.wait(POLL_SECONDS)

    def close(self) -> None:
        connection.close()


class NoticeIngestJob(IngestJob):
    """Follows `dispatcher/journal.db`: its facts become steps of call records, deliveries and signs of screens."""

    name = "ingest notices"

    def __init__(self, dispatcher_dir: Path) -> None:
        self._place = JournalPlace(dispatcher_dir / "journal.db", DISPATCHER)
        self._file = DatabaseFile()

    def step(self) -> bool:
        self._file.check()
        place, facts = self._place.next_facts(FACTS_AT_ONCE)
        if not facts:
            return False
        with transaction.atomic():  # the position moves with both
            take_in(facts)
            return ingest(place.journal, facts) > 0
