"""Street elements of data sets in standard words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.addresses.reference.street_words import STREET_ELEMENTS, STREET_FIELDS, standard_street

COLUMNS = {
    "a registry in capitals": (
        {"St_PreDir": "N", "St_Name": "LAKE VIEW", "St_PosTyp": "RD"},
        {"PRD": "North", "RD": "Lake View", "STS": "Road"},
    ),
    "directions on both ends": (
        {"St_PreDir": "W", "St_Name": "7800", "St_PosDir": "S"},
        {"PRD": "West", "RD": "7800", "POD": "South"},
    ),
    "full words already": (
        {"St_PreDir": "North", "St_Name": "McKean", "St_PosTyp": "Avenue"},
        {"PRD": "North", "RD": "McKean", "STS": "Avenue"},
    ),
    "modifiers": (
        {"St_PreMod": "OLD", "St_Name": "MAIN", "St_PosTyp": "ST", "St_PosMod": "EXTENDED"},
        {"PRM": "Old", "RD": "Main", "STS": "Street", "POM": "Extended"},
    ),
    "a type before the name": (
        {"St_PreTyp": "HWY", "St_Name": "79", "St_PosDir": "N"},
        {"STP": "Highway", "RD": "79", "POD": "North"},
    ),
    "a word between type and name": (
        {"St_PreTyp": "Avenue", "St_PreSep": "of the", "St_Name": "Americas"},
        {"STP": "Avenue", "RD": "of the Americas"},
    ),
    "a type no table has": (
        {"St_Name": "BALSAM", "St_PosTyp": "ZIGZAG"},
        {"RD": "Balsam", "STS": "Zigzag"},
    ),
    "a name that is all of it": ({"St_Name": "BROADWAY"}, {"RD": "Broadway"}),
    "a name with its type inside": ({"St_Name": "SAMPLE LN"}, {"RD": "Sample", "STS": "Lane"}),
    "a numbered road as a name": ({"St_Name": "VT ROUTE 114"}, {"STP": "VT Route", "RD": "114"}),
    "a numbered road with a direction": (
        {"St_Name": "VT ROUTE 100", "St_PosDir": "N"},
        {"STP": "VT Route", "RD": "100", "POD": "North"},
    ),
    "a name that holds a direction of its own": (
        {"St_PreDir": "N", "St_Name": "PARK AVENUE SOUTH"},
        {"PRD": "North", "RD": "Park Avenue South"},
    ),
    "a Spanish type": (
        {"St_PreTyp": "CALLE", "St_Name": "SOL"},
        {"STP": "Calle", "RD": "Sol"},
    ),
}


@pytest.mark.parametrize("case", COLUMNS)
def test_columns(case: str) -> None:
    values, expected = COLUMNS[case]
    assert standard_street(values, "", "US", "VT") == expected


LINES = {
    ("Boulevard Henri-Bourassa Ouest", "QC"): {"STP": "boulevard", "RD": "Henri-Bourassa", "POD": "Ouest"},
    ("39e Avenue", "QC"): {"RD": "39e", "STS": "Avenue"},
    ("Bloor Street West", "ON"): {"RD": "Bloor", "STS": "Street", "POD": "West"},
    ("BLOOR ST W", "ON"): {"RD": "Bloor", "STS": "Street", "POD": "West"},
    ("MCGILL ST", "ON"): {"RD": "McGill", "STS": "Street"},
}


@pytest.mark.parametrize("line", LINES)
def test_lines(line: tuple[str, str]) -> None:
    text, province = line
    assert standard_street({}, text, "CA", province) == LINES[line]


def test_columns_win_over_the_line() -> None:
    values = {"St_Name": "MAIN", "St_PosTyp": "ST"}
    assert standard_street(values, "SOMETHING ELSE", "US", "VT") == {"RD": "Main", "STS": "Street"}


def test_the_language_of_a_direction_is_the_provinces_unless_the_word_says_it() -> None:
    values = {"St_PreTyp": "BOUL", "St_Name": "LAURIER", "St_PosDir": "O"}
    assert standard_street(values, "", "CA", "QC") == {"STP": "boulevard", "RD": "Laurier", "POD": "Ouest"}
    assert standard_street(values | {"St_PosDir": "W"}, "", "CA", "QC")["POD"] == "Ouest"
    assert standard_street(values | {"St_PosDir": "Ouest"}, "", "CA", "NB")["POD"] == "Ouest"
    assert standard_street(values | {"St_PosDir": "W"}, "", "CA", "NB")["POD"] == "West"


@pytest.mark.parametrize("name", ["", "UNNAMED", "Unknown", "no name", "N/A", "--"])
def test_a_street_without_a_name(name: str) -> None:
    assert standard_street({"St_Name": name, "St_PosTyp": "RD"}, "", "US", "VT") == {}
    assert standard_street({"St_Name": name}, name, "US", "VT") == {}
    assert standard_street({}, name, "US", "VT") == {}


def test_a_line_stands_in_for_a_name_that_is_missing() -> None:
    assert standard_street({"St_PreDir": "N"}, "N Main St", "US", "VT") == {
        "PRD": "North",
        "RD": "Main",
        "STS": "Street",
    }
    assert standard_street({"St_PreDir": "N"}, "", "US", "VT") == {}


@given(
    st.dictionaries(st.sampled_from(list(STREET_FIELDS)), st.text(max_size=20)),
    st.text(max_size=30),
    st.sampled_from([("US", "VT"), ("CA", "QC"), ("CA", "ON")]),
)
def test_whatever_the_columns_hold_there_is_a_name_or_nothing(
    values: dict[str, str], line: str, where: tuple[str, str]
) -> None:
    elements = standard_street(values, line, *where)
    assert not elements or elements["RD"]
    assert elements.keys() <= set(STREET_ELEMENTS)
    assert all(elements.values())
