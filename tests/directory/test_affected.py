"""Outbox rows add up to the least work that reaches everybody concerned."""

from collections.abc import Sequence

import pytest
from django.utils import timezone
from tests.directory.cast import Cast

from callpoint.directory import provision
from callpoint.directory.models import Outbox, acting
from callpoint.directory.publishing.affected import (
    FEW,
    Affected,
    LocationSweep,
    People,
    PeopleSweep,
    affected_by,
)
from callpoint.directory.publishing.places import Places
from callpoint.directory.tenancy import everywhere
from callpoint.routing.records import Identity
from callpoint.snapshot.changes import Put


def row(kind: str, ids: Sequence[int] = (), gone: Sequence[list[str]] = ()) -> Outbox:
    return Outbox(kind=kind, ids=list(ids), gone=list(gone), at=timezone.now())


def of(*rows: Outbox) -> Affected:
    with everywhere():
        return affected_by(rows)


@pytest.mark.parametrize(
    ("kind", "tables", "places", "now", "later"),
    [
        ("person", False, False, [People], []),
        ("location", False, True, [LocationSweep, PeopleSweep], []),
        ("organization", True, False, [], [PeopleSweep, LocationSweep]),
        ("trunk", True, False, [], []),
        ("provider", True, False, [], []),
        ("psap", True, True, [], []),
        ("route", True, True, [], [LocationSweep, PeopleSweep]),
    ],
)
def test_work_by_kind(kind: str, tables: bool, places: bool, now: list[type], later: list[type], people: Cast) -> None:
    found = of(row(kind, [people.desk.pk]))
    assert (found.tables, found.places) == (tables, places)
    assert [type(work) for work in found.now] == now
    assert [type(work) for work in found.later] == later


@pytest.mark.parametrize("kind", ["building", "address"])
def test_a_place_leads_to_its_locations(kind: str, people: Cast) -> None:
    key = people.building.pk if kind == "building" else people.building.address_id
    found = of(row(kind, [key]))
    with everywhere():
        (put,) = found.now[0].next_changes(Places())
    assert isinstance(put, Put)
    assert getattr(put.record, "id", "") == str(people.desk.pk)


def test_rows_are_added_up_and_told_once(people: Cast) -> None:
    gone = ["identity", "acme", "old"]
    found = of(
        row("person", [people.ada.pk], [gone]), row("person", [people.ada.pk, people.bob.pk], [gone]), row("trunk")
    )
    assert found.gone == [("identity", "acme", "old")]
    (work,) = found.now
    with everywhere():
        changes = work.next_changes(Places())
    names = [
        change.record.name for change in changes if isinstance(change, Put) and isinstance(change.record, Identity)
    ]
    assert sorted(names) == ["Ada", "Bob"]
    assert work.done


def test_many_wait_and_few_do_not(people: Cast) -> None:
    found = of(row("person", range(1, FEW + 2)), row("person", [people.bob.pk]))
    assert [type(work) for work in found.now] == [People]
    assert [type(work) for work in found.later] == [People]
    assert not found.now[0].done


def test_people_who_are_gone_are_no_error(people: Cast) -> None:
    with everywhere():
        assert People([10**9]).next_changes(Places()) == []


def test_sweeps_go_through_everybody_once(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callpoint.directory.publishing.affected.ROWS_AT_ONCE", 2)
    with acting("test", "more"), everywhere():
        for number in range(5):
            provision.create_person(people.acme, f"S{number}")
            provision.create_location(people.building, f"Room {number}")
        for sweep, count in ((PeopleSweep(), 8), (LocationSweep(), 6)):
            seen: list[object] = []
            while not sweep.done:
                seen += [change.record for change in sweep.next_changes(Places()) if isinstance(change, Put)]
            assert len(seen) == len(set(map(repr, seen))) == count
