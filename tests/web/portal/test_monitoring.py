"""Who may listen is off until somebody sets it; recording needs somebody who answers for it; PINs are shown once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.directory.cast import Cast

from callpoint.directory.models import acting
from callpoint.directory.tenancy import everywhere
from callpoint.notices.editing.monitoring import add_phone
from callpoint.notices.models import MonitorPhone, MonitorSettings
from callpoint.notices.publishing import plan_of
from callpoint.routing.alert_records import Monitoring
from callpoint.routing.board_pass import Holder, read
from callpoint.routing.monitor_pin import matches

URL = "/organizations/acme/monitoring/"
OFF = {"mode": "off", "retention_days": "30", "dial_in": ""}


@pytest.fixture
def admin(client_of: Callable[[str], Client]) -> Client:
    return client_of("organization_administrator")


def body(response: Any) -> str:
    return str(response.content.decode())


def published(people: Cast) -> Monitoring:
    with everywhere():
        return plan_of(people.acme).monitoring


def test_everything_is_off_until_it_is_set(admin: Client, people: Cast) -> None:
    page = admin.get(URL)
    assert page.context["given"]["mode"] == "off"
    assert published(people) == Monitoring()


def test_it_is_set_and_published(admin: Client, people: Cast) -> None:
    sent = {**OFF, "mode": "join", "announce": "yes", "dial_in": "(802) 555-0177"}
    assert admin.post(URL, sent).status_code == 302
    now = published(people)
    assert (now.mode, now.announce, now.record, now.dial_in) == ("join", True, False, "+18025550177")


def test_recording_needs_somebody_who_answers_for_it(admin: Client, people: Cast) -> None:
    assert "must be confirmed before calls are recorded" in body(admin.post(URL, {**OFF, "record": "yes"}))
    assert not published(people).record
    assert admin.post(URL, {**OFF, "record": "yes", "lawful": "yes"}).status_code == 302
    assert published(people).record
    page = body(admin.get(URL))
    assert f"Confirmed by {people.organization_administrator.email}" in page
    assert admin.post(URL, OFF).status_code == 302
    with everywhere():
        assert MonitorSettings.objects.get().legal_notice_by == ""


@pytest.mark.parametrize(
    "wrong", [{"mode": "everything"}, {"retention_days": "0"}, {"retention_days": "x"}, {"dial_in": "+44 20 7946 0018"}]
)
def test_what_is_wrong_is_said_and_nothing_is_kept(admin: Client, wrong: dict[str, str]) -> None:
    answer = admin.post(URL, {**OFF, **wrong})
    assert answer.status_code == 200
    assert "invalid-feedback" in body(answer)
    with everywhere():
        assert not MonitorSettings.objects.exists()


def test_a_phone_and_its_pin(admin: Client, people: Cast) -> None:
    made = admin.post(f"{URL}phones/new/", {"name": "Gate", "number": "802-555-0123"})
    pin = made.context["pin"]
    (phone,) = published(people).phones
    assert (phone.name, phone.number) == ("Gate", "+18025550123")
    assert matches(pin, phone.pin_digest)
    assert pin not in body(admin.get(URL))
    assert "is the name of another phone" in body(
        admin.post(f"{URL}phones/new/", {"name": "Gate", "number": "802-555-0124"})
    )
    with everywhere():
        key = MonitorPhone.objects.get().pk
    assert admin.post(f"{URL}phones/{key}/remove/").status_code == 302
    assert published(people).phones == ()


def test_another_organizations_phone_is_not_there(admin: Client, people: Cast) -> None:
    with everywhere(), acting("test", "theirs"):
        theirs, _ = add_phone(people.other, {"name": "Theirs", "number": "802-555-0199"})
    assert admin.post(f"{URL}phones/{theirs.pk}/remove/").status_code == 404
    assert "Theirs" not in body(admin.get(URL))


@pytest.mark.parametrize("name", ["security", "auditor", "organization_administrator"])
def test_the_way_to_the_board(client_of: Callable[[str], Client], people: Cast, data: Path, name: str) -> None:
    (data / "dispatcher").mkdir()
    (data / "dispatcher" / "pass-key").write_text("the key\n")
    answer = client_of(name).get("/organizations/acme/live/")
    where, _, text = answer["Location"].partition("#pass=")
    assert where == "http://127.0.0.1:8912/board/"
    assert read("the key", text, 0.0) == Holder("acme", str(getattr(people, name).pk))
