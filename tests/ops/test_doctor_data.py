"""The data directory and the journal: there, writable, private, whole, with room."""

import os
import shutil
import sqlite3
from collections import namedtuple
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.ops.doctor_cases import NOW, ids, one, subject

from callpoint.ops.doctor import data_directory, journal_file
from callpoint.snapshot.journal import Journal

Usage = namedtuple("Usage", "total used free")


def with_free(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    def usage(_: Any) -> Usage:
        return Usage(10**12, 10**12 - free, free)

    monkeypatch.setattr(shutil, "disk_usage", usage)


# --- directory


def test_a_good_directory(tmp_path: Path) -> None:
    assert ids(data_directory.look(subject(tmp_path))) == ["data.fine"]
    assert list(tmp_path.iterdir()) == []


def test_a_missing_directory_is_an_error_and_not_made(tmp_path: Path) -> None:
    missing = tmp_path / "elsewhere"
    assert str(missing) in one(data_directory.look(subject(missing)), "data.missing").sentence
    assert not missing.exists()


def test_a_directory_nobody_can_write_is_told() -> None:
    # Not even the administrator can make a file there, so that this holds whoever runs the tests.
    if not Path("/proc/self").is_dir():
        pytest.skip("needs /proc")
    found = list(data_directory.look(subject(Path("/proc/self"))))
    assert "/proc/self cannot be written" in one(found, "data.unwritable").sentence
    assert "data.fine" not in ids(found)


@pytest.mark.parametrize(
    ("free", "expected"), [(50 << 20, "data.full"), (500 << 20, "data.little-space"), (5 << 30, "data.fine")]
)
def test_room_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, expected: str) -> None:
    with_free(monkeypatch, free)
    assert ids(data_directory.look(subject(tmp_path))) == [expected]


def test_secrets_others_can_read_are_told(tmp_path: Path) -> None:
    for name, mode in (("secret.key", 0o644), ("operator-token", 0o600), ("admin-password", 0o640)):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(mode)
    found = list(data_directory.look(subject(tmp_path)))
    assert ids(found) == ["data.open-secret", "data.open-secret", "data.fine"]
    assert "secret.key (mode 644)" in found[0].sentence


def test_another_owner_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    assert one(data_directory.look(subject(tmp_path)), "data.other-owner").severity == "notice"


# --- journal


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """A journal with twenty facts, closed."""
    path = tmp_path / "node" / "journal.db"
    with Journal(path) as writer:
        for number in range(20):
            writer.append(f"call{number}", "demo", "received", {"from": "x" * 500})
    return path


def test_a_whole_journal(tmp_path: Path, journal: Path) -> None:
    before = journal.read_bytes()
    assert ids(journal_file.look(subject(tmp_path))) == ["journal.fine"]
    assert journal.read_bytes() == before


def test_no_journal_yet_is_a_notice_and_none_is_made(tmp_path: Path) -> None:
    assert ids(journal_file.look(subject(tmp_path))) == []
    (tmp_path / "node").mkdir()
    assert ids(journal_file.look(subject(tmp_path))) == ["journal.absent"]
    assert not (tmp_path / "node" / "journal.db").exists()


def test_a_journal_before_its_first_table_is_fine(tmp_path: Path) -> None:
    (tmp_path / "node").mkdir()
    (tmp_path / "node" / "journal.db").touch()
    assert ids(journal_file.look(subject(tmp_path))) == ["journal.fine"]


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "node").mkdir()
    (tmp_path / "node" / "journal.db").write_bytes(b"not a database at all\n" * 200)
    found = list(journal_file.look(subject(tmp_path)))
    assert "not a database" in one(found, "journal.unreadable").sentence
    assert "journal.fine" not in ids(found)


def test_a_broken_page_is_found(tmp_path: Path, journal: Path) -> None:
    content = bytearray(journal.read_bytes())
    page = int.from_bytes(content[16:18], "big")
    content[-page:] = b"\xa5" * page
    journal.write_bytes(content)
    found = list(journal_file.look(subject(tmp_path)))
    assert {"journal.damaged", "journal.unreadable"} & set(ids(found))
    assert "journal.fine" not in ids(found)


def test_a_journal_somebody_keeps_locked_cannot_be_written(tmp_path: Path, journal: Path) -> None:
    holder = sqlite3.connect(journal, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    found = list(journal_file.look(subject(tmp_path)))
    holder.execute("ROLLBACK")
    holder.close()
    assert "locked" in one(found, "journal.unwritable").sentence


def test_a_journal_too_large_to_be_checked_in_time(
    tmp_path: Path, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_file, "LOOK_SECONDS", -1.0)
    monkeypatch.setattr("callpoint.ops.doctor.sqlite_look.STEPS_BETWEEN_LOOKS", 1)
    assert ids(journal_file.look(subject(tmp_path))) == ["journal.not-checked"]
    assert journal.exists()


def test_a_journal_set_aside_is_told_once(tmp_path: Path, journal: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        (journal.parent / f"journal.db.damaged-1700000000000{suffix}").touch()
    found = list(journal_file.look(subject(tmp_path)))
    assert ids(found) == ["journal.set-aside", "journal.fine"]


def test_growth_is_told_when_the_disk_will_soon_be_full(
    tmp_path: Path, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = subject(tmp_path, now=_first_fact(journal) + timedelta(days=2))
    with_free(monkeypatch, 10 * journal.stat().st_size)  # two days made it, so this lasts twenty
    assert "full in 20 days" in one(journal_file.look(later), "journal.growth").sentence
    with_free(monkeypatch, 40 * journal.stat().st_size)
    assert ids(journal_file.look(later)) == ["journal.fine"]


def test_growth_of_less_than_a_day_tells_nothing(
    tmp_path: Path, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_free(monkeypatch, journal.stat().st_size)
    soon = subject(tmp_path, now=_first_fact(journal) + timedelta(hours=23))
    assert ids(journal_file.look(soon)) == ["journal.fine"]


def _first_fact(journal: Path) -> Any:
    with sqlite3.connect(journal) as db:
        db.execute("UPDATE fact SET at = ?", (NOW.isoformat(),))
    db.close()
    return NOW


def test_a_log_that_is_never_folded_in_is_told(tmp_path: Path, journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_file, "LARGE_LOG_BYTES", 1)
    with sqlite3.connect(journal) as db:
        db.execute("UPDATE fact SET call_id = 'y'")
        db.commit()
        found = list(journal_file.look(subject(tmp_path)))
    db.close()
    assert "journal.db-wal" in one(found, "journal.large-log").sentence
