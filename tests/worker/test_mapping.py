"""Addresses follow their data sets: real sets, real index, both databases; time is stepped by hand."""

import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.directory import cast
from tests.directory.judges import Told, valid
from tests.worker.boundaries import area, load, load_points

from callpoint.addresses.verdict import Verdict
from callpoint.datasets.errors import DatasetError
from callpoint.directory import provision
from callpoint.directory.models import Address, MappingState, Outbox, Psap, Remapping, acting
from callpoint.directory.publishing.feed import feed_for_database
from callpoint.directory.tenancy import everywhere
from callpoint.i3.civic import Civic
from callpoint.snapshot.store import Snapshot
from callpoint.worker import mapping
from callpoint.worker.mapping import MappingJob
from callpoint.worker.publishing import PublishJob
from callpoint.worker.task import Task

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
WESTERN, EASTERN = (44.26, -72.58), (44.41, -72.14)
WEST, EAST = area("West", -73.0), area("East", -72.5)


class Stage:
    """A job over a data directory, and the clock."""

    def __init__(self, data: Path) -> None:
        self.datasets = data / "datasets"
        self.now = NOW
        self.clock = 1000.0
        self.say: Callable[[Civic], Verdict] = valid
        self.judges = 0
        self.job = self.another()

    def another(self) -> MappingJob:
        def judge_for(datasets: Path) -> Any:
            assert datasets == self.datasets
            self.judges += 1
            return Told(self.say).judge

        self.job = MappingJob(self.datasets, judge_for, lambda: self.now, lambda: self.clock)
        self.job.open()
        return self.job

    def work(self) -> int:
        """Step until nothing is left; how many steps did something."""
        steps = 0
        while self.job.step():
            steps += 1
        return steps


@pytest.fixture
def stage(people: cast.Cast, tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def put(people: cast.Cast, point: tuple[float, float] = WESTERN, name: str = "State House") -> Address:
    with acting("admin@acme.example", "moved"), everywhere():
        return provision.create_building(people.acme, name, cast.MONTPELIER, point).address


def psap_of(address: Address) -> tuple[str, str]:
    with everywhere():
        found = Address.objects.select_related("psap").get(pk=address.pk)
    return (found.psap.name if found.psap else "", found.psap_source)


def test_addresses_that_change_are_mapped_at_once(real: cast.Cast, tmp_path: Path) -> None:
    load(tmp_path / "datasets", WEST, EAST)
    stage = Stage(tmp_path)
    stage.work()
    address = put(real)
    stage.work()
    assert psap_of(address) == ("West", "boundary")
    put(real, EASTERN)
    stage.work()
    assert psap_of(address) == ("East", "boundary")
    with everywhere():
        assert Psap.objects.get(name="East").targets.get().uri == "sip:911@east.example"
    stage.job.close()


def test_calls_hear_of_it_through_the_snapshot(people: cast.Cast, stage: Stage, tmp_path: Path) -> None:
    publish = PublishJob(tmp_path / "node", lambda changes: None)
    publish.open()
    load(stage.datasets, WEST, EAST)
    put(people)
    stage.work()
    while publish.step():
        pass
    view = Snapshot(tmp_path / "node" / "snapshot.db", check_seconds=0)
    ada = view.person("acme", "E1")
    assert ada is not None
    assert ada.assigned_location is not None
    assert ada.assigned_location.psap is not None
    assert ada.assigned_location.psap_source == "boundary"
    assert [target.uri for target in ada.assigned_location.psap.targets] == ["sip:911@west.example"]
    view.close()
    publish.close()


def test_boundaries_loaded_later_and_again(real: cast.Cast, tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    address = put(real)
    stage.work()
    assert psap_of(address) == ("", "")
    load(stage.datasets, WEST)
    stage.work()
    assert psap_of(address) == ("West", "boundary")
    load(stage.datasets, area("County", -73.0))
    stage.work()
    assert psap_of(address) == ("County", "boundary")
    (stage.datasets / "psaps" / "test.sqlite").unlink()
    stage.work()
    assert psap_of(address) == ("", "")
    assert [run.changed for run in Remapping.objects.order_by("pk")] == [1, 1, 1]
    with everywhere():
        assert not Psap.objects.filter(source="boundary").exists()
    stage.job.close()


def test_nothing_happens_when_nothing_is_new(people: cast.Cast, stage: Stage) -> None:
    load(stage.datasets, WEST)
    put(people)
    stage.work()
    with everywhere():
        before = Outbox.objects.count()
        for _ in range(3):
            assert stage.work() == 0
        stage.another()
        assert stage.work() == 0
        assert Outbox.objects.count() == before


def test_a_planned_change_comes_into_effect_by_itself(people: cast.Cast, stage: Stage) -> None:
    change = "2026-11-23T13:00:00Z"
    load(stage.datasets, area("Old", -73.0, expire=change), area("New", -73.0, effective=change))
    address = put(people)
    stage.work()
    assert psap_of(address)[0] == "Old"
    stage.now += timedelta(minutes=59)
    assert stage.work() == 0
    stage.now += timedelta(minutes=1)
    stage.work()
    assert psap_of(address)[0] == "New"
    assert stage.work() == 0


def test_a_planned_change_that_came_while_the_worker_was_away(people: cast.Cast, stage: Stage) -> None:
    change = "2026-11-23T13:00:00Z"
    load(stage.datasets, area("Old", -73.0, expire=change), area("New", -73.0, effective=change))
    address = put(people)
    stage.work()
    stage.now += timedelta(days=1)
    stage.another()
    stage.work()
    assert psap_of(address)[0] == "New"


def test_a_worker_that_was_away_maps_what_changed_meanwhile(people: cast.Cast, stage: Stage) -> None:
    load(stage.datasets, WEST, EAST)
    stage.work()
    stage.job.close()
    address = put(people)
    stage.another()
    stage.work()
    assert psap_of(address)[0] == "West"


def test_after_the_outbox_was_pruned_every_address_is_looked_at(people: cast.Cast, stage: Stage) -> None:
    load(stage.datasets, WEST, EAST)
    stage.work()
    address = put(people)
    feed_for_database().prune(datetime.now(UTC) + timedelta(days=1))
    assert MappingState.current().position is not None
    stage.another()
    stage.work()
    assert psap_of(address)[0] == "West"
    stage.another()
    assert stage.work() == 0


def test_killed_in_the_middle_the_batch_is_done_again(
    people: cast.Cast, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(stage.datasets, WEST, EAST)
    stage.work()
    monkeypatch.setattr(mapping, "ADDRESSES_AT_ONCE", 1)
    made = [put(people, name=f"Building {number}") for number in range(3)]
    assert stage.job.step()
    assert [psap_of(address)[0] for address in made] == ["West", "", ""]
    stage.another()
    stage.work()
    assert [psap_of(address)[0] for address in made] == ["West"] * 3


def test_a_broken_file_takes_the_psap_from_nobody(people: cast.Cast, stage: Stage) -> None:
    load(stage.datasets, WEST)
    address = put(people)
    stage.work()
    whole = (stage.datasets / "psaps" / "test.sqlite").read_bytes()
    (stage.datasets / "psaps" / "test.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(DatasetError, match="cannot be read"):
        stage.work()
    stage.work()
    assert psap_of(address)[0] == "West"
    stage.another()
    with pytest.raises(DatasetError):
        stage.work()
    assert psap_of(address)[0] == "West"
    (stage.datasets / "psaps" / "test.sqlite").write_bytes(whole)
    stage.work()
    assert psap_of(address)[0] == "West"


def test_a_set_with_a_broken_area_is_told(people: cast.Cast, stage: Stage) -> None:
    load(stage.datasets, WEST)
    with closing(sqlite3.connect(stage.datasets / "psaps" / "test.sqlite")) as raw, raw:
        raw.execute("UPDATE boundary SET wkb = x'00'")
    with pytest.raises(DatasetError, match="test cannot be used"):
        stage.work()
    assert not Remapping.objects.exists()


def test_a_task_recovers_by_itself(people: cast.Cast, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    load(stage.datasets, WEST)
    address = put(people)
    task = Task(stage.job, threading.Event(), clock=lambda: 0.0)
    with monkeypatch.context() as patched:
        patched.setattr(mapping, "write", _broken)
        patched.setattr("callpoint.worker.mapping.remapping.step", _broken)
        assert task.once() is False
    assert task.health.trouble == "OSError: disk full"
    while task.once():
        pass
    assert (task.health.trouble, psap_of(address)[0]) == ("", "West")


def _broken(*_: object) -> None:
    raise OSError("disk full")


def test_the_memory_of_boundaries_is_given_back_when_idle(people: cast.Cast, stage: Stage) -> None:
    load(stage.datasets, WEST, EAST)
    stage.work()
    stage.clock += mapping.IDLE_SECONDS + 1
    stage.work()
    assert stage.job._sets._boundaries is None
    address = put(people)
    stage.work()
    assert psap_of(address)[0] == "West"


def test_the_position_is_written_down_now_and_then(people: cast.Cast, stage: Stage) -> None:
    before = MappingState.current().position
    with acting("admin@acme.example", "renamed"):
        people.bob.first_name = "Robert"
        people.bob.save()
    stage.clock += mapping.REMEMBER_SECONDS / 2
    stage.job._remember_at = stage.clock + 1
    stage.work()
    assert MappingState.current().position == before, "another person's name is no reason to write"
    stage.clock += mapping.REMEMBER_SECONDS
    stage.work()
    after = MappingState.current().position
    assert after is not None
    assert before is not None
    assert after > before


def test_a_new_set_of_addresses_is_asked_by_a_judge_that_knows_it(people: cast.Cast, stage: Stage) -> None:
    stage.work()
    assert stage.judges <= 1
    seen = stage.judges
    load_points(stage.datasets)
    address = put(people)
    stage.work()
    with everywhere():
        assert Address.objects.get(pk=address.pk).verdict == "valid"
    assert stage.judges == seen + 1


def test_another_organization_s_ecrf_is_taken_up(people: cast.Cast, stage: Stage) -> None:
    """Saving an organization has its addresses mapped again."""
    load(stage.datasets, WEST)
    address = put(people)
    stage.work()
    with everywhere():
        Address.objects.filter(pk=address.pk).update(psap=None, psap_source="")
    with acting("root", "another ECRF"):
        provision.create_organization("acme", "Acme", ecrf_url="https://ecrf.example.net/lost")
    stage.work()
    assert psap_of(address)[0] == "West"


def test_it_must_be_opened(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="not opened"):
        MappingJob(tmp_path).step()
    assert not os.listdir(tmp_path)
