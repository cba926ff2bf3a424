"""A validator that follows what is loaded, and goes on when something is broken."""

import threading
from pathlib import Path

from callpoint.addresses.live_validator import LiveValidator, open_validator
from callpoint.datasets.building import remove
from tests.addresses.town_map import VERMONT, draw

ASKED = "422 Lake View Rd, Averill, VT 05901"


def test_a_directory_that_is_not_there_yet_is_no_error(tmp_path: Path) -> None:
    validator = open_validator(tmp_path / "datasets")
    assert validator.check(ASKED).status == "area"
    assert validator.problems() == ()


def test_a_set_counts_as_soon_as_it_is_loaded_and_no_longer_when_it_is_gone(tmp_path: Path) -> None:
    validator = LiveValidator(tmp_path / "datasets", look_seconds=0)
    assert validator.check(ASKED).status == "area"
    draw(tmp_path, "vermont", VERMONT)
    first = validator.check(ASKED)
    assert first.status == "valid"
    draw(tmp_path, "vermont", VERMONT[1:])
    assert validator.check(ASKED).status == "invalid"
    remove(tmp_path / "datasets", "address-points", "vermont")
    assert validator.check(ASKED).status == "area"


def test_it_looks_no_more_often_than_told(tmp_path: Path) -> None:
    validator = LiveValidator(tmp_path / "datasets", look_seconds=3600)
    draw(tmp_path, "vermont", VERMONT)
    assert validator.check(ASKED).status == "area"


def test_a_broken_set_is_told_and_the_others_serve(tmp_path: Path) -> None:
    draw(tmp_path, "vermont", VERMONT)
    (tmp_path / "datasets/address-points/broken.sqlite").write_bytes(b"SQLite format 3\x00 but not really")
    validator = open_validator(tmp_path / "datasets")
    assert validator.check(ASKED).status == "valid"
    (problem,) = validator.problems()
    assert "broken.sqlite" in problem


def test_threads_share_it(tmp_path: Path) -> None:
    draw(tmp_path, "vermont", VERMONT)
    validator = LiveValidator(tmp_path / "datasets", look_seconds=0)
    answers: list[str] = []

    def ask() -> None:
        answers.extend(validator.check(ASKED).status for _ in range(50))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["valid"] * 200
