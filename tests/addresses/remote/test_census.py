"""The US Census geocoder: what is asked, and what its answers are worth."""

from typing import Any

import pytest
from tests.addresses.remote.answers import ASKED, OTTAWA, census_answer, census_match

from callpoint.addresses.remote import Census, RemoteError
from callpoint.i3.civic import Civic

PROVIDER = Census("https://census.example/geocoder")


def test_the_question_has_street_place_and_benchmark() -> None:
    request = PROVIDER.request(ASKED)
    assert request.method == "GET"
    assert request.url == (
        "https://census.example/geocoder/locations/address?street=115%20State%20Street&city=Montpelier&state=VT"
        "&zip=05633&benchmark=Public_AR_Current&format=json"
    )


@pytest.mark.parametrize(
    ("civic", "served"),
    [
        (ASKED, True),
        (OTTAWA, False),
        (Civic(country="US", HNO="1", RD="State", PC="05633"), True),
        (Civic(country="US", HNO="1", RD="State", A3="Montpelier"), False),
        (Civic(country="US", RD="State", PC="05633"), False),
    ],
)
def test_only_numbered_doors_of_the_us_are_asked_about(civic: Civic, served: bool) -> None:
    assert PROVIDER.serves(civic) is served


def test_a_match_is_a_range_of_a_named_benchmark() -> None:
    evidence = PROVIDER.read(200, census_answer(census_match()), ASKED)
    assert evidence is not None
    assert (evidence.point, evidence.accuracy) == ((44.2622, -72.5807), "range")
    assert evidence.civic == Civic(
        country="US", A1="VT", A3="Montpelier", HNO="115", RD="State", STS="Street", PC="05633"
    )
    assert (evidence.dataset_name, evidence.dataset_version) == ("US Census address ranges", "Public_AR_Current")
    assert evidence.confirms_door


@pytest.mark.parametrize(
    ("changes", "element", "state"),
    [
        ({"matchedAddress": "117 STATE ST, MONTPELIER, VT, 05633"}, "HNO", "invalid"),
        ({"matchedAddress": ""}, "HNO", "unchecked"),
        ({"streetName": "MAIN"}, "RD", "invalid"),
        ({"preDirection": "N"}, "RD", "unchecked"),
        ({"city": "BARRE"}, "A3", "invalid"),
        ({"zip": "05602"}, "PC", "invalid"),
        ({"state": "NY"}, "A1", "invalid"),
    ],
)
def test_an_element_that_differs_is_said(changes: dict[str, Any], element: str, state: str) -> None:
    evidence = PROVIDER.read(200, census_answer(census_match(**changes)), ASKED)
    assert evidence is not None
    assert evidence.elements[element] == state
    assert not evidence.confirms_door


def test_the_parts_of_a_street_are_put_together() -> None:
    match = census_match(preDirection="N", streetName="MAIN", matchedAddress="9 N MAIN ST, MONTPELIER, VT")
    evidence = PROVIDER.read(200, census_answer(match), ASKED)
    assert evidence is not None
    civic = evidence.civic
    assert (civic.HNO, civic.PRD, civic.RD, civic.STS) == ("9", "North", "Main", "Street")


def test_both_sides_of_a_street_are_one_answer_and_twins_none() -> None:
    across = census_match(coordinates={"x": -72.5809, "y": 44.2623})
    assert PROVIDER.read(200, census_answer(census_match(), across), ASKED) is not None
    twin = census_match(coordinates={"x": -72.60, "y": 44.30})
    assert PROVIDER.read(200, census_answer(census_match(), twin), ASKED) is None


def test_no_match_is_no_evidence() -> None:
    assert PROVIDER.read(200, census_answer(), ASKED) is None


def test_an_error_of_the_service_is_an_error() -> None:
    with pytest.raises(RemoteError, match="US Census geocoder answered with status 400"):
        PROVIDER.read(400, b'{"errors":["Benchmark is invalid"],"status":"400"}', ASKED)
