"""Buildings and locations from what somebody typed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.addresses.town_map import VERMONT, draw
from tests.directory.cast import Cast

from callpoint.addresses.verdict import Suggestion, Verdict
from callpoint.directory import provision
from callpoint.directory.address_desk import AddressDesk
from callpoint.directory.editing.addresses import choice_of, chosen_of
from callpoint.directory.editing.moving import move_and_remove_building, move_and_remove_location
from callpoint.directory.editing.places import (
    people_in,
    remove_building,
    remove_location,
    save_building,
    save_location,
    seen_of,
)
from callpoint.directory.editing.refused import Refused
from callpoint.directory.models import Address, Building, Change, Location, Outbox, Person, acting
from callpoint.directory.tenancy import inside
from callpoint.i3.civic import Civic

LAKE_VIEW = "422 lake view rd, averill vt"
TYPO = "422 Lake Veiw Rd, Averill, VT 05901"
STATE_STREET = "115 State St, Montpelier VT 05602"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[AddressDesk]:
    """Knows a few streets of Vermont, and no others."""
    draw(tmp_path, "vermont", VERMONT)
    desk = AddressDesk.open(tmp_path)
    yield desk
    desk.close()


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[AddressDesk]:
    """Knows postal codes only."""
    desk = AddressDesk.open(tmp_path / "nothing")
    yield desk
    desk.close()


@pytest.fixture(autouse=True)
def within(people: Cast) -> Iterator[None]:
    """As the organization's administrator."""
    with inside(people.acme), acting("admin@acme.example", "test"):
        yield


def refusal(*arguments: Any, **more: Any) -> dict[str, list[str]]:
    """What `save_building` refuses."""
    with pytest.raises(Refused) as caught:
        save_building(*arguments, **more)
    return caught.value.errors


def test_a_building_with_a_confirmed_address(people: Cast, desk: AddressDesk) -> None:
    made = save_building(people.acme, {"name": " Lake house ", "address": LAKE_VIEW}, desk)
    stored = Building.objects.select_related("address").get(pk=made.pk)
    address = stored.address
    assert (stored.name, address.verdict, address.dataset, address.accuracy) == (
        "Lake house",
        "valid",
        "vermont",
        "point",
    )
    assert (address.hno, address.rd, address.a3, address.pc) == ("422", "Lake View", "Averill", "05901")
    assert (address.latitude, address.longitude) == (44.9965, -71.7097)
    change = Change.objects.filter(model="building", object_id=made.pk).get()
    assert (change.who, change.action) == ("admin@acme.example", "created")


def test_a_chosen_suggestion_is_kept_with_what_was_given(people: Cast, desk: AddressDesk) -> None:
    told = refusal(people.acme, {"name": "Lake house", "address": TYPO}, desk)
    assert "did you mean 422 Lake View Road, Averill, VT 05901" in told["address"][0]
    assert not Building.objects.filter(name="Lake house").exists()
    chosen = {"name": "Lake house", "address": TYPO, "accept": "422 Lake View Road, Averill, VT 05901"}
    address = save_building(people.acme, chosen, desk).address
    assert address.verdict == "valid_corrected"
    assert address.chosen == {"given": TYPO, "chosen": "422 Lake View Road, Averill, VT 05901"}


def test_a_choice_that_is_gone_is_not_taken(people: Cast, desk: AddressDesk) -> None:
    told = refusal(people.acme, {"name": "Lake house", "address": TYPO, "accept": "1 Elm Street, Barre, VT"}, desk)
    assert "is not suggested for this address any more" in told["address"][0]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("", "is missing"),
        ("Unter den Linden 77, 10117 Berlin, Germany", "Germany"),
        ("State Street, Montpelier VT", "no house number"),
        ("PO Box 12, Montpelier VT 05602", "box"),
        ("999 Lake View Rd, Averill VT", "did you mean"),
    ],
)
def test_what_is_no_address_does_not_enter(address: str, told: str, people: Cast, desk: AddressDesk) -> None:
    before = Address.objects.count()
    assert told in refusal(people.acme, {"name": "B", "address": address}, desk)["address"][0]
    assert Address.objects.count() == before


def test_everything_wrong_is_told_at_once(people: Cast, desk: AddressDesk) -> None:
    errors = refusal(people.acme, {"name": "  ", "address": "", "latitude": "91", "longitude": "west"}, desk)
    assert errors.keys() == {"name", "address", "latitude", "longitude"}


def test_without_addresses_only_the_area_is_known(people: Cast, bare: AddressDesk) -> None:
    address = save_building(people.acme, {"name": "Office", "address": STATE_STREET}, bare).address
    assert (address.verdict, address.latitude, address.accuracy) == ("area", None, "")


def test_a_point_by_hand_where_no_set_has_one(people: Cast, bare: AddressDesk) -> None:
    fields = {"name": "Office", "address": STATE_STREET, "latitude": "44,2601", "longitude": "\N{MINUS SIGN}72.5806"}
    made = save_building(people.acme, fields, bare)
    assert (made.address.latitude, made.address.longitude, made.address.accuracy) == (44.2601, -72.5806, "")
    half = {"latitude": "44.3"}
    assert "longitude" in refusal(people.acme, half, bare, made)
    moved = fields | {"address": "10 Main St, Barre VT 05641"}
    elsewhere = save_building(people.acme, moved, bare, made)
    assert elsewhere.address.latitude is None  # the point was of the old address
    by_hand = save_building(people.acme, {"latitude": "44.197", "longitude": "-72.502"}, bare, elsewhere)
    assert by_hand.address.latitude == 44.197
    assert save_building(people.acme, {"latitude": "", "longitude": ""}, bare, by_hand).address.latitude is None


def test_a_point_of_a_data_set_is_not_overruled(people: Cast, desk: AddressDesk) -> None:
    fields = {"name": "Lake house", "address": LAKE_VIEW, "latitude": "44.5", "longitude": "-72.5"}
    assert "vermont gives the point" in refusal(people.acme, fields, desk)["latitude"][0]
    own = fields | {"latitude": "44.9965", "longitude": "-71.7097"}
    assert save_building(people.acme, own, desk).address.accuracy == "point"


def test_only_what_is_given_changes(people: Cast, desk: AddressDesk) -> None:
    made = save_building(people.acme, {"name": "Lake house", "address": LAKE_VIEW}, desk)
    renamed = save_building(people.acme, {"name": "Camp"}, desk, made)
    assert (renamed.pk, renamed.name, renamed.address.verdict) == (made.pk, "Camp", "valid")
    assert made.name == "Lake house"  # what the caller holds stays as it was read
    outbox = Outbox.objects.count()
    save_building(people.acme, {"name": "Camp", "address": "422 Lake View Road, Averill, VT 05901"}, desk, renamed)
    assert Outbox.objects.count() == outbox


def test_an_address_as_it_stands_is_judged_again_when_asked(people: Cast, desk: AddressDesk) -> None:
    with acting("test", "from before"):
        old = provision.create_building(
            people.acme, "Camp", {"country": "US", "A1": "VT", "A3": "Averill", "HNO": "422", "RD": "Lake View Road"}
        )
    as_it_stands = {"address": "422 Lake View Road, Averill, VT"}
    assert save_building(people.acme, as_it_stands, desk, old).address.verdict == "unchecked"
    old.refresh_from_db()
    assert save_building(people.acme, {"check_again": "yes"}, desk, old).address.verdict == "valid"


def test_element_by_element(people: Cast, desk: AddressDesk) -> None:
    fields = {"name": "Lake house", "country": "usa", "A1": "Vermont", "A3": "Averill", "HNO": "422", "RD": "Lake View"}
    made = save_building(people.acme, fields | {"STS": "Road"}, desk)
    assert (made.address.verdict, made.address.a1) == ("valid", "VT")
    moved = save_building(people.acme, {"HNO": "424"}, desk, made)
    assert (moved.address.hno, moved.address.rd, moved.address.verdict) == ("424", "Lake View", "valid")
    wrong = refusal(people.acme, {"name": "B", "country": "DE", "A3": "Berlin", "RD": "Unter den Linden"}, desk)
    assert "only addresses in US and CA" in wrong["country"][0]
    number = refusal(people.acme, {"HNO": "9999"}, desk, made)
    assert number.keys() == {"HNO"}


def test_two_at_one_building(people: Cast, bare: AddressDesk) -> None:
    made = save_building(people.acme, {"name": "Office", "address": STATE_STREET}, bare)
    seen = seen_of(made)
    address = Address.objects.get(pk=made.address_id)
    address.psap, address.psap_source = people.psap, "boundary"
    address.save()
    fresh = Building.objects.get(pk=made.pk)
    renamed = save_building(people.acme, {"name": "HQ", "seen": seen}, bare, fresh)  # the worker's find is no conflict
    for stale, fields in ((made, {"name": "Late"}), (renamed, {"name": "Late", "seen": seen})):
        assert "Somebody else changed it" in refusal(people.acme, fields, bare, stale)[""][0]
    remove_building(renamed)
    assert "removed in the meantime" in refusal(people.acme, {"name": "Late"}, bare, renamed)[""][0]


def test_two_at_one_location(people: Cast) -> None:
    seen = seen_of(people.desk)
    save_location(people.building, {"room": "9", "seen": seen}, people.desk)
    people.desk.refresh_from_db()
    with pytest.raises(Refused, match="Somebody else changed it"):
        save_location(people.building, {"room": "10", "seen": seen}, people.desk)
    people.desk.refresh_from_db()
    assert people.desk.room == "9"


def test_names_of_buildings_are_unique(people: Cast, desk: AddressDesk) -> None:
    assert "there is a building" in refusal(people.acme, {"name": "State House", "address": LAKE_VIEW}, desk)["name"][0]


def test_sample_data_confirms_nothing_real(people: Cast, tmp_path: Path) -> None:
    draw(tmp_path, "vermont", VERMONT, sample=True)
    desk = AddressDesk.open(tmp_path)
    assert save_building(people.acme, {"name": "B", "address": LAKE_VIEW}, desk).address.verdict == "unchecked"
    desk.close()


def test_twins_are_chosen_by_their_position() -> None:
    civic = Civic.from_fields({"country": "US", "A1": "VT", "A3": "Barre", "HNO": "10", "RD": "Grove"})
    twins = (Suggestion(civic, "one", (44.195, -72.5)), Suggestion(civic, "other", (44.165, -72.47)))
    alone = Suggestion(replace(civic, HNO="12"), "third", (44.1, -72.4))
    verdict = Verdict("given", "ambiguous", civic, suggestions=(*twins, alone))
    choices = [choice_of(one, verdict.suggestions) for one in verdict.suggestions]
    assert choices[1] == "10 Grove, Barre, VT @ 44.165000, -72.470000"
    assert choices[2] == "12 Grove, Barre, VT"
    assert [chosen_of(verdict, choice) for choice in choices] == [*twins, alone]
    assert chosen_of(verdict, "10 Grove, Barre, VT") is None


def test_a_location(people: Cast) -> None:
    fields = {
        "name": "North wing",
        "floor": "3",
        "unit": "",
        "room": "312",
        "note": " By the stairs ",
        "elin": "802 555 0123",
    }
    made = Location.objects.get(pk=save_location(people.building, fields).pk)
    assert (made.floor, made.room, made.note, made.elin) == ("3", "312", "By the stairs", "+18025550123")
    changed = save_location(people.building, {"room": "313"}, made)
    assert (changed.room, changed.floor, changed.name) == ("313", "3", "North wing")
    assert save_location(people.building, {"name": " "}).name == "Default"


@pytest.mark.parametrize(
    ("fields", "field", "told"),
    [
        ({"name": "Front desk"}, "name", "is in State House already"),
        ({"name": "x" * 121}, "name", "shorten it to 120"),
        ({"name": "A", "floor": "x" * 33}, "floor", "shorten it to 32"),
        ({"name": "A", "note": "x" * 61}, "note", "shorten it to 60"),
        ({"name": "A", "elin": "12"}, "elin", "no number of the US or Canada"),
        ({"name": "A", "elin": "+1 876 555 0123"}, "elin", "lies outside"),
        ({"name": "A", "elin": "8025550199"}, "elin", "the ELIN of State House, Front desk already"),
    ],
)
def test_what_a_location_cannot_have(fields: dict[str, str], field: str, told: str, people: Cast) -> None:
    save_location(people.building, {"elin": "+18025550199"}, people.desk)
    with pytest.raises(Refused) as caught:
        save_location(people.building, fields)
    assert told in caught.value.errors[field][0]


def test_a_location_in_use_stays(people: Cast) -> None:
    provision.set_current_location(people.bob, people.desk)
    with pytest.raises(Refused, match=r"Front desk is the location of Ada \(E1\), Bob \(E2\); move them"):
        remove_location(people.desk)
    assert set(people_in(people.desk)) == {people.ada, people.bob}
    free = save_location(people.building, {"name": "Free"})
    remove_location(free)
    assert not Location.objects.filter(name="Free").exists()
    for number in range(9):
        provision.create_person(people.acme, f"Z{number}", assigned_location=people.desk)
    with pytest.raises(Refused, match="and 6 more"):
        remove_location(people.desk)


def test_a_building_with_locations_stays(people: Cast, bare: AddressDesk) -> None:
    with pytest.raises(Refused, match="State House still has locations: Front desk; remove them first"):
        remove_building(people.building)
    empty = save_building(people.acme, {"name": "Empty", "address": STATE_STREET}, bare)
    remove_building(empty)
    assert not Building.objects.filter(name="Empty").exists()
    assert not Address.objects.filter(pk=empty.address_id).exists()


def test_number_locations_count_as_used(people: Cast) -> None:
    Person.objects.filter(pk=people.bob.pk).update(number_location=people.desk)
    Person.objects.filter(pk=people.ada.pk).update(assigned_location=None)
    assert list(people_in(people.desk)) == [people.bob]


def test_everybody_is_moved_and_the_location_removed(people: Cast) -> None:
    provision.set_current_location(people.bob, people.desk)
    other = save_location(people.building, {"name": "Other desk"})
    assert move_and_remove_location(people.desk, other) == 2
    people.ada.refresh_from_db()
    people.bob.refresh_from_db()
    assert (people.ada.assigned_location, people.bob.current_location) == (other, other)
    assert (people.bob.current_by, people.bob.current_method) == ("admin@acme.example", "Manual")
    change = Change.objects.filter(model="person", object_id=people.ada.pk).latest("id")
    assert (change.who, change.after) == ("admin@acme.example", {"assigned_location_id": other.pk})
    assert not Location.objects.filter(name="Front desk").exists()


def test_nothing_happens_when_the_move_cannot(people: Cast) -> None:
    with pytest.raises(Refused, match="choose a location elsewhere"):
        move_and_remove_location(people.desk, people.desk)
    with pytest.raises(Refused, match=r"is the location of Ada \(E1\)"):
        move_and_remove_location(people.desk, None)
    home = provision.create_home(people.bob, {"country": "US", "A1": "VT", "A3": "Barre", "HNO": "6", "RD": "Main"})
    with pytest.raises(Refused, match="somebody's home"):
        move_and_remove_location(people.desk, home)
    people.ada.refresh_from_db()
    assert people.ada.assigned_location == people.desk


def test_a_building_is_emptied_and_removed(people: Cast, bare: AddressDesk) -> None:
    save_location(people.building, {"name": "Second"})
    elsewhere = save_location(save_building(people.acme, {"name": "New", "address": STATE_STREET}, bare), {})
    with pytest.raises(Refused, match="is the location of Ada"):
        move_and_remove_building(people.building, None)
    assert Location.objects.filter(building=people.building).count() == 2  # all or nothing
    assert move_and_remove_building(people.building, elsewhere) == 1
    assert not Building.objects.filter(pk=people.building.pk).exists()
    people.ada.refresh_from_db()
    assert people.ada.assigned_location == elsewhere
