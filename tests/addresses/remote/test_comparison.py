"""Comparing a provider's address with the one asked about, and choosing among several."""

import pytest

from callpoint.addresses.remote.comparison import Candidate, compared, found_civic, metres, settled, street_words
from callpoint.addresses.remote.url_query import url_query
from callpoint.addresses.verdict import ElementState, LatLon
from callpoint.i3.civic import Civic


def asked(street: str, **elements: str) -> Civic:
    """As the parser would give it."""
    return found_civic(elements.pop("HNO", "12"), street, elements.pop("country", "US"), elements)


@pytest.mark.parametrize(
    ("one", "other", "state"),
    [
        ("N Main St", "North Main Street", "valid"),
        ("1st Avenue", "First Ave", "valid"),
        ("VT Route 100", "Vermont Route 100", "valid"),
        ("Main Street", "Main", "unchecked"),
        ("Main Street", "North Main Street", "unchecked"),
        ("North Main Street", "South Main Street", "invalid"),
        ("Main Street", "Main Avenue", "invalid"),
        ("Main Street", "Maine Street", "invalid"),
        ("Main Street", "", "unchecked"),
    ],
)
def test_streets(one: str, other: str, state: ElementState) -> None:
    assert compared(asked(one), asked(other))["RD"] == state


@pytest.mark.parametrize(
    ("number", "parts"),
    [
        ("115", ("", "115", "")),
        ("48A", ("", "48", "A")),
        ("12 1/2", ("", "12", "1/2")),
        ("90-22", ("90-", "22", "")),
        ("N6W23001", ("N6W", "23001", "")),
        ("10;12", ("", "10", ";12")),
        ("Rose Cottage", ("", "Rose Cottage", "")),
        ("", ("", "", "")),
    ],
)
def test_house_numbers_with_what_is_in_them(number: str, parts: tuple[str, str, str]) -> None:
    civic = found_civic(number, "Main Street", "US", {})
    assert tuple(getattr(civic, name) for name in ("HNP", "HNO", "HNS")) == parts


def test_numbers_are_compared_whole() -> None:
    assert compared(asked("Main St", HNO="48A"), asked("Main St", HNO="48a"))["HNO"] == "valid"
    assert compared(asked("Main St", HNO="48A"), asked("Main St", HNO="48"))["HNO"] == "invalid"
    assert compared(asked("Main St", HNO="90-22"), asked("Main St", HNO="9022"))["HNO"] == "invalid"
    assert "HNO" not in compared(asked("Main St", HNO=""), asked("Main St"))


@pytest.mark.parametrize(
    ("one", "other", "state"),
    [
        ("05633", "05633-0001", "valid"),
        ("05633-0001", "05633", "valid"),
        ("K1A 0A9", "K1A0A9", "valid"),
        ("K1A 0A9", "K1A", "valid"),
        ("K1A 0A9", "K1A 0A8", "invalid"),
        ("05633", "", "unchecked"),
    ],
)
def test_postal_codes(one: str, other: str, state: ElementState) -> None:
    assert compared(Civic(PC=one), Civic(PC=other)) == {"PC": state}


@pytest.mark.parametrize(
    ("one", "other", "state"),
    [
        ("St. Albans", "Saint Albans City", "valid"),
        ("Montréal", "MONTREAL", "valid"),
        ("Barre", "Berlin", "invalid"),
        ("Barre", "", "unchecked"),
    ],
)
def test_places(one: str, other: str, state: ElementState) -> None:
    assert compared(Civic(A3=one), Civic(A3=other)) == {"A3": state}


def test_a_place_may_go_by_another_of_its_names() -> None:
    assert compared(Civic(A3="Scarborough"), Civic(A3="Toronto"), ("Scarborough",)) == {"A3": "valid"}


def test_number_and_street_go_out_in_one_line() -> None:
    civic = Civic(HNP="90-", HNO="22", HNS="1/2", PRD="North", RD="161st", STS="Street", POD="East", UNIT="5")
    assert street_words(civic) == "90-22 1/2 North 161st Street East"


def candidate(where: LatLon, **elements: ElementState) -> Candidate:
    return Candidate(Civic(), where, "point", elements)


def test_the_candidate_with_the_fewest_wrongs_wins() -> None:
    good = candidate((44.0, -72.0), RD="valid", PC="unchecked")
    better = candidate((45.0, -72.0), RD="valid", PC="valid")
    wrong = candidate((46.0, -72.0), RD="invalid", PC="valid")
    assert settled([wrong, good, better]) is better
    assert settled([wrong, good]) is good
    assert settled([]) is None


def test_equals_far_apart_settle_nothing() -> None:
    here, near, far = (candidate((latitude, -72.0), RD="valid") for latitude in (44.0, 44.002, 44.003))
    assert settled([here, near]) is here
    assert settled([here, far]) is None


def test_distances() -> None:
    assert metres((44.0, -72.0), (45.0, -72.0)) == pytest.approx(111_195, rel=0.01)
    assert metres((44.2601, -72.5754), (44.4759, -73.2121)) == pytest.approx(56_000, rel=0.02)


def test_a_query_is_quoted_and_empty_values_are_left_out() -> None:
    assert url_query({"a": "b c&d=é", "e": "", "f-_.~": "1"}) == "a=b%20c%26d%3D%C3%A9&f-_.~=1"
    assert url_query({"a": "\ud800"}) == "a=%3F"
    assert url_query({}) == ""
