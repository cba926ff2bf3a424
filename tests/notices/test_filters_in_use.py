"""What alerts are bound to cannot be taken away, by whatever way."""

from collections.abc import Iterator

import pytest
from tests.directory.cast import Cast
from tests.notices import rows

from callpoint.directory import provision
from callpoint.directory.editing.moving import move_and_remove_building
from callpoint.directory.editing.places import remove_building, remove_location
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.trunks import remove_trunk
from callpoint.directory.holders import ask_also, held
from callpoint.directory.imports.apply import remove_buildings
from callpoint.directory.imports.in_use import users_of
from callpoint.directory.models import Building, Location, Person, Trunk, acting
from callpoint.directory.models.base import signature
from callpoint.directory.tenancy import everywhere, inside
from callpoint.notices.editing.filters_in_use import held_by_filters
from callpoint.notices.models import Group


@pytest.fixture(autouse=True)
def in_acme(people: Cast) -> Iterator[None]:
    with inside(people.acme), acting("admin@acme.example", "in the portal"):
        yield


@pytest.fixture
def desk(people: Cast) -> Group:
    return rows.group(people.acme, "Desk", rows.recipient(people.acme))


def test_a_building_of_a_filter_stays(people: Cast, desk: Group) -> None:
    empty = provision.create_building(people.acme, "Annex", {"country": "US", "A1": "VT", "A3": "Barre"})
    one = rows.subscription(people.acme, "Annex alerts", desk, buildings=[empty.pk, people.building.pk])
    with pytest.raises(Refused) as told:
        remove_building(empty)
    sentence = "Annex stays: The subscription “Annex alerts” is limited to it; change that one first."
    assert told.value.errors == {"": [sentence]}
    one.delete()
    remove_building(empty)
    assert not Building.objects.filter(name="Annex").exists()


def test_moving_everybody_out_leaves_a_building_of_a_filter_as_it_was(people: Cast, desk: Group) -> None:
    annex = provision.create_building(people.acme, "Annex", {"country": "US", "A1": "VT", "A3": "Barre"})
    spot = provision.create_location(annex, "Desk")
    rows.subscription(people.acme, "911 calls", desk, buildings=[people.building.pk])
    with pytest.raises(Refused, match="911 calls"):
        move_and_remove_building(people.building, spot)
    assert Person.objects.get(pk=people.ada.pk).assigned_location_id == people.desk.pk
    assert Location.objects.filter(pk=people.desk.pk).exists()


def test_a_location_of_a_filter_stays(people: Cast, desk: Group) -> None:
    spot = provision.create_location(people.building, "Lab")
    one = rows.subscription(people.acme, "Lab alerts", desk, locations=[spot.pk])
    with pytest.raises(Refused, match="“Lab alerts”"):
        remove_location(spot)
    one.delete()
    remove_location(spot)


def test_a_building_of_a_screen_stays_until_the_screen_is_revoked(people: Cast) -> None:
    empty = provision.create_building(people.acme, "Annex", {"country": "US", "A1": "VT", "A3": "Barre"})
    screen = rows.screen(people.acme, buildings=[empty.pk])
    with pytest.raises(Refused, match="screen “Gate”"):
        remove_building(empty)
    screen.revoked_at = "2026-01-01T00:00:00Z"
    screen.save()
    remove_building(empty)


def test_a_trunk_of_a_filter_stays(people: Cast, desk: Group) -> None:
    trunk = Trunk.objects.get(name="acme trunk")
    one = rows.subscription(people.acme, "Trunk alerts", desk, trunks=["acme trunk"])
    with pytest.raises(Refused, match="“Trunk alerts”"):
        remove_trunk(trunk)
    one.delete()
    remove_trunk(trunk)
    assert not Trunk.objects.exists()


def test_a_provider_wide_trunk_stays_while_any_organization_is_bound_to_it(people: Cast) -> None:
    with everywhere():
        wide = provision.create_trunk("wide", None, source_networks=["203.0.113.7"], organization_header="X-Org")
        theirs = rows.group(people.other, "Desk", rows.recipient(people.other))
        rows.subscription(people.other, "By wide", theirs, trunks=["wide"])
        with pytest.raises(Refused, match="“By wide” of Other"):
            remove_trunk(Trunk.objects.get(pk=wide.pk))


def test_another_organization_s_numbers_hold_nothing_of_ours(people: Cast) -> None:
    empty = provision.create_building(people.acme, "Annex", {"country": "US", "A1": "VT", "A3": "Barre"})
    with inside([people.acme, people.other]):
        theirs = rows.group(people.other, "Desk", rows.recipient(people.other))
        rows.subscription(people.other, "Stray", theirs, buildings=[empty.pk], trunks=["acme trunk"])
        assert held(Building, [empty.pk]) == {}
        assert held(Trunk, [Trunk.objects.get(name="acme trunk").pk]) == {}


def test_an_import_that_removes_what_is_missing_leaves_it_too(people: Cast, desk: Group) -> None:
    annex = provision.create_building(people.acme, "Annex", {"country": "US", "A1": "VT", "A3": "Barre"})
    free = provision.create_building(people.acme, "Free", {"country": "US", "A1": "VT", "A3": "Barre"})
    spot = provision.create_location(people.building, "Lab")
    rows.subscription(people.acme, "Annex", desk, buildings=[annex.pk], locations=[spot.pk])
    assert users_of(Location, [spot.pk])[spot.pk] == 1
    remove_buildings([annex.pk, free.pk], signature())
    assert set(Building.objects.values_list("name", flat=True)) == {"State House", "Annex"}


def test_who_holds_is_asked_once_and_of_nothing_else(people: Cast) -> None:
    ask_also(held_by_filters)
    ask_also(held_by_filters)
    rows.screen(people.acme, buildings=[people.building.pk])
    assert len(held(Building, [people.building.pk])[people.building.pk]) == 1
    assert held(Person, [people.ada.pk]) == {}
    assert held(Building, []) == {}
