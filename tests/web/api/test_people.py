"""People over the interface."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from tests.directory.cast import Cast
from tests.web.api.conftest import Program

from callpoint.directory.models import Change, Person, Readiness
from callpoint.directory.tenancy import everywhere


def ids(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [person["device_user_id"] for person in response.json()["items"]]


def test_everybody_of_the_organization_and_nobody_else(admin: Program) -> None:
    answer = admin.get("people")
    assert ids(answer) == ["E1", "E2"]
    assert answer.json()["next"] is None
    assert "Secret Stranger" not in answer.content.decode()


def test_a_person_is_added_read_changed_and_removed(admin: Program, people: Cast) -> None:
    made = admin.post("people", {"device_user_id": "E9", "first_name": "Grace", "callback_number": "802 555 0109"})
    assert made.status_code == 201, made.content
    path = made.headers["Location"]
    assert made.json()["callback_number"] == "+18025550109"
    assert admin.get(path).json() == made.json()
    changed = admin.patch(path, {"last_name": "Hopper", "assigned_location": people.desk.pk})
    assert changed.json() == made.json() | {"last_name": "Hopper", "assigned_location": people.desk.pk}
    assert admin.patch(path, {"assigned_location": None, "active": False}).json()["assigned_location"] is None
    assert admin.delete(path).status_code == 204
    assert admin.get(path).status_code == 404


def test_where_somebody_is_now(admin: Program, people: Cast) -> None:
    moved = admin.patch(f"people/{people.bob.pk}", {"current_location": people.desk.pk}).json()
    assert (moved["current_location"], moved["current_method"]) == (people.desk.pk, "Manual")
    assert moved["current_by"] == "token organization_administrator's program of admin@acme.example"
    again = admin.patch(f"people/{people.bob.pk}", {"first_name": "Rob", "current_location": people.desk.pk}).json()
    assert again["current_at"] == moved["current_at"]


def test_what_is_wrong_is_told_field_by_field(admin: Program) -> None:
    refused = admin.post("people", {"device_user_id": "E1", "email": "nobody", "callback_number": "12"})
    assert refused.status_code == 422
    assert refused.headers["Content-Type"] == "application/problem+json"
    told = {one["field"]: one["detail"] for one in refused.json()["errors"]}
    assert told.keys() >= {"email", "callback_number"}
    assert "must look like name@example.org" in told["email"]


def test_the_history_names_the_token_and_the_account(admin: Program, people: Cast) -> None:
    admin.patch(f"people/{people.ada.pk}", {"first_name": "Augusta"})
    with everywhere():
        entry = Change.objects.filter(model="person", object_id=people.ada.pk).latest("number")
    assert entry.who == "token organization_administrator's program of admin@acme.example"
    assert (entry.why, entry.origin) == ("over the API", "127.0.0.1")


def test_filters(admin: Program, people: Cast) -> None:
    assert ids(admin.get("people?search=ada")) == ["E1"]
    assert ids(admin.get("people?search=BOB@")) == ["E2"]
    assert ids(admin.get("people?device_user_id=E2")) == ["E2"]
    assert ids(admin.get("people?device_user_id=e2")) == []
    assert ids(admin.get(f"people?building={people.building.pk}")) == ["E1"]
    assert ids(admin.get("people?active=false")) == []
    now = timezone.now()
    with everywhere():
        Readiness.objects.create(
            person=people.bob, organization=people.acme, state=Readiness.State.NO_LOCATION, computed_at=now
        )
    assert ids(admin.get("people?readiness=no_location")) == ["E2"]
    assert ids(admin.get("people?readiness=ready")) == []


def test_what_was_changed_since(admin: Program, people: Cast) -> None:
    with everywhere():
        Change.objects.update(at=timezone.now() - timedelta(days=2))
    since = (timezone.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert ids(admin.get(f"people?updated_since={since}")) == []
    admin.patch(f"people/{people.bob.pk}", {"first_name": "Rob"})
    assert ids(admin.get(f"people?updated_since={since}")) == ["E2"]


def test_pages_are_stable_while_others_write(admin: Program, people: Cast) -> None:
    for number in range(3, 8):
        admin.post("people", {"device_user_id": f"E{number}"})
    first = admin.get("people?limit=3&active=true")
    assert ids(first) == ["E1", "E2", "E3"]
    assert first.headers["Link"] == f'<{first.json()["next"]}>; rel="next"'
    with everywhere():
        gone = Person.objects.get(device_user_id="E2", organization=people.acme)
    admin.delete(f"people/{gone.pk}")
    admin.post("people", {"device_user_id": "E8"})
    second = admin.get(first.json()["next"].removeprefix("http://testserver"))
    assert ids(second) == ["E4", "E5", "E6"]
    third = admin.get(second.json()["next"].removeprefix("http://testserver"))
    assert ids(third) == ["E7", "E8"]
    assert third.json()["next"] is None
    assert "Link" not in third.headers
