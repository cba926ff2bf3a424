"""`callpoint data changes`, over runs a worker left behind; and that an organization's lines are its own."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.directory import cast
from tests.directory.conftest import fast_hasher, people
from tests.ops.test_directory_commands import run

from callpoint.directory import provision
from callpoint.directory.models import RemappedAddress, Remapping, acting
from callpoint.directory.tenancy import everywhere
from callpoint.ops.data_changes import _tell
from callpoint.ops.data_changes_work import document
from callpoint.ops.errors import OperatorError

__all__ = ["fast_hasher", "people"]


@pytest.fixture(autouse=True)
def _no_migration(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test database has its tables."""
    monkeypatch.setattr("callpoint.ops.data_changes_work.migrate", lambda: None)


def left_behind(people: cast.Cast, lines: int = 1) -> None:
    now = timezone.now()
    with acting("test", "next door"), everywhere():
        other = provision.create_building(people.other, "Next door", cast.OTTAWA).address
        old = Remapping.objects.create(started_at=now, as_of=now, why="first", superseded=True, finished_at=now)
        newest = Remapping.objects.create(
            started_at=now,
            as_of=now,
            why="boundaries were exchanged",
            boundary_sets=[["psaps/kansas", "2"]],
            examined=2,
            changed=2,
        )
        for address, organization in ((people.building.address, people.acme), (other, people.other)):
            RemappedAddress.objects.create(
                remapping=newest,
                organization=organization,
                address=address,
                what="psap",
                before="",
                after="Western dispatch",
            )
        RemappedAddress.objects.create(
            remapping=old, organization=people.acme, address=other, what="verdict", before="area", after="valid"
        )


def lines_of(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(line["organization"], line["after"]) for run_ in found["runs"] for line in run_["lines"]]


def test_the_last_time_and_more_of_them(people: cast.Cast) -> None:
    left_behind(people)
    (newest,) = document(None, 1)["runs"]
    assert (newest["why"], newest["state"], newest["data_sets"]) == (
        *("boundaries were exchanged", "under way", ["psaps/kansas 2"]),
    )
    assert lines_of({"runs": [newest]}) == [("acme", "Western dispatch"), ("other", "Western dispatch")]
    assert [one["state"] for one in document(None, 5)["runs"]] == ["under way", "overtaken by newer sets"]


def test_one_organization_alone(people: cast.Cast) -> None:
    left_behind(people)
    assert lines_of(document("other", 5)) == [("other", "Western dispatch")]
    with pytest.raises(OperatorError, match="no organization 'nobody'"):
        document("nobody", 1)


def test_in_words(people: cast.Cast, capsys: pytest.CaptureFixture[str]) -> None:
    _tell({"runs": []})
    assert "No data sets have been exchanged yet" in capsys.readouterr().out
    left_behind(people)
    found = document(None, 1)
    _tell(found)
    told = capsys.readouterr().out
    assert "boundaries were exchanged: 2 addresses examined, 2 changed, under way" in told
    assert "acme: 115 State Street, Montpelier, VT  [psap] nothing → Western dispatch" in told
    found["runs"][0]["lines"] *= 40
    _tell(found)
    assert "and 30 more (--json has them all)" in capsys.readouterr().out


def test_the_command_itself(tmp_path: Path) -> None:
    done = run(tmp_path / "data", "data", "changes")
    assert done.returncode == 0, done.stderr
    assert "No data sets have been exchanged yet" in done.stdout
