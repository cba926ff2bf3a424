"""Which country the words name, and what stays of a foreign address."""

import pytest

from callpoint.addresses.domains.countries import COUNTRIES, SHARED_WITH_TOWNS
from callpoint.addresses.domains.regions import REGION_NAMES
from callpoint.addresses.parsing import parse


@pytest.mark.parametrize(
    ("text", "country", "words"),
    [
        ("12 Main St, Barre, VT 05641, USA", "US", "USA"),
        ("12 Main St, Barre, VT 05641 United States", "US", "United States"),
        ("12 Main St, Barre, U.S.A.", "US", "U.S.A"),
        ("12 Main St, Toronto, Canada", "CA", "Canada"),
        ("12 Main St, Barre, VT 05641, Vereinigte Staaten von Amerika", "US", "Vereinigte Staaten von Amerika"),
        ("12 Main St, Barre, VT 05641, Stati Uniti d'America", "US", "Stati Uniti d'America"),
        ("12 Main St, Barre, VT 05641, États-Unis d’Amérique", "US", "États-Unis d’Amérique"),
        ("12 Main St, Barre, VT 05641, Estados Unidos de América", "US", "Estados Unidos de América"),
        ("12 Main St, Barre, VT 05641, Estados Unidos da América", "US", "Estados Unidos da América"),
        ("12 Main St, Barre, VT 05641, Verenigde Staten", "US", "Verenigde Staten"),
        ("12 Main St, Barre, VT 05641, Stany Zjednoczone", "US", "Stany Zjednoczone"),
        ("12 Main St, Toronto, ON, Kanada", "CA", "Kanada"),
        ("12 Main St, Toronto ON CA", "CA", "CA"),
        ("12 Main St, Toronto, Ontario, CA", "CA", "CA"),
        ("12 Main St, Toronto, ON CA M5S 2R4", "CA", "CA"),
        ("12 Main St Toronto, Ontario, CA", "CA", "CA"),
        ("Toronto, Ontario, CA", "CA", "CA"),
        ("12 Main St, Ontario, CA M5S 2R4", "CA", "CA"),
        ("12 Main St, Ontario, CA 91764", "US", ""),
        ("303 E B St, Ontario, CA", "US", ""),
        ("303 E B St, Suite 5, Ontario, CA", "US", ""),
        ("303 e b st ontario ca", "US", ""),
        ("Ontario, CA", "US", ""),
        ("12 Main St, Los Angeles CA", "US", ""),
        ("12 Main St, Barre, VT", "US", ""),
        ("12 Main St, Toronto M5V 2T6", "CA", ""),
        ("12 Main St, Barre 05641", "US", ""),
        ("12 Main St, Barre", "", ""),
    ],
)
def test_ours_are_told_by_name_state_or_code(text: str, country: str, words: str) -> None:
    parsed = parse(text)
    assert (parsed.country, parsed.country_words, parsed.civic.country) == (country, words, country)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("Hauptstraße 5, 10115 Berlin, Deutschland", "DE", "Deutschland"),
        ("Calle Hidalgo 12, 44100 Guadalajara, México", "MX", "México"),
        ("10 Downing Street, London SW1A 2AA, United Kingdom", "GB", "United Kingdom"),
        ("25 Lansdown Road, Bristol, England", "GB", "England"),
        ("1 Princes Street, Edinburgh, Scotland", "GB", "Scotland"),
        ("17 Wilson Street, Burnie 7320, Australia", "AU", "Australia"),
        ("17 Wilson Street, Burnie, Tasmania", "AU", "Tasmania"),
        ("5 rue de Rivoli, 75001 Paris, France", "FR", "France"),
        ("Via Roma 1, Roma, Italia", "IT", "Italia"),
        ("Calle Mayor 1, Madrid, España", "ES", "España"),
    ],
)
def test_a_foreign_country_is_named_and_is_not_ours(text: str, code: str, words: str) -> None:
    parsed = parse(text)
    assert (parsed.country, parsed.country_words, parsed.civic.country) == ("", words, code)


@pytest.mark.parametrize(
    ("text", "place", "region"),
    [
        ("12 Main St, Mexico, NY", "Mexico", "NY"),
        ("12 Main St, Jamaica, NY", "Jamaica", "NY"),
        ("303 E B St, Ontario, CA", "Ontario", "CA"),
        ("12 Main St, Lebanon, NH", "Lebanon", "NH"),
        ("12 Main St, Albuquerque, New Mexico", "Albuquerque", "NM"),
        ("12 Main St, Atlanta, Georgia", "Atlanta", "GA"),
        ("12 Main St, Norway, ME 04268", "Norway", "ME"),
    ],
)
def test_towns_named_like_countries_are_towns(text: str, place: str, region: str) -> None:
    parsed = parse(text)
    assert (parsed.country, parsed.civic.A3, parsed.civic.A1) == ("US", place, region)


def test_no_country_is_named_like_a_state() -> None:
    assert not set(COUNTRIES) & set(REGION_NAMES)
    assert set(COUNTRIES) >= SHARED_WITH_TOWNS


def test_every_country_has_a_code_of_two_letters() -> None:
    assert all(len(code) == 2 and code.isupper() for code in COUNTRIES.values())
    assert all(name == " ".join(name.split()) and name for name in COUNTRIES)
