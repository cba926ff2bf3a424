"""Noticing that the central database was taken away or replaced under a connection that is still open.

SQLite goes on serving a file that was unlinked: without this, a worker would follow a database nobody else sees,
and opening it again would leave an empty file where a backup is about to be put.
"""

import os
from pathlib import Path

from django.db import connection


class DatabaseGoneError(RuntimeError):
    """The file of the central database is missing, or is another one than was opened."""


class DatabaseFile:
    """The file as it was when the connection was opened; nothing to watch for a server or a database in memory."""

    def __init__(self) -> None:
        self._opened: tuple[int, int] | None = None

    def open(self) -> None:
        """Remember the file. Call before the first query. Raises `DatabaseGoneError` when it is not there."""
        self._opened = self._now()

    def check(self) -> None:
        """Raises `DatabaseGoneError` when it is another file now, or none."""
        if self._now() != self._opened:
            raise DatabaseGoneError("the central database was replaced; opening it again")

    @staticmethod
    def _now() -> tuple[int, int] | None:
        name = str(connection.settings_dict["NAME"])
        if connection.vendor != "sqlite" or ":memory:" in name or "mode=memory" in name:
            return None
        try:
            status = os.stat(name)
        except FileNotFoundError as error:
            raise DatabaseGoneError(f"the central database {Path(name).name} is not there") from error
        return status.st_dev, status.st_ino
