"""Names of places that are one, and that are not."""

import pytest

from callpoint.addresses.postal import place_key
from callpoint.addresses.postal.place_key import without_its_kind


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("St. Albans", "saint albans"),
        ("SAINT ALBANS", "saint albans"),
        ("St. John's", "saint johns"),
        ("Sault Ste. Marie", "sault sainte marie"),
        ("Sainte-Anne-de-Bellevue", "sainte anne de bellevue"),
        ("Ft. Worth", "fort worth"),
        ("Mt Pleasant", "mount pleasant"),
        ("N. Hero", "north hero"),
        ("N Hero", "north hero"),
        ("Point S", "point s"),
        ("Montréal", "montreal"),
        ("City of Toronto", "toronto"),
        ("Ville de Québec", "quebec"),
        ("Town of Mount Royal", "mount royal"),
        ("City of", "city of"),
        ("Isle of Palms", "isle of palms"),
        ("Village of the Branch", "the branch"),
        ("W", "w"),
        ("", ""),
        ("...", ""),
    ],
)
def test_a_name_has_one_key(name: str, key: str) -> None:
    assert place_key(name) == key
    assert place_key(key) == key


@pytest.mark.parametrize(
    ("key", "bare"),
    [
        ("barre city", "barre"),
        ("barre town", "barre"),
        ("langley township", "langley"),
        ("new york", ""),
        ("city", ""),
        ("", ""),
    ],
)
def test_a_town_and_the_city_in_it_share_what_is_left(key: str, bare: str) -> None:
    assert without_its_kind(key) == bare
