"""The journal's disk is full: calls go on, the operator is told, and nothing is missing once there is room again."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.drills.stage import Stage
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
    # The file has room inside its last pages: calls are made until the journal has really met the full disk.
    for _ in range(60):
        await stage.call_passes(psap)
        if "ALARM journal:" in node.output():
            break
    told = [line for line in node.output().splitlines() if "ALARM journal:" in line]
    assert len(told) == 1, "the alarm is told once, in words"
    assert "disk is full" in told[0]
    assert "calls go on" in told[0]
    await stage.call_passes(psap)
    calls = len(psap.calls)
    on_disk = len(node.facts("ended"))
    assert on_disk < calls
    ballast.unlink()
    await until(lambda: len(node.facts("ended")) == calls, 20)
    ids = [fact.call_id for fact in node.facts("received")]
    assert len(set(ids)) == calls, "each call is there once"
    await node.fact("alarm", alarm="journal", cleared=True)
    alarms = [fact.data["cleared"] for fact in node.facts("alarm") if fact.data["alarm"] == "journal"]
    assert alarms == [False, True]
    assert "cleared journal" in node.output()
    with sqlite3.connect(node.journal) as db:
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
