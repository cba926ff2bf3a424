"""How far readiness has been worked out, as the worker notes it and pages read it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from callpoint.directory.readiness.progress import FILE_NAME, Progress, ProgressFile, read

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_nothing_is_known_without_a_note(tmp_path: Path) -> None:
    assert read(tmp_path, 1) == Progress()


def test_each_organization_has_its_own(tmp_path: Path) -> None:
    file = ProgressFile(tmp_path)
    file.more({1: 100, 2: 7})
    file.did({1: 40, 3: 5})
    file.write()
    assert read(tmp_path, 1) == Progress(None, 40, 100)
    assert read(tmp_path, 2) == Progress(None, 0, 7)
    assert read(tmp_path, 3) == Progress()


def test_work_that_comes_meanwhile_is_added(tmp_path: Path) -> None:
    file = ProgressFile(tmp_path)
    file.more({1: 100})
    file.did({1: 90})
    file.more({1: 50})
    file.did({1: 999})  # whoever was added meanwhile is gone through as well
    file.write()
    assert read(tmp_path, 1) == Progress(None, 150, 150)


def test_complete_ends_it_and_is_news_once(tmp_path: Path) -> None:
    file = ProgressFile(tmp_path)
    assert file.complete(NOW)
    assert not file.complete(NOW + timedelta(seconds=1))
    file.more({1: 3})
    assert file.complete(NOW + timedelta(seconds=2))
    file.write()
    assert read(tmp_path, 1) == Progress(NOW + timedelta(seconds=2))


def test_what_was_known_is_kept_by_the_next_worker(tmp_path: Path) -> None:
    file = ProgressFile(tmp_path)
    file.complete(NOW)
    file.write()
    following = ProgressFile(tmp_path)
    following.more({1: 10})
    following.write()
    assert read(tmp_path, 1) == Progress(NOW, 0, 10)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        json.dumps({"known_at": "yesterday", "organizations": {}}),
        json.dumps({"known_at": None, "organizations": {"1": "?"}}),
        json.dumps({"known_at": None, "organizations": {"1": [1]}}),
    ],
)
def test_a_note_that_cannot_be_believed_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_text(text)
    assert read(tmp_path, 1) == Progress()
    assert ProgressFile(tmp_path).complete(NOW)


def test_the_note_is_replaced_whole(tmp_path: Path) -> None:
    file = ProgressFile(tmp_path)
    file.complete(NOW)
    file.write()
    file.write()
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]
