"""Buildings, locations and addresses over the interface."""

from typing import Any

import pytest
from tests.directory.cast import MONTPELIER, Cast
from tests.web.api.conftest import Program

from callpoint.directory.models import Address
from callpoint.directory.tenancy import everywhere

ELEMENTS = {"country": "US", "A1": "VT", "A3": "Barre", "HNO": "9", "RD": "Main", "STS": "Street", "PC": "05641"}


def told(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.content
    return {one["field"]: one["detail"] for one in answer.json()["errors"]}


def test_a_building_by_elements(admin: Program) -> None:
    made = admin.post("buildings", {"name": "Annex", "address": ELEMENTS})
    assert made.status_code == 201, made.content
    document = made.json()
    assert document["address"]["civic"] == ELEMENTS
    assert document["address"]["verdict"] == "area"
    assert document["address"]["formatted"] == "9 Main Street, Barre, VT 05641"
    assert admin.get(made.headers["Location"]).json() == document
    renamed = admin.patch(made.headers["Location"], {"name": "Old Annex"}).json()
    assert renamed == document | {"name": "Old Annex"}


def test_a_building_by_one_line_with_a_point_by_hand(admin: Program) -> None:
    body = {"name": "Annex", "address": "9 Main Street, Barre VT 05641", "latitude": 44.2, "longitude": -72.5}
    document = admin.post("buildings", body).json()
    assert document["address"]["civic"]["HNO"] == "9"
    assert (document["address"]["latitude"], document["address"]["longitude"]) == (44.2, -72.5)


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("10 Downing Street, London, UK", "address"),
        ("", "address"),
        (ELEMENTS | {"country": "MX"}, "address.country"),
        (ELEMENTS | {"A1": "ZZ"}, "address.A1"),
        ({"country": "US", "A1": "VT"}, "address.A3"),
    ],
)
def test_an_address_that_is_not_accepted_says_why(admin: Program, address: Any, field: str) -> None:
    assert field in told(admin.post("buildings", {"name": "Annex", "address": address}))


def test_a_name_is_one_building_s(admin: Program) -> None:
    assert "State House" in told(admin.post("buildings", {"name": "State House", "address": ELEMENTS}))["name"]


def test_finding_buildings(admin: Program, people: Cast) -> None:
    admin.post("buildings", {"name": "Annex", "address": ELEMENTS})
    with everywhere():
        Address.objects.filter(pk=people.building.address_id).update(verdict="valid")

    def names(query: str) -> list[str]:
        return [one["name"] for one in admin.get(f"buildings?{query}").json()["items"]]

    assert names("") == ["State House", "Annex"]
    assert names("search=main") == ["Annex"]
    assert names("search=house") == ["State House"]
    assert names("verdict=valid") == ["State House"]
    assert names("verdict=area") == ["Annex"]


def test_locations_come_and_go(admin: Program, people: Cast) -> None:
    body = {"building": people.building.pk, "name": "Vault", "floor": "B1", "elin": "802 555 0150"}
    made = admin.post("locations", body)
    assert made.status_code == 201, made.content
    assert made.json()["elin"] == "+18025550150"
    path = made.headers["Location"]
    assert admin.patch(path, {"room": "7", "note": "ring"}).json() == made.json() | {"room": "7", "note": "ring"}
    listed = admin.get(f"locations?building={people.building.pk}&search=va").json()["items"]
    assert [one["name"] for one in listed] == ["Vault"]
    assert admin.delete(path).status_code == 204
    assert admin.get(path).status_code == 404


def test_a_location_needs_a_building_of_one_s_own(admin: Program, root: Program) -> None:
    theirs = root.post("/api/v1/organizations/other/buildings", {"name": "Theirs", "address": ELEMENTS}).json()
    for building in (theirs["id"], 999_999):
        assert admin.post("locations", {"building": building, "name": "X"}).status_code == 404
    assert "building" in told(admin.post("locations", {"name": "X"}))


def test_what_is_in_use_stays_and_says_whose_it_is(admin: Program, people: Cast) -> None:
    assert "Ada (E1)" in told(admin.delete(f"locations/{people.desk.pk}"))[""]
    assert "Front desk" in told(admin.delete(f"buildings/{people.building.pk}"))[""]
    admin.patch(f"people/{people.ada.pk}", {"assigned_location": None})
    assert admin.delete(f"locations/{people.desk.pk}").status_code == 204
    assert admin.delete(f"buildings/{people.building.pk}").status_code == 204


def test_an_address_is_judged_as_the_command_judges_it(admin: Program) -> None:
    for address in ("115 State Street, Montpelier VT 05633", MONTPELIER):
        answer = admin.post("addresses:validate", {"address": address})
        assert answer.status_code == 200, answer.content
        document = answer.json()
        assert {"input", "status", "civic", "formatted", "point", "accuracy", "psap", "suggestions"} <= document.keys()
        assert document["civic"]["RD"] == "State"
        assert "ETag" not in answer.headers
    assert admin.post("addresses:validate", {"address": "PO Box 7, Montpelier VT"}).json()["status"] == "refused"


def test_a_suggestion_that_is_none_cannot_be_taken(admin: Program) -> None:
    body = {"address": "115 State Street, Montpelier VT 05633", "accept": "1 Nowhere"}
    assert "accept" in told(admin.post("addresses:validate", body))
