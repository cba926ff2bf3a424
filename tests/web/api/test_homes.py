"""People's homes over the interface: their own addresses, judged, and being there."""

from pathlib import Path
from typing import Any

import pytest
from tests.addresses.town_map import VERMONT, draw
from tests.directory.cast import Cast
from tests.web.api.conftest import ACME, Program, ProgramOf

from callpoint.directory.models import Address, Change, Location
from callpoint.directory.tenancy import everywhere

RIGHT = "422 Lake View Road, Averill, VT 05901"
TYPO = "422 Lake Veiw Rd, Averill, VT 05901"
ELEMENTS = {"country": "US", "A1": "VT", "A3": "Averill", "HNO": "422", "RD": "Lake View", "STS": "Road", "PC": "05901"}


@pytest.fixture(autouse=True)
def vermont(data: Path) -> None:
    """A few streets of Vermont are known."""
    draw(data, "vermont", VERMONT)


@pytest.fixture
def homes(people: Cast) -> str:
    return f"people/{people.ada.pk}/homes"


def told(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.content
    return {one["field"]: one["detail"] for one in answer.json()["errors"]}


def added(program: Program, homes: str, **values: Any) -> Any:
    answer = program.post(homes, {"address": RIGHT} | values)
    assert answer.status_code == 201, answer.content
    return answer


@pytest.mark.parametrize("address", [RIGHT, ELEMENTS])
def test_a_home_by_one_line_or_by_elements_is_judged_at_once(
    admin: Program, homes: str, people: Cast, address: Any
) -> None:
    made = added(admin, homes, address=address, unit=" 4 ", note="blue door")
    document = made.json()
    assert made.headers["Location"] == f"{ACME}/{homes}/{document['id']}"
    assert (document["person"], document["name"]) == (people.ada.pk, "Home")
    assert (document["unit"], document["floor"], document["room"], document["note"]) == ("4", "", "", "blue door")
    judged = document["address"]
    assert (judged["formatted"], judged["verdict"], judged["dataset"]) == (RIGHT, "valid", "vermont")
    assert judged["civic"]["RD"] == "Lake View"
    read = admin.get(made.headers["Location"])
    assert read.json() == document
    assert read.headers["ETag"] == made.headers["ETag"]
    with everywhere():
        entry = Change.objects.get(model="location", object_id=document["id"])
    assert entry.who == "token organization_administrator's program of admin@acme.example"


def test_a_suggestion_is_told_and_can_be_accepted(admin: Program, homes: str) -> None:
    refused = told(admin.post(homes, {"address": TYPO}))
    assert "did you mean 422 Lake View Road" in refused["address"]
    verdict = admin.post("addresses:validate", {"address": TYPO}).json()
    choice = verdict["suggestions"][0]["formatted"]
    assert added(admin, homes, address=TYPO, accept=choice).json()["address"]["formatted"] == RIGHT
    with everywhere():
        assert Address.objects.order_by("pk").last().chosen == {"given": TYPO, "chosen": RIGHT}  # type: ignore[union-attr]
    assert "not suggested" in told(admin.post(homes, {"name": "B", "address": TYPO, "accept": "1 Nowhere"}))["address"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "address"),
        ({"address": "10 Downing Street, London, UK"}, "address"),
        ({"address": ELEMENTS | {"country": "MX"}}, "address.country"),
        ({"address": {"country": "US", "A1": "VT"}}, "address.A3"),
        ({"address": {"country": "US", "RDD": "x"}}, "address.RDD"),
        ({"address": RIGHT, "name": "x" * 121}, "name"),
        ({"address": RIGHT, "note": "x" * 61}, "note"),
        ({"address": RIGHT, "latitude": 91.0}, "latitude"),
        ({"address": RIGHT, "elin": "+18025550150"}, "elin"),
    ],
)
def test_what_is_not_accepted_says_where_and_writes_nothing(
    admin: Program, homes: str, values: Any, field: str
) -> None:
    with everywhere():
        before = (Location.objects.count(), Address.objects.count())
    assert field in told(admin.post(homes, values))
    with everywhere():
        assert (Location.objects.count(), Address.objects.count()) == before


def test_two_homes_have_two_names(admin: Program, homes: str) -> None:
    added(admin, homes)
    assert "Home" in told(admin.post(homes, {"address": RIGHT}))["name"]
    added(admin, homes, name="Cottage")
    listed = admin.get(f"{homes}?limit=1")
    assert [one["name"] for one in listed.json()["items"]] == ["Home"]
    rest = admin.get(listed.json()["next"].removeprefix("http://testserver"))
    assert ([one["name"] for one in rest.json()["items"]], rest.json()["next"]) == (["Cottage"], None)


def test_only_what_is_given_changes(admin: Program, homes: str) -> None:
    made = added(admin, homes, floor="1")
    path = made.headers["Location"]
    changed = admin.patch(path, {"unit": "B"}, If_Match=made.headers["ETag"])
    assert changed.json() == made.json() | {"unit": "B"}
    moved = admin.patch(path, {"address": "10 Main St, Stowe VT 05672", "latitude": 44.46, "longitude": -72.68}).json()
    assert (moved["floor"], moved["unit"]) == ("1", "B")
    assert (moved["address"]["verdict"], moved["address"]["latitude"]) == ("area", 44.46)
    assert admin.patch(path, {"unit": "C"}, If_Match=made.headers["ETag"]).status_code == 412
    assert admin.delete(path, If_Match=made.headers["ETag"]).status_code == 412
    assert admin.get(path).json() == moved


def test_being_at_home_and_leaving_again(admin: Program, homes: str, people: Cast) -> None:
    made = added(admin, homes)
    home, path, ada = made.json()["id"], made.headers["Location"], f"people/{people.ada.pk}"
    there = admin.patch(ada, {"current_location": home}).json()
    assert (there["current_location"], there["current_method"]) == (home, "Manual")
    assert "Ada (E1)" in told(admin.delete(path))[""]
    assert "current_location" in told(admin.patch(f"people/{people.bob.pk}", {"current_location": home}))
    admin.patch(ada, {"current_location": None})
    assert admin.delete(path).status_code == 204
    assert admin.get(path).status_code == 404
    with everywhere():
        assert not Location.objects.filter(pk=home).exists()
        assert not Address.objects.filter(pk__gt=people.building.address_id).exists()


def test_a_home_is_below_its_own_person_only(admin: Program, homes: str, people: Cast, program_of: ProgramOf) -> None:
    home = added(admin, homes).json()["id"]
    below_bob = f"people/{people.bob.pk}/homes"
    assert admin.get(below_bob).json()["items"] == []
    asked = (admin.get(f"{below_bob}/{home}"), admin.delete(f"{below_bob}/{home}"))
    asked += (admin.patch(f"{below_bob}/{home}", {"note": "x"}), admin.get(f"people/{people.stranger.pk}/homes"))
    asked += (admin.post(f"people/{people.stranger.pk}/homes", {"address": RIGHT}),)
    assert [answer.status_code for answer in asked] == [404] * 5
    reader = program_of("auditor", "people:read")
    assert reader.get(f"{homes}/{home}").status_code == 200
    assert reader.delete(f"{homes}/{home}").status_code == 403


def test_a_home_is_added_once(admin: Program, homes: str) -> None:
    body = {"address": RIGHT}
    first = admin.post(homes, body, Idempotency_Key="home-1")
    again = admin.post(homes, body, Idempotency_Key="home-1")
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(admin.get(homes).json()["items"]) == 1
