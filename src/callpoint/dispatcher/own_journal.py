"""The dispatcher's own journal: what it told whom, and what it still has to, in one file and one transaction.

Theory of operation. Whoever has something to write hands over a `Work` and waits for it; one thread takes all that
lies there, writes it as one transaction (group commit) with synchronous=FULL, and wakes everybody. So "how far the
node's journal has been read", the facts people see and the notices still to be sent can never contradict each other.
When the disk refuses, the waiting are told so (`NotWrittenError`) and go on, as an alert nobody could write down must
still be sent; the work itself stays at the head of the queue and is tried again until it is written.
"""

import asyncio
import json
import logging
import os
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from callpoint.dispatcher.outbox_tables import OUTBOX_TABLES
from callpoint.snapshot import facts
from callpoint.snapshot.facts import Fact

logger = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS: Final = 0.1
LONGEST_PAUSE_SECONDS: Final = 5.0
MAX_AT_ONCE: Final = 500
READ_SECONDS: Final = 5.0
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_INSERT: Final = "INSERT INTO fact (at, call_id, organization, kind, data) VALUES (?, ?, ?, ?, ?)"

Statement = tuple[str, tuple[Any, ...]]
OnCommitted = Callable[[Sequence[Fact]], None]
"""Told, in the event loop, which facts have just become durable."""


class NotWrittenError(Exception):
    """The disk does not take it now. It stays queued; whoever waited goes on."""


@dataclass
class Work:
    """What stands or falls together: facts, then statements on the outbox's tables, in their order."""

    facts: list[tuple[str, str, str, str, Mapping[str, Any]]] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)

    def fact(self, kind: str, organization: str, call_id: str, data: Mapping[str, Any], at: str = "") -> None:
        """Notes a fact (`snapshot.fact_kinds`); `at` is now, in UTC milliseconds, unless given."""
        self.facts.append((at or now_text(), _clean(call_id), _clean(organization), kind, data))

    def run(self, statement: str, *parameters: Any) -> None:
        self.statements.append((statement, parameters))

    def add(self, other: "Work") -> None:
        self.facts += other.facts
        self.statements += other.statements

    def __bool__(self) -> bool:
        return bool(self.facts or self.statements)


class OwnJournal:
    """Writes `path` from one thread of its own. `start` within the event loop that waits for commits."""

    def __init__(self, path: Path, *, first_pause: float = FIRST_PAUSE_SECONDS) -> None:
        self.path = path
        self.trouble = ""  # why it cannot be written, "" while it can
        self.newest = 0  # the number of the newest fact that is on the disk
        self._first_pause = first_pause
        self._listeners: list[OnCommitted] = []
        self._refused_listeners: list[OnCommitted] = []
        self._queue: deque[_Queued] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._db: sqlite3.Connection | None = None
        self._loop: asyncio.AbstractEventLoop
        self._thread = threading.Thread(target=self._run, name="own-journal", daemon=True)

    def start(self) -> None:
        """Makes the file where there is none. A disk that refuses is told at the first commit, not here."""
        self._loop = asyncio.get_running_loop()
        with suppress(sqlite3.Error, OSError):
            self._open()
            self.newest = facts.last_seq(self.path)
        self._close_file()
        self._thread.start()

    def on_committed(self, listener: OnCommitted) -> None:
        """Has `listener` told of every commit from now on."""
        self._listeners.append(listener)

    def on_refused(self, listener: OnCommitted) -> None:
        """Has `listener` told, in the event loop, of facts the disk refuses for now; their number is 0."""
        self._refused_listeners.append(listener)

    async def commit(self, work: Work) -> list[Fact]:
        """Returns the facts, numbered, once all of `work` is on the disk. Raises NotWrittenError."""
        queued = _Queued(work, self._loop.create_future())
        with self._changed:
            self._queue.append(queued)
            self._changed.notify()
        return await queued.done

    def read(self, query: str, *parameters: Any) -> list[Any]:
        """Rows of what is committed; [] while there is no such file or table. Raises sqlite3.Error."""
        if not self.path.exists():
            return []
        uri = f"file:{quote(str(self.path))}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=READ_SECONDS, isolation_level=None)) as db:
            try:
                return db.execute(query, parameters).fetchall()
            except sqlite3.OperationalError as error:
                if "no such table" in str(error):
                    return []
                raise

    async def close(self, timeout: float = 5.0) -> None:
        """Writes what is left, as far as the disk takes it, and stops."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        await asyncio.get_running_loop().run_in_executor(None, self._thread.join, timeout)

    # --- the writer's thread -----------------------------------------------------------------------------

    def _run(self) -> None:
        pause = 0.0
        while batch := self._next_batch(pause):
            pause = self._write(batch, pause)
            if pause and self._closing:
                break
        self._close_file()

    def _next_batch(self, pause: float) -> "list[_Queued]":
        """All that waits, as far as one transaction should hold; [] when there will be nothing more."""
        with self._changed:
            if pause:
                self._changed.wait_for(lambda: self._closing, pause)
            self._changed.wait_for(lambda: self._queue or self._closing)
            return [self._queue[i] for i in range(min(len(self._queue), MAX_AT_ONCE))]

    def _write(self, batch: "list[_Queued]", pause: float) -> float:
        """Returns how long to wait before the next attempt: 0 after a success."""
        try:
            written = self._transaction(batch)
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError) as error:
            self._one_by_one(batch, error)
            return 0.0
        except (sqlite3.Error, OSError) as error:
            self._failed(batch, error)
            return min(max(pause * 2, self._first_pause), LONGEST_PAUSE_SECONDS)
        self._settle(batch, written)
        return 0.0

    def _one_by_one(self, batch: "list[_Queued]", error: Exception) -> None:
        """A work that can never be written must not keep the others from it: it alone is thrown away, and told."""
        if len(batch) > 1:
            for queued in batch:
                self._write([queued], 0.0)
            return
        logger.error("something cannot be written into %s and is left out: %s", self.path.name, error)
        self._take_off(batch)
        self._call(_fail, batch[0].done, NotWrittenError(str(error)))

    def _transaction(self, batch: "list[_Queued]") -> list[list[Fact]]:
        try:
            db = self._open()
            db.execute("BEGIN IMMEDIATE")
            written = [_written(db, queued.work) for queued in batch]
            db.execute("COMMIT")
        except sqlite3.Error as error:
            self._close_file()
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED:
                self._set_aside()
            raise
        return written

    def _settle(self, batch: "list[_Queued]", written: list[list[Fact]]) -> None:
        self._take_off(batch)
        if self.trouble:
            logger.warning("%s is written again", self.path.name)
            self.trouble = ""
        self._call(self._tell, [(queued.done, found) for queued, found in zip(batch, written, strict=True)])

    def _failed(self, batch: "list[_Queued]", error: Exception) -> None:
        if not self.trouble:
            logger.error("%s cannot be written: %s. Notices go out all the same; free the disk.", self.path, error)
        self.trouble = str(error)
        for queued in batch:
            self._call(self._refuse, queued, str(error))

    def _refuse(self, queued: "_Queued", why: str) -> None:
        """The first time; at the next attempts nobody waits any more."""
        if queued.done.done():
            return
        queued.done.set_exception(NotWrittenError(why))
        told = [Fact(0, *row[:4], dict(row[4])) for row in queued.work.facts]
        for listener in self._refused_listeners if told else ():
            listener(told)

    def _take_off(self, batch: "list[_Queued]") -> None:
        with self._changed:
            for _ in batch:
                self._queue.popleft()

    def _call(self, function: Callable[..., None], *arguments: Any) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(function, *arguments)

    def _tell(self, done: "list[tuple[asyncio.Future[list[Fact]], list[Fact]]]") -> None:
        new = [fact for _, written in done for fact in written]
        if new:
            self.newest = new[-1].seq
        for future, written in done:
            if not future.done():
                future.set_result(written)
        for listener in self._listeners if new else ():
            listener(new)

    # --- the file ----------------------------------------------------------------------------------------

    def _open(self) -> sqlite3.Connection:
        if self._db is None:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            db = sqlite3.connect(self.path, isolation_level=None, timeout=1.0, check_same_thread=False)
            try:
                db.execute("PRAGMA journal_mode = WAL")
                # Who was told must survive a power cut, and so must who has yet to be.
                db.execute("PRAGMA synchronous = FULL")
                db.executescript(facts.TABLES + OUTBOX_TABLES)
            except sqlite3.Error:
                db.close()
                raise
            self._db = db
        return self._db

    def _close_file(self) -> None:
        if self._db is not None:
            with suppress(sqlite3.Error):
                self._db.close()
            self._db = None

    def _set_aside(self) -> None:
        """Keeps a damaged file under another name and begins a new one, whose facts count on from the clock's
        milliseconds: far above any number of the old one, so that readers that remember one miss nothing."""
        now = int(time.time() * 1000)
        for suffix in ("", "-wal", "-shm"):
            damaged = f"{self.path}{suffix}"
            if os.path.exists(damaged):
                os.replace(damaged, f"{self.path}.damaged-{now}{suffix}")
        self._open().execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('fact', ?)", (now,))


@dataclass
class _Queued:
    work: Work
    done: "asyncio.Future[list[Fact]]"


def _written(db: sqlite3.Connection, work: Work) -> list[Fact]:
    found = []
    for at, call_id, organization, kind, data in work.facts:
        row = (at, call_id, organization, kind, json.dumps(data, default=str))
        seq = db.execute(_INSERT, row).lastrowid or 0
        found.append(Fact(seq, at, call_id, organization, kind, dict(data)))
    for statement, parameters in work.statements:
        db.execute(statement, parameters)
    return found


def _fail(future: "asyncio.Future[list[Fact]]", error: NotWrittenError) -> None:
    if not future.done():
        future.set_exception(error)


def now_text(moment: float | None = None) -> str:
    """ISO 8601 in UTC with milliseconds, of now or of `moment` (seconds since 1970)."""
    when = datetime.now(UTC) if moment is None else datetime.fromtimestamp(moment, UTC)
    return when.isoformat(timespec="milliseconds")[:-6] + "Z"


def _clean(text: str) -> str:
    """What was no UTF-8 on the wire is spelled out: SQLite would refuse the whole transaction."""
    return text.encode("utf-8", "backslashreplace").decode()
