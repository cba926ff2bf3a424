"""Which data sets there are, and when that changes."""

import os
from pathlib import Path

import pytest

from callpoint.datasets.building import remove
from callpoint.datasets.catalogue import Catalogue
from callpoint.datasets.kinds import dataset_path
from tests.datasets.making import publish


def test_a_directory_not_there_yet_has_none(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path / "datasets")
    assert catalogue.files("roads") == ()
    assert catalogue.all_files() == ()
    assert not catalogue.changed()
    publish(tmp_path / "datasets", "vt", "a")
    assert catalogue.changed()
    assert [file.meta.name for file in catalogue.files("roads")] == ["vt"]


def test_sets_come_by_kind_and_name(tmp_path: Path) -> None:
    for kind, name in (("roads", "vt"), ("psaps", "ks"), ("roads", "nh"), ("address-points", "vt")):
        publish(tmp_path, name, "a", kind=kind)
    catalogue = Catalogue(tmp_path)
    assert [file.meta.name for file in catalogue.files("roads")] == ["nh", "vt"]
    assert [(file.meta.kind, file.meta.name) for file in catalogue.all_files()] == [
        ("address-points", "vt"),
        ("roads", "nh"),
        ("roads", "vt"),
        ("psaps", "ks"),
    ]


def test_a_file_stays_open_while_it_is_the_same(tmp_path: Path) -> None:
    publish(tmp_path, "vt", "a")
    publish(tmp_path, "nh", "a")
    catalogue = Catalogue(tmp_path)
    before = catalogue.files("roads")
    publish(tmp_path, "vt", "b")
    after = catalogue.files("roads")
    assert after[0] is before[0]
    assert after[1] is not before[1]
    assert before[1].query("SELECT text FROM word") == [("a",)]
    assert after[1].query("SELECT text FROM word") == [("b",)]


@pytest.mark.parametrize("change", ["load", "replace", "remove"])
def test_changes_are_noticed_once_looked_at_again(tmp_path: Path, change: str) -> None:
    publish(tmp_path, "vt", "a")
    catalogue = Catalogue(tmp_path)
    catalogue.files("roads")
    assert not catalogue.changed()
    if change == "remove":
        remove(tmp_path, "roads", "vt")
    else:
        publish(tmp_path, "vt" if change == "replace" else "nh", "b")
    assert catalogue.changed()
    assert catalogue.changed()
    catalogue.files("roads")
    assert not catalogue.changed()


def test_kinds_nobody_asked_for_do_not_count(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path)
    catalogue.files("psaps")
    publish(tmp_path, "vt", "a")
    assert not catalogue.changed()


def test_drafts_and_locks_are_no_sets(tmp_path: Path) -> None:
    publish(tmp_path, "vt", "a")
    catalogue = Catalogue(tmp_path)
    catalogue.files("roads")
    (tmp_path / "roads" / "nh.sqlite.part").write_bytes(b"half")
    (tmp_path / "roads" / "nh.lock").touch()
    assert not catalogue.changed()
    assert len(catalogue.files("roads")) == 1


def test_a_damaged_set_is_left_out_and_told_until_it_is_replaced(tmp_path: Path) -> None:
    publish(tmp_path, "vt", "a")
    path = dataset_path(tmp_path, "roads", "nh")
    path.write_bytes(b"nonsense")
    catalogue = Catalogue(tmp_path)
    for _ in range(2):
        assert [file.meta.name for file in catalogue.files("roads")] == ["vt"]
        assert len(catalogue.problems()) == 1
        assert str(path) in catalogue.problems()[0].sentence
    assert not catalogue.changed()
    publish(tmp_path, "nh", "b")
    assert len(catalogue.files("roads")) == 2
    assert catalogue.problems() == ()


def test_a_set_that_breaks_is_left_out(tmp_path: Path) -> None:
    publish(tmp_path, "vt", "a")
    catalogue = Catalogue(tmp_path)
    catalogue.files("roads")
    path = dataset_path(tmp_path, "roads", "vt")
    path.unlink()
    path.write_bytes(b"nonsense")
    assert catalogue.files("roads") == ()
    assert len(catalogue.problems()) == 1
    path.unlink()
    assert catalogue.files("roads") == ()
    assert catalogue.problems() == ()


def test_looking_opens_nothing(tmp_path: Path) -> None:
    publish(tmp_path, "vt", "a")
    catalogue = Catalogue(tmp_path)
    catalogue.files("roads")
    path = dataset_path(tmp_path, "roads", "vt")
    os.utime(path, ns=(1, 1))
    path.chmod(0o000)
    assert catalogue.changed()
