"""House numbers as data sets write them: what is read, and what is not because it cannot be told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.addresses.reference.house_number import HouseNumber, affix_key, read, whole_number

ONE = {
    "115": ("", 115, "", ""),
    "  115 ": ("", 115, "", ""),
    "007": ("", 7, "", ""),
    "48A": ("", 48, "A", ""),
    "48a": ("", 48, "A", ""),
    "5535 B": ("", 5535, "B", ""),
    "4675-A": ("", 4675, "A", ""),
    "9 1/2": ("", 9, "1/2", ""),
    "9½": ("", 9, "1/2", ""),
    "9 ¼": ("", 9, "1/4", ""),
    "1089.5": ("", 1089, "1/2", ""),
    "N6W23001": ("N6W", 23001, "", ""),
    "W234N5678": ("W234N", 5678, "", ""),
    "n6w23001": ("N6W", 23001, "", ""),
    "A 6": ("A", 6, "", ""),
    "F6B": ("F", 6, "B", ""),
    "600 Suite 203": ("", 600, "", "203"),
    "417, Ste 102": ("", 417, "", "102"),
    "2065 #383": ("", 2065, "", "383"),
    "2600 suite 110": ("", 2600, "", "110"),
    "3131 Suite N18": ("", 3131, "", "N18"),
    "120A unité 4": ("", 120, "A", "4"),
    "Suite 511-4430": ("", 4430, "", "511"),
}
SEVERAL = {
    "5424-5426": (5424, 5426),
    "4693-4699": (4693, 4699),
    "1146-1144": (1146, 1144),
    "4507;4509": (4507, 4509),
    "2150,2154": (2150, 2154),
    "393/395": (393, 395),
    "104,106,108,110,112,114": (104, 106, 108, 110, 112, 114),
}
UNTOLD = [
    "",
    "Branch",
    "TD Canada Trust Tower",
    "H1V 1C1",
    "237 Blvd",
    "7193a Boul Newman",
    "78 Queens Park, Toronto, ON M5S 2C5",
    "3800 D-2617",
    "12345678",
    "-5",
    "1;two",
    "1;;3",
    "١٢",
]


@pytest.mark.parametrize("text", ONE)
def test_one_number(text: str) -> None:
    assert read(text, "CA") == (HouseNumber(*ONE[text]),)
    assert read(text, "US") == (HouseNumber(*ONE[text]),)


@pytest.mark.parametrize("text", SEVERAL)
def test_several_doors_of_one_building(text: str) -> None:
    assert [number.number for number in read(text, "CA")] == list(SEVERAL[text])
    assert not any(number.unit or number.prefix or number.suffix for number in read(text, "CA"))


@pytest.mark.parametrize("text", UNTOLD)
@pytest.mark.parametrize("country", ["US", "CA"])
def test_what_cannot_be_told_is_not_read(text: str, country: str) -> None:
    assert read(text, country) == ()


@pytest.mark.parametrize(
    ("text", "unit", "number"), [("10-123", "10", 123), ("803-58", "803", 58), ("101-760", "101", 760), ("2-6", "2", 6)]
)
def test_a_hyphen_parts_unit_and_number_in_canada_alone(text: str, unit: str, number: int) -> None:
    assert read(text, "CA") == (HouseNumber("", number, "", unit),)
    assert read(text, "US") == (HouseNumber(f"{unit}-", number, ""),)


def test_a_queens_number_keeps_its_prefix() -> None:
    assert read("90-22", "US") == (HouseNumber("90-", 22, ""),)
    assert read("101-03", "US") == (HouseNumber("101-", 3, ""),)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("N6W", ""), ("n6w ", "")),
        (("90-", ""), ("90", "")),
        (("", "½"), ("", "1/2")),
        (("", " 1/2"), ("", "½")),
        (("", "-A"), ("", "a")),
        (("", ""), (" ", "-")),
    ],
)
def test_affixes_of_one_meaning_have_one_key(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert affix_key(*one) == affix_key(*other)


def test_affixes_of_two_meanings_do_not_meet() -> None:
    keys = [
        affix_key(*pair) for pair in (("", ""), ("A", ""), ("", "A"), ("", "B"), ("A", "A"), ("", "1/2"), ("", "12"))
    ]
    assert len(set(keys)) == len(keys)
    assert affix_key("", "") == ""


@given(st.integers(0, 9_999_999))
def test_a_plain_number_is_itself(number: int) -> None:
    assert whole_number(str(number)) == number
    assert read(str(number), "US") == (HouseNumber("", number, ""),)


@given(st.text(max_size=30), st.sampled_from(["US", "CA"]))
def test_no_text_breaks_the_reader_or_brings_a_number_it_does_not_hold(text: str, country: str) -> None:
    for number in read(text, country):
        assert str(number.number) in text.replace("0", "") or "0" in text
        assert number.number <= 9_999_999


@given(st.integers(1, 9999), st.integers(1, 9999))
def test_a_hyphen_never_makes_numbers_that_are_not_written(first: int, second: int) -> None:
    for country in ("US", "CA"):
        found = read(f"{first}-{second}", country)
        assert found
        assert {number.number for number in found} <= {first, second}
