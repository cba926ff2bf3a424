"""A fact of the journal, its table, and readers of it in other processes."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

# So many facts at a time keep a reader's memory small while it catches up after a long stop.
BATCH: Final = 1000
# Readers of a WAL wait for nobody but a recovery after a crash.
BUSY_SECONDS: Final = 1.0

TABLES: Final = """
CREATE TABLE IF NOT EXISTS fact (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL, call_id TEXT NOT NULL, organization TEXT NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS dialogs (call_id TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Fact:
    """One thing that happened. `seq` grows without end and is never given twice; `at` is ISO 8601 in UTC.

    `call_id` is "" for facts of no call; `kind` and what is in `data` are described in `fact_kinds`.
    """

    seq: int
    at: str
    call_id: str
    organization: str
    kind: str
    data: dict[str, Any]


def facts_after(path: Path, seq: int, limit: int = BATCH) -> list[Fact]:
    """The facts after `seq`, oldest first, at most `limit`. None is ever skipped: seq order is commit order.

    A journal that does not exist yet has no facts. Raises sqlite3.Error when the file cannot be read.
    """
    query = "SELECT seq, at, call_id, organization, kind, data FROM fact WHERE seq > ? ORDER BY seq LIMIT ?"
    rows = _read(path, query, (seq, limit))
    return [
        Fact(number, at, call_id, organization, kind, json.loads(data))
        for number, at, call_id, organization, kind, data in rows
    ]


def last_seq(path: Path) -> int:
    """The number of the newest fact, 0 without any: where a reader starts that wants only what is to come."""
    rows = _read(path, "SELECT max(seq) FROM fact", ())
    return int(rows[0][0] or 0) if rows else 0


def read_dialogs(path: Path) -> dict[str, str]:
    """call_id → state of the calls that were up when the journal was last written."""
    return dict(_read(path, "SELECT call_id, state FROM dialogs", ()))


def _read(path: Path, query: str, parameters: tuple[Any, ...]) -> list[Any]:
    if not path.exists():
        return []
    uri = f"file:{quote(str(path))}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)) as db:
        try:
            return db.execute(query, parameters).fetchall()
        except sqlite3.OperationalError as error:
            # Between the creation of the file and that of its tables there is a moment without them.
            if "no such table" in str(error):
                return []
            raise
