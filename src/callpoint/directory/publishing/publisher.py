"""Keeps one snapshot as new as the directory, a bounded piece at a time.

What single people change is published in the step that reads it. What concerns many (an import, a route) is cut
into pieces that take turns with reading, so that nobody's change waits behind somebody's million. The position is
only written down when nothing is left over: a publisher that is killed starts again from there.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import cast

from callpoint.directory.models import FeedState, Organization
from callpoint.directory.publishing.affected import Affected, LocationSweep, PeopleSweep, Work, affected_by
from callpoint.directory.publishing.elins import HAS_ELIN
from callpoint.directory.publishing.feed import Feed
from callpoint.directory.publishing.places import Places
from callpoint.directory.publishing.position import Position, PositionFile
from callpoint.directory.publishing.tables import table_changes
from callpoint.directory.tenancy import everywhere
from callpoint.snapshot.changes import Change, Clear, Kind, Remove
from callpoint.snapshot.writer import SnapshotWriter

logger = logging.getLogger(__name__)


class EmptyDirectoryError(RuntimeError):
    """The database holds no organization, but the snapshot serves some: it is kept, for calls depend on it."""


AlertPlans = Callable[[Mapping[str, Sequence[int]] | None], Iterable[Change]]
"""Gives the alert plans that rows of these kinds concern, by primary keys (none: any of the kind); None for all."""


def no_plans(_touched: Mapping[str, Sequence[int]] | None) -> Iterable[Change]:
    """Where nobody is told of anything."""
    return ()


class Publisher:
    """Publishes into one snapshot. Not for use by several threads. Database and disk errors come as they are."""

    def __init__(
        self,
        writer: SnapshotWriter,
        feed: Feed,
        file: PositionFile,
        on_published: Callable[[Sequence[Change]], None] = lambda changes: None,
        alert_plans: AlertPlans = no_plans,
    ) -> None:
        """`on_published` is told what calls can see from now on; of a whole rebuild it hears nothing."""
        self._alert_plans = alert_plans
        self._on_published = on_published
        self._writer = writer
        self._feed = feed
        self._file = file
        self._places = Places()
        self._backlog: deque[Work] = deque()
        self._database_id = ""
        self._position = 0
        self._written: Position | None = None

    @property
    def position(self) -> int:
        """Up to where the feed has been read."""
        return self._position

    @property
    def backlog(self) -> int:
        """Pieces of work begun or waiting; 0 when the snapshot is as new as the directory was when last read."""
        return len(self._backlog)

    def start(self) -> bool:
        """Find out where the snapshot stands, and make it anew if it cannot be followed up; True when it was.

        Raises `EmptyDirectoryError` rather than emptying a snapshot for a database that holds nothing.
        """
        with everywhere():
            state = FeedState.current()
            self._database_id = str(state.database_id)
            found = self._file.read()
            if found is not None and self._can_follow(found, state):
                self._position = found.position
                self._written = found
                return False
            self._rebuild()
            return True

    def step(self) -> bool:
        """Publish what is new, or one piece of the backlog; False when there was neither."""
        with everywhere():
            batch = self._feed.read(self._position)
            if batch.rows:
                self._publish(affected_by(batch.rows))
                self._position = batch.position
            elif self._backlog:
                self._next_piece()
            else:
                return False
            self._remember()
            return True

    def _can_follow(self, found: Position, state: FeedState) -> bool:
        return (
            found.database_id == str(state.database_id)
            and state.horizon <= found.position <= self._feed.newest()
            and 0 < found.version <= self._writer.version
            and self._is_same_history(found)
        )

    def _is_same_history(self, found: Position) -> bool:
        """Whether the position was reached in this database as it is, and not in one that a backup has replaced."""
        now = self._feed.last_row(found.position)
        return not now or not found.last_row or now == found.last_row

    def _rebuild(self) -> None:
        """A new snapshot is filled piece by piece; an old one is replaced in one transaction, seen by nobody before."""
        position = self._feed.newest()
        self._places.forget()
        self._backlog.clear()
        fresh = self._writer.version == 0
        if not fresh and not Organization.objects.exists():
            raise EmptyDirectoryError("the central database holds no organization; the snapshot is left as it is")
        logger.info("publishing the whole directory")
        if fresh:
            self._writer.apply([*table_changes(self._places), *self._alert_plans(None)])
            self._backlog += [PeopleSweep(), LocationSweep(HAS_ELIN)]
        else:
            self._writer.apply(self._everything())
            self._writer.shrink_log()
        self._position = position
        self._remember()

    def _everything(self) -> Iterator[Change]:
        yield Clear()
        yield from table_changes(self._places)
        yield from self._alert_plans(None)
        for sweep in (PeopleSweep(), LocationSweep(HAS_ELIN)):
            while not sweep.done:
                yield from sweep.next_changes(self._places)

    def _publish(self, affected: Affected) -> None:
        if affected.places:
            self._places.forget()
        changes: list[Change] = [Remove(cast(Kind, kind), tuple(key)) for kind, *key in affected.gone]
        if affected.tables:
            changes.extend(table_changes(self._places))
        if affected.plans:
            changes.extend(self._alert_plans(affected.plans))
        for work in affected.now:
            # Whoever moved alone goes now; a place with thousands of people goes on in the backlog.
            changes.extend(work.next_changes(self._places))
            if not work.done:
                self._backlog.append(work)
        self._backlog.extend(affected.later)
        self._apply(changes)

    def _next_piece(self) -> None:
        work = self._backlog[0]
        changes = work.next_changes(self._places)
        self._apply(changes)
        if work.done:
            self._backlog.popleft()
            if not self._backlog:
                self._writer.shrink_log()

    def _apply(self, changes: Sequence[Change]) -> None:
        if changes:
            self._writer.apply(changes)
            self._on_published(changes)

    def _remember(self) -> None:
        if self._backlog:
            return
        last_row = self._feed.last_row(self._position)
        now = Position(self._database_id, self._position, self._writer.version, last_row)
        if now != self._written:
            self._file.write(now)
            self._written = now
