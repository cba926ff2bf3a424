"""Street names from their fields: order, meaning by field, French, and names that came in one piece."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callpoint.speech.streets import is_french, say_street

QUEBEC = {"country": "CA", "A1": "QC"}
ONTARIO = {"country": "CA", "A1": "ON"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"PRD": "N", "RD": "Main", "STS": "St", "POD": "W"}, "North Main Street West"),
        ({"PRM": "Old", "RD": "Mill", "STS": "Rd"}, "Old Mill Road"),
        ({"STP": "Avenue", "RD": "of the Americas"}, "Avenue of the Americas"),
        ({"STP": "Ave", "RD": "A"}, "Avenue A"),
        ({"RD": "Main", "STS": "Street", "POM": "Bypass"}, "Main Street Bypass"),
        ({"RD": "Main", "STS": "St", "RDSEC": "Section 2"}, "Main Street, Section two"),
        ({"RD": "Main", "STS": "St", "RDBR": "Lane 7", "RDSUBBR": "Alley 8"}, "Main Street, Lane seven, Alley eight"),
        ({"RD": "42nd", "STS": "St", "PRD": "West"}, "West forty-second Street"),
        ({"RD": "42ND", "STS": "ST", "PRD": "W"}, "West forty-second Street"),
        ({"RD": "1st", "STS": "Ave", "POD": "NE"}, "first Avenue Northeast"),
        ({"RD": "St", "STS": "St"}, "Saint Street"),
        ({"RD": "Mt Pleasant", "STS": "Ave"}, "Mount Pleasant Avenue"),
        ({"RD": "Ft. Myers", "STS": "Blvd"}, "Fort Myers Boulevard"),
        ({"RD": "O'Brien", "STS": "Ct"}, "O'Brien Court"),
        ({"RD": "MLK", "STS": "Blvd"}, "MLK Boulevard"),
        ({"RD": "", "STS": ""}, ""),
        ({}, ""),
    ],
)
def test_english_streets(fields: dict[str, str], said: str) -> None:
    assert say_street(fields) == said


@pytest.mark.parametrize(
    ("name", "said"),
    {
        "Main St": "Main Street",
        "Main Street": "Main Street",
        "N Main St": "North Main Street",
        "N. Main St.": "North Main Street",
        "NW 5th Ave": "Northwest fifth Avenue",
        "Main St N": "Main Street North",
        "North St": "North Street",
        "S St": "S Street",
        "Park Ave S": "Park Avenue South",
        "St Charles Ave": "Saint Charles Avenue",
        "Avenue of the Stars": "Avenue of the Stars",
        "The Green": "The Green",
        "Broadway": "Broadway",
        "W Broadway": "West Broadway",
        "E Street": "E Street",
        "Avenue N": "Avenue N",
        "N 5th": "North fifth",
        "Ocean Pkwy": "Ocean Parkway",
        "I 95": "Interstate ninety-five",
        "I-95 N": "Interstate ninety-five North",
        "CR-12A": "County Road twelve A",
        "FM 1960": "Farm to Market Road nineteen sixty",
    }.items(),
)
def test_a_name_in_one_piece(name: str, said: str) -> None:
    assert say_street({"RD": name}) == said


@pytest.mark.parametrize(
    ("region", "fields", "said"),
    [
        (QUEBEC, {"STP": "rue", "RD": "Saint-Denis"}, "rue Saint-Denis"),
        (QUEBEC, {"RD": "rue St-Denis"}, "rue Saint-Denis"),
        (QUEBEC, {"RD": "av. du Parc"}, "avenue du Parc"),
        (QUEBEC, {"RD": "boul. Saint-Laurent N"}, "boulevard Saint-Laurent nord"),
        (QUEBEC, {"STS": "Boul", "RD": "Charest", "POD": "Est"}, "boulevard Charest est"),
        (QUEBEC, {"STP": "Rue", "RD": "Sherbrooke", "POD": "W"}, "rue Sherbrooke ouest"),
        (QUEBEC, {"STP": "rue", "RD": "Sherbrooke", "PRD": "SO"}, "rue Sherbrooke sud-ouest"),
        (QUEBEC, {"RD": "McGill College", "STS": "Ave"}, "McGill College Avenue"),
        (ONTARIO, {"RD": "rue Rideau"}, "rue Rideau"),
        (ONTARIO, {"RD": "Rideau", "STS": "St", "POD": "E"}, "Rideau Street East"),
        (ONTARIO, {"RD": "Avenue", "STS": "Rd"}, "Avenue Road"),
    ],
)
def test_streets_of_canada(region: dict[str, str], fields: dict[str, str], said: str) -> None:
    assert say_street({**region, **fields}) == said


def test_french_numbered_streets_in_both_languages() -> None:
    fields = {**QUEBEC, "STP": "rue", "RD": "4e"}
    assert say_street(fields, "fr") == "rue quatrième"
    assert say_street({**QUEBEC, "RD": "4e Avenue"}, "fr") == "quatrième Avenue"


@pytest.mark.parametrize(
    ("fields", "french"),
    [
        ({"country": "CA", "A1": "QC", "RD": "rue Royale"}, True),
        ({"country": "ca", "A1": "qc", "RD": "Place Royale"}, True),
        ({"country": "CA", "A1": "ON", "RD": "Place Royale"}, False),
        ({"country": "US", "A1": "LA", "RD": "Rue Royale"}, False),
        ({"RD": "rue Royale"}, False),
        ({"country": "CA"}, False),
    ],
)
def test_what_is_a_french_address(fields: dict[str, str], french: bool) -> None:
    assert is_french(fields) is french


@example("E..E", "")
@given(st.text(alphabet="NSEWabcSt. 0123-", max_size=24), st.sampled_from(["", "St", "Ave", "Hwy"]))
def test_any_name_is_said_without_digits_or_double_blanks(name: str, kind: str) -> None:
    for region in ({}, QUEBEC):
        said = say_street({**region, "RD": name, "STS": kind})
        assert said == " ".join(said.split())
        assert not any(sign.isdigit() for sign in said)
