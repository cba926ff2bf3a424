"""Opening finished data sets, and what is none."""

import sqlite3
import threading
from pathlib import Path

import pytest

from callpoint.datasets.errors import DatasetError
from callpoint.datasets.file import DatasetFile
from callpoint.datasets.kinds import dataset_path
from tests.datasets.making import publish


def test_a_set_tells_about_itself(tmp_path: Path) -> None:
    meta = publish(tmp_path, "vt", "a", counts={"words": 1}, complete=True, sample=True, attribution="© somebody")
    assert DatasetFile(dataset_path(tmp_path, "roads", "vt")).meta == meta


def test_a_path_with_signs_of_addresses_is_a_path(tmp_path: Path) -> None:
    directory = tmp_path / "50% ?mode=rwc&x=#1"
    publish(directory, "vt", "a")
    assert DatasetFile(dataset_path(directory, "roads", "vt")).query("SELECT text FROM word") == [("a",)]


def test_a_set_cannot_be_written(tmp_path: Path) -> None:
    publish(tmp_path, "vt", "a")
    file = DatasetFile(dataset_path(tmp_path, "roads", "vt"))
    with pytest.raises(DatasetError):
        file.query("INSERT INTO word VALUES ('b')")
    assert file.query("SELECT count(*) FROM word") == [(1,)]


def test_threads_may_share_it(tmp_path: Path) -> None:
    publish(tmp_path, "vt", *map(str, range(500)))
    file = DatasetFile(dataset_path(tmp_path, "roads", "vt"))
    wrong: list[object] = []

    def ask(first: int) -> None:
        for number in range(first, 500, 4):
            rows = file.query("SELECT text FROM word WHERE text = ?", [str(number)])
            if rows != [(str(number),)]:
                wrong.append(rows)

    threads = [threading.Thread(target=ask, args=[first]) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("PRAGMA user_version = 999", "has form 999 of roads, which this version of Callpoint does not read"),
        ("PRAGMA application_id = 1", "not a data set of Callpoint"),
        ("DROP TABLE dataset", "no such table"),
        ("UPDATE dataset SET document = '{'", "cannot be read"),
        ("UPDATE dataset SET document = '{}'", "cannot be read"),
        ("UPDATE dataset SET document = '[]'", "cannot be read"),
        ("DELETE FROM dataset", "cannot be read"),
    ],
)
def test_a_file_that_is_not_what_it_should_be(tmp_path: Path, statement: str, sentence: str) -> None:
    publish(tmp_path, "vt", "a")
    path = dataset_path(tmp_path, "roads", "vt")
    database = sqlite3.connect(path)
    database.execute(statement)
    database.commit()
    database.close()
    with pytest.raises(DatasetError) as caught:
        DatasetFile(path)
    assert sentence in caught.value.sentence
    assert caught.value.remedy == "Load it again."


@pytest.mark.parametrize("content", [b"", b"not a database at all", b"SQLite format 3\0" + bytes(84)])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.sqlite").write_bytes(content)
    with pytest.raises(DatasetError, match="cannot be read"):
        DatasetFile(tmp_path / "x.sqlite")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="No such file"):
        DatasetFile(tmp_path / "x.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_damage_found_while_reading_is_told(tmp_path: Path) -> None:
    publish(tmp_path, "vt", *[str(number) * 50 for number in range(5000)])
    path = dataset_path(tmp_path, "roads", "vt")
    size = path.stat().st_size
    with path.open("r+b") as raw:
        raw.seek(size // 2)
        raw.write(b"\xa5" * (size // 2))
    file = DatasetFile(path)
    with pytest.raises(DatasetError, match="is damaged"):
        file.query("SELECT text FROM word")
