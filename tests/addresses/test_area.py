"""Postal code and place alone: agreed, completed, contradictory or unknown. By the real postal tables."""

import pytest

from callpoint.addresses.area import Area, area_of
from callpoint.addresses.postal import tables
from callpoint.addresses.query import Query
from callpoint.i3.civic import Civic


def nowhere(region: str, place: str, postal: str) -> bool:
    return False


def area(region: str = "", place: str = "", postal: str = "", gate_region: str = "") -> Area:
    country = "CA" if region in ("QC", "ON", "BC", "SK") else "US"
    civic = Civic.from_fields({"country": country, "A1": region, "A3": place, "PC": postal, "HNO": "1", "RD": "Main"})
    return area_of(Query.of(civic, region=gate_region), tables(), nowhere)


@pytest.mark.parametrize(
    ("region", "place", "postal"),
    [
        ("VT", "Montpelier", "05602"),
        ("VT", "Montpelier", "05602-1234"),
        ("VT", "MONTPELIER", "05633"),
        ("VT", "St Albans", "05478"),
        ("VT", "Barre City", "05641"),
        ("NY", "Manhattan", "10001"),
        ("PR", "San Juan", "00901"),
        ("QC", "Montreal", "H3L 1B6"),
        ("QC", "Montréal", "H3L"),
        ("ON", "Toronto", "M5S 2R4"),
        ("ON", "Ottawa", "K1A 0A9"),
    ],
)
def test_what_agrees_is_an_area_with_its_middle(region: str, place: str, postal: str) -> None:
    found = area(region, place, postal)
    assert found.status == "area"
    assert found.point is not None
    assert found.elements["A3"] == "valid"
    assert found.suggestions == ()


def test_of_a_canadian_code_only_three_characters_are_confirmed() -> None:
    assert area("ON", "Toronto", "M5S 2R4").elements["PC"] == "unchecked"
    assert area("ON", "Toronto", "M5S").elements["PC"] == "valid"
    assert area("VT", "Montpelier", "05602").elements["PC"] == "valid"


def test_a_missing_place_is_completed_from_the_code() -> None:
    found = area("VT", "", "05602")
    assert found.status == "area"
    assert found.civic.A3 == "Montpelier"
    assert [reason.code for reason in found.reasons] == ["place_completed"]


def test_a_missing_code_is_completed_where_the_place_has_one_for_doors() -> None:
    found = area("VT", "Averill", "")
    assert (found.status, found.civic.PC) == ("area", "05901")
    many = area("NY", "New York", "")
    assert (many.status, many.civic.PC) == ("area", "")
    assert many.point is not None


def test_a_contradiction_shows_both_ways_out() -> None:
    found = area("VT", "Burlington", "05602")
    assert found.status == "ambiguous"
    assert [(one.civic.A3, one.civic.PC) for one in found.suggestions] == [("Burlington", ""), ("Montpelier", "05602")]
    assert found.elements["PC"] == "invalid"


def test_a_place_nobody_knows_leaves_the_place_of_the_code() -> None:
    found = area("VT", "Xyzzyville", "05602")
    assert found.status == "invalid"
    assert [one.civic.A3 for one in found.suggestions] == ["Montpelier"]
    assert found.elements["A3"] == "invalid"


def test_a_code_of_another_state_leaves_the_place() -> None:
    found = area("VT", "Averill", "90210")
    assert found.status == "invalid"
    assert [(one.civic.A3, one.civic.PC) for one in found.suggestions] == [("Averill", "05901")]


def test_a_new_code_of_the_right_prefix_does_not_undo_a_known_place() -> None:
    unused = next(code for number in range(5600, 5700) if tables().zip(code := f"0{number}") is None)
    found = area("VT", "Montpelier", unused)
    assert found.status == "area"
    assert "PC" not in found.elements
    assert [reason.code for reason in found.reasons] == ["postal_unchecked"]


def test_an_unknown_village_of_a_rural_area_is_left_unchecked() -> None:
    found = area("SK", "Xyzzyville", "S0G 0A0")
    assert found.status == "area"
    assert "A3" not in found.elements
    assert [reason.code for reason in found.reasons] == ["place_unchecked"]


def test_a_data_set_may_know_a_place_the_post_does_not() -> None:
    civic = Civic.from_fields({"country": "US", "A1": "VT", "A3": "Xyzzyville", "PC": "05602"})
    known = area_of(Query.of(civic), tables(), lambda region, place, postal: place == "xyzzyville")
    assert known.status == "area"


@pytest.mark.parametrize(("place", "postal", "code"), [("", "", "place_missing"), ("Xyzzyville", "", "place_unknown")])
def test_too_little_is_not_even_an_area(place: str, postal: str, code: str) -> None:
    found = area("VT", place, postal)
    assert found.status == "invalid"
    assert [reason.code for reason in found.reasons] == [code]


def test_a_code_that_is_none_and_no_place_is_invalid() -> None:
    assert [reason.code for reason in area("VT", "", "90210").reasons] == ["postal_unknown"]


def test_a_state_the_gate_found_wrong_is_the_correction() -> None:
    found = area("NH", "Montpelier", "05602", gate_region="VT")
    assert found.status == "invalid"
    assert [one.civic.A1 for one in found.suggestions] == ["VT"]
    assert found.elements["A1"] == "invalid"


def test_a_place_of_many_states_demands_a_choice() -> None:
    found = area("", "Springfield")
    assert found.status == "ambiguous"
    assert len({one.civic.A1 for one in found.suggestions}) > 1


def test_only_what_the_country_and_the_code_leave_open_is_shown() -> None:
    def regions(country: str, place: str, postal: str) -> list[str]:
        civic = Civic.from_fields({"country": country, "A3": place, "PC": postal})
        return [one.civic.A1 for one in area_of(Query.of(civic), tables(), nowhere).suggestions]

    assert regions("CA", "Ottawa", "") == ["ON", "QC"]
    assert "KS" in regions("US", "Ottawa", "")
    assert regions("CA", "Gatineau", "K1A 0C9") == ["ON", "QC"]
    assert regions("US", "Springfield", "62701") == ["IL"]
