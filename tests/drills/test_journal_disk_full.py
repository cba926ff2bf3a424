"""The journal's disk is full: calls go on, the operator is told, and nothing is missing once there is room again."""

import contextlib
import os
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.drills.stage import Desk, DrillNode, Stage
from tests.lab.stage import until

pytestmark = pytest.mark.stack

DISK_BYTES = 2 * 2**20


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes, to be used as the node's folder."""
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("a small file system can only be mounted as root")
    place = tmp_path / "small"
    place.mkdir()
    command = [mount, "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", place]
    made = subprocess.run(command, capture_output=True, check=False)
    if made.returncode != 0:
        pytest.skip(f"no file system may be mounted here: {made.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def fill(disk: Path) -> Path:
    """Takes every byte that is left; remove the file it gives to make room again."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file, contextlib.suppress(OSError):
        for size in (65_536, 1):
            with contextlib.suppress(OSError):
                while True:
                    os.write(file.fileno(), bytes(size))
    return ballast


async def test_calls_go_on_and_their_facts_are_kept_until_there_is_room(stage: Stage, small_disk: Path) -> None:
    psap = await stage.desk()
    node = await stage.start([psap], [psap], folder=small_disk)
    await stage.call_passes(psap)
    await node.fact("ended")
    ballast = fill(small_disk)
    told = await calls_until_the_alarm(stage, psap)
    assert "disk is full" in told
    assert len(node.facts("ended")) < len(psap.calls)
    ballast.unlink()
    await everything_is_made_up_for(node, psap)


async def test_the_same_where_the_journal_may_not_grow(stage: Stage) -> None:
    """A limit of the service manager; needs no file system of its own, so this drill runs everywhere.

    The limit is on each file: closing the failed journal folds its log into it, so that it may be written for a while.
    """
    psap = await stage.desk()
    node = await stage.start([psap], [psap])
    await stage.call_passes(psap)
    await node.fact("ended")
    limits = resource.prlimit(node.process.pid, resource.RLIMIT_FSIZE)
    grown = node.journal.with_name("journal.db-wal").stat().st_size
    resource.prlimit(node.process.pid, resource.RLIMIT_FSIZE, (grown, limits[1]))
    await calls_until_the_alarm(stage, psap)
    resource.prlimit(node.process.pid, resource.RLIMIT_FSIZE, limits)
    await everything_is_made_up_for(node, psap)


async def calls_until_the_alarm(stage: Stage, psap: Desk) -> str:
    """Normal calls until the journal has met the full disk (there is room inside its last pages), and one more."""
    node = stage.node
    for _ in range(60):
        await stage.call_passes(psap)
        if "ALARM journal:" in node.output():
            break
    await stage.call_passes(psap)
    told = [line for line in node.output().splitlines() if "ALARM journal:" in line]
    assert "calls go on" in told[0]
    return told[0]


def journal_alarms(node: DrillNode) -> list[bool]:
    """For each time that the journal's alarm was told: whether it was cleared."""
    return [fact.data["cleared"] for fact in node.facts("alarm") if fact.data["alarm"] == "journal"]


async def everything_is_made_up_for(node: DrillNode, psap: Desk) -> None:
    """Each call is in the journal, once; each alarm was told once and cleared; and the file is whole."""
    calls = len(psap.calls)
    await until(lambda: len(node.facts("ended")) == calls, 20)
    assert len({fact.call_id for fact in node.facts("received")}) == calls
    await until(lambda: journal_alarms(node)[-1:] == [True])
    alarms = journal_alarms(node)
    assert alarms == [False, True] * (len(alarms) // 2)
    assert "cleared journal" in node.output()
    with closing(sqlite3.connect(node.journal)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_a_node_starts_and_serves_on_a_disk_that_is_full(stage: Stage, small_disk: Path) -> None:
    psap = await stage.desk()
    node = await stage.start([psap], [psap], folder=small_disk)
    await stage.call_passes(psap)
    await node.fact("ended")
    node.kill()
    ballast = fill(small_disk)
    node.start()
    await node.ready()
    await stage.call_passes(psap)
    ballast.unlink()
    await until(lambda: len(node.facts("ended")) == 2, 20)
