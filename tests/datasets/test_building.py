"""A data set is in its place as a whole or not at all: kills, full disks, two loads at once."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from callpoint.datasets.building import Draft, remove
from callpoint.datasets.errors import DatasetError
from callpoint.datasets.file import DatasetFile
from callpoint.datasets.kinds import dataset_path
from tests.datasets.making import publish


def words(directory: Path, name: str = "vt") -> list[str]:
    file = DatasetFile(dataset_path(directory, "roads", name))
    try:
        return [row[0] for row in file.query("SELECT text FROM word")]
    finally:
        file.close()


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in (directory / "roads").iterdir())


def test_what_is_published_can_be_read(tmp_path: Path) -> None:
    publish(tmp_path, "vt", "one", "two")
    assert words(tmp_path) == ["one", "two"]
    assert names(tmp_path) == ["vt.lock", "vt.sqlite"]


def test_a_finished_file_carries_no_journal_with_it(tmp_path: Path) -> None:
    publish(tmp_path, "vt", "one")
    with sqlite3.connect(dataset_path(tmp_path, "roads", "vt")) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_set_is_replaced_while_the_old_one_is_read(tmp_path: Path) -> None:
    publish(tmp_path, "vt", *["old"] * 5000)
    old = DatasetFile(dataset_path(tmp_path, "roads", "vt"))
    publish(tmp_path, "vt", "new")
    assert len(old.query("SELECT text FROM word")) == 5000
    assert words(tmp_path) == ["new"]


def test_a_draft_left_without_publishing_leaves_nothing(tmp_path: Path) -> None:
    with Draft(tmp_path, "roads", "vt") as draft:
        draft.script("CREATE TABLE word (text TEXT); CREATE INDEX i ON word (text)")
        assert draft.execute("SELECT count(*) FROM word") == [(0,)]
    assert names(tmp_path) == ["vt.lock"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_error_on_the_way_leaves_the_old_set(tmp_path: Path, error: type[BaseException]) -> None:
    publish(tmp_path, "vt", "old")

    def fail() -> None:
        with Draft(tmp_path, "roads", "vt") as draft:
            draft.script("CREATE TABLE word (text TEXT)")
            raise error

    with pytest.raises(error):
        fail()
    assert words(tmp_path) == ["old"]
    assert names(tmp_path) == ["vt.lock", "vt.sqlite"]


def test_a_draft_cannot_be_used_outside(tmp_path: Path) -> None:
    draft = Draft(tmp_path, "roads", "vt")
    with pytest.raises(RuntimeError, match="not open"):
        draft.execute("SELECT 1")


def test_a_name_is_checked_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no name"):
        Draft(tmp_path, "roads", "../../etc")
    assert list(tmp_path.iterdir()) == []


def test_two_loads_of_one_name_cannot_meet(tmp_path: Path) -> None:
    with Draft(tmp_path, "roads", "vt") as first:
        first.script("CREATE TABLE word (text TEXT)")
        with pytest.raises(DatasetError, match="being loaded by another process"), Draft(tmp_path, "roads", "vt"):
            pass
        with pytest.raises(DatasetError, match="being loaded by another process"):
            publish(tmp_path, "vt", "x")
        publish(tmp_path, "other", "x")
        assert first.execute("SELECT count(*) FROM word") == [(0,)]
    publish(tmp_path, "vt", "now")
    assert words(tmp_path) == ["now"]


def test_a_disk_that_fills_up_leaves_the_old_set(tmp_path: Path) -> None:
    publish(tmp_path, "vt", "old")

    def fill() -> None:
        with Draft(tmp_path, "roads", "vt") as draft:
            draft.execute("PRAGMA max_page_count = 20")
            draft.script("CREATE TABLE word (text TEXT)")
            draft.executemany("INSERT INTO word VALUES (?)", ([str(number) * 100] for number in range(10_000)))

    with pytest.raises(DatasetError, match="the disk is full") as caught:
        fill()
    assert "untouched" in caught.value.remedy
    assert words(tmp_path) == ["old"]
    assert names(tmp_path) == ["vt.lock", "vt.sqlite"]


GROWING = """
import resource, signal, sys
from pathlib import Path
from callpoint.datasets.building import Draft
from callpoint.datasets.errors import DatasetError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    with Draft(Path(sys.argv[1]), "roads", "vt") as draft:
        draft.execute("PRAGMA cache_size = 10")
        draft.script("CREATE TABLE word (text TEXT)")
        draft.executemany("INSERT INTO word VALUES (?)", (["x" * 900] for _ in range(10_000)))
except DatasetError as error:
    print(error.sentence)
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="no limit on the size of files")
def test_a_file_system_that_takes_no_more_is_told(tmp_path: Path) -> None:
    publish(tmp_path, "vt", "old")
    command = [sys.executable, "-c", GROWING, str(tmp_path)]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert ran.stdout.startswith("The data set roads/vt was not built: "), ran.stderr
    assert words(tmp_path) == ["old"]
    assert names(tmp_path) == ["vt.lock", "vt.sqlite"]


BUILDING = """
import sys, time
from pathlib import Path
from callpoint.datasets.building import Draft
with Draft(Path(sys.argv[1]), "roads", "vt") as draft:
    draft.execute("PRAGMA cache_size = 10")
    draft.script("CREATE TABLE word (text TEXT)")
    draft.executemany("INSERT INTO word VALUES (?)", (["half"] for _ in range(200_000)))
    print("half", flush=True)
    time.sleep(60)
"""


def test_a_process_killed_on_the_way_leaves_the_old_set(tmp_path: Path) -> None:
    publish(tmp_path, "vt", "old")
    child = subprocess.Popen([sys.executable, "-c", BUILDING, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "half\n"
        with pytest.raises(DatasetError, match="being loaded by another process"):
            publish(tmp_path, "vt", "too early")
        assert words(tmp_path) == ["old"]
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait(timeout=30)
        child.stdout.close()  # type: ignore[union-attr]
    assert names(tmp_path) == ["vt.lock", "vt.sqlite", "vt.sqlite.part"]
    assert words(tmp_path) == ["old"]
    publish(tmp_path, "vt", "new")
    assert words(tmp_path) == ["new"]
    assert names(tmp_path) == ["vt.lock", "vt.sqlite"]


def test_readers_see_all_of_one_set_or_all_of_the_next(tmp_path: Path) -> None:
    publish(tmp_path, "vt", *["0"] * 50)
    seen: list[list[str]] = []
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            seen.append(words(tmp_path))

    reader = threading.Thread(target=look)
    reader.start()
    try:
        for number in range(1, 30):
            publish(tmp_path, "vt", *[str(number)] * (50 + number))
    finally:
        done.set()
        reader.join()
    assert len(seen) > 3
    assert all(len(set(one)) == 1 and len(one) == 50 + int(one[0]) for one in seen)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_that_may_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "roads").mkdir(mode=0o500)
    with pytest.raises(DatasetError, match="was not built"):
        publish(tmp_path, "vt", "x")


def test_a_file_where_the_directory_should_be(tmp_path: Path) -> None:
    (tmp_path / "roads").write_text("in the way")
    with pytest.raises(DatasetError, match=r"was not built: .*File exists"):
        publish(tmp_path, "vt", "x")


def test_a_set_is_removed_and_only_that(tmp_path: Path) -> None:
    publish(tmp_path, "vt", "a")
    publish(tmp_path, "nh", "b")
    kept = DatasetFile(dataset_path(tmp_path, "roads", "vt"))
    remove(tmp_path, "roads", "vt")
    assert not dataset_path(tmp_path, "roads", "vt").exists()
    assert kept.query("SELECT text FROM word") == [("a",)]
    assert words(tmp_path, "nh") == ["b"]


@pytest.mark.parametrize("name", ["none", "../nh"])
def test_what_is_not_there_cannot_be_removed(tmp_path: Path, name: str) -> None:
    publish(tmp_path, "nh", "b")
    with pytest.raises(DatasetError):
        remove(tmp_path, "roads", name)
    assert words(tmp_path, "nh") == ["b"]


def test_a_set_being_loaded_is_not_removed(tmp_path: Path) -> None:
    publish(tmp_path, "vt", "a")
    with Draft(tmp_path, "roads", "vt"), pytest.raises(DatasetError, match="being loaded"):
        remove(tmp_path, "roads", "vt")
    assert words(tmp_path) == ["a"]
