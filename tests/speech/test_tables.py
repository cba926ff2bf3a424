"""The tables of speech: their keys can be found, their words can be said, and what must not be missing is there."""

from collections.abc import Mapping

import pytest

from callpoint.speech.directionals import ENGLISH_DIRECTIONALS, FRENCH_DIRECTIONALS
from callpoint.speech.french_street_types import FRENCH_ONLY, FRENCH_STREET_TYPES
from callpoint.speech.highways import HIGHWAYS
from callpoint.speech.name_words import NAME_WORDS, NUMBERED_WORDS
from callpoint.speech.names import bare, say_words
from callpoint.speech.regions import CANADA, CANADA_IN_FRENCH, UNITED_STATES, say_region
from callpoint.speech.street_suffixes import STREET_SUFFIXES
from callpoint.speech.streets import say_street
from callpoint.speech.unit_designators import UNIT_DESIGNATORS

LOWER_CASE_TABLES: dict[str, Mapping[str, str]] = {
    "street suffixes": STREET_SUFFIXES,
    "French street types": FRENCH_STREET_TYPES,
    "English directionals": ENGLISH_DIRECTIONALS,
    "French directionals": FRENCH_DIRECTIONALS,
    "highways": HIGHWAYS,
    "words in names": NAME_WORDS,
    "words before numbers": NUMBERED_WORDS,
    "unit designators": UNIT_DESIGNATORS,
}


@pytest.mark.parametrize("table", LOWER_CASE_TABLES.values(), ids=LOWER_CASE_TABLES.keys())
def test_keys_are_as_they_are_looked_up_and_values_can_be_said(table: Mapping[str, str]) -> None:
    for key, said in table.items():
        assert bare(key) == key
        assert said
        assert not any(sign.isdigit() or sign in ".[]()/" for sign in said), said


@pytest.mark.parametrize("regions", [UNITED_STATES, CANADA, CANADA_IN_FRENCH])
def test_region_codes_are_two_capitals(regions: Mapping[str, str]) -> None:
    assert all(len(code) == 2 and code.isupper() for code in regions)
    assert len(set(regions.values())) == len(regions)


def test_no_region_is_missing() -> None:
    # Fifty states, the District of Columbia and five territories; ten provinces and three territories.
    assert len(UNITED_STATES) == 56
    assert len(CANADA) == 13
    assert CANADA.keys() == CANADA_IN_FRENCH.keys()
    # No code is of both, so that an address without a country is still said rightly.
    assert not UNITED_STATES.keys() & CANADA.keys()


@pytest.mark.parametrize(
    ("code", "country", "language", "said"),
    [
        ("VT", "US", "en", "Vermont"),
        ("vt", "", "en", "Vermont"),
        ("D.C.", "US", "en", "D C"),
        ("QC", "CA", "en", "Quebec"),
        ("QC", "CA", "fr-CA", "Québec"),
        ("NB", "", "fr", "Nouveau-Brunswick"),
        ("ON", "US", "en", "Ontario"),
        ("Vermont", "US", "en", "Vermont"),
        ("[x]", "US", "en", "X"),
    ],
)
def test_regions(code: str, country: str, language: str, said: str) -> None:
    assert say_region(code, country, language) == said


@pytest.mark.parametrize("written", ["St", "ST", "st.", "Street", "STREET"])
def test_a_suffix_is_found_however_it_is_written(written: str) -> None:
    assert say_street({"RD": "State", "STS": written}) == "State Street"


@pytest.mark.parametrize(("abbreviation", "word"), STREET_SUFFIXES.items())
def test_every_suffix_is_said_in_full_in_its_own_field_and_at_the_end_of_a_name(abbreviation: str, word: str) -> None:
    assert say_street({"RD": "Elm", "STS": abbreviation.upper()}) == f"Elm {word}"
    assert say_street({"RD": f"Elm {abbreviation}"}) == f"Elm {word}"


@pytest.mark.parametrize(("kind", "said"), HIGHWAYS.items())
def test_every_numbered_road_is_said_with_its_number(kind: str, said: str) -> None:
    assert say_street({"RD": f"{kind} 89"}) == f"{said} eighty-nine"
    assert say_street({"STP": kind, "RD": "89"}) == f"{said} eighty-nine"


@pytest.mark.parametrize("kind", sorted(FRENCH_ONLY))
def test_every_french_type_makes_a_french_address_anywhere_in_canada(kind: str) -> None:
    fields = {"country": "CA", "A1": "ON", "RD": "Royale", "POD": "O"}
    assert say_street({**fields, "STP": kind}) == f"{FRENCH_STREET_TYPES[kind]} Royale ouest"
    assert say_street({**fields, "STS": kind}) == f"{FRENCH_STREET_TYPES[kind]} Royale ouest"
    assert say_street({**fields, "RD": f"{kind} Royale"}) == f"{FRENCH_STREET_TYPES[kind]} Royale ouest"


@pytest.mark.parametrize(
    ("text", "said"),
    {
        "STATE HOUSE": "State House",
        "IBM Campus": "IBM Campus",
        "NW corner": "Northwest corner",
        "St-Laurent": "Saint-Laurent",
        "Ste-Foy": "Sainte-Foy",
        "N wing": "N wing",
        "AT&T bldg": "AT and T Building",
        "R&D lab #4": "R and D lab number four",
        "lab/office": "lab or office",
        "desk 12, 3rd row": "desk twelve, third row",
        "corner of Main St, by the lift": "corner of Main Street, by the lift",
        "  too   many\tblanks\n": "too many blanks",
        "[see note] {below}": "see note below",
        "": "",
        ",,": "",
    }.items(),
)
def test_free_text(text: str, said: str) -> None:
    assert say_words(text) == said
