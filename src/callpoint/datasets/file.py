"""A finished data set, open for reading."""

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from callpoint.datasets.errors import DatasetError
from callpoint.datasets.kinds import APPLICATION_ID, FORMATS
from callpoint.datasets.meta import DatasetMeta

# Pages are read where the kernel keeps them, shared by every process that has the file open.
MMAP_BYTES: Final = 1 << 30

Identity = tuple[int, int, int]
"""What tells one file of a name from the next: inode, size, time of change in nanoseconds."""


class DatasetFile:
    """A data set as it was when opened: replacing it on disk does not touch this one.

    It may be shared by threads (each `query` is one call into SQLite, which takes turns). A child process opens its
    own. Raises DatasetError when the file is absent, damaged, or of a form this program does not read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.identity, self._db = _open(path)
            self.meta = self._read_meta()
        except (OSError, sqlite3.Error, ValueError, TypeError, KeyError) as error:
            raise DatasetError(f"The data set {path} cannot be read: {error}.", "Load it again.") from error

    def query(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of one SELECT; DatasetError when the file is damaged there."""
        try:
            return self._db.execute(statement, parameters).fetchall()
        except sqlite3.DatabaseError as error:
            raise DatasetError(f"The data set {self.path} is damaged: {error}.", "Load it again.") from error

    def close(self) -> None:
        """For whoever knows to be the last; otherwise it closes with its last reference."""
        self._db.close()

    def _read_meta(self) -> DatasetMeta:
        if self._db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise ValueError("it is not a data set of Callpoint")
        meta = DatasetMeta.parse(self._db.execute("SELECT document FROM dataset").fetchone()[0])
        form = self._db.execute("PRAGMA user_version").fetchone()[0]
        if form != FORMATS.get(meta.kind):
            raise ValueError(f"it has form {form} of {meta.kind}, which this version of Callpoint does not read")
        return meta


def identity(path: Path) -> Identity:
    """Of the file now at `path`; OSError when there is none."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _open(path: Path) -> tuple[Identity, sqlite3.Connection]:
    while True:
        seen = identity(path)
        # Finished files never change, so SQLite need not look for locks or journals: it may share pages freely.
        address = f"file:{quote(os.fspath(path.absolute()))}?mode=ro&immutable=1"
        connection = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
        connection.execute(f"PRAGMA mmap_size = {MMAP_BYTES}")
        if identity(path) == seen:
            return seen, connection
        connection.close()  # replaced between looking and opening; which of the two was opened is not known
