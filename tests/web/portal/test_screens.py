"""Screens: their link is shown once, they are of one organization, and pages tell whether they are alive."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.utils import timezone
from tests.directory.cast import Cast

from callpoint.directory import provision
from callpoint.directory.models import acting
from callpoint.directory.tenancy import everywhere
from callpoint.notices.editing.screens import digest, make_screen
from callpoint.notices.models import BuildingPlan, Screen, ScreenSign
from callpoint.notices.publishing import plan_of

BASE = "/organizations/acme/screens/"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 50


@pytest.fixture
def admin(client_of: Callable[[str], Client]) -> Client:
    return client_of("organization_administrator")


def body(response: Any) -> str:
    return str(response.content.decode())


def the_screen() -> Screen:
    with everywhere():
        return Screen.objects.get()


def test_a_screen_is_added_and_its_link_shown_once(admin: Client, people: Cast) -> None:
    made = admin.post(f"{BASE}new/", {"name": "Front desk", "language": "fr-ca", "buildings": [people.building.pk]})
    screen = the_screen()
    token = made.context["token"]
    assert digest(token) == screen.digest
    assert f"http://127.0.0.1:8912/onsite/#token={token}" in body(made)
    assert token not in body(admin.get(BASE))
    with everywhere():
        (published,) = plan_of(people.acme).screens
    assert (published.token_digest, published.buildings, published.language) == (
        *(screen.digest, (str(people.building.pk),)),
        "fr-ca",
    )


@pytest.mark.parametrize("fields", [{"name": ""}, {"name": "A\nB"}, {"name": "A", "language": "xx"}])
def test_what_is_wrong_is_said_and_nothing_is_made(admin: Client, fields: dict[str, str]) -> None:
    answer = admin.post(f"{BASE}new/", {"language": "", **fields})
    assert answer.status_code == 200
    assert "invalid-feedback" in body(answer)
    with everywhere():
        assert not Screen.objects.exists()


def test_a_name_is_given_once(admin: Client) -> None:
    admin.post(f"{BASE}new/", {"name": "Desk", "language": ""})
    again = admin.post(f"{BASE}new/", {"name": "Desk", "language": ""})
    assert "is the name of another screen" in body(again)


def test_buildings_of_others_cannot_be_chosen(admin: Client, people: Cast) -> None:
    with everywhere(), acting("test", "theirs"):
        theirs = provision.create_building(people.other, "Theirs", {"country": "US", "A1": "VT", "A3": "Barre"})
    answer = admin.post(f"{BASE}new/", {"name": "Desk", "language": "", "buildings": [theirs.pk]})
    assert "not there any more" in body(answer)
    with everywhere():
        assert not Screen.objects.exists()


def test_a_revoked_screen_is_in_no_plan(admin: Client, people: Cast) -> None:
    admin.post(f"{BASE}new/", {"name": "Desk", "language": ""})
    admin.post(f"{BASE}{the_screen().pk}/revoke/")
    assert the_screen().revoked_at is not None
    with everywhere():
        assert plan_of(people.acme).screens == ()
    assert "Revoked" in body(admin.get(BASE))


def test_edited_by_two_the_second_is_told(admin: Client) -> None:
    admin.post(f"{BASE}new/", {"name": "Desk", "language": ""})
    url = f"{BASE}{the_screen().pk}/"
    seen = admin.get(url).context["given"]["seen"]
    assert admin.post(url, {"name": "First", "language": "", "seen": seen}).status_code == 302
    assert "Somebody else changed it" in body(admin.post(url, {"name": "Second", "language": "", "seen": seen}))
    assert the_screen().name == "First"


def test_another_organizations_screen_is_not_there(admin: Client, people: Cast) -> None:
    with everywhere(), acting("test", "theirs"):
        theirs, _ = make_screen(people.other, {"name": "Theirs"}, [])
    for url in (f"{BASE}{theirs.pk}/", f"{BASE}{theirs.pk}/revoke/"):
        assert admin.post(url, {"name": "Mine"}).status_code == 404
    assert "Theirs" not in body(admin.get(BASE))


def test_signs_of_life(admin: Client, people: Cast) -> None:
    admin.post(f"{BASE}new/", {"name": "Desk", "language": ""})
    assert "Never seen" in body(admin.get(BASE))
    with everywhere():
        sign = ScreenSign(screen=the_screen(), organization=people.acme, connected=True, at=timezone.now())
        sign.save()
        assert "Alive" in body(admin.get(BASE))
        sign.connected = False
        sign.save()
    assert "Away" in body(admin.get(BASE))


# --- programs


def test_without_a_manifest_every_system_says_it_is_not_there(admin: Client) -> None:
    assert body(admin.get(f"{BASE}programs/")).count("Not built for this installation yet") == 3


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"packages": [{"file": "../callpoint.db", "system": "linux", "size": 1}]}', '{"packages": 7}'],
)
def test_a_manifest_nobody_can_read_offers_nothing(admin: Client, data: Path, text: str) -> None:
    (data / "installers").mkdir()
    (data / "installers" / "manifest.json").write_text(text)
    assert body(admin.get(f"{BASE}programs/")).count("Not built for this installation yet") == 3
    assert admin.get(f"{BASE}programs/callpoint.db").status_code == 404


@override_settings(STREAMS_URL="https://911.acme.example")
def test_a_package_is_offered_and_handed_out(admin: Client, data: Path) -> None:
    (data / "installers").mkdir()
    (data / "installers" / "onsite.deb").write_bytes(b"package")
    one = {"system": "linux", "file": "onsite.deb", "size": 7, "sha256": "ab" * 32, "version": "1.0"}
    gone = {**one, "system": "windows", "file": "gone.msi"}
    packages = [{**one, "host": "https://911.acme.example"}, {**gone, "host": "x"}]
    (data / "installers" / "manifest.json").write_text(json.dumps({"packages": packages}))
    page = body(admin.get(f"{BASE}programs/"))
    assert "Download onsite.deb" in page
    assert "gone.msi" not in page
    assert "another server" not in page
    answer = admin.get(f"{BASE}programs/onsite.deb")
    assert b"".join(answer.streaming_content) == b"package"  # type: ignore[attr-defined]
    with override_settings(STREAMS_URL="https://moved.example"):
        assert "Built for another server: https://911.acme.example" in body(admin.get(f"{BASE}programs/"))


# --- what responders are shown of a building


def test_directions_and_a_picture(admin: Client, people: Cast, data: Path) -> None:
    url = f"{BASE}buildings/{people.building.pk}/"
    sent = {"directions": "Main entrance\r\nkeys at the desk", "picture": SimpleUploadedFile("plan.png", PNG)}
    assert admin.post(url, sent).status_code == 302
    with everywhere():
        plan = BuildingPlan.objects.get()
        (published,) = plan_of(people.acme).buildings
    assert (published.directions, published.picture) == ("Main entrance\nkeys at the desk", plan.picture)
    assert (data / "floor-plans" / plan.picture).read_bytes() == PNG
    answer = admin.get(f"{url}picture/")
    assert (answer["Content-Type"], b"".join(answer.streaming_content)) == ("image/png", PNG)  # type: ignore[attr-defined]
    assert admin.post(url, {"directions": "x", "no_picture": "yes"}).status_code == 302
    assert admin.get(f"{url}picture/").status_code == 404


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"<svg onload=alert(1)>", "no PNG or JPEG"), (PNG + b"\0" * 5_000_000, "larger than 5 MB")],
    ids=["script", "large"],
)
def test_a_picture_that_is_none(admin: Client, people: Cast, data: Path, content: bytes, sentence: str) -> None:
    url = f"{BASE}buildings/{people.building.pk}/"
    answer = admin.post(url, {"directions": "x", "picture": SimpleUploadedFile("plan.png", content)})
    assert sentence in body(answer)
    with everywhere():
        assert not BuildingPlan.objects.exists()
    assert not (data / "floor-plans").exists()


def test_another_organizations_building_is_not_there(client_of: Callable[[str], Client], people: Cast) -> None:
    outsider = client_of("outsider")
    assert outsider.get(f"/organizations/other/screens/buildings/{people.building.pk}/").status_code == 404
    assert outsider.get(f"/organizations/other/screens/buildings/{people.building.pk}/picture/").status_code == 404
