"""Facts are kept in order, on the disk, and in no fault lost in silence."""

import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from callpoint.snapshot.fact_kinds import ALL_KINDS, DECIDED, RECEIVED
from callpoint.snapshot.journal import Journal, facts_after, last_seq

PATIENCE = 20.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "node" / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    with Journal(path) as journal:
        yield journal


class Ear:
    """Hears alarms and lets a test wait for one."""

    def __init__(self) -> None:
        self.told: list[tuple[str, bool]] = []
        self._changed = threading.Condition()

    def __call__(self, name: str, text: str, cleared: bool) -> None:
        with self._changed:
            self.told.append((name, cleared))
            self._changed.notify_all()

    def wait_for(self, name: str, cleared: bool) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: (name, cleared) in self.told, PATIENCE)


def numbers(path: Path) -> list[int]:
    return [fact.data["n"] for fact in facts_after(path, 0, limit=1_000_000)]


def test_a_fact_comes_back_whole(path: Path, journal: Journal) -> None:
    journal.append("call-1", "demo", RECEIVED, {"dialled": "911", "defects": []}, at="2026-11-20T12:00:00.000Z")
    assert journal.flush(PATIENCE)
    (fact,) = facts_after(path, 0)
    assert (fact.seq, fact.at, fact.call_id, fact.organization, fact.kind, fact.data) == (
        1,
        "2026-11-20T12:00:00.000Z",
        "call-1",
        "demo",
        "received",
        {"dialled": "911", "defects": []},
    )


def test_time_is_utc_with_milliseconds(path: Path, journal: Journal) -> None:
    journal.append("", "", DECIDED, {})
    assert journal.flush(PATIENCE)
    at = facts_after(path, 0)[0].at
    assert len(at) == len("2026-11-20T12:00:00.000Z")
    assert at.endswith("Z")


def test_order_is_kept_over_many_groups(path: Path, journal: Journal) -> None:
    for n in range(5_000):
        journal.append(f"call-{n % 7}", "demo", ALL_KINDS[n % len(ALL_KINDS)], {"n": n})
    assert journal.flush(PATIENCE)
    assert numbers(path) == list(range(5_000))
    assert [fact.seq for fact in facts_after(path, 0, limit=10_000)] == list(range(1, 5_001))
    assert journal.held == 0


def test_order_of_each_thread_is_kept(path: Path, journal: Journal) -> None:
    def work(thread: int) -> None:
        for n in range(300):
            journal.append(str(thread), "demo", RECEIVED, {"n": n})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert journal.flush(PATIENCE)
    facts = facts_after(path, 0, limit=10_000)
    for thread in range(4):
        assert [fact.data["n"] for fact in facts if fact.call_id == str(thread)] == list(range(300))


def test_reader_goes_on_where_it_was(path: Path, journal: Journal) -> None:
    for n in range(10):
        journal.append("c", "demo", RECEIVED, {"n": n})
    assert journal.flush(PATIENCE)
    first = facts_after(path, 0, limit=4)
    rest = facts_after(path, first[-1].seq)
    assert [fact.data["n"] for fact in (*first, *rest)] == list(range(10))
    assert facts_after(path, last_seq(path)) == []
    assert last_seq(path) == 10


def test_nothing_there_yet(path: Path) -> None:
    assert facts_after(path, 0) == []
    assert last_seq(path) == 0
    path.parent.mkdir()
    sqlite3.connect(path).execute("CREATE TABLE other (x)").connection.close()
    assert facts_after(path, 0) == []


def test_reopening_counts_on(path: Path) -> None:
    for n in range(3):
        with Journal(path) as journal:
            journal.append("c", "demo", RECEIVED, {"n": n})
    assert [(fact.seq, fact.data["n"]) for fact in facts_after(path, 0)] == [(1, 0), (2, 1), (3, 2)]


def test_no_data_can_make_append_fail(path: Path, journal: Journal) -> None:
    circle: dict[str, object] = {}
    circle["self"] = circle
    journal.append("call\udce9", "de\udcffmo", RECEIVED, {"bytes": "\udce9", "path": path, "nul": "\x00"})
    journal.append("c", "demo", RECEIVED, circle)
    journal.append("c", "demo", RECEIVED, {("tuple", "key"): 1})  # type: ignore[dict-item]
    assert journal.flush(PATIENCE)
    odd, loop, key = facts_after(path, 0)
    assert (odd.call_id, odd.organization) == ("call\\udce9", "de\\udcffmo")
    assert odd.data == {"bytes": "\udce9", "path": str(path), "nul": "\x00"}
    assert "unserialisable" in loop.data
    assert "unserialisable" in key.data


def test_data_is_as_it_was_when_appended(path: Path, journal: Journal) -> None:
    data = {"n": 1}
    journal.append("c", "demo", RECEIVED, data)
    data["n"] = 2
    assert journal.flush(PATIENCE)
    assert numbers(path) == [1]


def test_flush_of_nothing_is_at_once(journal: Journal) -> None:
    assert journal.flush(0.0)


def test_dialogs_are_restored(path: Path) -> None:
    with Journal(path) as journal:
        journal.save_dialogs("a", '{"state": 1}')
        journal.save_dialogs("a", '{"state": 2}')
        journal.save_dialogs("b", "{}")
        journal.save_dialogs("c", "{}")
        journal.close_dialogs("c")
        journal.close_dialogs("never")
        assert journal.open_dialogs() == {"a": '{"state": 2}', "b": "{}"}
    with Journal(path) as journal:
        assert journal.open_dialogs() == {"a": '{"state": 2}', "b": "{}"}
        journal.close_dialogs("b")
        assert journal.flush(PATIENCE)
        assert journal.open_dialogs() == {"a": '{"state": 2}'}


# --- faults ----------------------------------------------------------------------------------------------


def block(path: Path) -> sqlite3.Connection:
    """Hold the write lock, as a disk that does not let us write: every attempt fails after its patience."""
    blocker = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    blocker.execute("BEGIN IMMEDIATE")
    return blocker


def test_held_while_it_cannot_be_written(path: Path) -> None:
    ear = Ear()
    with Journal(path, alarm=ear, first_pause=0.01) as journal:
        journal.append("c", "demo", RECEIVED, {"n": 0})
        assert journal.flush(PATIENCE)
        blocker = block(path)
        for n in range(1, 20):
            journal.append("c", "demo", RECEIVED, {"n": n})
        journal.save_dialogs("c", "{}")
        assert ear.wait_for("journal", cleared=False)
        assert not journal.flush(0.05)
        assert numbers(path) == [0]
        blocker.execute("ROLLBACK")
        blocker.close()
        assert journal.flush(PATIENCE)
        assert ear.wait_for("journal", cleared=True)
        assert journal.open_dialogs() == {"c": "{}"}
    assert numbers(path) == list(range(20))
    assert ear.told == [("journal", False), ("journal", True)]


def test_folder_that_cannot_be_made_comes_later(tmp_path: Path) -> None:
    ear = Ear()
    wall = tmp_path / "wall"
    wall.write_text("a file where the folder should be")
    with Journal(wall / "journal.db", alarm=ear, first_pause=0.01) as journal:
        journal.append("c", "demo", RECEIVED, {"n": 1})
        assert ear.wait_for("journal", cleared=False)
        wall.unlink()
        assert journal.flush(PATIENCE)
    assert numbers(wall / "journal.db") == [1]


def test_full_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that may not grow answers SQLITE_FULL, exactly as on a full disk."""
    connect = sqlite3.connect
    full = threading.Event()

    def small_disk(*arguments: object, **options: object) -> sqlite3.Connection:
        db: sqlite3.Connection = connect(*arguments, **options)  # type: ignore[arg-type]
        if full.is_set():
            (pages,) = db.execute("PRAGMA page_count").fetchone()
            db.execute(f"PRAGMA max_page_count = {pages}")
        return db

    ear = Ear()
    monkeypatch.setattr(sqlite3, "connect", small_disk)
    with Journal(path, alarm=ear, first_pause=0.01) as journal:
        journal.append("c", "demo", RECEIVED, {"n": 0})
        assert journal.flush(PATIENCE)
    full.set()
    with Journal(path, alarm=ear, first_pause=0.01) as journal:
        for n in range(1, 50):
            journal.append("c", "demo", RECEIVED, {"n": n, "text": "x" * 1000})
        assert ear.wait_for("journal", cleared=False)
        full.clear()
        assert journal.flush(PATIENCE)
    assert numbers(path) == list(range(50))
    assert ear.told == [("journal", False), ("journal", True)]


def test_overflow_goes_to_stderr_and_none_is_missing(path: Path) -> None:
    ear, overflow = Ear(), io.StringIO()
    path.parent.mkdir()
    path.mkdir()  # a folder cannot be opened as a database
    journal = Journal(path, alarm=ear, overflow=overflow, max_held=10, first_pause=0.01)
    for n in range(100):
        journal.append(f"call-{n}", "demo", RECEIVED, {"n": n})
    assert ear.wait_for("journal", cleared=False)
    assert journal.held <= 10
    assert not journal.close(timeout=0.5)
    lines = [json.loads(line)["journal_overflow"] for line in overflow.getvalue().splitlines()]
    # What could not be written until the end went there too: nothing is missing.
    assert sorted(line["data"]["n"] for line in lines) == list(range(100))
    assert all(line["call_id"] == f"call-{line['data']['n']}" for line in lines)
    assert {"at", "call_id", "organization", "kind", "data"} == set(lines[0])


def test_stderr_that_nobody_empties_holds_up_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callpoint.snapshot.journal.MAX_SPILLED", 5)
    ear, released = Ear(), threading.Event()

    class FullPipe(io.StringIO):
        def write(self, text: str) -> int:
            released.wait(PATIENCE)
            return super().write(text)

    overflow = FullPipe()
    path.parent.mkdir()
    path.mkdir()
    journal = Journal(path, alarm=ear, overflow=overflow, max_held=5, first_pause=0.01)
    for n in range(100):
        journal.append("c", "demo", RECEIVED, {"n": n})
    assert journal.held <= 5
    assert ear.wait_for("journal_overflow", cleared=False)
    released.set()
    journal.close(timeout=0.5)
    assert 5 <= len(overflow.getvalue().splitlines()) <= 20


def test_overflow_that_cannot_be_written_is_an_alarm(path: Path) -> None:
    ear, overflow = Ear(), io.StringIO()
    overflow.close()
    path.parent.mkdir()
    path.mkdir()
    journal = Journal(path, alarm=ear, overflow=overflow, max_held=2, first_pause=0.01)
    for n in range(10):
        journal.append("c", "demo", RECEIVED, {"n": n})
    assert ear.wait_for("journal_overflow", cleared=False)
    journal.close(timeout=0.5)


def test_damaged_file_is_set_aside_and_the_count_goes_on(path: Path) -> None:
    with Journal(path) as journal:
        journal.append("c", "demo", RECEIVED, {"n": 1})
    before = last_seq(path)
    size = path.stat().st_size
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    path.write_bytes(b"\xff" * size)
    ear = Ear()
    with Journal(path, alarm=ear, first_pause=0.01) as journal:
        assert journal.open_dialogs() == {}
        journal.append("c", "demo", RECEIVED, {"n": 2})
        assert journal.flush(PATIENCE)
    assert {"journal", "journal_dialogs"} == {name for name, _ in ear.told}
    (fact,) = facts_after(path, before)
    assert fact.data == {"n": 2}
    (damaged,) = path.parent.glob("journal.db.damaged-*")
    assert damaged.read_bytes() == b"\xff" * size


def test_alarm_listener_that_fails_stops_nothing(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    heard = threading.Event()

    def broken(name: str, text: str, cleared: bool) -> None:
        heard.set()
        raise RuntimeError("no ear")

    path.parent.mkdir()
    path.mkdir()
    with Journal(path, alarm=broken, first_pause=0.01) as journal:
        journal.append("c", "demo", RECEIVED, {"n": 1})
        assert heard.wait(PATIENCE)
        path.rmdir()
        assert journal.flush(PATIENCE)
    assert numbers(path) == [1]
    assert "no ear" in capfd.readouterr().err


KILLED = """
import sys
from pathlib import Path
from callpoint.snapshot.journal import Journal
journal = Journal(Path(sys.argv[1]))
n = 0
while True:
    journal.append("call", "demo", "received", {"n": n})
    journal.save_dialogs("call", str(n))
    if n % 50 == 49:
        journal.flush(10.0)
        print(n, flush=True)
    n += 1
"""


def test_kill_9_leaves_a_whole_file_with_all_that_was_flushed(path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    flushed = -1
    for _ in range(20):
        flushed = int(process.stdout.readline())
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    kept = numbers(path)
    assert kept == list(range(len(kept)))
    assert len(kept) > flushed
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with Journal(path) as journal:
        assert int(journal.open_dialogs()["call"]) >= flushed
        journal.append("call", "demo", RECEIVED, {"n": len(kept)})
        assert journal.flush(PATIENCE)
    assert numbers(path) == list(range(len(kept) + 1))


def test_read_by_another_process_while_written(path: Path, journal: Journal) -> None:
    reader = (
        "import sys; from pathlib import Path; from callpoint.snapshot.facts import facts_after\n"
        "seen = 0\n"
        "while seen < 2000:\n"
        "    for fact in facts_after(Path(sys.argv[1]), seen):\n"
        "        assert fact.seq == seen + 1, (fact.seq, seen)\n"
        "        seen = fact.seq\n"
    )
    process = subprocess.Popen([sys.executable, "-c", reader, str(path)])
    for n in range(2000):
        journal.append("c", "demo", RECEIVED, {"n": n})
    assert process.wait(PATIENCE * 2) == 0
