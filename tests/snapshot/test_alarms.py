"""Told once when it begins, once when it is over."""

import pytest

from callpoint.snapshot.alarms import Alarms, to_stderr


def test_once_per_change_and_by_name() -> None:
    told: list[tuple[str, str, bool]] = []
    alarms = Alarms(lambda *change: told.append(change))
    alarms.clear("disk", "never was ill")
    alarms.set("disk", "full")
    alarms.set("disk", "still full")
    alarms.set("file", "gone")
    assert alarms.standing == {"disk", "file"}
    alarms.clear("disk", "room again")
    alarms.clear("disk", "room again")
    alarms.set("disk", "full again")
    assert told == [
        ("disk", "full", False),
        ("file", "gone", False),
        ("disk", "room again", True),
        ("disk", "full again", False),
    ]


def test_without_a_listener_they_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    to_stderr("disk", "full", False)
    to_stderr("disk", "room again", True)
    assert capsys.readouterr().err == "ALARM disk: full\ncleared disk: room again\n"
