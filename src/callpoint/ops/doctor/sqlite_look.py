"""Looking into SQLite files that others write: read only, and never for longer than allowed."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

BUSY_SECONDS: Final = 1.0
STEPS_BETWEEN_LOOKS: Final = 10_000  # steps of SQLite's machine between two looks at the clock: some tens of µs
FAULTS_SHOWN: Final = 3


@contextmanager
def looking_at(path: Path, seconds: float) -> Iterator[sqlite3.Connection]:
    """A connection that reads; after `seconds` its statements raise an error that `was_interrupted` knows.

    Raises sqlite3.Error when the file cannot be opened.
    """
    deadline = time.monotonic() + seconds
    db = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        db.set_progress_handler(lambda: time.monotonic() > deadline, STEPS_BETWEEN_LOOKS)
        yield db
    finally:
        db.close()


def was_interrupted(error: sqlite3.Error) -> bool:
    """Whether it was our own limit that ended the statement."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_INTERRUPT


def faults(db: sqlite3.Connection) -> list[str]:
    """What SQLite finds wrong with the structure of the file, a few faults at most; empty when it is whole."""
    rows = db.execute(f"PRAGMA quick_check({FAULTS_SHOWN})").fetchall()
    return [str(text) for (text,) in rows if text != "ok"]


def size_of(path: Path) -> int:
    """Bytes of the database with its write-ahead log."""
    files = (path, path.with_name(f"{path.name}-wal"))
    return sum(file.stat().st_size for file in files if file.exists())
