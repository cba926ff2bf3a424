"""The worker's duty to know, before anybody dials, what a 911 call of every person would get.

It follows the outbox as the publisher does, but behind it: a change is worked out when the snapshot holds it, by the
very decision a call gets. Few people go at once; many (an import, a route) wait in pieces that give way to the
publisher and to imports. What leaves no row in the outbox (other boundaries, a snapshot made anew) is found by going
through everybody, at the start, whenever one of these changes, and once a day.
"""

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from django.db import connection
from django.db.models import Count, Q

from callpoint.directory.address_desk import DATASETS, SNAPSHOT
from callpoint.directory.models import FeedState, ImportRun, Outbox, Person, ReadinessState
from callpoint.directory.publishing.feed import Batch, Feed, feed_for_database
from callpoint.directory.readiness.affected import Concerned, People, Sweep, concerned_by
from callpoint.directory.readiness.progress import ProgressFile
from callpoint.directory.readiness.published import Published
from callpoint.directory.readiness.writing import proved, settle, without_row
from callpoint.directory.tenancy import everywhere
from callpoint.snapshot.boundaries import LiveBoundaries
from callpoint.snapshot.store import Snapshot
from callpoint.worker.database_file import DatabaseFile
from callpoint.worker.read_backs import proofs_after

POLL_SECONDS: Final = 0.5
# The publisher writes no row when it is done, so its note is looked at.
PUBLISHER_SECONDS: Final = 0.05
PEOPLE_AT_ONCE: Final = 500  # some 70 ms to decide, and a transaction of some 20 ms
FEW: Final = 100
TELL_SECONDS: Final = 1.0
AGAIN_SECONDS: Final = 24 * 3600.0
# An import takes far less; one that hangs must not keep everybody's readiness from being known.
IMPORT_AT_MOST: Final = timedelta(minutes=5)
# Whom the snapshot did not know a moment ago: it is being filled anew, or is not as new as we took it for.
UNKNOWN_SECONDS: Final = 5.0
_IMPORTING: Final = (ImportRun.State.COMPARING, ImportRun.State.APPLYING, ImportRun.State.UNDOING)


class ReadinessJob:
    """A step is one batch of changes or one piece of people. Killed in between, the work since the last note of the
    position is done again."""

    name = "readiness"

    def __init__(
        self,
        data: Path,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._data = data
        self._now = now
        self._clock = clock
        self._file = DatabaseFile()
        self._boundaries = LiveBoundaries(data / DATASETS, alarm=_silent)
        self._view = Snapshot(
            data / SNAPSHOT, boundaries=self._boundaries, alarm=_silent, check_seconds=0.0, retry_seconds=0.0
        )
        self._progress = ProgressFile(data)
        self._feed: Feed | None = None
        self._published: Published | None = None
        self._held: Batch | None = None
        self._backlog: deque[People | Sweep] = deque()
        self._again: People | Sweep | None = None
        self._unknown: set[int] = set()
        self._again_at = self._unknown_at = self._tell_at = 0.0
        self._newest: Sequence[Outbox] = ()
        self._position = self._remembered = -1
        self._snapshot_file: tuple[int, int] | None = None

    def open(self) -> None:
        self.close()
        self._file.open()
        self._boundaries.follow()
        with everywhere():
            self._feed = feed_for_database()
            self._published = Published(self._data / "node" / "published.json", self._view, self._feed)
            self._held, self._again = None, None
            self._backlog.clear()
            self._unknown.clear()
            self._progress = ProgressFile(self._data)
            self._take_up(self._feed)

    def step(self) -> bool:
        if self._feed is None or self._published is None:
            raise RuntimeError("the readiness job was not opened")
        self._file.check()
        with everywhere():
            asked_at = self._now()
            worked = self._take_in(self._feed, self._published)
            if not worked and self._held is None:
                if not self._backlog and self._progress.complete(asked_at):
                    self._tell_at = 0.0
                if self._published.holds(self._newest):
                    worked = self._read_calls() or self._next_piece()
            self._tell()
            return worked

    def wait(self, stop: threading.Event) -> None:
        if self._held is not None:
            stop.wait(PUBLISHER_SECONDS)
        elif self._feed is not None:
            self._feed.wait(POLL_SECONDS)

    def close(self) -> None:
        self._feed = self._published = None
        self._view.close()
        connection.close()

    # --- what is new -------------------------------------------------------------------------------------

    def _take_up(self, feed: Feed) -> None:
        """Go on from where the outbox was read; what was pruned meanwhile may have been about anybody."""
        state, horizon = ReadinessState.current(), FeedState.current().horizon
        newest = Outbox.objects.order_by("seq").last()
        self._newest = [newest] if newest is not None else []
        self._position = feed.newest() if state.position is None else max(state.position, horizon)
        self._remembered = -1 if state.position is None else state.position
        if state.position is None or state.position < horizon:
            self._put_off(Sweep(Q()), Q())
        else:
            self._again = Sweep(Q())
        self._again_at = self._clock() + AGAIN_SECONDS
        self._snapshot_file = self._snapshot_identity()

    def _take_in(self, feed: Feed, published: Published) -> bool:
        """Read what is new; False when there is nothing, or the snapshot does not hold it yet."""
        if self._held is None:
            batch = feed.read(self._position)
            if not batch.rows:
                return False
            self._held = batch
        if not published.holds(self._held.rows):
            return False
        concerned = concerned_by(self._held.rows)
        if len(concerned.people) <= FEW:
            self._settle(concerned.people.next_piece(FEW))
        self._position, self._held = self._held.position, None
        self._put_off_the_rest(concerned)
        self._remember()
        return True

    def _put_off_the_rest(self, concerned: Concerned) -> None:
        if len(concerned.people):
            keys = concerned.people.keys
            self._backlog.append(concerned.people)
            for start in range(0, len(keys), PEOPLE_AT_ONCE):
                self._count(Q(pk__in=keys[start : start + PEOPLE_AT_ONCE]))
        if concerned.everybody:
            self._put_off(Sweep(Q()), Q())
        elif concerned.organizations:
            where = Q(organization__in=concerned.organizations)
            self._put_off(Sweep(where), where)

    def _put_off(self, sweep: Sweep, where: Q) -> None:
        """One that has not begun yet will see this change as well."""
        if not any(isinstance(work, Sweep) and not work.after and work.where == where for work in self._backlog):
            self._backlog.append(sweep)
            self._count(where)

    def _count(self, where: Q) -> None:
        people = Person.objects.filter(where).order_by().values_list("organization").annotate(people=Count("pk"))
        self._progress.more(dict(people))

    # --- a piece at a time -------------------------------------------------------------------------------

    def _next_piece(self) -> bool:
        if not self._backlog and not self._is_again_due():
            return False
        if self._is_importing():
            return False
        if not self._backlog:
            return self._look_again()
        work = self._backlog[0]
        self._progress.did(self._settle(work.next_piece(PEOPLE_AT_ONCE)))
        if work.done:
            self._backlog.popleft()
            self._remember()
        return True

    def _settle(self, keys: Sequence[int]) -> Mapping[int, int]:
        settled = settle(keys, self._view, self._now())
        self._unknown.update(settled.unknown)
        return settled.people

    # --- again, without a change of theirs ---------------------------------------------------------------

    def _look_again(self) -> bool:
        if self._again is None:
            return False
        self._settle(self._again.next_piece(PEOPLE_AT_ONCE))
        if self._again.done:
            self._again = None
            self._unknown_at = self._clock() + UNKNOWN_SECONDS
        return True

    def _is_again_due(self) -> bool:
        found, elsewhere = self._snapshot_identity(), self._boundaries.follow()
        replaced = found is not None and found != self._snapshot_file
        if elsewhere or replaced or self._clock() >= self._again_at:
            self._again = Sweep(Q())
            self._again_at = self._clock() + AGAIN_SECONDS
            self._snapshot_file = found
        elif self._again is None and self._unknown and self._clock() >= self._unknown_at:
            self._again = People(self._unknown)
            self._unknown.clear()
        return self._again is not None

    def _snapshot_identity(self) -> tuple[int, int] | None:
        try:
            status = os.stat(self._data / SNAPSHOT)
        except FileNotFoundError:
            return None
        return status.st_dev, status.st_ino

    def _is_importing(self) -> bool:
        recently = self._now() - IMPORT_AT_MOST
        return ImportRun.objects.filter(state__in=_IMPORTING, state_at__gt=recently).exists()

    def _read_calls(self) -> bool:
        state = ReadinessState.current()
        seen, proofs = proofs_after(state.calls_seen)
        if seen == state.calls_seen:
            return False
        for proof in proofs:
            keys = proved(proof.organization, proof.identity, proof.at)
            if missing := without_row(keys):
                self._settle(missing)
                proved(proof.organization, proof.identity, proof.at)
        ReadinessState.objects.filter(pk=state.pk).update(calls_seen=seen)
        return True

    # --- notes -------------------------------------------------------------------------------------------

    def _remember(self) -> None:
        """Only with nothing left over: whoever takes up the work later begins at the position."""
        if not self._backlog and self._position != self._remembered:
            ReadinessState.objects.filter(pk=ReadinessState.current().pk).update(position=self._position)
            self._remembered = self._position

    def _tell(self) -> None:
        if self._clock() >= self._tell_at:
            self._progress.write()
            self._tell_at = self._clock() + TELL_SECONDS


def _silent(name: str, text: str, cleared: bool) -> None:
    """The node tells of a snapshot that cannot be read, and the mapping job of boundaries."""
