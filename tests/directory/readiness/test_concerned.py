"""Whom rows of the outbox concern."""

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from tests.directory.cast import MONTPELIER, Cast

from callpoint.directory import provision
from callpoint.directory.models import Outbox, Person, acting
from callpoint.directory.readiness.affected import Concerned, People, Sweep, concerned_by
from callpoint.directory.tenancy import everywhere


def of(*rows: tuple[str, list[int]]) -> Concerned:
    with everywhere():
        return concerned_by([Outbox(kind=kind, ids=ids) for kind, ids in rows])


def test_people_themselves_each_once(people: Cast) -> None:
    found = of(("person", [people.bob.pk, people.ada.pk]), ("person", [people.ada.pk]))
    assert found.people.keys == sorted([people.ada.pk, people.bob.pk])
    assert not found.everybody
    assert not found.organizations


def test_people_at_a_place_in_whatever_way(people: Cast) -> None:
    with acting("test", "seated"), everywhere():
        carl = provision.create_person(people.acme, "E3")
        provision.set_current_location(carl, people.desk)
        dora = provision.create_person(people.acme, "E4")
        dora.number_location = people.desk
        dora.save()
    seated = sorted([people.ada.pk, carl.pk, dora.pk])
    for kind, key in (
        ("location", people.desk.pk),
        ("building", people.building.pk),
        ("address", people.building.address_id),
    ):
        assert of((kind, [key])).people.keys == seated


def test_people_at_home(people: Cast) -> None:
    with acting("bob@acme.example", "at home"), everywhere():
        home = provision.create_home(people.bob, MONTPELIER)
        provision.set_current_location(people.bob, home)
    assert home.address_id is not None
    assert of(("address", [home.address_id])).people.keys == [people.bob.pk]


@pytest.mark.parametrize("kind", ["psap", "route", "provider"])
def test_what_concerns_everybody(people: Cast, kind: str) -> None:
    assert of((kind, [1])).everybody


def test_an_organization_s_people(people: Cast) -> None:
    assert of(("organization", [people.acme.pk])).organizations == {people.acme.pk}


@pytest.mark.parametrize("kind", ["trunk", "lost_mapping", "something new"])
def test_what_concerns_nobody(people: Cast, kind: str) -> None:
    found = of((kind, [1]))
    assert not found.people.keys
    assert not found.everybody


def test_tens_of_thousands_of_keys_fit_statements(people: Cast) -> None:
    found = of(("address", [people.building.address_id, *range(10**6, 10**6 + 40_000)]))
    assert found.people.keys == [people.ada.pk]


def test_nobody_is_gone_through_to_find_who_sits_at_a_place(people: Cast) -> None:
    """Each look-up goes by an index: a company of a million must not be read for one address."""
    with CaptureQueriesContext(connection) as asked:
        of(("address", [people.building.address_id]))
    with connection.cursor() as cursor:
        for query in asked.captured_queries:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            assert not [row for row in cursor.fetchall() if row[-1].startswith("SCAN directory_person")]


def test_pieces_of_people() -> None:
    work = People([3, 1, 2, 3])
    assert len(work) == 3
    assert (work.next_piece(2), work.done) == ([1, 2], False)
    assert (work.next_piece(2), work.done) == ([3], True)
    assert work.next_piece(2) == []


def test_a_sweep_goes_through_everybody_once(people: Cast) -> None:
    with everywhere():
        everybody = sorted(Person.objects.values_list("pk", flat=True))
        sweep, seen = Sweep(Q()), []
        while not sweep.done:
            seen += sweep.next_piece(2)
        assert seen == everybody
        own = Sweep(Q(organization__in=[people.other.pk]))
        assert own.next_piece(10) == [people.stranger.pk]
        assert own.done
