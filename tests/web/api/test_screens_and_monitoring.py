"""Screens, what guards may listen to, and their phones: shown once, and never twice."""

import pytest
from django.test import override_settings
from django.utils import timezone
from tests.directory.cast import Cast
from tests.web.api.conftest import Program

from callpoint.directory.tenancy import everywhere
from callpoint.notices.editing.screens import digest
from callpoint.notices.models import MonitorPhone, Screen, ScreenSign
from callpoint.routing import monitor_pin

pytestmark = pytest.mark.django_db


@override_settings(STREAMS_URL="https://911.acme.example")
def test_the_token_of_a_screen_is_shown_once(admin: Program, people: Cast) -> None:
    answer = admin.post("screens", {"name": "Gate", "buildings": [people.building.pk]})
    assert answer.status_code == 201
    made = answer.json()
    assert made["link"] == f"https://911.acme.example/onsite/#token={made['token']}"
    with everywhere():
        assert Screen.objects.get(pk=made["id"]).digest == digest(made["token"])
    path = f"screens/{made['id']}"
    read = admin.get(path)
    assert read.headers["ETag"] == answer.headers["ETag"]
    assert made["token"] not in read.content.decode() + admin.get("screens").content.decode()
    assert read.json() == {name: value for name, value in made.items() if name not in ("token", "link")}


def test_a_screen_is_changed_in_what_is_given_and_keeps_its_token(admin: Program, people: Cast) -> None:
    made = admin.post("screens", {"name": "Gate", "language": "fr-ca", "buildings": [people.building.pk]}).json()
    path = f"screens/{made['id']}"
    before = admin.get(path).json()
    assert admin.patch(path, {"name": "Gate 2"}).json() == before | {"name": "Gate 2"}
    assert admin.patch(path, {"buildings": []}).json() == before | {"name": "Gate 2", "buildings": []}
    with everywhere():
        assert Screen.objects.get(pk=made["id"]).digest == digest(made["token"])


def test_a_revoked_screen_stays_in_the_list(admin: Program) -> None:
    path = f"screens/{admin.post('screens', {'name': 'Gate'}).json()['id']}"
    assert admin.get(path).json()["revoked_at"] is None
    assert admin.delete(path).status_code == 204
    at = admin.get(path).json()["revoked_at"]
    assert at is not None
    assert admin.delete(path).status_code == 204
    assert [one["revoked_at"] for one in admin.get("screens").json()["items"]] == [at]


def test_a_screen_s_sign_of_life_is_no_part_of_its_tag(admin: Program, people: Cast) -> None:
    path = f"screens/{admin.post('screens', {'name': 'Gate'}).json()['id']}"
    tag = admin.get(path).headers["ETag"]
    never = admin.get(f"{path}/sign").json()
    assert (never["connected"], never["at"]) == (False, None)
    with everywhere():
        ScreenSign.objects.create(
            screen=Screen.objects.get(), organization=people.acme, connected=True, at=timezone.now(), program="Onsite 1"
        )
    sign = admin.get(f"{path}/sign").json()
    assert (sign["connected"], sign["program"]) == (True, "Onsite 1")
    assert admin.get(path).headers["ETag"] == tag


def test_monitoring_is_off_until_somebody_says_otherwise(admin: Program) -> None:
    off = admin.get("monitoring").json()
    assert (off["mode"], off["record"], off["lawful"], off["legal_notice_at"]) == ("off", False, False, None)
    joined = admin.patch("monitoring", {"mode": "join", "retention_days": 7}).json()
    assert joined == off | {"mode": "join", "retention_days": 7}
    assert admin.patch("monitoring", {"announce": True}).json() == joined | {"announce": True}


def test_nobody_records_without_saying_that_it_is_lawful(admin: Program) -> None:
    refused = admin.patch("monitoring", {"record": True})
    assert [one["field"] for one in refused.json()["errors"]] == ["lawful"]
    recorded = admin.patch("monitoring", {"record": True, "lawful": True}).json()
    assert recorded["legal_notice_by"] == "token organization_administrator's program of admin@acme.example"
    assert admin.get("monitoring").json() == recorded
    longer = admin.patch("monitoring", {"retention_days": 90}).json()
    assert longer == recorded | {"retention_days": 90}, "who said so first stays"
    assert admin.patch("monitoring", {"lawful": False}).status_code == 422
    back = admin.patch("monitoring", {"lawful": False, "record": False}).json()
    assert (back["legal_notice_by"], back["legal_notice_at"]) == ("", None)


def test_settings_are_changed_by_who_has_seen_them(admin: Program) -> None:
    tag = admin.get("monitoring").headers["ETag"]
    assert admin.patch("monitoring", {"mode": "listen"}, If_Match=tag).status_code == 200
    assert admin.patch("monitoring", {"mode": "join"}, If_Match=tag).status_code == 412
    assert admin.get("monitoring").json()["mode"] == "listen"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"mode": "loud"}, "mode"),
        ({"retention_days": 0}, "retention_days"),
        ({"retention_days": 3651}, "retention_days"),
        ({"dial_in": "12"}, "dial_in"),
        ({"announce": "yes"}, "announce"),
    ],
)
def test_settings_that_are_none(admin: Program, values: dict[str, object], field: str) -> None:
    answer = admin.patch("monitoring", values)
    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (422, [field])


def test_the_pin_of_a_phone_is_shown_once(admin: Program) -> None:
    answer = admin.post("monitoring/phones", {"name": "Patrol", "number": "802 555 0142"})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["number"], len(made["pin"])) == ("+18025550142", 8)
    with everywhere():
        assert monitor_pin.matches(made["pin"], MonitorPhone.objects.get().pin_digest)
    path = answer.headers["Location"]
    read = admin.get(path)
    assert read.json() == {"id": made["id"], "name": "Patrol", "number": "+18025550142"}
    assert read.headers["ETag"] == answer.headers["ETag"]
    assert admin.get("monitoring/phones").json()["items"] == [read.json()]
    assert admin.delete(path, If_Match='"other"').status_code == 412
    assert admin.delete(path, If_Match=read.headers["ETag"]).status_code == 204
    assert admin.get(path).status_code == 404
