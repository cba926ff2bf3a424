"""Names of places out of the descriptions of Canadian postal areas: what is certain, and nothing else."""

import re

import pytest

from callpoint.addresses.postal.fsa_names import names_of
from callpoint.addresses.postal.fsa_source import read_fsas
from callpoint.addresses.postal.merged_cities import city_of_today
from callpoint.addresses.postal.regions import PROVINCES, country_of, provinces_of


@pytest.mark.parametrize(
    ("fsa", "description", "province", "city", "places"),
    [
        ("M5C", "Downtown Toronto (St. James Park)", "ON", "Toronto", ("toronto", "downtown toronto")),
        ("M1B", "Scarborough (Malvern / Rouge River)", "ON", "Toronto", ("toronto", "scarborough")),
        ("N2C", "Kitchener South Central", "ON", "Kitchener", ("kitchener",)),
        ("P1A", "North Bay South", "ON", "North Bay", ("north bay",)),
        ("V7G", "North Vancouver Outer East", "BC", "North Vancouver", ("north vancouver",)),
        ("K1B", "Gloucester (Blackburn Hamlet / Pine View)", "ON", "Ottawa", ("ottawa", "gloucester")),
        ("K1A", "Government of Canada Ottawa and Gatineau offices", "ON", "Ottawa", ("ottawa", "gatineau", "hull")),
        ("T0A", "Eastern Alberta (St. Paul)", "AB", "", ("saint paul",)),
        ("G0M", "Région de Beauce (Saint-Prosper-De- Dorchester)", "QC", "", ("saint prosper de dorchester",)),
        ("E2H", "Saint John Northeast, Renforth", "NB", "Saint John", ("saint john", "renforth")),
        ("E3B", "Fredericton South New Brunswick Provincial Government", "NB", "Fredericton", ("fredericton",)),
        ("A1B", "St. John's North Newfoundland & Labrador Provincial Government", "NL", "St. John's", ("saint johns",)),
        ("H3L", "Ahuntsic Southwest", "QC", "Montréal", ("montreal", "ahuntsic")),
        ("H3Z", "Westmount East", "QC", "Westmount", ("westmount", "montreal")),
        ("H1G", "Montreal North North", "QC", "Montréal", ("montreal", "montreal nord")),
        ("H7B", "Saint-Fran?ois", "QC", "Laval", ("laval", "saint francois")),
        ("G1R", "Quebec City East", "QC", "Québec", ("quebec", "quebec city")),
        ("J8X", "Hull Southeast", "QC", "Gatineau", ("gatineau", "hull")),
        ("G4V", "Sainte-Anne- Des-Monts", "QC", "Sainte-Anne-des-Monts", ("sainte anne des monts",)),
        ("P3A", "Greater Sudbury (New Sudbury)", "ON", "Greater Sudbury", ("greater sudbury", "sudbury")),
        ("H3P", "Mount Royal North", "QC", "Mont-Royal", ("mont royal", "mount royal", "montreal")),
        ("J3P", "Sorel Central", "QC", "Sorel-Tracy", ("sorel tracy", "sorel")),
        ("B1J", "East Bay", "NS", "East Bay", ("east bay",)),
        ("H0H", "Reserved (Santa Claus)", "QC", "", ()),
    ],
)  # fmt: skip
def test_a_description_becomes_a_city_and_its_places(
    fsa: str, description: str, province: str, city: str, places: tuple[str, ...]
) -> None:
    assert names_of(fsa, description, province) == (city, places)


def test_no_city_carries_the_words_of_a_description() -> None:
    """Each of these would have been completed into somebody's address."""
    odd = re.compile(
        r"[?(/&]|- | -|\b(?:Northeast|Northwest|Southeast|Southwest|Central|Inner|Outer|Outskirts|Government|Boxes)\b"
        r"(?! Saanich)"
    )
    assert [area for area in read_fsas() if odd.search(area.city)] == []


def test_every_area_is_of_a_province_its_letter_allows() -> None:
    areas = list(read_fsas())
    assert len(areas) == 1645
    assert all(area.A1 in provinces_of(area.code) for area in areas)
    assert {area.A1 for area in areas} == PROVINCES
    unnamed = [area.code for area in areas if not area.places]
    assert unnamed == ["H0H"]
    assert all(area.rural or area.city for area in areas)


@pytest.mark.parametrize(
    ("province", "place", "city"),
    [
        ("ON", "nepean", "Ottawa"),
        ("QC", "chicoutimi", "Saguenay"),
        ("NS", "dartmouth", "Halifax"),
        ("QC", "nepean", ""),
    ],
)
def test_a_city_of_today_is_that_of_the_province(province: str, place: str, city: str) -> None:
    assert city_of_today(province, place) == city


def test_regions_belong_to_one_country() -> None:
    assert [country_of(region) for region in ("VT", "PR", "ON", "FM", "AE", "")] == ["US", "US", "CA", "", "", ""]
