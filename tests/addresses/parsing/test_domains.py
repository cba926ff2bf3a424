"""The tables: standard words lead to themselves, keys are folded, and no abbreviation means two types."""

import pytest

from callpoint.addresses.domains import (
    countries,
    directions,
    french_types,
    highways,
    numerals,
    places,
    regions,
    street_types,
    units,
)
from callpoint.addresses.folding import fold

TABLES = {
    "street types": street_types.STREET_TYPES,
    "spanish types": street_types.SPANISH_TYPES,
    "french types": french_types.FRENCH_TYPES,
    "english directions": directions.ENGLISH,
    "french directions": directions.FRENCH,
    "units": units.UNITS,
    "alone": units.ALONE,
    "regions": regions.REGIONS,
    "countries": countries.COUNTRIES,
    "systems": highways.SYSTEMS,
    "road words": highways.ROAD_WORDS,
    "short forms": highways.SHORT_FORMS,
    "modifiers": highways.MODIFIERS,
    "places": places.OTHER_SPELLING,
}


@pytest.mark.parametrize("table", TABLES)
def test_keys_are_folded(table: str) -> None:
    assert [key for key in TABLES[table] if fold(key) != key and key != "#"] == []


def test_standard_street_types_lead_to_themselves() -> None:
    words = set(street_types.STREET_TYPES.values())
    assert {word for word in words if street_types.STREET_TYPES.get(fold(word)) != word} == set()
    assert words >= street_types.PLAIN_TYPES


@pytest.mark.parametrize(
    ("abbreviation", "word"),
    [
        ("st", "Street"),
        ("av", "Avenue"),
        ("blvd", "Boulevard"),
        ("crt", "Court"),
        ("xing", "Crossing"),
        ("trl", "Trail"),
        ("hwy", "Highway"),
        ("pkwy", "Parkway"),
        ("cres", "Crescent"),
        ("espl", "Esplanade"),
        ("holw", "Hollow"),
        ("stra", "Stravenue"),
        ("tpke", "Turnpike"),
        ("vlg", "Village"),
        ("xrd", "Crossroad"),
    ],
)
def test_usual_abbreviations_are_known(abbreviation: str, word: str) -> None:
    assert street_types.STREET_TYPES[abbreviation] == word


def test_there_are_some_hundred_spellings_of_types() -> None:
    assert len(street_types.STREET_TYPES) > 500


@pytest.mark.parametrize(
    ("word", "concept"),
    [
        ("rue", "street"),
        ("boul", "boulevard"),
        ("ch", "road"),
        ("av", "avenue"),
        ("crois", "crescent"),
        ("allee", "allee"),
    ],
)
def test_french_types_know_what_they_are_in_english(word: str, concept: str) -> None:
    assert french_types.FRENCH_TYPES[word].concept == concept


def test_every_unmistakable_french_word_is_a_type() -> None:
    assert set(french_types.FRENCH_TYPES) >= french_types.UNMISTAKABLE | french_types.BILINGUAL


def test_o_is_west_in_french_only() -> None:
    assert "o" not in directions.ENGLISH
    assert directions.FRENCH["o"].concept == "west"


def test_every_state_and_province_is_there() -> None:
    countries_of = list(regions.COUNTRY_OF_REGION.values())
    # 50 states, the district, nine island areas, three military; ten provinces and three territories
    assert (countries_of.count("US"), countries_of.count("CA")) == (63, 13)
    assert {code for code, country in regions.COUNTRY_OF_REGION.items() if country == "CA"} == regions.PROVINCES


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("quebec", "QC"),
        ("colombie britannique", "BC"),
        ("nouvelle ecosse", "NS"),
        ("ont", "ON"),
        ("nfld", "NL"),
        ("calif", "CA"),
        ("mass", "MA"),
        ("w va", "WV"),
        ("puerto rico", "PR"),
        ("guam", "GU"),
        ("vt", "VT"),
    ],
)
def test_regions_by_name_and_abbreviation(name: str, code: str) -> None:
    assert regions.REGIONS[name] == code


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("first", 1),
        ("1st", 1),
        ("1", 1),
        ("001", 1),
        ("39e", 39),
        ("premiere", 1),
        ("twentieth", 20),
        ("main", None),
        ("ninety", 90),
        ("12th", 12),
        ("1234567890", None),
    ],
)
def test_numbers_in_words(word: str, number: int | None) -> None:
    assert numerals.number_of(word) == number


@pytest.mark.parametrize(
    ("tens", "units_", "number"),
    [("twenty", "first", 21), ("forty", "two", 42), ("main", "first", None), ("twenty", "twenty", None)],
)
def test_numbers_of_two_words(tens: str, units_: str, number: int | None) -> None:
    assert numerals.joined_number(tens, units_) == number
