"""The central database is locked, moved away, or lost and restored: calls go on, and their records are made up for."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.drills.installation import Installation
from tests.drills.test_processes_die import CATCH_UP_SECONDS, call_passes
from tests.lab.stage import until

from callpoint.routing.records import Identity
from callpoint.snapshot.store import Snapshot

pytestmark = [pytest.mark.stack, pytest.mark.timeout(180)]


@pytest.fixture
def system(tmp_path: Path) -> Iterator[Installation]:
    with Installation(tmp_path) as installation:
        yield installation


async def recorded(system: Installation, call_ids: list[str]) -> None:
    """Waits until each of these calls has a whole record."""
    await until(lambda: all(system.recorded(call) == ("ended", "E1001") for call in call_ids), CATCH_UP_SECONDS)


async def test_calls_pass_while_somebody_holds_the_database_and_records_follow(system: Installation) -> None:
    with closing(sqlite3.connect(system.database, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")  # no other writer gets in until this ends
        calls = [await call_passes(system) for _ in range(3)]
        assert [system.recorded(call) for call in calls] == [None, None, None]
        holder.execute("ROLLBACK")
    await recorded(system, calls)


async def test_calls_pass_with_the_database_deleted_and_records_follow_its_backup(system: Installation) -> None:
    await recorded(system, [first := await call_passes(system)])
    backup = system.folder / "backup.db"
    with closing(sqlite3.connect(system.database)) as live, closing(sqlite3.connect(backup)) as copy:
        live.backup(copy)
    recorded_later = await call_passes(system)  # in the journal, and in what is about to be lost
    await recorded(system, [recorded_later])
    node = system.children()["node"]
    for suffix in ("", "-wal", "-shm"):
        system.database.with_name(system.database.name + suffix).unlink(missing_ok=True)
    meanwhile = [await call_passes(system) for _ in range(2)]
    shutil.copyfile(backup, system.database.with_suffix(".new"))
    system.database.with_suffix(".new").replace(system.database)
    await recorded(system, [first, recorded_later, *meanwhile])
    assert system.children()["node"] == node
    await recorded(system, [await call_passes(system)])


async def test_after_a_restore_calls_see_what_the_directory_now_says(system: Installation) -> None:
    """Not what was published and then lost with the database; and what is changed from now on arrives."""
    await until(lambda: person(system, "E1001") is not None)
    backup = system.folder / "backup.db"
    with closing(sqlite3.connect(system.database)) as live, closing(sqlite3.connect(backup)) as copy:
        live.backup(copy)
    await import_person(system, "E2001")
    await until(lambda: person(system, "E2001") is not None)
    for suffix in ("-wal", "-shm"):
        system.database.with_name(system.database.name + suffix).unlink(missing_ok=True)
    backup.replace(system.database)
    await import_person(system, "E2002")
    await until(lambda: person(system, "E2002") is not None, CATCH_UP_SECONDS)
    await until(lambda: person(system, "E2001") is None, CATCH_UP_SECONDS)


def person(system: Installation, identity: str) -> Identity | None:
    """As the node would find this person now."""
    with closing(Snapshot(system.data / "node" / "snapshot.db")) as snapshot:
        return snapshot.person("demo", identity)


async def import_person(system: Installation, identity: str) -> None:
    people = system.folder / f"{identity}.csv"
    people.write_text(f"Device User ID,First Name\n{identity},Ada\n", encoding="utf-8")
    words = ["import", "users", str(people), "--org", "demo", "--data", str(system.data)]
    command = [sys.executable, "-m", "callpoint", *words]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
