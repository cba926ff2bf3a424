"""Keys of streets: two spellings of one street are equal, two streets never are."""

import pytest

from callpoint.addresses.street_key import StreetKey, key_of_line, street_key
from callpoint.i3.civic import Civic

US, CA = "US", "CA"
FR = "fr"

SAME = [
    (("LAKE VIEW RD", US), ("Lake View Road", US)),
    (("First Street", US), ("1st St", US)),
    (("FIFTH AVE", US), ("5th Avenue", US)),
    (("Twenty-First St", US), ("21st Street", US)),
    (("Seven Mile Rd", US), ("7 Mile Road", US)),
    (("N Main St", US), ("NORTH MAIN STREET", US)),
    (("St Johns Ave", US), ("Saint Johns Avenue", US)),
    (("St. Catherine St", CA), ("Ste-Catherine Street", CA)),
    (("Mtn View Dr", US), ("Mountain View Drive", US)),
    (("Church Hl Rd", US), ("Church Hill Road", US)),
    (("Main St Ext", US), ("Main Street Extension", US)),
    (("W End Ave", US), ("West End Avenue", US)),
    (("MLK Jr Blvd", US), ("Martin Luther King Jr. Boulevard", US)),
    (("VT ROUTE 100", US), ("VT-100", US)),
    (("VT ROUTE 100", US), ("Vermont Route 100", US)),
    (("VT ROUTE 100", US), ("STATE HWY 100", US)),
    (("VT ROUTE 100", US), ("Rte 100", US)),
    (("VT ROUTE 2B", US), ("Route 2b", US)),
    (("US Hwy 2", US), ("U.S. Route 2", US)),
    (("I-91", US), ("Interstate 91", US)),
    (("NC Hwy 12", US), ("North Carolina Highway 12", US)),
    (("County Rd 12", US), ("CR 12", US)),
    (("County Road DD", US), ("County Hwy DD", US)),
    (("boul. René-Lévesque O", CA, FR), ("Boulevard Rene-Levesque Ouest", CA, FR)),
    (("boul. René-Lévesque O", CA, FR), ("René-Lévesque Blvd W", CA, FR)),
    (("rue Sherbrooke Ouest", CA, FR), ("Sherbrooke Street West", CA, FR)),
    (("rue Ste-Catherine E", CA), ("Rue Sainte-Catherine Est", CA)),
    (("39e Avenue", CA, FR), ("39ième avenue", CA, FR)),
    (("1re Avenue", CA, FR), ("Première Avenue", CA, FR)),
    (("rue de la Montagne", CA, FR), ("rue Montagne", CA, FR)),
    (("De La Gauchetière", CA, FR), ("Gauchetière", CA, FR)),
    (("rue Dr-Penfield", CA, FR), ("rue Docteur-Penfield", CA, FR)),
    (("Chemin Queen-Mary", CA, FR), ("Queen Mary Road", CA, FR)),
]

DIFFERENT = [
    (("O St NW", US), ("W St NW", US)),
    (("E St", US), ("East St", US)),
    (("N Main St", US), ("S Main St", US)),
    (("Main St", US), ("Main Ave", US)),
    (("Main St", US), ("Main St Ext", US)),
    (("VT Route 100", US), ("US Route 100", US)),
    (("VT Route 12", US), ("County Road 12", US)),
    (("US Highway 90", US), ("Old US Highway 90", US)),
    (("Route 7", US), ("Route 7A", US)),
    (("1st St", US), ("11th St", US)),
    (("Avenue N", US), ("Avenue M", US)),
    (("rue Sherbrooke Ouest", CA, FR), ("rue Sherbrooke Est", CA, FR)),
    (("rue Sherbrooke Ouest", CA, FR), ("rue Sherbrooke", CA, FR)),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_street_are_equal(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert key_of_line(*one) == key_of_line(*other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_streets_are_told_apart(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert key_of_line(*one) != key_of_line(*other)
    assert key_of_line(*one).full != key_of_line(*other).full


@pytest.mark.parametrize(
    "fields",
    [
        {"RD": "N LAKE VIEW RD"},
        {"PRD": "N", "RD": "LAKE VIEW", "STS": "RD"},
        {"PRD": "North", "RD": "Lake View", "STS": "Road"},
        {"RD": "North Lake View", "STS": "Road"},
        {"RD": "Lake View", "STS": "Road", "POD": "North"},
    ],
)
def test_a_civic_has_one_key_however_it_is_split(fields: dict[str, str]) -> None:
    civic = Civic.from_fields({"country": "US", "A1": "VT", **fields})
    assert street_key(civic) == StreetKey("lake view", "road", "north")


@pytest.mark.parametrize(
    "fields",
    [{"RD": "VT ROUTE 114"}, {"STP": "VT Route", "RD": "114"}, {"STP": "State Highway", "RD": "114"}, {"RD": "VT-114"}],
)
def test_a_numbered_road_has_one_key_in_whichever_fields_it_came(fields: dict[str, str]) -> None:
    assert street_key(Civic.from_fields({"country": "US", "A1": "VT", **fields})) == StreetKey("114", "route")


def test_quebec_alone_lets_o_be_ouest() -> None:
    street = {"STP": "rue", "RD": "Sherbrooke", "POD": "O"}
    quebec = street_key(Civic.from_fields({"country": "CA", "A1": "QC", **street}))
    assert quebec.direction == "west"
    washington = street_key(Civic.from_fields({"country": "US", "A1": "DC", "RD": "O", "STS": "Street"}))
    assert washington == StreetKey("o", "street")


def test_no_street_has_the_empty_key() -> None:
    assert street_key(Civic(A3="Barre")) == StreetKey("")


def test_full_holds_every_part_in_order() -> None:
    assert key_of_line("Old US Highway 90 W", US).full == "90 route west old us"
