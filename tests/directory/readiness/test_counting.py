"""Counting and filtering say the same of everybody, whatever their rows."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from tests.directory.cast import Cast

from callpoint.directory import provision
from callpoint.directory.models import Organization, Person, Readiness, acting
from callpoint.directory.readiness.counting import BY_RISK, Category, category_of, counts, filtered
from callpoint.directory.tenancy import inside

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
AGES = (None, timedelta(0), timedelta(days=10), timedelta(days=179, hours=23), timedelta(days=181), timedelta(days=400))


def row(
    person: Person, state: str = "ready", tested: timedelta | None = None, confirmed: timedelta | None = None
) -> None:
    Readiness.objects.update_or_create(
        person=person,
        defaults={
            "organization": person.organization,
            "state": state,
            "tested_at": None if tested is None else NOW - tested,
            "confirmed_at": None if confirmed is None else NOW - confirmed,
            "computed_at": NOW,
        },
    )


def category(organization: Organization, person: Person) -> Category:
    return category_of(Readiness.objects.filter(person=person).first(), organization, NOW)


@pytest.mark.parametrize(
    ("tested", "confirmed", "expected"),
    [
        (None, None, Category.NEVER_TESTED),
        (timedelta(days=364), None, Category.READY),
        (timedelta(days=366), None, Category.NEVER_TESTED),
        (timedelta(days=1), timedelta(days=179), Category.READY),
        (timedelta(days=1), timedelta(days=181), Category.STALE),
        (None, timedelta(days=181), Category.STALE),
    ],
)
def test_what_grows_old(
    people: Cast, tested: timedelta | None, confirmed: timedelta | None, expected: Category
) -> None:
    with inside(people.acme):
        row(people.ada, "ready", tested, confirmed)
        assert category(people.acme, people.ada) == expected
        assert counts(people.acme, NOW)[expected] == 1


def test_an_organization_that_asks_for_nothing(people: Cast) -> None:
    with acting("test", "no tests here"):
        people.acme.test_every_days = people.acme.stale_after_days = 0
        people.acme.save()
    with inside(people.acme):
        row(people.ada, "ready", None, timedelta(days=9999))
        assert counts(people.acme, NOW).ready == 1
        assert category(people.acme, people.ada) == Category.READY
        assert list(filtered(Person.objects.all(), "ready", people.acme, NOW)) == [people.ada]
        assert not filtered(Person.objects.all(), "stale", people.acme, NOW)


def test_the_worst_comes_before_what_has_grown_old(people: Cast) -> None:
    with inside(people.acme):
        row(people.ada, "area_only", None, timedelta(days=999))
        assert counts(people.acme, NOW)[Category.AREA_ONLY] == 1
        assert counts(people.acme, NOW)[Category.STALE] == 0


def test_who_was_just_added_is_told_apart(people: Cast) -> None:
    with inside(people.acme):
        row(people.ada)
        found = counts(people.acme, NOW)
        assert (found[Category.PENDING], found.active, found.everybody) == (1, 1, 2)
        assert list(filtered(Person.objects.all(), Category.PENDING, people.acme, NOW)) == [people.bob]


def test_a_name_that_is_no_category_finds_nobody(people: Cast) -> None:
    with inside(people.acme):
        row(people.ada)
        assert list(filtered(Person.objects.all(), "' OR 1=1", people.acme, NOW)) == []


def test_inactive_people_are_not_counted_among_the_others(people: Cast) -> None:
    with inside(people.acme):
        row(people.ada, "inactive")
        row(people.bob, "no_location")
        found = counts(people.acme, NOW)
        assert (found[Category.INACTIVE], found.active, found.everybody) == (1, 1, 2)


def test_another_organization_s_people_count_for_nobody_else(people: Cast) -> None:
    with inside([people.acme, people.other]):
        row(people.stranger, "no_location")
        assert counts(people.acme, NOW)[Category.NO_LOCATION] == 0
        assert counts(people.other, NOW)[Category.NO_LOCATION] == 1
        assert not filtered(Person.objects.filter(organization=people.acme), "no_location", people.acme, NOW)


@pytest.mark.parametrize("seed", range(5))
def test_counts_and_filters_agree_with_each_person(people: Cast, seed: int) -> None:
    dice = random.Random(seed)
    with acting("test", "many"):
        everybody = [provision.create_person(people.acme, f"R{number}") for number in range(60)]
    with inside(people.acme):
        for person in everybody:
            if dice.random() < 0.9:
                row(person, dice.choice(Readiness.State.values), dice.choice(AGES), dice.choice(AGES))
        said = {person.pk: category(people.acme, person) for person in Person.objects.all()}
        found = counts(people.acme, NOW)
        assert found.everybody == len(said)
        for one in Category:
            expected = {pk for pk, own in said.items() if own == one}
            assert {person.pk for person in filtered(Person.objects.all(), one, people.acme, NOW)} == expected
            assert found[one] == len(expected)
        assert found.active == sum(found[one] for one in BY_RISK)
