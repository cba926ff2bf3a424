"""Changing elements of an address."""

from callpoint.addresses.rewording import reworded
from callpoint.i3.civic import Civic

ADDRESS = Civic.from_fields({"country": "US", "A3": "Barre", "HNO": "12", "RD": "Main"})


def test_elements_are_changed_added_and_taken_away() -> None:
    found = reworded(ADDRESS, {"A3": "Barre City", "PC": "05641", "RD": ""})
    assert found == Civic.from_fields({"country": "US", "A3": "Barre City", "HNO": "12", "PC": "05641"})
    assert found.to_fields() == {"country": "US", "A3": "Barre City", "HNO": "12", "PC": "05641"}
    assert hash(found) == hash(Civic.from_fields(found.to_fields()))


def test_the_first_address_stays_as_it_is() -> None:
    reworded(ADDRESS, {"A3": "Montpelier"})
    assert ADDRESS.A3 == "Barre"


def test_one_made_by_the_constructor_is_taken_too() -> None:
    assert reworded(Civic(A3="Barre"), {"HNO": "1"}) == Civic(A3="Barre", HNO="1")
