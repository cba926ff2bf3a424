"""The journal: the proof of every call, written by the node and read by worker and dispatcher."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from callpoint.ops.doctor.check import Check, Subject
from callpoint.ops.doctor.finding import Finding, FindingKind, counted
from callpoint.ops.doctor.sqlite_look import faults, looking_at, size_of, was_interrupted

LOOK_SECONDS: Final = 8.0
LARGE_LOG_BYTES: Final = 512 << 20  # SQLite folds the log into the file at 4 MB unless a reader never lets go
DAYS_AHEAD: Final = 30
SECONDS_A_DAY: Final = 86_400.0

UNREADABLE = FindingKind(
    "journal.unreadable",
    "error",
    "The journal cannot be read. The node sets such a file aside and begins a new one at its next write; calls go on.",
    "Keep the file for saving what it holds; look at the disk; restart the node if it does not begin a new journal.",
)
DAMAGED = FindingKind(
    "journal.damaged",
    "error",
    "The structure of the journal is broken: facts of calls may be missing, and writing may fail.",
    "Stop Callpoint, copy the file away, save what `sqlite3 journal.db .recover` gives, and start with a new journal.",
)
UNWRITABLE = FindingKind(
    "journal.unwritable",
    "error",
    "The journal cannot be written: facts of calls stay in the node's memory and are lost when it ends.",
    "See that the file and its directory belong to the user Callpoint runs as, and that nothing else locks the file.",
)
NOT_CHECKED = FindingKind(
    "journal.not-checked",
    "notice",
    "The journal is so large that its structure was not checked to the end in the time doctor takes.",
    "Run `sqlite3 journal.db 'PRAGMA quick_check'` on a copy at a quiet hour.",
)
SET_ASIDE = FindingKind(
    "journal.set-aside",
    "warning",
    "The node met a damaged journal and set it aside; facts in it may not have become call records.",
    "Save what it holds (`sqlite3 FILE .recover`), find out what the disk did, then move the file away.",
)
LARGE_LOG = FindingKind(
    "journal.large-log",
    "warning",
    "The journal's write-ahead log has grown far beyond its usual size: a program holds an old reading open.",
    "Restart the dispatcher and the worker, and end other programs that have journal.db open.",
)
GROWTH = FindingKind(
    "journal.growth",
    "warning",
    f"At the pace of the past the journal fills the disk within {DAYS_AHEAD} days.",
    "Make room, move the data directory to a larger disk, or archive an old journal while Callpoint is stopped.",
)
ABSENT = FindingKind(
    "journal.absent",
    "notice",
    "There is no journal yet; the node makes it when it starts.",
    "Start `callpoint up`; if the node has run here before, find out who removed the file.",
)
FINE = FindingKind("journal.fine", "ok", "The journal is whole and can be written.")


def look(subject: Subject) -> Iterator[Finding]:
    """Reading, structure, writing, size."""
    path = subject.journal_path
    if not path.parent.is_dir():
        return
    yield from _set_aside(path)
    if not path.exists():
        yield ABSENT.found(f"There is no {path} yet.")
        return
    wrong = [*_content(path, subject.now), *_writing(path), *_log(path)]
    yield from wrong
    if not wrong:
        yield FINE.found(f"The journal is whole and can be written; it has {size_of(path) / 1e6:,.1f} MB.")


def _set_aside(path: Path) -> Iterator[Finding]:
    for file in sorted(path.parent.glob(f"{path.name}.damaged-*")):
        if not file.name.endswith(("-wal", "-shm")):
            yield SET_ASIDE.found(f"A damaged journal was set aside as {file}.")


def _content(path: Path, now: datetime) -> Iterator[Finding]:
    try:
        with looking_at(path, LOOK_SECONDS) as db:
            ends = db.execute("SELECT min(at), max(seq) FROM fact").fetchone() if _has_facts(db) else (None, None)
            if wrong := faults(db):
                yield DAMAGED.found(f"{path} is damaged: {'; '.join(wrong)}.")
        yield from _growth(path, ends[0], now)
    except sqlite3.Error as error:
        if was_interrupted(error):
            yield NOT_CHECKED.found(f"{path} ({size_of(path) / 1e9:,.1f} GB) was not checked to the end.")
        else:
            yield UNREADABLE.found(f"{path} cannot be read: {error}.")


def _has_facts(db: sqlite3.Connection) -> bool:
    """The file is there a moment before its tables are."""
    return bool(db.execute("SELECT 1 FROM sqlite_master WHERE name = 'fact'").fetchone())


def _growth(path: Path, first: str | None, now: datetime) -> Iterator[Finding]:
    """By the mean since the first fact; of less than a day nothing can be told."""
    days = (now - datetime.fromisoformat(first)).total_seconds() / SECONDS_A_DAY if first else 0.0
    if days < 1:
        return
    a_day = size_of(path) / days
    left = shutil.disk_usage(path.parent).free / max(a_day, 1.0)
    if left < DAYS_AHEAD:
        yield GROWTH.found(
            f"The journal grows by {a_day / 1e6:,.0f} MB a day; the disk is full in {counted(round(left), 'day')}."
        )


def _writing(path: Path) -> Iterator[Finding]:
    """Takes the lock a writer takes, and gives it back at once: the node waits a second for it if it must."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=2.0)) as db:
            db.isolation_level = None
            db.execute("BEGIN IMMEDIATE")
            db.execute("ROLLBACK")
    except sqlite3.Error as error:
        yield UNWRITABLE.found(f"{path} cannot be written: {error}.")


def _log(path: Path) -> Iterator[Finding]:
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size > LARGE_LOG_BYTES:
        yield LARGE_LOG.found(f"{log} has {log.stat().st_size / 1e6:,.0f} MB.")


CHECKS = (Check("the journal", look),)
