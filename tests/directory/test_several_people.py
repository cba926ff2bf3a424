"""One change for several people: all or none."""

from collections.abc import Iterator

import pytest
from tests.directory.cast import Cast

from callpoint.directory import provision
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.several_people import change_people
from callpoint.directory.models import Change, Outbox, Person, acting
from callpoint.directory.tenancy import everywhere, inside


@pytest.fixture(autouse=True)
def within(people: Cast) -> Iterator[None]:
    with inside(people.acme), acting("admin@acme.example", "in the portal", "192.0.2.7"):
        yield


def keys(*people: Person) -> list[str]:
    return [str(person.pk) for person in people]


def test_all_are_changed_at_once_and_recorded_one_by_one(people: Cast) -> None:
    changes, outbox = Change.objects.count(), Outbox.objects.count()
    assert change_people(people.acme, keys(people.ada, people.bob), {"active": "no"}) == 2
    assert not Person.objects.filter(active=True).exists()
    assert Change.objects.count() == changes + 2
    assert Outbox.objects.count() == outbox + 1
    assert Change.objects.latest("pk").origin == "192.0.2.7"


def test_who_has_the_value_already_is_not_counted(people: Cast) -> None:
    assert change_people(people.acme, keys(people.ada, people.bob), {"assigned_location": str(people.desk.pk)}) == 1
    assert change_people(people.acme, keys(people.ada, people.bob), {"assigned_location": str(people.desk.pk)}) == 0
    assert change_people(people.acme, keys(people.ada), {"assigned_location": ""}) == 1


@pytest.mark.parametrize("wrong", ["0", "x", "", "9" * 30, "²", "-1"])
def test_one_who_is_not_there_keeps_everybody_out(people: Cast, wrong: str) -> None:
    with pytest.raises(Refused, match="Nobody was changed"):
        change_people(people.acme, [*keys(people.ada), wrong], {"active": "no"})
    assert Person.objects.filter(active=True).count() == 2


def test_somebody_of_another_organization_keeps_everybody_out(people: Cast) -> None:
    with pytest.raises(Refused, match="Nobody was changed"):
        change_people(people.acme, keys(people.ada, people.stranger), {"active": "no"})
    with everywhere():
        assert Person.objects.filter(active=True).count() == 3


def test_nobody_chosen_is_told(people: Cast) -> None:
    with pytest.raises(Refused, match="at least one"):
        change_people(people.acme, [], {"active": "no"})


def test_a_location_must_be_one_of_a_building_here(people: Cast) -> None:
    with everywhere(), acting("test", "theirs"):
        theirs = provision.create_location(provision.create_building(people.other, "HQ", {"country": "US"}), "Room")
        home = provision.create_home(people.ada, {"country": "US", "A1": "VT", "A3": "Barre", "HNO": "6"})
    for place in (theirs, home):
        with pytest.raises(Refused, match="is no location"):
            change_people(people.acme, keys(people.ada, people.bob), {"assigned_location": str(place.pk)})
    assert Person.objects.get(pk=people.bob.pk).assigned_location is None
