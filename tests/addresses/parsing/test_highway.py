"""Numbered roads, in the many ways they are named."""

import pytest

from callpoint.addresses.parsing import highway
from callpoint.addresses.parsing.highway import Highway
from callpoint.addresses.parsing.words import words_of


def road(text: str) -> Highway | None:
    return highway.read(highway.taken_together(words_of(text)))


@pytest.mark.parametrize(
    ("text", "system", "kind", "number"),
    [
        ("VT Route 100", "state", "VT Route", "100"),
        ("VT-100", "state", "VT Route", "100"),
        ("VT 100", "state", "VT Route", "100"),
        ("Vermont Route 100", "state", "Vermont Route", "100"),
        ("North Carolina Highway 12", "state", "North Carolina Highway", "12"),
        ("State Route 100", "state", "State Route", "100"),
        ("State Rd 7", "state", "State Road", "7"),
        ("St Rt 7", "state", "State Route", "7"),
        ("SR 520", "state", "State Route", "520"),
        ("SR520", "state", "State Route", "520"),
        ("Route 7A", "state", "Route", "7A"),
        ("Hwy 16", "state", "Highway", "16"),
        ("Hwy16", "state", "Highway", "16"),
        ("Highway No. 16", "state", "Highway", "16"),
        ("Loop 410", "state", "Loop", "410"),
        ("Route Z", "state", "Route", "Z"),
        ("US 2", "us", "US Highway", "2"),
        ("U.S. Route 2", "us", "US Route", "2"),
        ("US-2", "us", "US Highway", "2"),
        ("United States Highway 2", "us", "US Highway", "2"),
        ("US 401 Hwy", "us", "US Highway", "401"),
        ("I-91", "interstate", "Interstate", "91"),
        ("IH 35", "interstate", "Interstate", "35"),
        ("Interstate 91", "interstate", "Interstate", "91"),
        ("County Road 12", "county", "County Road", "12"),
        ("CR 12", "county", "County Road", "12"),
        ("Co Rd 12", "county", "County Road", "12"),
        ("County Road DD", "county", "County Road", "DD"),
        ("County Trunk Highway K", "county", "County Trunk Highway", "K"),
        ("CTH K", "county", "County Trunk Highway", ""),
        ("County State Aid Highway 9", "county", "County State Aid Highway", "9"),
        ("FM 45", "farm to market", "Farm to Market", "45"),
        ("Farm to Market Road 45", "farm to market", "Farm to Market", "45"),
        ("Township Road 4", "township", "Township Road", "4"),
        ("Forest Service Road 12", "forest", "Forest Road", "12"),
        ("BIA Route 5", "indian", "Indian Service Route", "5"),
        ("Provincial Highway 7", "state", "Provincial Highway", "7"),
    ],
)
def test_roads_by_their_names(text: str, system: str, kind: str, number: str) -> None:
    found = road(text)
    if not number:
        assert found is None  # a letter behind a short form may be anything
        return
    assert found is not None
    assert (found.system, found.type, found.number) == (system, kind, number)


@pytest.mark.parametrize(
    ("text", "before", "behind", "modifiers", "old"),
    [
        ("N Highway 64", "North", "", "", False),
        ("Highway 63 South", "", "South", "", False),
        ("Highway 71 Business", "", "", "Business", False),
        ("North Highway 71 Bus", "North", "", "Business", False),
        ("Old US Highway 90", "", "", "", True),
        ("W Old US Highway 90", "West", "", "", True),
        ("US Route 7 Alt N", "", "North", "Alternate", False),
    ],
)
def test_what_stands_around_the_number(text: str, before: str, behind: str, modifiers: str, old: bool) -> None:
    found = road(text)
    assert found is not None
    assert (found.before, found.behind, found.modifiers, found.old) == (before, behind, modifiers, old)


@pytest.mark.parametrize(
    "text",
    [
        "Main St",
        "Route",
        "Highway",
        "County Road",
        "Old Highway",
        "100",
        "State St",
        "US",
        "NE 93rd",
        "Scenic Hwy View",
        "Highway 63 Diner",
        "Route of the Sun",
        "Road 18",
        "county road de pere",
        "Highway S",
        "",
    ],
)
def test_what_is_no_numbered_road(text: str) -> None:
    assert road(text) is None


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("VT Route 100 Stowe", 3),
        ("vt-100 stowe", 1),
        ("Highway 1 North Oil City", 3),
        ("US Hwy 2 East Montpelier", 4),
        ("Main St Route 100", 0),
        ("Main St", 0),
        ("", 0),
    ],
)
def test_how_far_a_road_reaches_into_a_line(text: str, length: int) -> None:
    assert highway.opening(words_of(text)) == length
