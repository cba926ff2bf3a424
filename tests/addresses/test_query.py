"""What an address is looked up by."""

import pytest

from callpoint.addresses.query import Query, postal_key
from callpoint.i3.civic import Civic
from tests.addresses.town_map import query


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("", ""),
        ("05602", "05602"),
        ("05633-0001", "05633"),
        ("056330001", "05633"),
        ("K1A 0A9", "K1A 0A9"),
        ("k1a0a9", "K1A 0A9"),
        ("H3L-1B6", "H3L 1B6"),
        ("h3l", "H3L"),
    ],
)
def test_postal_codes_have_one_form(code: str, key: str) -> None:
    assert postal_key(code) == key


def test_a_street_is_read_in_more_ways_than_one_where_its_words_allow_it() -> None:
    def names(street: str) -> list[str]:
        return [key.name for key in query("1", street, "Averill").keys]

    assert names("Lake View Rd") == ["lake view"]
    assert names("Lake View") == ["lake", "lake view"]
    assert names("N Main St") == ["main", "north main"]


@pytest.mark.parametrize(
    ("street", "meant"),
    [
        ("Oak Stret", "oak"),
        ("Rou Villeray", "villeray"),
        ("Firot St", "1"),
        ("Frst St", "1"),
        ("Twenty Secnod St", "22"),
        ("Foty First St", "41"),
        ("US Rout 5", "5"),
        ("Vr Route 100", "100"),
        ("VT Ruote 2B", "2b"),
        ("State Higway 12 S", "12"),
    ],
)
def test_a_slip_in_a_type_or_a_number_in_words_is_thought_of(street: str, meant: str) -> None:
    assert meant in [key.name for key in query("1", street, "Averill").slips]


@pytest.mark.parametrize("street", ["Main St", "First St", "Elm", "VT Route 100", "US-5 S"])
def test_what_is_spelled_right_has_no_slips(street: str) -> None:
    assert query("1", street, "Averill").slips == ()


def test_the_place_may_stand_in_other_elements() -> None:
    assert Query.of(Civic.from_fields({"PCN": "St. Albans"})).place == "saint albans"
    assert Query.of(Civic.from_fields({"A3": "Barre", "PCN": "x"})).place == "barre"


def test_readings_that_ask_for_the_same_are_one() -> None:
    assert query("1", "N Main St", "Barre").identity == query("1", "North Main Street", "BARRE").identity
    assert query("1", "N Main St", "Barre").identity != query("1", "N Main St", "Barre", HNS="A").identity
