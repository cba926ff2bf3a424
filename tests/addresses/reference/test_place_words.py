"""Names of places and postal codes in data sets."""

import pytest

from callpoint.addresses.reference.areas import Areas
from callpoint.addresses.reference.on_land import may_be_ours
from callpoint.addresses.reference.place_words import (
    country_of,
    place_keys,
    place_name,
    postal_area,
    postal_code,
    region_of,
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("BARRE CITY", "Barre City"),
        ("SAINT JOHNSBURY", "Saint Johnsbury"),
        ("Montréal", "Montréal"),
        ("Unincorporated", ""),
        ("UNKNOWN", ""),
        ("N/A", ""),
        ("", ""),
    ],
)
def test_place_names(text: str, name: str) -> None:
    assert place_name(text) == name


@pytest.mark.parametrize(
    ("text", "code", "area"),
    [
        ("05633", "05633", "05633"),
        ("05633-0001", "05633-0001", "05633"),
        ("056330001", "05633-0001", "05633"),
        ("05633-0000", "05633", "05633"),
        ("k1a0a9", "K1A 0A9", "K1A"),
        ("K1A 0A9", "K1A 0A9", "K1A"),
        ("H3L", "H3L", "H3L"),
        ("5633", "", ""),
        ("H3L 3S", "", ""),
        ("H3L 3S1;H3L 3S2", "", ""),
        ("", "", ""),
    ],
)
def test_postal_codes(text: str, code: str, area: str) -> None:
    assert postal_code(text) == code
    assert postal_area(code) == area


def test_a_place_is_found_under_its_short_name() -> None:
    assert place_keys(["Barre City"]) == {"barre city", "barre"}
    assert place_keys(["St. Albans", "SAINT ALBANS", ""]) == {"saint albans"}
    assert place_keys([]) == set()


@pytest.mark.parametrize(
    ("text", "region"), [("VT", "VT"), ("Vermont", "VT"), ("Québec", "QC"), ("on", "ON"), ("Bavaria", ""), ("", "")]
)
def test_regions(text: str, region: str) -> None:
    assert region_of(text) == region


@pytest.mark.parametrize(
    ("text", "region", "country"),
    [
        ("US", "VT", "US"),
        ("USA", "VT", "US"),
        ("Canada", "ON", "CA"),
        ("", "ON", "CA"),
        ("", "VT", "US"),
        ("MX", "", "MX"),
    ],
)
def test_countries(text: str, region: str, country: str) -> None:
    assert country_of(text, region) == country


OURS = {
    "Montpelier": (44.26, -72.58),
    "Key West": (24.55, -81.78),
    "Utqiagvik": (71.29, -156.79),
    "Attu": (52.9, 172.9),
    "Honolulu": (21.31, -157.86),
    "San Juan": (18.46, -66.11),
    "Hagåtña": (13.47, 144.75),
    "Pago Pago": (-14.28, -170.7),
    "Alert": (82.5, -62.35),
    "St. John's": (47.56, -52.71),
}
NOT_OURS = {
    "Montpelier without the sign": (44.26, 72.58),
    "Montpelier swapped": (-72.58, 44.26),
    "Berlin": (52.52, 13.4),
    "Mexico City": (19.43, -99.13),
    "nowhere": (0.0, 0.0),
    "not a number": (float("nan"), -72.58),
    "no longitude": (44.26, float("nan")),
    "infinite": (44.26, float("inf")),
}


@pytest.mark.parametrize("name", OURS)
def test_positions_of_ours(name: str) -> None:
    assert may_be_ours(*OURS[name])


@pytest.mark.parametrize("name", NOT_OURS)
def test_positions_of_nobody_we_serve(name: str) -> None:
    assert not may_be_ours(*NOT_OURS[name])


AREAS = Areas(
    [
        (1, "VT", "barre city", "", 1),
        (2, "VT", "barre", "", 0),
        (3, "VT", "", "05641", 0),
        (4, "NH", "dover", "", 1),
        (5, "VT", "dover", "", 1),
        (6, "QC", "", "H3L", 0),
    ]
)


def test_areas_are_found_by_any_spelling_of_a_place() -> None:
    assert AREAS.of_place("VT", "BARRE CITY") == [1]
    assert AREAS.of_place("VT", "City of Barre") == [2]
    assert AREAS.of_place("VT", "Barre Town") == [2]
    assert AREAS.of_place("VT", "Stowe") == []


def test_no_region_is_all_of_them() -> None:
    assert sorted(AREAS.of_place("", "Dover")) == [4, 5]
    assert AREAS.of_place("VT", "Dover") == [5]
    assert AREAS.is_place("", "dover")
    assert not AREAS.is_place("ME", "dover")


def test_postal_areas() -> None:
    assert AREAS.of_postal("VT", "05641-1234") == [3]
    assert AREAS.of_postal("QC", "h3l 3s1") == [6]
    assert AREAS.of_postal("NH", "05641") == []


def test_a_short_name_is_a_place_but_not_its_own() -> None:
    assert AREAS.is_place("VT", "Barre")
    assert not AREAS.is_own_place("VT", "Barre")
    assert AREAS.is_own_place("VT", "Barre City")


def test_conditions_come_only_where_they_are_given() -> None:
    assert list(AREAS.narrow("VT", "", "")) == []
    assert list(AREAS.narrow("VT", "dover", "")) == [[5]]
    assert list(AREAS.narrow("VT", "dover", "05641")) == [[5], [3]]
    assert list(AREAS.narrow("VT", "nowhere", "")) == [[]]
