"""Nominatim: what is asked, and what its answers are worth."""

from typing import Any

import pytest
from tests.addresses.remote.answers import ASKED, OTTAWA, nominatim_answer, nominatim_house

from callpoint.addresses.remote import Nominatim, RemoteError
from callpoint.i3.civic import Civic

PROVIDER = Nominatim("https://places.example/", "ops@example.com", "Callpoint (example.com)")


def test_the_question_is_a_structured_search_that_says_who_asks() -> None:
    request = PROVIDER.request(ASKED)
    assert (request.method, request.body) == ("GET", b"")
    assert request.url == (
        "https://places.example/search?street=115%20State%20Street&city=Montpelier&state=VT&postalcode=05633"
        "&countrycodes=us&format=jsonv2&addressdetails=1&layer=address&limit=5&email=ops%40example.com"
    )
    assert request.headers["User-Agent"] == "Callpoint (example.com)"


def test_french_names_are_asked_for_in_quebec() -> None:
    civic = Civic(country="CA", A1="QC", A3="Montréal", HNO="1250", STP="boulevard", RD="René-Lévesque", POD="Ouest")
    request = PROVIDER.request(civic)
    assert request.headers["Accept-Language"] == "fr"
    assert "street=1250%20boulevard%20Ren%C3%A9-L%C3%A9vesque%20Ouest" in request.url
    assert "email" not in Nominatim().request(civic).url


@pytest.mark.parametrize(
    ("civic", "served"),
    [
        (ASKED, True),
        (OTTAWA, True),
        (Civic(country="US", RD="State", PC="05633"), True),
        (Civic(country="US", RD="State", A1="VT"), False),
        (Civic(country="US", A3="Montpelier"), False),
        (Civic(country="DE", A3="Kiel", RD="Scharweg"), False),
        (Civic(A3="Montpelier", RD="State"), False),
    ],
)
def test_only_streets_of_the_two_countries_are_asked_about(civic: Civic, served: bool) -> None:
    assert PROVIDER.serves(civic) is served


def test_a_house_found_is_a_point_with_every_element_compared() -> None:
    evidence = PROVIDER.read(200, nominatim_answer(nominatim_house()), ASKED)
    assert evidence is not None
    assert evidence.point == (44.2624436, -72.5808049)
    assert evidence.accuracy == "point"
    assert evidence.civic == Civic(
        country="US", A1="VT", A2="Washington County", A3="Montpelier", HNO="115", RD="State", STS="Street", PC="05633"
    )
    assert evidence.elements == dict.fromkeys(("country", "A1", "A3", "PC", "RD", "HNO"), "valid")
    assert evidence.confirms_door
    assert (evidence.dataset.name, evidence.dataset.version) == ("OpenStreetMap by Nominatim", "")


@pytest.mark.parametrize(
    ("changes", "element", "state"),
    [
        ({"address__house_number": "117"}, "HNO", "invalid"),
        ({"address__house_number": "115A"}, "HNO", "invalid"),
        ({"address__house_number": ""}, "HNO", "unchecked"),
        ({"address__road": "Main Street"}, "RD", "invalid"),
        ({"address__road": "State Avenue"}, "RD", "invalid"),
        ({"address__road": "State"}, "RD", "unchecked"),
        ({"address__road": "East State Street"}, "RD", "unchecked"),
        ({"address__road": "STATE ST"}, "RD", "valid"),
        ({"address__road": None}, "RD", "unchecked"),
        ({"address__city": "Barre"}, "A3", "invalid"),
        ({"address__city": "Washington County", "address__town": "City of Montpelier"}, "A3", "valid"),
        ({"address__postcode": "05602"}, "PC", "invalid"),
        ({"address__postcode": "05633-1234"}, "PC", "valid"),
        ({"address__postcode": 5633}, "PC", "unchecked"),
        ({"address__ISO3166-2-lvl4": "US-NY"}, "A1", "invalid"),
    ],
)
def test_an_element_that_differs_is_said(changes: dict[str, Any], element: str, state: str) -> None:
    evidence = PROVIDER.read(200, nominatim_answer(nominatim_house(**changes)), ASKED)
    assert evidence is not None
    assert evidence.elements[element] == state
    assert evidence.confirms_door is (state == "valid" or (element, state) == ("PC", "unchecked"))


def test_a_door_is_confirmed_only_in_a_place_or_postal_code_that_was_asked_for() -> None:
    no_place = nominatim_house(address__city=None)
    no_state = nominatim_house(**{"address__ISO3166-2-lvl4": "FR-75C"})
    neither = nominatim_house(address__city=None, address__postcode=None)
    confirmed = []
    for house in (no_place, no_state, neither):
        evidence = PROVIDER.read(200, nominatim_answer(house), ASKED)
        assert evidence is not None
        assert "invalid" not in evidence.elements.values()
        confirmed.append(evidence.confirms_door)
    assert confirmed == [True, True, False]


@pytest.mark.parametrize(
    ("changes", "accuracy"),
    [
        ({}, "point"),
        ({"category": "place", "type": "house", "osm_type": "node"}, "point"),
        ({"category": "place", "type": "house", "osm_type": "way"}, "range"),
        ({"address__house_number": ""}, "area"),
    ],
)
def test_a_number_between_two_known_ones_is_a_range_and_a_street_an_area(
    changes: dict[str, Any], accuracy: str
) -> None:
    evidence = PROVIDER.read(200, nominatim_answer(nominatim_house(**changes)), ASKED)
    assert evidence is not None
    assert evidence.accuracy == accuracy


def test_a_whole_canadian_code_is_compared_as_far_as_the_map_has_it() -> None:
    changes = {"address__ISO3166-2-lvl4": "CA-ON", "address__country_code": "ca", "address__city": "Ottawa"}
    house = nominatim_house(
        **changes, address__house_number="111", address__road="Wellington Street", address__postcode="K1A"
    )
    evidence = PROVIDER.read(200, nominatim_answer(house), OTTAWA)
    assert evidence is not None
    assert evidence.confirms_door


def test_the_best_of_several_is_taken() -> None:
    wrong = nominatim_house(address__city="Barre", lat="44.19", lon="-72.50")
    evidence = PROVIDER.read(200, nominatim_answer(wrong, nominatim_house()), ASKED)
    assert evidence is not None
    assert evidence.civic.A3 == "Montpelier"


def test_a_building_and_its_door_are_one_place_but_twins_settle_nothing() -> None:
    door = nominatim_house(lat="44.2626", lon="-72.5810")
    assert PROVIDER.read(200, nominatim_answer(nominatim_house(), door), ASKED) is not None
    twin = nominatim_house(lat="44.2700", lon="-72.5808")
    assert PROVIDER.read(200, nominatim_answer(nominatim_house(), twin), ASKED) is None


def test_nothing_found_is_no_evidence() -> None:
    assert PROVIDER.read(200, b"[]", ASKED) is None
    other = nominatim_house(address__country_code="de")
    assert PROVIDER.read(200, nominatim_answer(other), ASKED) is None


@pytest.mark.parametrize("status", [301, 400, 403, 404, 429, 500, 503])
def test_any_other_status_is_an_error(status: int) -> None:
    with pytest.raises(RemoteError, match=f"Nominatim answered with status {status}"):
        PROVIDER.read(status, nominatim_answer(nominatim_house()), ASKED)
