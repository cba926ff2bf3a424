"""House numbers in CLDXF's three parts, and their other readings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.addresses.parsing.number import is_ordinal, read_number
from callpoint.addresses.parsing.words import words_of


def parts(text: str, country: str = "US") -> tuple[dict[str, str], int] | None:
    number = read_number(words_of(text), country)
    return number and (number.fields, number.length)


@pytest.mark.parametrize(
    ("text", "fields", "length"),
    [
        ("12 Main St", {"HNO": "12"}, 1),
        ("12A Main St", {"HNO": "12", "HNS": "A"}, 1),
        ("12-A Main St", {"HNO": "12", "HNS": "A"}, 1),
        ("12 A Elm Tree Rd", {"HNO": "12", "HNS": "A"}, 2),
        ("12 A, rue Drolet, Montréal", {"HNO": "12", "HNS": "A"}, 2),
        ("12 A, Elm Tree Rd, Barre", {"HNO": "12", "HNS": "A"}, 2),
        ("12 A St", {"HNO": "12"}, 1),  # A Street
        ("12 A, Barre", {"HNO": "12"}, 1),
        ("12 A St NW", {"HNO": "12"}, 1),
        ("1800 M NW", {"HNO": "1800"}, 1),
        ("12 N Main St", {"HNO": "12"}, 1),
        ("12 L B J Fwy", {"HNO": "12"}, 1),
        ("701 C and N Smith Mill Rd", {"HNO": "701"}, 1),
        ("12 1/2 Main St", {"HNO": "12", "HNS": "1/2"}, 2),
        ("12-1/2 Main St", {"HNO": "12", "HNS": "1/2"}, 1),
        ("90-22 161st St", {"HNP": "90-", "HNO": "22"}, 1),
        ("75-6214 Kuakini Hwy", {"HNP": "75-", "HNO": "6214"}, 1),
        ("12-34A Main St", {"HNP": "12-", "HNO": "34", "HNS": "A"}, 1),
        ("N6W23001 Bluemound Rd", {"HNP": "N6W", "HNO": "23001"}, 1),
        ("W204N11912 Goldendale Rd", {"HNP": "W204N", "HNO": "11912"}, 1),
        ("W148 N9748 Tree Tops Dr", {"HNP": "W148N", "HNO": "9748"}, 2),
        ("26W482 Blair St", {"HNP": "26W", "HNO": "482"}, 1),
        ("W1234 County Rd", {"HNP": "W", "HNO": "1234"}, 1),
        ("T703 State Route 66", {"HNP": "T", "HNO": "703"}, 1),
        ("One Financial Place", {"HNO": "1"}, 1),
        ("Twenty-One Main St", {"HNO": "21"}, 1),
        ("1888692 2150 East Rd", {"HNO": "1888692"}, 1),
    ],
)
def test_numbers_of_every_kind(text: str, fields: dict[str, str], length: int) -> None:
    assert parts(text) == (fields, length)


@pytest.mark.parametrize(
    "text",
    [
        "16th St",
        "39e Avenue",
        "Main St",
        "Seven Mile Rd",
        "Ten Street",
        "First Street",
        "Twenty-First Street",
        "A",
        "",
        "12345678901 Main St",
    ],
)
def test_what_is_no_number(text: str) -> None:
    assert parts(text) is None


@pytest.mark.parametrize(
    ("text", "country", "first", "others"),
    [
        ("10-123 Main St", "CA", {"UNIT": "10", "HNO": "123"}, [{"UNIT": "", "HNP": "10-", "HNO": "123"}]),
        ("10-123 Main St", "US", {"HNP": "10-", "HNO": "123"}, [{"HNP": "", "UNIT": "10", "HNO": "123"}]),
        ("10-123 Main St", "", {"HNP": "10-", "HNO": "123"}, [{"HNP": "", "UNIT": "10", "HNO": "123"}]),
        ("A-12 rue X", "CA", {"UNIT": "A", "HNO": "12"}, [{"UNIT": "", "HNP": "A-", "HNO": "12"}]),
    ],
)
def test_the_country_decides_and_the_other_reading_is_kept(
    text: str, country: str, first: dict[str, str], others: list[dict[str, str]]
) -> None:
    number = read_number(words_of(text), country)
    assert number is not None
    assert number.fields == first
    assert list(number.alternatives) == others


def test_a_range_may_be_meant() -> None:
    number = read_number(words_of("176-214 Box Elder St"), "US")
    assert number is not None
    assert {"UNIT": "", "HNP": "", "HNS": "", "HNO": "176"} in number.alternatives
    queens = read_number(words_of("90-22 161st St"), "US")
    assert queens is not None
    assert all(other["HNO"] != "90" for other in queens.alternatives)


@pytest.mark.parametrize(
    ("text", "ordinal"), [("16th", True), ("1ST", True), ("39e", True), ("16", False), ("B", False)]
)
def test_ordinals(text: str, ordinal: bool) -> None:
    assert is_ordinal(words_of(text)[0]) is ordinal


@given(st.integers(1, 9_999_999), st.sampled_from(["", "A", "B"]))
def test_every_plain_number_is_read(number: int, suffix: str) -> None:
    found = parts(f"{number}{suffix} Elmwood St")
    assert found is not None
    assert found[0]["HNO"] == str(number)
    assert found[0].get("HNS", "") == suffix
