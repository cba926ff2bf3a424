"""Civic: what goes in comes out, and a reader sees an address as people write it."""

import dataclasses
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.i3.strategies import civics

from callpoint.i3.civic import CIVIC_ELEMENTS, EXTENSION_ELEMENTS, Civic, tidy

STATE_STREET = {"country": "US", "A1": "VT", "A3": "Montpelier", "HNO": "115", "RD": "State", "STS": "Street"}


def test_fields_are_those_of_the_schema_and_its_extension() -> None:
    names = tuple(field.name for field in dataclasses.fields(Civic))
    assert names == (*CIVIC_ELEMENTS, *EXTENSION_ELEMENTS, "other")


@given(civics())
def test_fields_and_back(civic: Civic) -> None:
    again = Civic.from_fields(json.loads(json.dumps(civic.to_fields())))
    assert again == civic
    assert hash(again) == hash(civic)
    assert again.to_fields() == civic.to_fields()


@given(civics())
def test_copies_are_equal(civic: Civic) -> None:
    assert pickle.loads(pickle.dumps(civic)) == civic
    assert dataclasses.replace(civic) == civic
    assert dataclasses.replace(civic, FLR="9").FLR == "9"


def test_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Civic.from_fields(STATE_STREET).RD = "Main"  # type: ignore[misc]


def test_only_what_is_filled_is_told() -> None:
    assert Civic(RD="State", FLR="").to_fields() == {"RD": "State"}
    assert Civic.from_fields({"RD": "State", "FLR": "", "ROOM": " "}).to_fields() == {"RD": "State"}


def test_foreign_names_are_passed_over() -> None:
    assert Civic.from_fields({"RD": "State", "rd": "Main", "to_fields": "x", "__class__": "y"}) == Civic(RD="State")


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("  State ", "State"),
        ("New\r\n\tYork", "New York"),
        ("Saint\u00a0 Albans", "Saint Albans"),
        ("a\x00b\x1fc", "a b c"),
        ("\ufffe", ""),
        ("\ud800x", "x"),
        ("Trois-Rivières", "Trois-Rivières"),
    ],
)
def test_text_becomes_a_token(given_text: str, kept: str) -> None:
    assert tidy(given_text) == kept
    assert kept == Civic.from_fields({"A3": given_text}).A3


@given(st.text())
def test_tidy_is_stable(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@pytest.mark.parametrize(
    ("country", "kept"),
    [("us", "US"), ("USA", "US"), ("Canada", "CA"), ("ca", "CA"), ("mx", "MX"), ("Narnia", "NARNIA")],
)
def test_country_in_two_letters(country: str, kept: str) -> None:
    assert Civic.from_fields({"country": country}).country == kept


def test_street_in_a6_becomes_rd() -> None:
    assert Civic.from_fields({"country": "US", "A6": "Broadway"}) == Civic(country="US", RD="Broadway")
    assert Civic.from_fields({"A6": "Broadway"}) == Civic(RD="Broadway")
    assert Civic.from_fields({"A6": "Broadway", "RD": "Main"}) == Civic(A6="Broadway", RD="Main")
    # Elsewhere a sixth level of places exists (RFC 5139 §3.2).
    assert Civic.from_fields({"country": "JP", "A6": "1"}) == Civic(country="JP", A6="1")


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        (STATE_STREET | {"FLR": "2", "PC": "05633"}, "115 State Street, Floor 2, Montpelier, VT 05633"),
        (STATE_STREET | {"FLR": "2nd", "ROOM": "212"}, "115 State Street, 2nd Floor, Room 212, Montpelier, VT"),
        (
            {"country": "CA", "A1": "ON", "A3": "Ottawa", "HNO": "111", "RD": "Wellington", "PC": "K1A 0A9"},
            "111 Wellington, Ottawa, ON K1A 0A9",
        ),
        (
            {"country": "CA", "A1": "QC", "A3": "Québec", "HNO": "2875", "STP": "boulevard", "RD": "Laurier"}
            | {"FLR": "2", "ROOM": "12", "PC": "G1V 2M2"},
            "2875, boulevard Laurier, 2e étage, pièce 12, Québec QC G1V 2M2",
        ),
        (
            {"A3": "Portland", "A1": "OR", "HNO": "12", "HNS": "1/2", "PRM": "Old", "PRD": "NE"}
            | {"STP": "Avenue", "RD": "B", "STS": "Street", "POD": "South", "POM": "Extended", "UNIT": "4"},
            "12 1/2 Old NE Avenue B Street South Extended, Unit 4, Portland, OR",
        ),
        ({"NAM": "City Hall", "RD": "Main", "LMK": "Clock", "A3": "Barre"}, "City Hall, Main, Clock, Barre"),
        ({"country": "US", "A1": "CA", "A2": "Sacramento", "RD": "I5", "MP": "248", "PN": "22-1"},
         "I5, Milepost 248, Post 22-1, Sacramento, CA"),
        ({"POBOX": "87", "PCN": "Barre", "A1": "VT"}, "PO Box 87, Barre, VT"),
        ({"LMK": "Liberty Statue"}, "Liberty Statue"),
        ({"country": "GB", "A3": "London", "RD": "Downing St", "HNO": "10"}, "10 Downing St, London, GB"),
        ({}, ""),
    ],
)  # fmt: skip
def test_one_line(fields: dict[str, str], line: str) -> None:
    assert Civic.from_fields(fields).formatted() == line


@pytest.mark.parametrize(
    ("fields", "number"),
    [
        ({"HNP": "N6W", "HNO": "23001"}, "N6W23001"),
        ({"HNP": "75-", "HNO": "6214"}, "75-6214"),
        ({"HNP": "75", "HNO": "6214"}, "75 6214"),
        ({"HNP": "A", "HNO": "223"}, "A223"),
        ({"HNO": "115", "HNS": "A"}, "115A"),
        ({"HNO": "115", "HNS": "-2"}, "115-2"),
        ({"HNO": "115", "HNS": "½"}, "115 ½"),
        ({"HNO": "115", "HNS": "Rear"}, "115 Rear"),
    ],
)
def test_house_numbers_keep_their_figures_apart(fields: dict[str, str], number: str) -> None:
    assert Civic.from_fields(fields | {"RD": "Oak"}).street_line() == f"{number} Oak"


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"FLR": "2"}, "Floor 2"),
        ({"FLR": "3rd"}, "3rd Floor"),
        ({"FLR": "Floor 3"}, "Floor 3"),
        ({"FLR": "2nd Floor"}, "2nd Floor"),
        ({"FLR": "fl 3"}, "fl 3"),
        ({"FLR": "Ground"}, "Ground Floor"),
        ({"FLR": "Mezzanine"}, "Mezzanine"),
        ({"FLR": "B1"}, "Floor B1"),
        ({"UNIT": "400"}, "Unit 400"),
        ({"UNIT": "Suite 400"}, "Suite 400"),
        ({"UNIT": "Ste. 400"}, "Ste. 400"),
        ({"UNIT": "#4"}, "#4"),
        ({"ROOM": "B212"}, "Room B212"),
        ({"ROOM": "Boardroom A"}, "Boardroom A"),
        ({"BLD": "C"}, "Building C"),
        ({"BLD": "North Tower"}, "North Tower"),
        ({"LOC": "by the stairs", "SEAT": "14", "FLR": "1"}, "Floor 1, Seat 14, by the stairs"),
        (
            {"country": "CA", "A1": "QC", "FLR": "1", "UNIT": "bureau 630", "BLD": "A"},
            "bâtiment A, 1er étage, bureau 630",
        ),
        ({"country": "CA", "A1": "QC", "FLR": "SS"}, "étage SS"),
    ],
)
def test_spot(fields: dict[str, str], line: str) -> None:
    assert Civic.from_fields(fields).spot_line() == line


def test_place() -> None:
    assert Civic(A3="Montpelier", A1="VT", PC="05633").place_line() == "Montpelier, VT 05633"
    assert Civic(PCN="Berlin", A2="Washington", A1="VT").place_line() == "Berlin, VT"
    assert Civic(A1="VT").place_line() == "VT"


@given(civics())
def test_nothing_filled_is_lost_from_the_line(civic: Civic) -> None:
    line = civic.formatted()
    for name in ("HNO", "RD", "FLR", "UNIT", "ROOM", "LOC", "A1", "PC", "NAM"):
        assert getattr(civic, name) in line
