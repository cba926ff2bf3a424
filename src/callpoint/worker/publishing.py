"""The worker's first duty: a change is in the snapshot within a second of its commit."""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.db import connection
from django.utils import timezone

from callpoint.directory.publishing.feed import Feed, feed_for_database
from callpoint.directory.publishing.position import PositionFile
from callpoint.directory.publishing.publisher import Publisher
from callpoint.notices.publishing import alert_plans
from callpoint.snapshot.changes import Change
from callpoint.snapshot.writer import SnapshotWriter
from callpoint.worker.database_file import DatabaseFile

POLL_SECONDS: Final = 0.5
# A node may be away for a week and still catch up row by row; after that its snapshot is made anew.
KEEP: Final = timedelta(days=7)
TIDY_SECONDS: Final = 3600.0


class PublishJob:
    """Feeds `node/snapshot.db`; now and then deletes what is no longer needed, there and in the outbox."""

    name = "publish"

    def __init__(
        self,
        node_dir: Path,
        on_published: Callable[[Sequence[Change]], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._snapshot = node_dir / "snapshot.db"
        self._position = node_dir / "published.json"
        self._on_published = on_published
        self._clock = clock
        self._tidy_at = clock() + TIDY_SECONDS
        self._file = DatabaseFile()
        self._writer: SnapshotWriter | None = None
        self._publisher: Publisher | None = None
        self._feed: Feed | None = None

    def open(self) -> None:
        self.close()
        self._file.open()
        self._feed = feed_for_database()
        self._writer = SnapshotWriter(self._snapshot)
        file = PositionFile(self._position)
        self._publisher = Publisher(self._writer, self._feed, file, self._on_published, alert_plans)
        self._publisher.start()

    def step(self) -> bool:
        publisher, writer, feed = self._opened()
        self._file.check()
        if publisher.step():
            return True
        if self._clock() >= self._tidy_at:
            self._tidy_at = self._clock() + TIDY_SECONDS
            feed.prune(timezone.now() - KEEP)
            writer.drop_unused_locations()
        return False

    def wait(self, stop: threading.Event) -> None:
        self._opened()[2].wait(POLL_SECONDS)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer = self._publisher = self._feed = None
        connection.close()

    def _opened(self) -> tuple[Publisher, SnapshotWriter, Feed]:
        if self._publisher is None or self._writer is None or self._feed is None:
            raise RuntimeError("the publish job was not opened")
        return self._publisher, self._writer, self._feed
