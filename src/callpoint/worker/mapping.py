"""The worker's fourth duty: every address has its PSAP, and its verdict, by the data sets as they are now.

Addresses that change are mapped at once, by the outbox. When data sets are exchanged, or a planned change of boundaries
comes into effect, all addresses are gone through in batches (`directory.mapping.remapping`).
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.db import connection

from callpoint.addresses.postal import tables
from callpoint.directory.judging import open_judge
from callpoint.directory.mapping import remapping
from callpoint.directory.mapping.remapping import Names
from callpoint.directory.mapping.serving import Sources
from callpoint.directory.mapping.writing import write
from callpoint.directory.models import Address, FeedState, MappingState, Outbox
from callpoint.directory.publishing.feed import Feed, feed_for_database
from callpoint.directory.tenancy import everywhere
from callpoint.directory.verdicts import Judge
from callpoint.worker.data_sets import DataSets
from callpoint.worker.database_file import DatabaseFile

POLL_SECONDS: Final = 0.5
ADDRESSES_AT_ONCE: Final = 200  # a transaction of some tenths of a second: other writers hardly notice
# Boundaries of a nation take hundreds of megabytes, and are asked for again within the minute or not for days.
IDLE_SECONDS: Final = 60.0
# How far irrelevant rows have been read is written down now and then; reading them again does no harm.
REMEMBER_SECONDS: Final = 60.0
MOVED: Final = frozenset({"address", "lost_mapping"})


class MappingJob:
    """A step is one batch. Killed in the middle of one, the batch is done again; what was written stays."""

    name = "mapping"

    def __init__(
        self,
        datasets: Path,
        judge_for: Callable[[Path], Judge] = open_judge,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sets = DataSets(datasets)
        self._datasets = datasets
        self._judge_for = judge_for
        self._judge: Judge | None = None
        self._judged_by: Names = []
        self._now = now
        self._clock = clock
        self._file = DatabaseFile()
        self._feed: Feed | None = None
        self._pending: deque[int] = deque()
        self._position = self._remembered = 0
        self._remember_at = self._used_at = 0.0
        self._look_again = True

    def open(self) -> None:
        self.close()
        self._file.open()
        self._feed = feed_for_database()
        self._pending.clear()
        self._look_again = True
        with everywhere():
            self._take_up(self._feed)

    def step(self) -> bool:
        if self._feed is None:
            raise RuntimeError("the mapping job was not opened")
        self._file.check()
        with everywhere():
            worked = self._map_changed(self._feed) or self._go_through()
        if worked:
            self._used_at = self._clock()
            return True
        with everywhere():
            self._remember_now_and_then()
        if self._clock() - self._used_at > IDLE_SECONDS:
            self._sets.let_go()
            self._judge = None
        return False

    def wait(self, stop: threading.Event) -> None:
        if self._feed is not None:
            self._feed.wait(POLL_SECONDS)

    def close(self) -> None:
        self._feed = None
        connection.close()

    def _take_up(self, feed: Feed) -> None:
        """Go on from where the outbox was read; what was pruned meanwhile may have been about any address."""
        state, horizon = MappingState.current(), FeedState.current().horizon
        self._position = feed.newest() if state.position is None else state.position
        self._remembered = -1 if state.position is None else state.position
        if state.position is not None and state.position < horizon:
            self._position = max(horizon, state.position)
            self._pending.extend(Address.objects.order_by("pk").values_list("pk", flat=True))
        self._remember()

    def _map_changed(self, feed: Feed) -> bool:
        if not self._pending:
            batch = feed.read(self._position)
            if not batch.rows:
                return False
            self._pending.extend(_addresses_of(batch.rows))
            self._position = batch.position
        piece = [self._pending.popleft() for _ in range(min(ADDRESSES_AT_ONCE, len(self._pending)))]
        if piece:
            write(piece, self._sources(self._now()), "its address or what is known of it changed")
        if piece and not self._pending:
            self._remember()
        return True

    def _remember_now_and_then(self) -> None:
        if self._clock() >= self._remember_at:
            self._remember()

    def _remember(self) -> None:
        if self._pending or self._position == self._remembered:
            return
        MappingState.objects.filter(pk=MappingState.current().pk).update(position=self._position)
        self._remembered = self._position
        self._remember_at = self._clock() + REMEMBER_SECONDS

    def _go_through(self) -> bool:
        now = self._now()
        if not (self._look_again or self._sets.changed() or self._sets.planned_before(now)):
            return False
        sets = self._sets.names()
        if sets.addresses != self._judged_by:
            self._judge, self._judged_by = None, sets.addresses  # the one we have may not have noticed yet
        run = remapping.due(sets, now)
        self._look_again = run is not None
        if run is None:
            self._sets.looked(now)
            return False
        remapping.step(run, self._sources(run.as_of), self._opened_judge())
        return True

    def _sources(self, at: datetime) -> Sources:
        return Sources(self._sets.boundaries(), at.strftime("%Y-%m-%dT%H:%M:%SZ"), tables())

    def _opened_judge(self) -> Judge:
        if self._judge is None:
            self._judge = self._judge_for(self._datasets)
        return self._judge


def _addresses_of(rows: Sequence[Outbox]) -> Iterable[int]:
    """Keys of the addresses that rows of the outbox are about, each once."""
    keys = {key: None for row in rows if row.kind in MOVED for key in row.ids}
    organizations = {key for row in rows if row.kind == "organization" for key in row.ids}
    if organizations:
        # It may go by another ECRF now.
        found = Address.objects.filter(organization__in=organizations).order_by("pk").values_list("pk", flat=True)
        keys |= dict.fromkeys(found)
    return keys
