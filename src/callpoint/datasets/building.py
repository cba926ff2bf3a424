"""Building a data set beside the one in use, and putting it in its place in one step.

A set is built as `<name>.sqlite.part`, synced, and renamed over `<name>.sqlite`. Whoever has the old file open
keeps reading the old one; whoever opens the name reads all of one or all of the other. A process killed on the way
leaves a `.part` that nobody reads and the next load removes. Two loads of one name cannot meet: a lock file is held
through the build, and the system takes it away with the process, however that ends.
"""

import errno
import fcntl
import os
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from callpoint.datasets.errors import DatasetError
from callpoint.datasets.kinds import APPLICATION_ID, FORMATS, Kind, check_name, dataset_path
from callpoint.datasets.meta import DatasetMeta

# Nothing is kept of a build that fails, so it needs neither a journal nor a sync before its end.
_PRAGMAS: Final = """
PRAGMA page_size = 4096;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -65536;
CREATE TABLE dataset (document TEXT NOT NULL);
BEGIN;
"""

_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FULL: Final = frozenset({sqlite3.SQLITE_FULL})


class Draft:
    """An unfinished data set: `with Draft(directory, "roads", "vermont") as draft: … draft.publish(meta)`.

    Left without `publish`, or by an exception, it leaves nothing behind. Raises DatasetError for a name that is no
    name, for one that is being loaded by another process now, and when the disk is full or cannot be written.
    """

    def __init__(self, directory: Path, kind: Kind, name: str) -> None:
        self.kind: Kind = kind
        self.name = check_name(name)
        self.path = dataset_path(directory, kind, name)
        self._part = self.path.with_suffix(".sqlite.part")
        self._lock = -1
        self._db: sqlite3.Connection | None = None

    def __enter__(self) -> "Draft":
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock = _take_lock(self.path)
            self._part.unlink(missing_ok=True)
            self._db = sqlite3.connect(self._part, isolation_level=None)
            self._db.executescript(_PRAGMAS)
        except (OSError, sqlite3.Error) as error:
            self._release()
            raise self._told(error) from error
        except DatasetError:
            self._release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        if self._lock >= 0:
            self._part.unlink(missing_ok=True)
        self._release()
        if isinstance(error, OSError | sqlite3.Error):
            raise self._told(error) from error

    @property
    def db(self) -> sqlite3.Connection:
        """The connection to build with; a transaction is open and `publish` commits it."""
        if self._db is None:
            raise RuntimeError("the draft is not open")
        return self._db

    def script(self, statements: str) -> None:
        """Statements without parameters: tables, indexes."""
        for statement in statements.split(";"):
            if statement.strip():
                self.db.execute(statement)

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """One statement and its rows."""
        return self.db.execute(statement, parameters).fetchall()

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """One statement for every row."""
        self.db.executemany(statement, rows)

    def publish(self, meta: DatasetMeta) -> None:
        """Puts the set in its place. From here on readers that open the name see it whole."""
        self.db.execute("INSERT INTO dataset VALUES (?)", (meta.dump(),))
        self.db.execute("COMMIT")
        self.db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        self.db.execute(f"PRAGMA user_version = {FORMATS[self.kind]}")
        self._close()
        _sync(self._part)
        os.replace(self._part, self.path)
        _sync(self.path.parent)

    def _release(self) -> None:
        self._close()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None

    def _told(self, error: OSError | sqlite3.Error) -> DatasetError:
        where = f"The data set {self.kind}/{self.name} was not built"
        if _is_no_room(error):
            return DatasetError(f"{where}: the disk is full.", "Make room; what was there before is untouched.")
        return DatasetError(f"{where}: {error}.", f"Look at {self.path.parent}: who owns it, is the disk well?")


def remove(directory: Path, kind: Kind, name: str) -> None:
    """Takes a set away. Who has it open keeps it until they look again. DatasetError when there is none of the name,
    when it is being loaded now, or when it may not be taken away."""
    path = dataset_path(directory, kind, check_name(name))
    try:
        if not path.exists():
            raise DatasetError(f"There is no data set {kind}/{name}.", "See callpoint data list.")
        lock = _take_lock(path)
        try:
            path.unlink()
            _sync(path.parent)
        finally:
            os.close(lock)
    except OSError as error:
        raise DatasetError(f"The data set {kind}/{name} was not removed: {error}.", "Look who owns it.") from error


def _take_lock(path: Path) -> int:
    lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(lock)
        raise DatasetError(
            f"The data set {path.parent.name}/{path.stem} is being loaded by another process.",
            "Wait until that is done, or give this one another name.",
        ) from error
    return lock


def _is_no_room(error: OSError | sqlite3.Error) -> bool:
    if isinstance(error, OSError):
        return error.errno in _NO_ROOM
    return getattr(error, "sqlite_errorcode", None) in _FULL


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
