"""Reading the outbox: what was committed since a position, each row exactly once."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, cast

from django.db import connection
from django.db.models import Max

from callpoint.directory.models import FeedState, Outbox
from callpoint.directory.models.change import OUTBOX_CHANNEL

if TYPE_CHECKING:
    import psycopg  # installed only where PostgreSQL is used

SQLITE_POLL_SECONDS = 0.1
ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class Batch:
    """Rows committed after the old position, and the position after them."""

    rows: Sequence[Outbox]
    position: int


class Feed(Protocol):
    """A database's way to tell what is new."""

    def newest(self) -> int:
        """The position of a reader who has seen everything committed by now."""
        ...

    def read(self, position: int) -> Batch: ...

    def last_row(self, position: int) -> str:
        """What names the newest row that a reader at `position` has read; "" when it has been pruned."""
        ...

    def wait(self, seconds: float) -> None:
        """Return when something may have been committed, at the latest after `seconds`."""
        ...

    def prune(self, before: datetime) -> int:
        """Delete rows older than `before`, remembering in `FeedState` up to where; how many."""
        ...


class SqliteFeed:
    """One writer at a time: `seq` grows in the order of commits, so it is the position.

    `PRAGMA data_version` changes when another connection commits; asking it costs a microsecond and takes no lock.
    """

    def __init__(self) -> None:
        self._data_version = -1

    def newest(self) -> int:
        return int(Outbox.objects.aggregate(newest=Max("seq"))["newest"] or FeedState.current().horizon)

    def read(self, position: int) -> Batch:
        rows = list(Outbox.objects.filter(seq__gt=position).order_by("seq")[:ROWS_AT_ONCE])
        return Batch(rows, rows[-1].seq if rows else position)

    def last_row(self, position: int) -> str:
        return _name(Outbox.objects.filter(seq__lte=position).order_by("seq").last())

    def wait(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while True:
            version = self._current_version()
            if version != self._data_version:
                self._data_version = version
                return
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return
            time.sleep(min(SQLITE_POLL_SECONDS, remaining))

    def prune(self, before: datetime) -> int:
        old = Outbox.objects.filter(at__lt=before)
        last = old.aggregate(last=Max("seq"))["last"]
        if last is None:
            return 0
        FeedState.objects.filter(pk=FeedState.current().pk).update(horizon=last)
        return Outbox.objects.filter(seq__lte=last).delete()[0]

    def _current_version(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            return int(cursor.fetchone()[0])


class PostgresFeed:
    """Many writers: a lower `seq` may be committed after a higher one has been read, and `seq > last` would lose it.

    So the position is a transaction number: rows of transactions from it on, below the oldest one still running,
    are complete and never seen before. NOTIFY only rings; what it announces is found by reading.
    """

    XMIN = "pg_snapshot_xmin(pg_current_snapshot())"

    def __init__(self) -> None:
        self._listening_on: object = None

    def newest(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {self.XMIN}::text::bigint")
            return int(cursor.fetchone()[0])

    def read(self, position: int) -> Batch:
        # One statement, so that the limit and the rows are of the same database snapshot.
        rows = list(
            Outbox.objects.raw(
                f"SELECT *, {self.XMIN}::text::bigint AS upper FROM directory_outbox"  # noqa: S608 - a constant
                f" WHERE xid >= %s::text::xid8 AND xid < {self.XMIN} ORDER BY xid, seq",
                [str(position)],
            )
        )
        if rows:
            return Batch(rows, int(vars(rows[0])["upper"]))
        # Nothing in between; staying where we are is safe, and the next read covers the same range again.
        return Batch((), position)

    def last_row(self, position: int) -> str:
        rows = Outbox.objects.raw(
            "SELECT * FROM directory_outbox WHERE xid < %s::text::xid8 ORDER BY xid DESC, seq DESC LIMIT 1",
            [str(position)],
        )
        return _name(next(iter(rows), None))

    def wait(self, seconds: float) -> None:
        connection.ensure_connection()
        raw = cast("psycopg.Connection[Any]", connection.connection)
        if self._listening_on is not raw:
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {OUTBOX_CHANNEL}")
            self._listening_on = raw
            return
        for _ in raw.notifies(timeout=seconds, stop_after=1):
            return

    def prune(self, before: datetime) -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH gone AS (DELETE FROM directory_outbox WHERE at < %s AND xid < {self.XMIN} RETURNING xid)"  # noqa: S608
                " SELECT count(*), max(xid::text::bigint) FROM gone",
                [before],
            )
            count, last = cursor.fetchone()
        if count:
            FeedState.objects.filter(pk=FeedState.current().pk).update(horizon=last + 1)
        return int(count)


def _name(row: Outbox | None) -> str:
    """Its number and its time: the same number of another history has another time."""
    return "" if row is None else f"{row.seq} {row.at.isoformat()}"


def feed_for_database() -> Feed:
    """The feed of the configured database."""
    return PostgresFeed() if connection.vendor == "postgresql" else SqliteFeed()
