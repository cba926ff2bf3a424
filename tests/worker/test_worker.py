"""The worker whole, with real files and both databases, driven from outside as web and node do."""

import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.db import connection, connections
from tests.directory import cast

from callpoint.calls.models import CallRecord
from callpoint.directory import provision
from callpoint.directory.models import acting
from callpoint.directory.tenancy import everywhere
from callpoint.routing.records import Identity, LocationRecord
from callpoint.snapshot import fact_kinds
from callpoint.snapshot.journal import Journal
from callpoint.snapshot.store import Snapshot
from callpoint.worker import process
from callpoint.worker.ingesting import IngestJob
from callpoint.worker.prompts import PromptJob, texts_for

PATIENCE = 20.0  # of a loaded machine; a change alone takes some hundredths of a second


class Recorded:
    """Takes the place of text-to-speech."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def render(self, text: str) -> bytes:
        self.said.append(text)
        return b"\xff"

    def close(self) -> None:
        self.said.append("(closed)")


@pytest.fixture
def speaker(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    speaker = Recorded()
    monkeypatch.setattr("callpoint.worker.prompts.Renderer.open", lambda folder: speaker)
    return speaker


@contextmanager
def working(data: Path) -> Iterator[None]:
    """A worker in a thread of this process; it must stop by itself when told to."""
    stop = threading.Event()
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(process.run(data, stop)))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)
        connections["default"].close()
    assert codes == [0]


def soon(what: Callable[[], object]) -> float:
    """Wait until `what` is true; seconds it took."""
    started = time.monotonic()
    while not what():
        assert time.monotonic() - started < PATIENCE, "it never happened"
        time.sleep(0.005)
    return time.monotonic() - started


def test_changes_and_facts_and_prompts(real: cast.Cast, speaker: Recorded, tmp_path: Path) -> None:
    view = Snapshot(tmp_path / "node" / "snapshot.db", check_seconds=0, retry_seconds=0, alarm=lambda *_: None)
    journal = Journal(tmp_path / "node" / "journal.db")
    with working(tmp_path):
        soon(lambda: not view.trouble and view.person("acme", "E1"))
        with acting("admin@acme.example", "new phone"):
            real.bob.callback_number = "+18025550177"
            real.bob.save()
        soon(lambda: getattr(view.person("acme", "E2"), "callback_number", "") == "+18025550177")
        soon(lambda: any("one seven seven" in text for text in speaker.said))
        journal.append("call-1", "acme", fact_kinds.RECEIVED, {"dialled": "933", "identity": "E1"})
        with everywhere():
            soon(lambda: CallRecord.objects.filter(call_id="call-1", organization=real.acme).exists())
        soon((tmp_path / "worker.json").exists)
        soon(lambda: json.loads((tmp_path / "worker.json").read_text())["tasks"]["publish"]["trouble"] == "")
    journal.close()
    view.close()
    assert speaker.said[-1] == "(closed)"


def test_restart_takes_no_fact_twice_and_misses_none(real: cast.Cast, speaker: Recorded, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "node" / "journal.db")
    with everywhere():
        for start in (0, 10):
            for number in range(start, start + 10):
                journal.append(f"call-{number}", "acme", fact_kinds.RECEIVED, {"dialled": "911"})
            with working(tmp_path):
                soon(lambda: CallRecord.objects.count() == start + 10)  # noqa: B023 - used within the round
        assert all(call.steps.count() == 1 for call in CallRecord.objects.all())
    journal.close()


def test_a_locked_database_is_waited_for(people: cast.Cast, tmp_path: Path) -> None:
    """In the step's own words: an error comes out of it, and nothing is lost."""
    job = IngestJob(tmp_path)
    with Journal(tmp_path / "journal.db") as journal:
        journal.append("call-1", "acme", fact_kinds.RECEIVED, {"dialled": "911"})
        assert journal.flush(PATIENCE)
        with connection.execute_wrapper(_broken), pytest.raises(sqlite3.OperationalError):
            job.step()
        assert job.step() is True
        assert job.step() is False


def test_a_node_that_lost_its_disk_starts_a_new_journal(people: cast.Cast, tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    job = IngestJob(tmp_path)
    assert job.step() is False
    for calls in (["a", "b", "c"], ["d"], ["e", "f", "g", "h", "i"]):
        with Journal(path) as journal:
            for call in calls:
                journal.append(
                    call, "acme", fact_kinds.RECEIVED, {"dialled": "911"}, f"2026-11-23T02:00:00.{ord(call)}Z"
                )
            assert journal.flush(PATIENCE)
            while job.step():
                pass
        for file in tmp_path.glob("journal.db*"):
            os.unlink(file)
        assert job.step() is False
    with everywhere():
        assert sorted(call.call_id for call in CallRecord.objects.all()) == list("abcdefghi")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # a file can be taken away, a server cannot
def test_a_database_taken_away_and_put_back(real: cast.Cast, speaker: Recorded, tmp_path: Path) -> None:
    path = Path(str(connection.settings_dict["NAME"]))
    view = Snapshot(tmp_path / "node" / "snapshot.db", check_seconds=0, retry_seconds=0, alarm=lambda *_: None)

    def trouble() -> str:
        return str(json.loads((tmp_path / "worker.json").read_text())["tasks"]["publish"]["trouble"])

    with working(tmp_path):
        soon(lambda: not view.trouble and view.person("acme", "E1"))
        soon((tmp_path / "worker.json").exists)
        connection.close()
        with closing(sqlite3.connect(path)) as raw:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        backup = path.read_bytes()
        for file in path.parent.glob("callpoint.db*"):
            file.unlink()
        soon(lambda: "is not there" in trouble())
        assert not path.exists(), "an empty database must not stand in the way of the backup"
        assert view.person("acme", "E1") is not None, "calls go on by the last snapshot"
        path.write_bytes(backup)
        soon(lambda: trouble() == "")
        with acting("admin@acme.example", "after the repair"):
            real.bob.first_name = "Robert"
            real.bob.save()
        soon(lambda: getattr(view.person("acme", "E2"), "name", "") == "Robert")
    view.close()


def test_prompts_are_what_a_read_back_asks_for(people: cast.Cast, tmp_path: Path) -> None:
    snapshot_for(people, tmp_path)
    view = Snapshot(tmp_path / "node" / "snapshot.db", check_seconds=0)
    ada = view.person("acme", "E1")
    assert isinstance(ada, Identity)
    texts = " ".join(texts_for(ada, view))
    for words in ("one fifteen State Street", "Montpelier dispatch", "eight zero two"):
        assert words in texts
    bob = view.person("acme", "E2")
    assert isinstance(bob, Identity)
    assert "no location" in " ".join(texts_for(bob, view)).lower()
    assert isinstance(ada.assigned_location, LocationRecord)
    assert "State Street" in " ".join(texts_for(ada.assigned_location, view))
    view.close()


def test_a_flood_of_changes_does_not_fill_the_memory(
    people: cast.Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callpoint.worker.prompts.LONGEST_QUEUE", 3)
    changes = snapshot_for(people, tmp_path)
    speaker = Recorded()
    job = PromptJob(tmp_path / "node", speaker)
    job.open()
    for _ in range(5):
        job.published(changes)
    steps = 0
    while job.step():
        steps += 1
    assert 0 < steps <= 3 * 20
    assert len(speaker.said) == steps
    job.close()


def snapshot_for(people: cast.Cast, data: Path) -> list[object]:
    """Publish the cast into `data`; the changes that were told."""
    from_worker: list[object] = []
    job = process.PublishJob(data / "node", from_worker.extend)
    job.open()
    while job.step():
        pass
    with acting("test", "something to tell"):
        provision.set_current_location(people.ada, people.desk)
    while job.step():
        pass
    job.close()
    return from_worker


def _broken(execute: object, sql: str, params: object, many: bool, context: object) -> object:
    raise sqlite3.OperationalError("database is locked")
