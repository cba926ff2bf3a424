"""Readiness follows the directory, behind the publisher: real snapshot, both databases; time is stepped by hand."""

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from tests.directory import cast
from tests.worker.boundaries import area, load

from callpoint.calls.models import CallRecord, Step
from callpoint.directory import bulk, provision
from callpoint.directory.models import (
    FeedState,
    ImportRun,
    Location,
    Organization,
    Outbox,
    Person,
    Readiness,
    ReadinessState,
    acting,
)
from callpoint.directory.models.base import signature
from callpoint.directory.models.change import mark
from callpoint.directory.publishing.people import COLUMNS, identities
from callpoint.directory.publishing.places import Places
from callpoint.directory.readiness import progress
from callpoint.directory.readiness.counting import Category, counts
from callpoint.directory.tenancy import everywhere
from callpoint.snapshot.changes import Put, Remove
from callpoint.snapshot.writer import SnapshotWriter
from callpoint.worker import readiness
from callpoint.worker.database_file import DatabaseGoneError
from callpoint.worker.publishing import PublishJob
from callpoint.worker.readiness import ReadinessJob

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
STATE = Readiness.State


class Stage:
    """A publisher and a readiness job over one data directory, and the clock."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.now = NOW
        self.clock = 1000.0
        self.publisher = PublishJob(data / "node", lambda changes: None)
        self.publisher.open()
        self.job = ReadinessJob(data, lambda: self.now, lambda: self.clock)
        self.job.open()

    def publish(self) -> None:
        while self.publisher.step():
            pass

    def work(self) -> int:
        """Step until nothing is left; how many steps did something."""
        steps = 0
        while self.job.step():
            steps += 1
        return steps

    def all(self) -> None:
        self.publish()
        self.work()

    def told(self, organization: Organization) -> progress.Progress:
        return progress.read(self.data, organization.pk)

    def close(self) -> None:
        self.job.close()
        self.publisher.close()


@pytest.fixture
def stage(people: cast.Cast, tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def state_of(person: Person) -> str:
    with everywhere():
        row = Readiness.objects.filter(person=person).first()
    return row.state if row is not None else "no row"


def confirm(people: cast.Cast, verdict: str = "valid") -> None:
    with acting("test", "checked"), everywhere():
        address = people.building.address
        address.verdict = verdict
        address.save()


def hire(people: cast.Cast, count: int) -> list[Person]:
    with acting("test", "many"), everywhere(), transaction.atomic():
        rows = [
            Person(organization=people.acme, device_user_id=f"M{number:05d}", assigned_location=people.desk)
            for number in range(count)
        ]
        bulk.insert_rows(rows, signature())
        return rows


def call(organization: Organization | None, identity: str, *steps: str, at: datetime = NOW, known: bool = True) -> None:
    """A 933 call as the ingest job leaves it."""
    with everywhere():
        number = Step.objects.count()
        record = CallRecord.objects.create(
            organization=organization,
            call_id=f"c{number}",
            started_at=at,
            service="read_back",
            dialled="933",
            identity=identity,
            location={"formatted": "115 State Street"} if known else None,
        )
        for index, step in enumerate(steps):
            Step.objects.create(
                call=record, journal="j", seq=number + index, at=at, kind="read_back", data={"step": step}
            )


def proved_at(person: Person) -> datetime | None:
    with everywhere():
        return Readiness.objects.get(person=person).tested_at


# --- what is worked out ----------------------------------------------------------------------------------


def test_everybody_is_worked_out_at_first(real: cast.Cast, tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.all()
    with everywhere():
        ada, bob = Readiness.objects.get(person=real.ada), Readiness.objects.get(person=real.bob)
        assert Readiness.objects.count() == Person.objects.count() == 3
    assert (ada.state, ada.psap, ada.why) == (
        STATE.UNCONFIRMED,
        "Montpelier dispatch",
        "nobody has checked the address",
    )
    assert (bob.state, bob.psap, bob.why) == (STATE.NO_LOCATION, "", "no location is registered")
    assert ada.organization_id == real.acme.pk
    assert ada.computed_at == NOW
    stage.close()


def test_changes_are_followed(real: cast.Cast, tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.all()
    confirm(real)
    stage.all()
    assert state_of(real.ada) == STATE.READY
    confirm(real, "area")
    stage.all()
    assert state_of(real.ada) == STATE.AREA_ONLY
    confirm(real, "invalid")
    stage.all()
    assert state_of(real.ada) == STATE.NO_LOCATION
    confirm(real)
    with acting("test", "no number"), everywhere():
        real.ada.callback_number = ""
        real.ada.save()
    stage.all()
    assert state_of(real.ada) == STATE.NO_CALLBACK
    with acting("test", "left"), everywhere():
        real.ada.active = False
        real.ada.save()
    stage.all()
    assert state_of(real.ada) == STATE.INACTIVE
    with acting("test", "removed"), everywhere():
        real.ada.delete()
    stage.all()
    with everywhere():
        assert Readiness.objects.count() == 2
    stage.close()


def test_a_move_of_their_own_is_dated(people: cast.Cast, stage: Stage) -> None:
    stage.all()
    with acting("bob@acme.example", "moved"), everywhere():
        provision.set_current_location(people.bob, people.desk)
    stage.all()
    with everywhere():
        row = Readiness.objects.get(person=people.bob)
        assert people.bob.current_at is not None
        assert row.confirmed_at == people.bob.current_at.replace(microsecond=0)
        assert Readiness.objects.get(person=people.ada).confirmed_at is None


def test_a_psap_that_can_no_longer_be_reached_concerns_everybody(people: cast.Cast, stage: Stage) -> None:
    stage.all()
    with acting("root@provider.example", "retargeted"), everywhere():
        for target in people.psap.targets.all():
            target.delete()
    stage.all()
    assert state_of(people.ada) == STATE.NO_PSAP
    with everywhere():
        assert Readiness.objects.get(person=people.ada).why == (
            "the emergency center of that place cannot be reached directly"
        )


def test_an_organization_s_rule_concerns_all_its_people(people: cast.Cast, stage: Stage) -> None:
    with acting("test", "numbers"), everywhere():
        people.bob.number_location = people.desk
        people.bob.save()
    stage.all()
    assert state_of(people.bob) == STATE.NO_LOCATION
    with acting("test", "allowed"), everywhere():
        people.acme.number_location_allowed = True
        people.acme.save()
    stage.all()
    assert state_of(people.bob) == STATE.NO_CALLBACK


def test_places_above_a_location_are_followed(people: cast.Cast, stage: Stage) -> None:
    stage.all()
    with acting("test", "another address"), everywhere():
        away = provision.create_building(people.acme, "Away", cast.OTTAWA).address
        people.building.address = away
        people.building.save()
    stage.all()
    assert state_of(people.ada) == STATE.NO_PSAP  # no route leads there


# --- behind the publisher --------------------------------------------------------------------------------


def test_nothing_is_worked_out_before_it_is_published(real: cast.Cast, tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    assert stage.work() == 0
    assert state_of(real.ada) == "no row"
    assert stage.told(real.acme).known_at is None
    stage.all()
    known_at = stage.told(real.acme).known_at
    confirm(real)
    stage.now += timedelta(seconds=30)
    stage.clock += 30
    assert stage.work() == 0
    assert state_of(real.ada) == STATE.UNCONFIRMED
    assert stage.told(real.acme).known_at == known_at == NOW
    stage.all()
    assert state_of(real.ada) == STATE.READY
    stage.close()


def test_the_note_of_another_database_counts_for_nothing(people: cast.Cast, stage: Stage) -> None:
    stage.publish()
    with everywhere():
        FeedState.objects.update(database_id="00000000-0000-0000-0000-000000000000")
    stage.job.open()
    assert stage.work() == 0
    assert state_of(people.ada) == "no row"


def test_a_snapshot_made_anew_is_asked_again(people: cast.Cast, stage: Stage) -> None:
    stage.all()
    with everywhere():
        Readiness.objects.filter(person=people.bob).update(state=STATE.READY)
    assert stage.work() == 0
    stage.publisher.close()
    for left in (stage.data / "node").glob("snapshot.db*"):
        left.unlink()
    assert stage.work() == 0  # there is none to ask
    stage.publisher.open()
    assert stage.work() == 0  # nobody is in it yet
    stage.all()
    assert state_of(people.bob) == STATE.NO_LOCATION


def test_whom_the_snapshot_does_not_know_yet_keeps_their_row(people: cast.Cast, stage: Stage) -> None:
    stage.all()
    confirm(people)
    stage.publish()
    with SnapshotWriter(stage.data / "node" / "snapshot.db") as writer:
        writer.apply([Remove("identity", ("acme", "E1"))])
    stage.work()
    assert state_of(people.ada) == STATE.UNCONFIRMED
    with acting("test", "there again"), everywhere():
        mark("person", [people.ada.pk])
    stage.publish()
    stage.work()
    assert state_of(people.ada) == STATE.READY


def test_whom_the_snapshot_did_not_know_is_looked_for_again(people: cast.Cast, stage: Stage) -> None:
    stage.all()
    person = Remove("identity", ("acme", "E1"))
    with SnapshotWriter(stage.data / "node" / "snapshot.db") as writer:
        writer.apply([person])
        with everywhere():
            Readiness.objects.filter(person=people.ada).update(state=STATE.READY)
            ada = next(iter(identities(list(Person.objects.filter(pk=people.ada.pk).values(*COLUMNS)), Places())))
        stage.clock += readiness.AGAIN_SECONDS + 1
        stage.work()
        assert state_of(people.ada) == STATE.READY
        writer.apply([Put(ada)])
    assert stage.work() == 0
    stage.clock += readiness.UNKNOWN_SECONDS
    stage.work()
    assert state_of(people.ada) == STATE.UNCONFIRMED


def test_a_database_that_was_replaced_is_noticed(real: cast.Cast, tmp_path: Path, database: str) -> None:
    stage = Stage(tmp_path)
    stage.all()
    if database == "sqlite":
        os.rename(tmp_path / "callpoint.db", tmp_path / "away.db")
        with pytest.raises(DatabaseGoneError):
            stage.job.step()
    stage.close()


# --- many ------------------------------------------------------------------------------------------------


def test_many_are_told_of_as_they_go(real: cast.Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "PEOPLE_AT_ONCE", 100)
    stage = Stage(tmp_path)
    stage.all()
    hire(real, 250)
    stage.publish()
    stage.clock += 10
    assert stage.job.step()
    stage.clock += 10
    assert stage.job.step()
    assert (stage.told(real.acme).done, stage.told(real.acme).of) == (100, 250)
    assert stage.told(real.other) == progress.Progress(NOW, 0, 0)
    with everywhere():
        assert counts(real.acme, NOW)[Category.PENDING] == 150
    stage.work()
    assert (stage.told(real.acme).done, stage.told(real.acme).of) == (0, 0)
    with everywhere():
        assert counts(real.acme, NOW)[Category.PENDING] == 0
        assert counts(real.acme, NOW)[Category.NO_CALLBACK] == 250
    stage.close()


def test_one_person_does_not_wait_behind_many(people: cast.Cast, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "PEOPLE_AT_ONCE", 100)
    stage.all()
    hire(people, 1000)
    stage.publish()
    assert stage.job.step()  # reads of them
    assert stage.job.step()  # the first hundred
    confirm(people)
    stage.publish()
    assert stage.job.step()
    assert state_of(people.ada) == "unconfirmed"  # the building has a thousand people in it: she waits with them
    with acting("test", "one"), everywhere():
        people.bob.active = False
        people.bob.save()
    stage.publish()
    assert stage.job.step()
    assert state_of(people.bob) == STATE.INACTIVE
    stage.work()
    assert state_of(people.ada) == STATE.READY


def test_an_address_of_many_people(people: cast.Cast, stage: Stage) -> None:
    hire(people, 1500)
    stage.all()
    confirm(people)
    stage.all()
    with everywhere():
        assert counts(people.acme, NOW)[Category.NO_CALLBACK] == 1500
    assert state_of(people.ada) == STATE.READY


def test_routes_changed_one_after_the_other_are_gone_through_once(people: cast.Cast, stage: Stage) -> None:
    stage.all()
    with acting("test", "routes"):
        for town in ("Barre", "Stowe", "Montpelier"):
            provision.create_route(people.psap, "US", "VT", town)
            stage.publish()
    stage.work()
    stage.clock += 10
    with acting("test", "routes"):
        for town in ("Essex", "Troy"):
            provision.create_route(people.psap, "US", "VT", town)
            stage.publish()
            assert stage.job.step() is True
            if town == "Essex":
                # The sweep for it has not begun: the next change is seen by the same one.
                continue
    assert stage.work() <= 2


def test_what_was_cut_off_is_done_again(people: cast.Cast, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "PEOPLE_AT_ONCE", 50)
    stage.all()
    before = ReadinessState.current().position
    hire(people, 250)
    stage.publish()
    assert stage.job.step()
    assert stage.job.step()
    assert ReadinessState.current().position == before
    stage.job.open()
    stage.work()
    with everywhere():
        assert counts(people.acme, NOW)[Category.PENDING] == 0
        assert ReadinessState.current().position == Outbox.objects.order_by("seq").last().seq  # type: ignore[union-attr]


def test_an_outbox_pruned_meanwhile_means_everybody(people: cast.Cast, stage: Stage) -> None:
    stage.all()
    confirm(people)
    stage.publish()
    with everywhere():
        newest = Outbox.objects.order_by("seq").last()
        assert newest is not None
        FeedState.objects.update(horizon=newest.seq)
        Outbox.objects.all().delete()
    stage.job.open()
    assert stage.told(people.acme).known_at == NOW
    stage.all()
    assert state_of(people.ada) == STATE.READY


def test_an_import_goes_first(people: cast.Cast, stage: Stage) -> None:
    stage.all()
    with everywhere():
        run = ImportRun.objects.create(
            organization=people.acme, kind="users", state="applying", file_name="f.csv", by="x", state_at=NOW
        )
    hire(people, 300)
    stage.publish()
    assert stage.work() == 1  # told apart, and put off
    assert counts_pending(people) == 300
    stage.now += timedelta(minutes=6)  # it hangs
    stage.work()
    assert counts_pending(people) == 0
    with everywhere():
        run.delete()


def counts_pending(people: cast.Cast) -> int:
    with everywhere():
        return counts(people.acme, NOW)[Category.PENDING]


# --- what leaves no trace in the outbox ------------------------------------------------------------------


def test_everybody_is_gone_through_once_a_day_without_writing(people: cast.Cast, stage: Stage) -> None:
    stage.all()
    with everywhere():
        Readiness.objects.filter(person=people.bob).update(state=STATE.READY)
    stage.clock += readiness.AGAIN_SECONDS + 1
    stage.now += timedelta(days=1)
    stage.work()
    with everywhere():
        assert Readiness.objects.get(person=people.bob).state == STATE.NO_LOCATION
        assert Readiness.objects.get(person=people.bob).computed_at == stage.now
        assert Readiness.objects.get(person=people.ada).computed_at == NOW


def test_other_boundaries_are_asked_again(people: cast.Cast, stage: Stage) -> None:
    with acting("test", "there"), everywhere():
        town = cast.MONTPELIER | {"A1": "NH"}  # no fixed route
        away = provision.create_building(people.acme, "Away", town, (44.26, -72.58))
        people.bob.assigned_location = provision.create_location(away, "Desk")
        people.bob.callback_number = "+18025550102"
        people.bob.save()
    stage.all()
    assert state_of(people.bob) == STATE.NO_PSAP
    load(stage.data / "datasets", area("West", -73.0))
    stage.work()
    with everywhere():
        row = Readiness.objects.get(person=people.bob)
    assert (row.state, row.psap) == (STATE.UNCONFIRMED, "West")


# --- 933 calls -------------------------------------------------------------------------------------------


def test_a_933_call_proves(real: cast.Cast, tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    call(real.acme, "E1", "playing", "confirmed", at=NOW)
    stage.all()
    assert proved_at(real.ada) == NOW
    assert proved_at(real.bob) is None
    assert proved_at(real.stranger) is None  # the same ID, elsewhere
    later = NOW + timedelta(hours=1)
    call(real.acme, "E1", "playing", at=later)
    stage.work()
    assert proved_at(real.ada) == later
    confirm(real)
    stage.all()
    assert proved_at(real.ada) == later
    stage.close()


def test_a_location_reported_wrong_takes_the_proof_back(people: cast.Cast, stage: Stage) -> None:
    call(people.acme, "E1", "playing")
    stage.all()
    assert proved_at(people.ada) == NOW
    call(people.acme, "E1", "playing", "reported_wrong", at=NOW + timedelta(hours=1))
    stage.work()
    assert proved_at(people.ada) is None


def test_a_933_call_that_knew_no_location_proves_nothing(people: cast.Cast, stage: Stage) -> None:
    call(people.acme, "E2", "playing", known=False)
    call(None, "E2", "playing")
    call(people.acme, "E1", "digit")
    call(people.acme, "e1", "playing")
    stage.all()
    assert proved_at(people.bob) is None
    assert proved_at(people.ada) is None


def test_people_known_by_their_number_are_proved_by_it(people: cast.Cast, stage: Stage) -> None:
    with acting("test", "by number"), everywhere():
        people.bob.identification_type, people.bob.phone_number = "phone_number", "+18025550102"
        people.bob.save()
    call(people.acme, "E2", "playing")
    stage.all()
    assert proved_at(people.bob) is None
    call(people.acme, "+18025550102", "playing")
    stage.work()
    assert proved_at(people.bob) == NOW


def test_a_proof_does_not_wait_behind_many(people: cast.Cast, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "PEOPLE_AT_ONCE", 10)
    stage.all()
    hire(people, 200)
    call(people.acme, "E1", "playing")
    stage.publish()
    assert stage.job.step()  # reads of them
    assert stage.job.step()
    assert proved_at(people.ada) == NOW
    assert counts_pending(people) == 200


def test_a_proof_comes_before_the_person_s_row(people: cast.Cast, stage: Stage) -> None:
    call(people.acme, "E1", "playing")
    assert stage.work() == 0  # nothing is published
    stage.publish()
    assert stage.job.step()
    assert proved_at(people.ada) == NOW
    assert state_of(people.bob) == "no row"


def test_calls_are_read_once(people: cast.Cast, stage: Stage) -> None:
    call(people.acme, "E1", "playing")
    stage.all()
    with everywhere():
        Readiness.objects.update(tested_at=None)
    stage.job.open()
    stage.work()
    assert proved_at(people.ada) is None


# --- the job itself --------------------------------------------------------------------------------------


def test_nothing_happens_when_nothing_is_new(people: cast.Cast, stage: Stage) -> None:
    stage.all()
    with everywhere():
        before = Outbox.objects.count()
    assert stage.work() == 0
    stage.publish()
    assert stage.work() == 0
    with everywhere():
        assert Outbox.objects.count() == before


def test_waiting_for_the_publisher_is_short(people: cast.Cast, stage: Stage) -> None:
    stage.all()
    confirm(people)
    stage.work()
    waited: list[float] = []

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waited.append(timeout or 0.0)
            return False

    stage.job.wait(Stop())
    assert waited == [readiness.PUBLISHER_SECONDS]


def test_a_step_before_opening_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="not opened"):
        ReadinessJob(tmp_path).step()


def test_a_person_removed_while_they_are_worked_out(
    people: cast.Cast, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading people and writing their rows one is removed: nothing is left of them, and nothing fails."""
    stage.all()
    confirm(people)
    stage.publish()
    write: Callable[..., None] = readiness.settle.__globals__["_write"]

    def meanwhile(*args: object) -> None:
        with acting("test", "gone"), everywhere():
            Person.objects.get(pk=people.ada.pk).delete()
        write(*args)

    monkeypatch.setitem(readiness.settle.__globals__, "_write", meanwhile)
    stage.work()
    assert state_of(people.ada) == "no row"
    with everywhere():
        assert Location.objects.filter(pk=people.desk.pk).exists()
