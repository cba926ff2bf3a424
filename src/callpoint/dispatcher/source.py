"""Another process's journal as the dispatcher follows it: what is new since the place that was read last.

Looked at often, so a look is one question to a connection that is kept, and the facts are read only when the file has
changed. A journal that was damaged and replaced, or restored from a copy, is noticed by its last fact being another;
it is then read from its beginning, as far as what it tells is still fresh.
"""

import json
import os
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from callpoint.dispatcher.own_journal import now_text
from callpoint.snapshot.facts import BATCH, BUSY_SECONDS, Fact

FRESH_SECONDS: Final = 600.0
"""Of a journal not followed before: what is older was told by somebody else, or is nobody's business any more."""
_AFTER: Final = "SELECT seq, at, call_id, organization, kind, data FROM fact WHERE seq >= ? ORDER BY seq LIMIT ?"
_BACKWARDS: Final = "SELECT seq, at FROM fact ORDER BY seq DESC"


@dataclass(frozen=True)
class Place:
    """The last fact that was read. The same number with another time is a fact of another journal."""

    seq: int = 0
    at: str = ""


@dataclass(frozen=True)
class Found:
    """New facts, oldest first; `more`: there are some beyond these."""

    facts: tuple[Fact, ...] = ()
    more: bool = False


NOTHING: Final = Found()


class Source:
    """Used by one thread at a time. `look` raises sqlite3.Error or OSError while the journal cannot be read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._data_version = -1

    def look(self, place: Place | None, wall: float) -> Found:
        """What is new after `place`; with None what is fresh at `wall` (seconds since 1970)."""
        try:
            db = self._connection()
            if db is None:
                return NOTHING
            (version,) = db.execute("PRAGMA data_version").fetchone()
            if version == self._data_version:
                return NOTHING
            found = self._read(db, place, wall)
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):  # between the creation of the file and that of its tables
                return NOTHING
            self.close()
            raise
        except (sqlite3.Error, OSError):
            self.close()
            raise
        if not found.more:
            self._data_version = version
        return found

    def close(self) -> None:
        if self._db is not None:
            with suppress(sqlite3.Error):
                self._db.close()
        self._db = None
        self._data_version = -1

    def _connection(self) -> sqlite3.Connection | None:
        try:
            status = os.stat(self._path)
        except FileNotFoundError:
            self.close()
            return None
        if self._file != (status.st_dev, status.st_ino):
            self.close()
            self._file = (status.st_dev, status.st_ino)
        if self._db is None:
            uri = f"file:{quote(str(self._path))}?mode=ro"
            self._db = sqlite3.connect(
                uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
        return self._db

    def _read(self, db: sqlite3.Connection, place: Place | None, wall: float) -> Found:
        if place is not None and place.seq:
            facts = _facts(db, place.seq, BATCH + 1)
            if facts and (facts[0].seq, facts[0].at) == (place.seq, place.at):
                return Found(tuple(facts[1:]), len(facts) > BATCH)
            if not facts and not db.execute("SELECT 1 FROM fact LIMIT 1").fetchone():
                return NOTHING  # begun anew, and nothing in it yet
        facts = _facts(db, _fresh_from(db, wall), BATCH)
        return Found(tuple(facts), len(facts) == BATCH)


def _fresh_from(db: sqlite3.Connection, wall: float) -> int:
    oldest, first = now_text(wall - FRESH_SECONDS), 0
    for seq, at in db.execute(_BACKWARDS):
        if at < oldest:
            break
        first = seq
    return first if first else 2**62


def _facts(db: sqlite3.Connection, first: int, limit: int) -> list[Fact]:
    rows: list[tuple[Any, ...]] = db.execute(_AFTER, (first, limit)).fetchall()
    return [Fact(seq, at, call, whose, kind, json.loads(data)) for seq, at, call, whose, kind, data in rows]
