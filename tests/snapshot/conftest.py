"""A snapshot on disk, its writer, and whoever hears its alarms."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.snapshot.people import FALLBACK, demo_directory

from callpoint.snapshot.store import Snapshot
from callpoint.snapshot.writer import SnapshotWriter

Alarm = tuple[str, bool]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "node" / "snapshot.db"


@pytest.fixture
def writer(path: Path) -> Iterator[SnapshotWriter]:
    with SnapshotWriter(path) as writer:
        writer.apply(demo_directory())
        yield writer


@pytest.fixture
def alarms() -> list[Alarm]:
    """(name, cleared) in the order they were told."""
    return []


@pytest.fixture
def open_snapshot(path: Path, alarms: list[Alarm]) -> Iterator[Callable[[], Snapshot]]:
    """Opens snapshots that look at their file at every question."""
    opened: list[Snapshot] = []

    def hear(name: str, text: str, cleared: bool) -> None:
        assert text
        alarms.append((name, cleared))

    def open_one() -> Snapshot:
        opened.append(Snapshot(path, fallback=FALLBACK, alarm=hear, check_seconds=0.0, retry_seconds=0.0))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()
