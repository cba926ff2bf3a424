"""One journal followed: where the reading stands, kept with what was made of it."""

import logging
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from callpoint.dispatcher.own_journal import Work
from callpoint.dispatcher.source import NOTHING, Found, Place, Source
from callpoint.snapshot.facts import Fact

logger = logging.getLogger(__name__)

LATE_SECONDS: Final = 3600.0
"""Beyond that a call is told of quietly: nobody runs for what was an hour ago."""
_SAVE: Final = "INSERT OR REPLACE INTO source (name, seq, at) VALUES (?, ?, ?)"


class Follower:
    """`look` in a thread that reads files; the rest in the event loop."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self.trouble = ""  # why it cannot be read, "" while it can
        self._path = path
        self._source = Source(path)
        self._place: Place | None = None
        self._caught_up = False

    def load(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """The row of the table `source`, if there is one."""
        self._place = Place(*rows[0]) if rows else None

    def look(self, wall: float) -> Found:
        """What is new. Trouble with the file is told once, and then nothing is new."""
        try:
            found = self._source.look(self._place, wall)
        except (sqlite3.Error, OSError) as error:
            if not self.trouble:
                logger.error("%s cannot be read: %s", self._path, error)
            self.trouble = f"{self.name}: {error}"
            return NOTHING
        self.trouble = ""
        self._caught_up = self._caught_up or not found.facts
        return found

    def advance(self, work: Work, found: Found) -> None:
        """These have been taken; noted with what was made of them."""
        last = found.facts[-1]
        self._place = Place(last.seq, last.at)
        work.run(_SAVE, self.name, last.seq, last.at)

    def is_late(self, fact: Fact, wall: float) -> bool:
        """Whether it happened long ago while we were away. Once we are up to date nothing is, whatever clocks say."""
        if self._caught_up:
            return False
        try:
            return wall - datetime.fromisoformat(fact.at).timestamp() > LATE_SECONDS
        except ValueError:
            return False
