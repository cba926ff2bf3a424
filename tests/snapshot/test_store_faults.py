"""A file that is missing, replaced, locked or damaged costs a person's record and never the call."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.snapshot.people import DEMO, FALLBACK, PROVIDER, TRUNK, demo_directory, person

from callpoint.routing.decide import decide
from callpoint.routing.plan import IncomingCall
from callpoint.routing.view import DirectoryUnavailable
from callpoint.snapshot.changes import Clear, Put
from callpoint.snapshot.store import Snapshot
from callpoint.snapshot.writer import SnapshotWriter

Opener = Callable[[], Snapshot]
CALL = IncomingCall("demo", "911", "emergency", "urn:service:sos", "E1001", "X-Employee-ID", TRUNK)


def codes(snapshot: Snapshot) -> set[str]:
    return {reason.code for reason in decide(CALL, snapshot).reasons}


def overwrite(path: Path, data: bytes) -> None:
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    with path.open("r+b") as file:
        file.write(data)


def test_no_file_at_all(open_snapshot: Opener, alarms: list[tuple[str, bool]]) -> None:
    snapshot = open_snapshot()
    plan = decide(CALL, snapshot)
    assert plan.targets == FALLBACK.relay_center
    assert plan.unregistered
    assert "directory_unavailable" in codes(snapshot)
    assert snapshot.trunks() == ()
    assert "not there" in snapshot.trouble
    assert alarms == [("snapshot_missing", False)]


def test_trunks_of_the_configuration_stand_in(path: Path) -> None:
    snapshot = Snapshot(path, fallback_trunks=(TRUNK,), alarm=lambda *told: None)
    assert snapshot.trunks() == (TRUNK,)
    assert snapshot.provider().relay_center == ()


def test_file_comes_later(path: Path, open_snapshot: Opener, alarms: list[tuple[str, bool]]) -> None:
    snapshot = open_snapshot()
    codes(snapshot)
    with SnapshotWriter(path) as writer:
        writer.apply(demo_directory())
        assert "identity_known" in codes(snapshot)
    assert alarms == [("snapshot_missing", False), ("snapshot_missing", True)]
    assert snapshot.trouble == ""


def test_file_removed_under_it(
    path: Path, writer: SnapshotWriter, open_snapshot: Opener, alarms: list[tuple[str, bool]]
) -> None:
    snapshot = open_snapshot()
    codes(snapshot)
    path.unlink()
    assert "identity_known" in codes(snapshot)
    assert snapshot.provider() == PROVIDER
    assert alarms == [("snapshot_missing", False)]


def test_file_replaced_under_it(tmp_path: Path, path: Path, writer: SnapshotWriter, open_snapshot: Opener) -> None:
    snapshot = open_snapshot()
    codes(snapshot)
    writer.apply([], version=90)
    other = tmp_path / "other.db"
    with SnapshotWriter(other) as fresh:
        fresh.apply([Put(PROVIDER), Put(DEMO), Put(person("E2"))])
        fresh.shrink_log()
    writer.close()
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    os.replace(other, path)
    assert snapshot.person("demo", "E2") is not None
    assert snapshot.person("demo", "E1001") is None
    assert (snapshot.version, snapshot.trunks()) == (1, ())


def test_older_content_in_the_same_file(writer: SnapshotWriter, path: Path, open_snapshot: Opener) -> None:
    """A backup restored over the open file by SQLite's own means."""
    backup = sqlite3.connect(":memory:")
    with sqlite3.connect(path) as source:
        source.backup(backup)
    snapshot = open_snapshot()
    writer.apply([Clear(), Put(PROVIDER), Put(person("E2"))])
    assert snapshot.organization("demo") is None
    with sqlite3.connect(path) as target:
        backup.backup(target)
    assert snapshot.organization("demo") == DEMO
    assert snapshot.person("demo", "E2") is None
    assert snapshot.version == 1


@pytest.mark.parametrize("content", [b"", b"this is no database at all" * 200])
def test_file_that_is_none_from_the_start(
    path: Path, open_snapshot: Opener, alarms: list[tuple[str, bool]], content: bytes
) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    snapshot = open_snapshot()
    assert decide(CALL, snapshot).targets == FALLBACK.relay_center
    assert "directory_unavailable" in codes(snapshot)
    assert alarms == [("snapshot_unreadable", False)]


def test_damage_leaves_the_small_tables(
    path: Path, writer: SnapshotWriter, open_snapshot: Opener, alarms: list[tuple[str, bool]]
) -> None:
    snapshot = open_snapshot()
    codes(snapshot)
    writer.shrink_log()
    snapshot_copy = path.with_suffix(".copy")
    shutil.copy(path, snapshot_copy)
    writer.close()
    overwrite(path, b"\xff" * path.stat().st_size)
    plan = decide(CALL, snapshot)
    assert plan.targets == PROVIDER.relay_center
    assert "directory_unavailable" in {reason.code for reason in plan.reasons}
    assert snapshot.organization("demo") == DEMO
    assert snapshot.trunks() == (TRUNK,)
    assert alarms == [("snapshot_unreadable", False)]
    # The operator puts a good file there.
    os.replace(snapshot_copy, path)
    assert "identity_known" in codes(snapshot)
    assert alarms == [("snapshot_unreadable", False), ("snapshot_unreadable", True)]


def test_one_unreadable_record(
    path: Path, writer: SnapshotWriter, open_snapshot: Opener, alarms: list[tuple[str, bool]]
) -> None:
    writer.apply([Put(person("E2"))])
    with sqlite3.connect(path) as db:
        db.execute("UPDATE identity SET body = '{' WHERE identity = 'E2'")
    snapshot = open_snapshot()
    with pytest.raises(DirectoryUnavailable, match="record cannot be read"):
        snapshot.person("demo", "E2")
    assert "identity_known" in codes(snapshot)
    assert alarms == [("snapshot_record", False)]


def test_unreadable_small_record_keeps_the_old_one(
    path: Path, writer: SnapshotWriter, open_snapshot: Opener, alarms: list[tuple[str, bool]]
) -> None:
    snapshot = open_snapshot()
    codes(snapshot)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE small SET body = '[]', version = 2 WHERE kind IN ('organization', 'trunk')")
        db.execute("INSERT INTO small VALUES ('weather', 'today', '{}', 2)")
        db.execute("UPDATE meta SET value = 2 WHERE key = 'version'")
    assert snapshot.organization("demo") == DEMO
    assert snapshot.trunks() == (TRUNK,)
    assert alarms == [("snapshot_record", False)]
    writer.apply([Put(DEMO), Put(TRUNK)])
    assert snapshot.organization("demo") == DEMO
    assert alarms[-1] == ("snapshot_record", True)


def test_locked_file_passes(path: Path, open_snapshot: Opener, writer: SnapshotWriter) -> None:
    """An exclusive lock, as a recovery or a careless tool takes it: a short wait, an honest answer, then well again."""
    writer.close()
    snapshot = open_snapshot()
    codes(snapshot)
    snapshot.close()
    locker = sqlite3.connect(path, isolation_level=None)
    locker.execute("PRAGMA locking_mode = EXCLUSIVE")
    locker.execute("BEGIN EXCLUSIVE")
    began = time.monotonic()
    plan = decide(CALL, snapshot)
    assert time.monotonic() - began < 2.0
    assert plan.targets == PROVIDER.relay_center
    assert "directory_unavailable" in {reason.code for reason in plan.reasons}
    locker.close()
    assert "identity_known" in codes(snapshot)


def test_alarm_listener_that_fails_stops_nothing(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    def broken(name: str, text: str, cleared: bool) -> None:
        raise RuntimeError("no ear")

    snapshot = Snapshot(path, fallback=FALLBACK, alarm=broken)
    assert decide(CALL, snapshot).targets == FALLBACK.relay_center
    assert "no ear" in capfd.readouterr().err


WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
from callpoint.snapshot.changes import Put
from callpoint.snapshot.writer import SnapshotWriter
from tests.snapshot.people import OFFICE, person
with SnapshotWriter(Path(sys.argv[1])) as writer:
    print("ready", flush=True)
    for turn in range(150):
        place = replace(OFFICE, note=str(turn))
        writer.apply([Put(person("E1001", name=str(turn), assigned_location=place)),
                      *[Put(person(f"E{turn}-{n}", assigned_location=place)) for n in range(50)]])
"""


def test_writer_in_another_process_blocks_no_reader(
    path: Path, writer: SnapshotWriter, open_snapshot: Opener, alarms: list[tuple[str, bool]]
) -> None:
    snapshot = open_snapshot()
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    seen: list[int] = []
    while process.poll() is None:
        ada = snapshot.person("demo", "E1001")
        assert ada is not None
        assert ada.assigned_location is not None
        # Person and location are of one moment, whatever is being written.
        assert ada.name == (ada.assigned_location.note or "Ada")
        if ada.name != "Ada":
            seen.append(int(ada.name))
    assert process.wait() == 0
    process.stdout.close()
    ada = snapshot.person("demo", "E1001")
    assert ada is not None
    assert ada.name == "149"
    assert seen == sorted(seen)
    assert alarms == []
