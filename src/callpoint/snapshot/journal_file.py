"""The journal's file as its writer thread holds it: opened with patience, written one transaction at a time."""

import json
import os
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from callpoint.snapshot import facts

FactRow = tuple[str, str, str, str, dict[str, Any]]
"""at, call_id, organization, kind, data. Written as JSON by the writer's thread: the call's has better to do."""

# One statement for a whole batch: SQLite then works without Python's lock from its first row to its last, and the
# thread that takes calls is not asked for the lock again and again (a row at a time cost a call 0.3 ms more).
_INSERT: Final = """
INSERT INTO fact (at, call_id, organization, kind, data)
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
    json_extract(value, '$[3]'), json_extract(value, '$[4]') FROM json_each(?)
"""
_SAVE: Final = "INSERT OR REPLACE INTO dialogs (call_id, state) SELECT key, value FROM json_each(?)"
_CLOSE: Final = "DELETE FROM dialogs WHERE call_id IN (SELECT value FROM json_each(?))"
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class JournalFile:
    """Raises sqlite3.Error or OSError when a write fails; nothing of that write is then in the file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db: sqlite3.Connection | None = None

    def write(self, rows: Sequence[FactRow], dialogs: Mapping[str, str | None]) -> None:
        """All of it in one transaction that is on the disk when this returns. A dialog state of None is deleted."""
        try:
            db = self._open()
            db.execute("BEGIN IMMEDIATE")
            db.execute(_INSERT, (_batch(rows),))
            _write_dialogs(db, dialogs)
            db.execute("COMMIT")
        except sqlite3.Error as error:
            self.close()
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED:
                self._set_aside()
            raise

    def _open(self) -> sqlite3.Connection:
        if self._db is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(self._path, isolation_level=None, timeout=1.0)
            try:
                db.execute("PRAGMA journal_mode = WAL")
                # A fact that was told as written must survive a power cut (design: FULL for journals).
                db.execute("PRAGMA synchronous = FULL")
                db.executescript(facts.TABLES)
            except sqlite3.Error:
                db.close()
                raise
            self._db = db
        return self._db

    def _set_aside(self) -> None:
        """Keep a damaged journal under another name for people to save what they can, and begin a new one.

        The new one counts on from the clock's milliseconds, far above any number of the old one, so that a
        reader that remembers where it was misses nothing.
        """
        now = int(time.time() * 1000)
        for suffix in ("", "-wal", "-shm"):
            damaged = f"{self._path}{suffix}"
            if os.path.exists(damaged):
                os.replace(damaged, f"{self._path}.damaged-{now}{suffix}")
        db = self._open()
        db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('fact', ?)", (now,))

    def close(self) -> None:
        if self._db is not None:
            with suppress(sqlite3.Error):
                self._db.close()
            self._db = None


_ENCODER: Final = json.JSONEncoder(default=str, allow_nan=False)


def facts_json(data: dict[str, Any]) -> str:
    """A fact's data as JSON; what JSON has no form for is told in its place, never an error."""
    try:
        return _ENCODER.encode(data)
    except (TypeError, ValueError, RecursionError) as error:
        return json.dumps({"unserialisable": ascii(error)})


def _batch(rows: Sequence[FactRow]) -> str:
    """All rows as one JSON array of arrays, each fact's data an object in its place."""
    written = [f"{json.dumps(row[:4])[:-1]}, {facts_json(row[4])}]" for row in rows]
    return f"[{','.join(written)}]"


def _write_dialogs(db: sqlite3.Connection, dialogs: Mapping[str, str | None]) -> None:
    saved = {call_id: state for call_id, state in dialogs.items() if state is not None}
    closed = [call_id for call_id, state in dialogs.items() if state is None]
    if saved:
        db.execute(_SAVE, (json.dumps(saved),))
    if closed:
        db.execute(_CLOSE, (json.dumps(closed),))
