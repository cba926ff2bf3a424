"""A person's own places."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.addresses.town_map import VERMONT, draw
from tests.directory.cast import Cast

from callpoint.directory import provision
from callpoint.directory.address_desk import AddressDesk
from callpoint.directory.editing.homes import address_of
from callpoint.directory.editing.people import move_person, remove_home, save_home, save_person
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.typed import SEEN, fingerprint
from callpoint.directory.models import Address, Location, Person, acting
from callpoint.directory.tenancy import inside

LAKE_VIEW = "422 lake view rd, averill vt"
TYPO = "422 Lake Veiw Rd, Averill, VT 05901"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[AddressDesk]:
    """Knows a few streets of Vermont, and no others."""
    draw(tmp_path, "vermont", VERMONT)
    desk = AddressDesk.open(tmp_path)
    yield desk
    desk.close()


@pytest.fixture(autouse=True)
def within(people: Cast) -> Iterator[None]:
    with inside(people.acme), acting("admin@acme.example", "test"):
        yield


def refusal(*arguments: Any) -> dict[str, list[str]]:
    """What `save_home` refuses, having written nothing."""
    before = (Location.objects.count(), list(Address.objects.order_by("pk").values()))
    with pytest.raises(Refused) as caught:
        save_home(*arguments)
    assert (Location.objects.count(), list(Address.objects.order_by("pk").values())) == before
    return caught.value.errors


def test_a_home_has_a_judged_address(people: Cast, desk: AddressDesk) -> None:
    home = save_home(people.ada, {"address": LAKE_VIEW, "unit": " 4 ", "note": "blue door"}, desk)
    stored = Location.objects.get(pk=home.pk)
    assert (stored.name, stored.unit, stored.note, stored.person, stored.building) == (
        *("Home", "4", "blue door", people.ada, None),
    )
    assert (address_of(stored).verdict, address_of(stored).dataset) == ("valid", "vermont")


def test_a_suggestion_is_told_and_can_be_chosen(people: Cast, desk: AddressDesk) -> None:
    told = refusal(people.ada, {"address": TYPO}, desk)
    assert "did you mean 422 Lake View Road" in told["address"][0]
    chosen = {"address": TYPO, "accept": "422 Lake View Road, Averill, VT 05901"}
    assert address_of(save_home(people.ada, chosen, desk)).verdict == "valid_corrected"


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({}, "address", "is missing"),
        ({"address": "Unter den Linden 77, 10117 Berlin, Germany"}, "address", "Only the US and Canada are served"),
        ({"address": LAKE_VIEW, "floor": "x" * 33}, "floor", "shorten it to 32"),
        ({"address": LAKE_VIEW, "note": "x" * 61}, "note", "shorten it to 60"),
        ({"address": LAKE_VIEW, "name": "x" * 121}, "name", "shorten it to 120"),
    ],
)
def test_what_is_wrong_is_told(
    people: Cast, desk: AddressDesk, fields: dict[str, str], field: str, sentence: str
) -> None:
    told = refusal(people.ada, fields, desk)
    assert list(told) == [field]
    assert sentence in told[field][0]


def test_a_home_changes_without_its_address_being_typed_again(people: Cast, desk: AddressDesk) -> None:
    home = save_home(people.ada, {"address": LAKE_VIEW}, desk)
    changed = save_home(people.ada, {"floor": "2"}, desk, home)
    assert (changed.pk, changed.floor, changed.address_id) == (home.pk, "2", home.address_id)
    assert address_of(changed).hno == "422"


def test_names_are_told_apart(people: Cast, desk: AddressDesk) -> None:
    save_home(people.ada, {"address": LAKE_VIEW}, desk)
    assert "already" in refusal(people.ada, {"address": LAKE_VIEW, "name": "Home"}, desk)["name"][0]
    save_home(people.bob, {"address": LAKE_VIEW, "name": "Home"}, desk)


def test_nobody_changes_or_removes_the_home_of_another(people: Cast, desk: AddressDesk) -> None:
    home = save_home(people.ada, {"address": LAKE_VIEW}, desk)
    assert "not there any more" in refusal(people.bob, {"floor": "9"}, desk, home)[""][0]
    assert "not there any more" in refusal(people.ada, {"floor": "9"}, desk, people.desk)[""][0]
    with pytest.raises(Refused):
        remove_home(people.bob, home)


def test_the_second_of_two_at_one_home_is_told(people: Cast, desk: AddressDesk) -> None:
    home = save_home(people.ada, {"address": LAKE_VIEW}, desk)
    seen = {SEEN: fingerprint(home, address_of(home))}
    save_home(people.ada, {"address": "424 Lake View Road, Averill, VT"} | seen, desk, home)
    assert "in the meantime" in refusal(people.ada, {"floor": "9"} | seen, desk, home)[""][0]


def test_a_home_goes_with_its_address_unless_somebody_is_there(people: Cast, desk: AddressDesk) -> None:
    home = save_home(people.ada, {"address": LAKE_VIEW}, desk)
    move_person(people.ada, {"current_location": str(home.pk)})
    with pytest.raises(Refused, match=r"is the location of Ada \(E1\)"):
        remove_home(people.ada, home)
    move_person(people.ada, {"current_location": ""})
    address = home.address_id or 0
    remove_home(people.ada, home)
    assert not Location.objects.filter(pk=home.pk).exists()
    assert not Address.objects.filter(pk=address).exists()


def test_a_home_may_be_assigned_to_its_person(people: Cast) -> None:
    home = provision.create_home(people.ada, {"country": "US", "A1": "VT", "A3": "Barre", "HNO": "6", "RD": "Main"})
    save_person(people.acme, {"assigned_location": str(home.pk)}, people.ada)
    assert Person.objects.get(pk=people.ada.pk).assigned_location == home
