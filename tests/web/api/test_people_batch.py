"""Many people at once: all of them or none."""

from typing import Any

import pytest
from django.db import transaction
from tests.directory.cast import MONTPELIER, Cast
from tests.web.api.conftest import Program

from callpoint.directory import provision
from callpoint.directory.bulk import insert_rows
from callpoint.directory.models import Change, Outbox, Person, acting
from callpoint.directory.models.base import signature
from callpoint.directory.tenancy import everywhere


def put(program: Program, *items: dict[str, Any], **headers: str) -> Any:
    return program.put("people:batch", {"items": list(items)}, **headers)


def test_people_are_added_changed_and_left_alone(admin: Program, people: Cast) -> None:
    answer = put(
        admin,
        {"device_user_id": "E1", "first_name": "Ada"},
        {"device_user_id": "E2", "last_name": "Stone"},
        {"device_user_id": "E3", "assigned_location": people.desk.pk},
        {"identification_type": "phone_number", "phone_number": "+18025550177"},
    )
    assert answer.status_code == 200, answer.content
    document = answer.json()
    assert [one["outcome"] for one in document["items"]] == ["unchanged", "changed", "created", "created"]
    assert (document["created"], document["changed"], document["unchanged"]) == (2, 1, 1)
    assert document["items"][0]["id"] == people.ada.pk
    assert admin.get(f"people/{people.bob.pk}").json()["email"] == "bob@acme.example"
    again = put(admin, {"device_user_id": "E1", "first_name": "Ada"}, {"device_user_id": "E3"})
    assert again.json()["unchanged"] == 2


def test_one_wrong_item_stops_all_and_each_is_named(admin: Program) -> None:
    with everywhere():
        before = Change.objects.count()
    answer = put(
        admin,
        {"device_user_id": "E3", "first_name": "Fine"},
        {"device_user_id": "E4", "email": "no", "callback_number": "12"},
        {"first_name": "Nobody"},
        {"device_user_id": "E3"},
        {"device_user_id": "E5", "assigned_location": 999_999},
    )
    assert answer.status_code == 422
    told = {one["field"]: one["detail"] for one in answer.json()["errors"]}
    assert told.keys() == {
        "items.1.email",
        "items.1.callback_number",
        "items.2.device_user_id",
        "items.3.device_user_id",
        "items.4.assigned_location",
    }
    assert "twice" in told["items.3.device_user_id"]
    with everywhere():
        assert Change.objects.count() == before
        assert not Person.objects.filter(device_user_id="E3").exists()


def test_the_form_of_each_item_is_judged(admin: Program) -> None:
    answer = put(admin, {"device_user_id": "E3"}, {"device_user_id": "E4", "frist_name": "X"})
    assert answer.json()["errors"] == [
        {"field": "items.1.frist_name", "detail": "is unknown here; did you mean first_name?"}
    ]


@pytest.mark.parametrize("count", [0, 1001])
def test_how_many(admin: Program, count: int) -> None:
    answer = put(admin, *({"device_user_id": f"P{number}"} for number in range(count)))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "items"


def test_another_organization_s_people_are_not_theirs(admin: Program, people: Cast) -> None:
    put(admin, {"device_user_id": "E1", "first_name": "Changed"})
    with everywhere():
        assert Person.objects.get(pk=people.stranger.pk).first_name == "Secret Stranger"


def test_sent_twice_with_a_key_is_done_once(admin: Program) -> None:
    first = put(admin, {"device_user_id": "E3"}, Idempotency_Key="a")
    again = put(admin, {"device_user_id": "E3"}, Idempotency_Key="a")
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (first.json(), "true")
    assert again.json()["created"] == 1


def test_a_thousand_at_once_that_are_there_already(admin: Program, people: Cast) -> None:
    with everywhere(), acting("test", "setting up"), transaction.atomic():
        rows = [Person(organization=people.acme, device_user_id=f"P{number}") for number in range(1000)]
        insert_rows(rows, signature())
        before = Change.objects.count()
    answer = put(admin, *({"device_user_id": f"P{number}", "active": True} for number in range(1000)))
    assert answer.json()["unchanged"] == 1000
    with everywhere():
        assert Change.objects.count() == before


def test_nobody_gets_what_is_somebody_else_s(admin: Program, people: Cast) -> None:
    number = {"device_user_id": "E1", "phone_number": "+18025550177"}
    assert put(admin, number).json()["changed"] == 1
    taken = put(admin, {"device_user_id": "E2", "phone_number": "+1 802 555 0177"})
    assert [one["field"] for one in taken.json()["errors"]] == ["items.0.phone_number"]
    both = put(admin, *({"device_user_id": name, "phone_number": "+18025550178"} for name in ("E3", "E4")))
    assert [one["field"] for one in both.json()["errors"]] == ["items.0.phone_number"]


def test_what_calls_know_them_by_must_be_there(admin: Program) -> None:
    answer = put(admin, {"device_user_id": "E3", "identification_type": "phone_number"})
    assert [one["field"] for one in answer.json()["errors"]] == ["items.0.phone_number"]


def test_where_people_are_now(admin: Program, people: Cast) -> None:
    moved = put(admin, {"device_user_id": "E2", "current_location": people.desk.pk}, {"device_user_id": "E3"})
    assert (moved.json()["changed"], moved.json()["created"]) == (1, 1)
    now = admin.get(f"people/{people.bob.pk}").json()
    assert (now["current_location"], now["current_method"]) == (people.desk.pk, "Manual")
    assert now["current_by"] == "token organization_administrator's program of admin@acme.example"


def test_a_place_must_be_the_organization_s_or_their_own(admin: Program, people: Cast) -> None:
    with everywhere(), acting("test", "setting up"):
        address = provision.create_building(people.other, "Theirs", MONTPELIER)
        theirs = provision.create_location(address, "Their desk")
        home = provision.create_home(people.ada, MONTPELIER)
    for place in (theirs.pk, home.pk):
        answer = put(admin, {"device_user_id": "E2", "assigned_location": place})
        assert [one["field"] for one in answer.json()["errors"]] == ["items.0.assigned_location"]
    assert put(admin, {"device_user_id": "E1", "assigned_location": home.pk}).json()["changed"] == 1
    assert put(admin, {"device_user_id": "E1", "assigned_location": None}).json()["changed"] == 1


def test_what_was_written_is_in_the_history_and_in_the_outbox(admin: Program, people: Cast) -> None:
    put(admin, {"device_user_id": "E2", "last_name": "Stone"}, {"device_user_id": "E3"})
    with everywhere():
        changed, created = Change.objects.filter(why="over the API").order_by("number")
        assert {changed.action, created.action} == {"changed", "created"}
        new = Person.objects.get(organization=people.acme, device_user_id="E3")
        touched = {key for row in Outbox.objects.filter(kind="person") for key in row.ids}
    assert {people.bob.pk, new.pk} <= touched
