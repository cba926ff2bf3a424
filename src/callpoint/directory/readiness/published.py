"""Whether the snapshot is as new as a row of the outbox: only then does a decision by it tell of that change."""

from collections.abc import Iterable
from pathlib import Path

from django.db import connection

from callpoint.directory.models import FeedState, Outbox
from callpoint.directory.publishing.feed import Feed
from callpoint.directory.publishing.position import Position, PositionFile
from callpoint.snapshot.store import Snapshot


class Published:
    """Follows the publisher's own note of how far it is (`node/published.json`)."""

    def __init__(self, file: Path, view: Snapshot, feed: Feed) -> None:
        self._file = PositionFile(file)
        self._view = view
        self._feed = feed
        self._database_id = str(FeedState.current().database_id)

    def holds(self, rows: Iterable[Outbox]) -> bool:
        """Whether everything these rows are about is in the snapshot, and the snapshot is that of this database."""
        found = self._file.read()
        return (
            found is not None
            and found.database_id == self._database_id
            # A snapshot that is being filled anew is older than what was noted of the one before it.
            and found.version <= self._view.version
            and all(_is_before(row, found.position) for row in rows)
            and self._is_same_history(found)
        )

    def _is_same_history(self, found: Position) -> bool:
        """As the publisher asks: a database restored from a backup gives out the same numbers for other rows."""
        now = self._feed.last_row(found.position)
        return not now or not found.last_row or now == found.last_row


def _is_before(row: Outbox, position: int) -> bool:
    """`position` is a transaction number on PostgreSQL, below which all is read; on SQLite the last row read."""
    return int(row.xid) < position if connection.vendor == "postgresql" else row.seq <= position
