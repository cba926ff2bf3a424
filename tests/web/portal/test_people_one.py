"""One person: shown, added, changed, moved, switched off, removed; and never anybody of another organization."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from tests.addresses.town_map import VERMONT, draw
from tests.directory.cast import Cast

from callpoint.calls.models import CallRecord
from callpoint.directory import provision
from callpoint.directory.editing.typed import SEEN, fingerprint
from callpoint.directory.models import Change, Location, Person, acting
from callpoint.directory.tenancy import everywhere, inside
from callpoint.directory.verdicts import civic_of

ClientOf = Callable[[str], Client]
WHERE = "/organizations/acme/people/"
LAKE_VIEW = "422 Lake View Road, Averill, VT 05901"
FILLED = {
    "identification_type": "device_user_id",
    "device_user_id": "E1023",
    "phone_number": "",
    "first_name": "Cleo",
    "last_name": "Roy",
    "email": "cleo@acme.example",
    "callback_number": "802 555 0143",
    "language": "fr",
    "active": "yes",
}


@pytest.fixture
def client(client_of: ClientOf, published: object) -> Client:
    return client_of("organization_administrator")


def stored(person: Person) -> Person:
    with inside(person.organization):
        return Person.objects.get(pk=person.pk)


def page_of(client: Client, person: Person, rest: str = "") -> str:
    response = client.get(f"{WHERE}{person.pk}/{rest}")
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def home_of(person: Person) -> Location:
    with everywhere(), acting("test", "at home"):
        return provision.create_home(person, {"country": "US", "A1": "VT", "A3": "Barre", "HNO": "6", "RD": "Main"})


def theirs(people: Cast) -> Location:
    """A location of the other organization."""
    with everywhere(), acting("test", "theirs"):
        building = provision.create_building(people.other, "Secret HQ", {"country": "US", "A1": "VT", "A3": "Barre"})
        return provision.create_location(building, "Vault")


def test_the_page_explains_what_would_happen(client: Client, people: Cast) -> None:
    page = page_of(client, people.ada)
    for words in (
        "Goes to Montpelier dispatch",
        "sip:911@psap.example;transport=tcp",
        "sip:911@relay.example",
        "The ID “E1” in X-Employee-ID belongs to Ada.",
        "No current location was set.",
        "Nobody has checked that address: ask the caller to confirm it.",
        "This is a test call to nine three three.",
        "assigned location, unchecked",
        "+18025550101",
    ):
        assert words in page
    lost = page_of(client, people.bob)
    assert "Relay center, because no location is registered" in lost
    assert "nobody: there is no callback number" in lost
    assert "100.00 USD" in lost


def test_calls_and_tests_of_the_person_alone(client: Client, people: Cast) -> None:
    with everywhere():
        for call_id, organization, identity in (
            ("ours", people.acme, "E1"),
            ("bob's", people.acme, "E2"),
            ("theirs", people.other, "E1"),
        ):
            CallRecord.objects.create(
                organization=organization,
                call_id=call_id,
                started_at=datetime(2026, 11, 23, 2, 0, tzinfo=UTC),
                dialled="933",
                service="read_back",
                identity=identity,
                trunk=f"by {call_id} trunk",
            )
    page = page_of(client, people.ada)
    assert "by ours trunk" in page
    assert "by theirs trunk" not in page
    assert "by bob" not in page


def test_their_history_is_shown(client: Client, people: Cast) -> None:
    with inside(people.acme), acting("auditor@acme.example", "moved office"):
        provision.create_person(people.acme, "E1", last_name="Lovelace")
    page = page_of(client, people.ada)
    assert "auditor@acme.example" in page
    assert "Lovelace" in page


def test_adding_somebody_leads_to_where_they_work(client: Client, people: Cast) -> None:
    answer = client.post(f"{WHERE}new/", FILLED)
    with inside(people.acme):
        made = Person.objects.get(device_user_id="E1023")
    assert answer.headers["Location"] == f"{WHERE}{made.pk}/place/assigned/"
    assert (made.callback_number, made.language, made.active) == ("+18025550143", "fr", True)


def test_what_is_wrong_stands_beside_its_field_and_on_top(client: Client, people: Cast) -> None:
    wrong = FILLED | {"device_user_id": "E1", "callback_number": "12", "email": "x", "first_name": "Kept"}
    page = re.sub(r"\s+", " ", client.post(f"{WHERE}new/", wrong).content.decode())
    assert "belongs to Ada already" in page
    assert page.count("is no number of the US or Canada") == 2
    assert 'href="#callback_number"' in page
    assert 'value="Kept"' in page
    with inside(people.acme):
        assert Person.objects.count() == 2


def test_a_look_alike_is_warned_of_and_not_refused(client: Client, people: Cast) -> None:
    client.post(f"{WHERE}new/", FILLED)
    answer = client.post(f"{WHERE}new/", FILLED | {"device_user_id": "E1O23"}, follow=True)
    page = answer.content.decode()
    assert "is added" in page
    assert "Cleo Roy has the ID E1023, which looks like E1O23" in page


def test_look_alikes_are_told_while_typing(client: Client, people: Cast) -> None:
    near = client.get(f"{WHERE}near/", {"device_user_id": "e1"}).content.decode()
    assert "<code>E1</code>" in near
    assert "upper and lower case differ" in near
    assert (
        client.get(f"{WHERE}near/", {"device_user_id": "e1", "but": str(people.ada.pk)}).content.decode().strip() == ""
    )
    for but in ("x", "9" * 40, "-1", str(people.stranger.pk)):
        assert "<code>E1</code>" in client.get(f"{WHERE}near/", {"device_user_id": "e1", "but": but}).content.decode()


def test_the_exact_match_rule_stands_beside_the_field(client: Client) -> None:
    page = client.get(f"{WHERE}new/").content.decode()
    assert 'aria-describedby="device_user_id-help"' in page
    assert "E1023, e1023 and E01023 are three different people" in page


def test_changing_somebody(client: Client, people: Cast) -> None:
    page = page_of(client, people.ada, "edit/")
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen is not None
    values = FILLED | {"device_user_id": "E1", "last_name": "Lovelace", SEEN: seen[1]}
    del values["active"]  # as a browser sends an empty check box
    assert client.post(f"{WHERE}{people.ada.pk}/edit/", values).status_code == 302
    after = stored(people.ada)
    assert (after.last_name, after.active, after.assigned_location_id) == ("Lovelace", False, people.desk.pk)


def test_the_second_of_two_editors_is_told_and_keeps_what_was_typed(client: Client, people: Cast) -> None:
    seen = fingerprint(people.ada)
    with inside(people.acme), acting("somebody", "else"):
        provision.create_person(people.acme, "E1", last_name="First")
    page = client.post(f"{WHERE}{people.ada.pk}/edit/", FILLED | {SEEN: seen, "last_name": "Second"}).content.decode()
    assert "Somebody else changed it in the meantime" in page
    assert 'value="Second"' in page
    assert "Show what is stored now" in page
    assert stored(people.ada).last_name == "First"


def test_switching_off_and_on(client: Client, people: Cast) -> None:
    for active in ("no", "yes"):
        client.post(f"{WHERE}{people.ada.pk}/active/", {"active": active})
        assert stored(people.ada).active is (active == "yes")
    late = client.post(f"{WHERE}{people.ada.pk}/active/", {"active": "no", SEEN: "old"}, follow=True)
    assert "Somebody else changed it" in late.content.decode()
    assert stored(people.ada).active


def test_removing_asks_and_says_what_is_lost(client: Client, people: Cast) -> None:
    home_of(people.ada)
    page = page_of(client, people.ada, "remove/")
    assert "State House Front desk" in page
    assert "Home, 6 Main" in page
    assert "0 recorded calls of theirs are kept" in page
    assert stored(people.ada).first_name == "Ada"
    assert client.post(f"{WHERE}{people.ada.pk}/remove/").headers["Location"] == WHERE
    with inside(people.acme):
        assert not Person.objects.filter(pk=people.ada.pk).exists()
        assert not Location.objects.filter(person__isnull=False).exists()
        assert Change.objects.filter(model="person", object_id=people.ada.pk, action="deleted").exists()


def test_a_location_is_found_by_a_few_letters_and_assigned(client: Client, people: Cast) -> None:
    page = page_of(client, people.bob, "place/assigned/?place=state+desk")
    assert f'value="{people.desk.pk}"' in page
    assert "No location matches" in page_of(client, people.bob, "place/assigned/?place=nowhere")
    client.post(f"{WHERE}{people.bob.pk}/place/assigned/", {"location": people.desk.pk})
    assert stored(people.bob).assigned_location_id == people.desk.pk
    client.post(f"{WHERE}{people.bob.pk}/place/assigned/", {"location": ""})
    assert stored(people.bob).assigned_location_id is None


def test_where_somebody_is_is_shown_with_who_said_so(client: Client, people: Cast) -> None:
    client.post(f"{WHERE}{people.bob.pk}/place/current/", {"location": people.desk.pk})
    assert stored(people.bob).current_location_id == people.desk.pk
    page = page_of(client, people.bob)
    assert "by admin@acme.example (Manual)" in page


@pytest.mark.parametrize("which", ["assigned", "current"])
def test_a_location_of_another_organization_is_refused_at_the_field(client: Client, people: Cast, which: str) -> None:
    place = theirs(people)
    page = client.post(f"{WHERE}{people.bob.pk}/place/{which}/", {"location": place.pk}).content.decode()
    assert "is no location this person can have" in page
    assert 'id="location-error"' in page
    assert "Vault" not in page
    bob = stored(people.bob)
    assert (bob.assigned_location_id, bob.current_location_id) == (None, None)
    assert "Choose one" in client.post(f"{WHERE}{people.bob.pk}/place/{which}/").content.decode()


def test_there_are_no_other_kinds_of_place(client: Client, people: Cast) -> None:
    assert client.get(f"{WHERE}{people.bob.pk}/place/secret/").status_code == 404


def test_locations_of_others_are_not_found(client: Client, people: Cast) -> None:
    theirs(people)
    assert "No location matches" in page_of(client, people.bob, "place/assigned/?place=vault")


def test_several_are_changed_at_once(client: Client, people: Cast) -> None:
    keys = [people.ada.pk, people.bob.pk]
    client.post(f"{WHERE}several/", {"person": keys, "action": "deactivate", "back": "q=a&page=2&evil=x"})
    assert not stored(people.ada).active
    assert not stored(people.bob).active
    back = client.post(f"{WHERE}several/", {"person": keys, "action": "activate", "back": "q=a&page=2&evil=x"})
    assert back.headers["Location"] == f"{WHERE}?q=a&page=2"
    assert stored(people.ada).active


def test_several_are_given_a_location(client: Client, people: Cast) -> None:
    keys = [people.ada.pk, people.bob.pk]
    asked = client.post(f"{WHERE}several/", {"person": keys, "action": "assign", "place": "desk"}).content.decode()
    assert "Where 2 people work" in asked
    assert f'value="{people.desk.pk}"' in asked
    assert "Choose one of the locations, or none." in asked
    found = client.post(f"{WHERE}several/", {"person": keys, "action": "assign", "place": "desk", "find": "1"})
    assert "Choose one of the locations, or none." not in found.content.decode()
    assert stored(people.bob).assigned_location_id is None
    client.post(f"{WHERE}several/", {"person": keys, "action": "assign", "location": people.desk.pk})
    assert stored(people.bob).assigned_location_id == people.desk.pk


def test_several_are_changed_all_or_none(client: Client, people: Cast) -> None:
    wrong = {"person": [people.ada.pk, people.stranger.pk], "action": "deactivate"}
    assert "Nobody was changed" in client.post(f"{WHERE}several/", wrong, follow=True).content.decode()
    assert stored(people.ada).active
    assert stored(people.stranger).active
    place = theirs(people)
    tampered = {"person": [people.ada.pk], "action": "assign", "location": place.pk}
    assert "is no location" in client.post(f"{WHERE}several/", tampered).content.decode()
    assert stored(people.ada).assigned_location_id == people.desk.pk
    nothing = client.post(f"{WHERE}several/", {"person": [people.ada.pk], "action": "explode"}, follow=True)
    assert "Choose what to do" in nothing.content.decode()


def test_a_home_is_added_with_its_address_judged(client: Client, people: Cast, data: Path) -> None:
    draw(data, "vermont", VERMONT)
    typo = {"address": "422 Lake Veiw Rd, Averill, VT 05901", "name": "", "unit": "4"}
    page = client.post(f"{WHERE}{people.bob.pk}/homes/new/", typo).content.decode()
    assert "Perhaps one of these?" in page
    assert f'value="{LAKE_VIEW}"' in page
    assert client.post(f"{WHERE}{people.bob.pk}/homes/new/", typo | {"accept": LAKE_VIEW}).status_code == 302
    with inside(people.acme):
        home = Location.objects.select_related("address").get(person=people.bob)
    assert (home.name, home.unit) == ("Home", "4")
    assert home.address is not None
    assert home.address.verdict == "valid_corrected"
    assert "Home</a>, 422 Lake View Road" in page_of(client, people.bob)


def test_choices_are_shown_before_a_home_is_saved(client: Client, people: Cast, data: Path) -> None:
    draw(data, "sparse", VERMONT, complete=False)
    new = f"{WHERE}{people.bob.pk}/homes/new/"
    fields = {"address": "422 Lake Veiw Rd, Averill, VT 05901", "name": "Camp"}
    page = client.post(new, fields).content.decode()
    assert "Nothing is saved yet: perhaps another address is meant." in page
    assert f'value="{LAKE_VIEW}"' in page
    shown = re.search(r'name="as_typed" value="([^"]+)"', page)
    assert shown is not None
    with inside(people.acme):
        assert not Location.objects.filter(person=people.bob).exists()
    assert client.post(new, fields | {"as_typed": shown[1]}).status_code == 302
    with inside(people.acme):
        home = Location.objects.select_related("address").get(person=people.bob)
        assert home.address is not None
        assert home.address.verdict == "area"
        written = civic_of(home.address.values()).formatted()
    here = f"{WHERE}{people.bob.pk}/homes/{home.pk}/"
    assert client.post(here, {"address": written, "name": "Lodge"}).status_code == 302  # nothing new is asked
    assert "Nothing is saved yet" in client.post(here, {"address": "424 Lake Veiw, Averill, VT"}).content.decode()
    assert client.post(here, fields | {"accept": LAKE_VIEW}).status_code == 302
    assert "Camp</a>, 422 Lake View Road" in page_of(client, people.bob)


def test_a_home_that_is_refused_is_not_asked_about(client: Client, people: Cast, data: Path) -> None:
    draw(data, "sparse", VERMONT, complete=False)
    taken = {"address": "422 Lake Veiw Rd, Averill, VT 05901", "name": home_of(people.ada).name}
    page = client.post(f"{WHERE}{people.ada.pk}/homes/new/", taken).content.decode()
    assert "give this one another name" in page
    assert "Nothing is saved yet" not in page
    assert 'name="as_typed"' in page


def test_a_home_is_changed_and_removed(client: Client, people: Cast) -> None:
    home = home_of(people.ada)
    page = page_of(client, people.ada, f"homes/{home.pk}/")
    assert "6 Main" in page
    values = {"address": "6 Main, Barre, VT", "name": "Cabin", "latitude": "44.2", "longitude": "-72.5"}
    assert client.post(f"{WHERE}{people.ada.pk}/homes/{home.pk}/", values).status_code == 302
    with inside(people.acme):
        changed = Location.objects.select_related("address").get(pk=home.pk)
        assert changed.address is not None
        assert (changed.name, changed.address.latitude) == ("Cabin", 44.2)
        provision_at = f"{WHERE}{people.ada.pk}/homes/{home.pk}/remove/"
    client.post(f"{WHERE}{people.ada.pk}/place/current/", {"location": home.pk})
    refused = client.post(provision_at, follow=True).content.decode()
    assert "is the location of Ada (E1)" in refused
    client.post(f"{WHERE}{people.ada.pk}/place/current/", {"location": ""})
    assert client.post(provision_at).headers["Location"] == f"{WHERE}{people.ada.pk}/"
    with inside(people.acme):
        assert not Location.objects.filter(pk=home.pk).exists()


NOT_THERE = [
    *((name, "get") for name in ("person", "person-edit", "person-remove", "home-new")),
    *((name, "post") for name in ("person-edit", "person-active", "person-remove", "home-new")),
]


@pytest.mark.parametrize(("name", "method"), NOT_THERE)
def test_nobody_of_another_organization_is_reached(client: Client, people: Cast, name: str, method: str) -> None:
    for key in (people.stranger.pk, 10**15):
        assert getattr(client, method)(reverse(name, args=["acme", key]), FILLED).status_code == 404
    assert stored(people.stranger).first_name == "Secret Stranger"
    with everywhere():
        assert not Change.objects.filter(model="person", object_id=people.stranger.pk, action="changed").exists()


def test_places_and_homes_of_others_are_not_reached(client: Client, people: Cast) -> None:
    strange, adas = home_of(people.stranger), home_of(people.ada)
    for url in (
        reverse("person-place", args=["acme", people.stranger.pk, "assigned"]),
        reverse("home", args=["acme", people.stranger.pk, strange.pk]),
        reverse("home", args=["acme", people.ada.pk, strange.pk]),
        reverse("home", args=["acme", people.bob.pk, adas.pk]),
        reverse("home-remove", args=["acme", people.bob.pk, adas.pk]),
        reverse("home-remove", args=["acme", people.ada.pk, strange.pk]),
    ):
        assert client.post(url, {"location": people.desk.pk}).status_code == 404
    with everywhere():
        assert Location.objects.filter(person__isnull=False).count() == 2


def test_an_auditor_sees_no_button_that_would_not_work(client_of: ClientOf, people: Cast, published: object) -> None:
    home_of(people.ada)
    page = page_of(client_of("auditor"), people.ada)
    for link in ("edit/", "remove/", "active/", "place/", "homes/"):
        assert f"{people.ada.pk}/{link}" not in page
