"""Street lines without a number, taken apart: (line, country, language) and the elements expected."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.addresses.parsing import parse_street

US, CA = "US", "CA"

LINES = {
    ("LAKE VIEW RD", US, ""): {"RD": "Lake View", "STS": "Road"},
    ("N Main St", US, ""): {"PRD": "North", "RD": "Main", "STS": "Street"},
    ("Pennsylvania Ave NW", US, ""): {"RD": "Pennsylvania", "STS": "Avenue", "POD": "Northwest"},
    ("Bloor Street West", CA, ""): {"RD": "Bloor", "STS": "Street", "POD": "West"},
    ("W 7800 S", US, ""): {"PRD": "West", "RD": "7800", "POD": "South"},
    ("Broadway", US, ""): {"RD": "Broadway"},
    ("THE GREEN", US, ""): {"RD": "The Green"},
    ("Fifth Avenue", US, ""): {"RD": "Fifth", "STS": "Avenue"},
    ("North St", US, ""): {"RD": "North", "STS": "Street"},
    ("N St NW", US, ""): {"RD": "N", "STS": "Street", "POD": "Northwest"},
    ("O Street", US, ""): {"RD": "O", "STS": "Street"},
    ("O St SE", US, ""): {"RD": "O", "STS": "Street", "POD": "Southeast"},
    ("West End Ave", US, ""): {"RD": "West End", "STS": "Avenue"},
    ("N Shore Dr", US, ""): {"RD": "North Shore", "STS": "Drive"},
    ("E Lk Rd", US, ""): {"RD": "East Lake", "STS": "Road"},
    ("The W Mall", CA, ""): {"RD": "The West", "STS": "Mall"},
    ("THE EAST MALL", CA, ""): {"RD": "The East", "STS": "Mall"},
    ("Avenue B", US, ""): {"STP": "Avenue", "RD": "B"},
    ("AVENUE N", US, ""): {"STP": "Avenue", "RD": "N"},
    ("Avenue of the Americas", US, ""): {"STP": "Avenue", "RD": "of the Americas"},
    ("Avenue Road", CA, ""): {"RD": "Avenue", "STS": "Road"},
    ("MAIN ST EXT", US, ""): {"RD": "Main Street", "STS": "Extension"},
    ("SOUTH ST EXT", US, ""): {"RD": "South Street", "STS": "Extension"},
    ("Saint Paul St", US, ""): {"RD": "Saint Paul", "STS": "Street"},
    ("St Paul St", US, ""): {"RD": "St Paul", "STS": "Street"},
    ("McKean Avenue", US, ""): {"RD": "McKean", "STS": "Avenue"},
    ("VT ROUTE 100", US, ""): {"STP": "VT Route", "RD": "100"},
    ("VT-100", US, ""): {"STP": "VT Route", "RD": "100"},
    ("US Hwy 2", US, ""): {"STP": "US Highway", "RD": "2"},
    ("US Route 7 N", US, ""): {"STP": "US Route", "RD": "7", "POD": "North"},
    ("County Road 12", US, ""): {"STP": "County Road", "RD": "12"},
    ("COUNTY ROAD DD", US, ""): {"STP": "County Road", "RD": "DD"},
    ("Old US Highway 90", US, ""): {"PRM": "Old", "STP": "US Highway", "RD": "90"},
    ("Highway 71 Business", US, ""): {"STP": "Highway", "RD": "71", "POM": "Business"},
    ("FM 45 East", US, ""): {"STP": "Farm to Market", "RD": "45", "POD": "East"},
    ("I-91", US, ""): {"STP": "Interstate", "RD": "91"},
    ("Via de Ventura", US, ""): {"STP": "Via", "RD": "de Ventura"},
    ("CALLE SOL", US, ""): {"STP": "Calle", "RD": "Sol"},
    ("Boulevard Henri-Bourassa Ouest", CA, ""): {"STP": "boulevard", "RD": "Henri-Bourassa", "POD": "Ouest"},
    ("boul. René-Lévesque O", CA, "fr"): {"STP": "boulevard", "RD": "René-Lévesque", "POD": "Ouest"},
    ("rue Sainte-Catherine E", CA, ""): {"STP": "rue", "RD": "Sainte-Catherine", "POD": "Est"},
    ("RUE DE LA MONTAGNE", CA, "fr"): {"STP": "rue", "RD": "de la Montagne"},
    ("39e Avenue", CA, "fr"): {"RD": "39e", "STS": "Avenue"},
    ("Grande Allée E", CA, "fr"): {"RD": "Grande", "STS": "Allée", "POD": "Est"},
    ("Sherbrooke Ouest", CA, "fr"): {"RD": "Sherbrooke", "POD": "Ouest"},
    ("Sherbrooke Street West", CA, "fr"): {"RD": "Sherbrooke", "STS": "Street", "POD": "West"},
    ("Place Ville Marie", CA, ""): {"STP": "place", "RD": "Ville Marie"},
    ("rue du Parc", CA, "fr"): {"STP": "rue", "RD": "du Parc"},
    ("rue", CA, "fr"): {"RD": "Rue"},
    ("N", US, ""): {"RD": "N"},
    ("", US, ""): {},
    (" ,. ", US, ""): {},
}


@pytest.mark.parametrize("line", LINES)
def test_elements_of_a_street_line(line: tuple[str, str, str]) -> None:
    assert parse_street(*line) == LINES[line]


@given(st.text(max_size=60), st.sampled_from(["US", "CA", ""]), st.sampled_from(["", "en", "fr"]))
def test_any_text_is_taken(line: str, country: str, language: str) -> None:
    elements = parse_street(line, country, language)
    assert set(elements) <= {"PRM", "PRD", "STP", "RD", "STS", "POD", "POM"}
    assert all(elements.values())
    assert bool(elements) == ("RD" in elements)
