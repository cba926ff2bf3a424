"""Reading the outbox with several connections, on both databases."""

import io
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections, transaction
from django.utils import timezone
from tests.directory import cast

from callpoint.directory.imports import import_users
from callpoint.directory.models import Change, FeedState, Outbox, Person, acting
from callpoint.directory.models.change import mark
from callpoint.directory.publishing.feed import feed_for_database
from callpoint.directory.publishing.position import PositionFile
from callpoint.directory.publishing.publisher import Publisher
from callpoint.directory.tenancy import everywhere, inside
from callpoint.snapshot.store import Snapshot
from callpoint.snapshot.writer import SnapshotWriter


def in_thread(work: Callable[[], None]) -> threading.Thread:
    """Run `work` on a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_rows_are_read_once_and_in_order(real: cast.Cast) -> None:
    feed = feed_for_database()
    start = feed.newest()
    assert list(feed.read(start).rows) == []
    for number in range(3):
        mark("person", [number])
    first = feed.read(start)
    assert [row.ids for row in first.rows] == [[0], [1], [2]]
    assert list(feed.read(first.position).rows) == []


def test_the_last_row_of_a_position_is_that_of_its_history_alone(real: cast.Cast) -> None:
    feed = feed_for_database()
    mark("person", [1])
    position = feed.newest()
    before = feed.last_row(position)
    assert before
    mark("person", [2])
    assert feed.last_row(position) == before
    later = feed.read(position).position
    assert feed.last_row(later) not in ("", before)
    Outbox.objects.update(at=timezone.now() + timedelta(seconds=1))
    assert feed.last_row(position) not in ("", before)
    Outbox.objects.all().delete()
    assert feed.last_row(position) == ""


def test_a_transaction_that_is_taken_back_is_never_read(real: cast.Cast) -> None:
    feed = feed_for_database()
    start = feed.newest()
    with transaction.atomic():
        mark("person", [1])
        transaction.set_rollback(True)
    mark("person", [2])
    assert [row.ids for row in feed.read(start).rows] == [[2]]


@pytest.mark.peers
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # SQLite has one writer: numbers follow commits
def test_a_late_commit_with_a_lower_number_is_not_lost(real: cast.Cast) -> None:
    feed = feed_for_database()
    position = feed.newest()
    begun, finish = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            mark("person", [1])
            begun.set()
            assert finish.wait(10)

    thread = in_thread(slow)
    assert begun.wait(10)
    mark("person", [2])
    early = feed.read(position)
    assert list(early.rows) == [], "a row behind an open transaction must wait for it"
    finish.set()
    thread.join()
    assert sorted(row.ids for row in feed.read(early.position).rows) == [[1], [2]]


def test_the_doorbell_ends_waiting(real: cast.Cast) -> None:
    feed = feed_for_database()
    feed.wait(0.01)  # from now on it listens
    feed.wait(0.01)
    started = time.monotonic()
    thread = in_thread(lambda: mark("person", [1]))
    feed.wait(20)
    assert time.monotonic() - started < 10
    thread.join()


def test_waiting_ends_by_itself(real: cast.Cast) -> None:
    feed = feed_for_database()
    feed.wait(0.01)
    feed.wait(0.05)


def test_pruning_moves_the_horizon_and_hides_nothing_new(real: cast.Cast) -> None:
    feed = feed_for_database()
    start = feed.newest()
    old = Outbox.objects.count()
    Outbox.objects.update(at=timezone.now() - timedelta(days=8))
    mark("person", [5])
    assert feed.prune(timezone.now() - timedelta(days=7)) == old
    assert FeedState.current().horizon <= start
    assert [row.ids for row in feed.read(start).rows] == [[5]]
    assert feed.prune(timezone.now() - timedelta(days=7)) == 0


def test_identities_are_compared_exactly(real: cast.Cast) -> None:
    with acting("test", "near misses"), inside(real.acme):
        for other in ("e1", "E1 ", " E1"):
            Person(organization=real.acme, device_user_id=other).save()
        assert Person.objects.get(device_user_id="E1").pk == real.ada.pk
        assert Person.objects.filter(device_user_id__in=["E1 ", "e1"]).count() == 2


def test_import_and_publish(real: cast.Cast, tmp_path: Path) -> None:
    header = "Device User ID,First Name,Callback Number\n"
    rows = "".join(f"N{number},First{number},802-555-{number:04d}\n" for number in range(1200))
    with SnapshotWriter(tmp_path / "snapshot.db") as writer:
        publisher = Publisher(writer, feed_for_database(), PositionFile(tmp_path / "published.json"))
        publisher.start()
        while publisher.step():
            pass
        result = import_users(real.acme, io.BytesIO((header + rows).encode()), False, "test")
        assert (result.new, result.errors) == (1200, [])
        changed = import_users(
            real.acme, io.BytesIO((header + rows.replace("First1", "Else1")).encode()), False, "test"
        )
        assert changed.changed == 311
        with everywhere():
            assert Change.objects.filter(who="test", model="person", action="changed").count() == 311
            last = Change.objects.order_by("pk").last()
        assert last is not None
        assert last.after is not None
        assert set(last.after) == {"first_name"}
        while publisher.step():
            pass
        view = Snapshot(tmp_path / "snapshot.db", check_seconds=0)
        first, last_person = view.person("acme", "N0"), view.person("acme", "N1199")
        view.close()
    assert first is not None
    assert last_person is not None
    assert (first.name, last_person.name) == ("First0", "Else1199")
    with acting("test", "after a bulk insert"), inside(real.acme):
        Person(organization=real.acme, device_user_id="by hand").save()
