"""Buildings and locations in the portal: found, added, changed and removed, by those who may."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.addresses.town_map import VERMONT, draw
from tests.directory.cast import MONTPELIER, Cast

from callpoint.directory import provision
from callpoint.directory.models import Address, Building, Change, Location, Organization, Person, acting
from callpoint.directory.tenancy import everywhere
from callpoint.directory.verdicts import civic_of
from callpoint.web.portal.locations.counts import people_by_building, people_by_location

ClientOf = Callable[[str], Client]
HERE = "/organizations/acme/locations/"
TYPO = "422 Lake Veiw Rd, Averill, VT 05901"
RIGHT = "422 Lake View Road, Averill, VT 05901"


@pytest.fixture
def vermont(data: Path) -> None:
    """A few streets are known."""
    draw(data, "vermont", VERMONT)


@pytest.fixture
def admin(client_of: ClientOf, published: object) -> Client:
    return client_of("organization_administrator")


def text_of(response: Any) -> str:
    """What a page says, without its marks."""
    body = response.content.decode()
    assert response.status_code == 200, body[:300]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def made(name: str) -> Building:
    with everywhere():
        return Building.objects.select_related("address").get(name=name)


def add(people: Cast, name: str, **civic: str) -> Building:
    with acting("test", "more"):
        return provision.create_building(people.acme, name, MONTPELIER | civic)


def test_the_list_says_what_is_where(admin: Client, people: Cast) -> None:
    add(people, "Empty House", HNO="117")
    page = text_of(admin.get(HERE))
    assert "2 buildings" in page
    assert "115 State Street, Montpelier, VT" in page
    assert "unchecked" in page
    body = admin.get(HERE).content.decode()
    assert f"people/?in_building={people.building.pk}" in body


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "state"}, {"State House", "Annex"}),
        ({"q": "state house"}, {"State House"}),
        ({"q": "wellington"}, {"Parliament"}),
        ({"region": "ON"}, {"Parliament"}),
        ({"verdict": "area"}, {"Annex"}),
        ({"verdict": "nonsense"}, {"State House", "Annex", "Parliament"}),
        ({"people": "none"}, {"Annex", "Parliament"}),
        ({"q": "nothing like it"}, set()),
    ],
)
def test_buildings_are_found(query: dict[str, str], found: set[str], admin: Client, people: Cast) -> None:
    annex = add(people, "Annex", HNO="117")
    with acting("test", "verdict"):
        annex.address.verdict = "area"
        annex.address.save()
        provision.create_building(
            people.acme, "Parliament", {"country": "CA", "A1": "ON", "A3": "Ottawa", "RD": "Wellington"}
        )
    rows = admin.get(HERE, query).context["rows"]
    assert {row.building.name for row in rows} == found


def test_locations_beneath_are_found(admin: Client, people: Cast) -> None:
    with acting("test", "more"):
        provision.create_location(people.building, "Mail room", room="12", note="by the lift", elin="+18025550166")
    for q in ("mail", "lift", "0166", "house mail"):
        assert [row.location.name for row in admin.get(HERE, {"q": q}).context["spots"]] == ["Mail room"], q
    assert admin.get(HERE, {"q": "desk", "people": "none"}).context["spots"] == []
    page = admin.get(f"{HERE}{people.building.pk}/", {"q": "lift"})
    assert [row.location.name for row in page.context["rows"]] == ["Mail room"]


def test_people_are_counted_once(people: Cast) -> None:
    other = add(people, "Other", HNO="9")
    with everywhere(), acting("test", "more"):
        spot = provision.create_location(other, "Desk")
        provision.set_current_location(people.ada, people.desk)  # assigned there as well
        provision.set_current_location(people.bob, spot)
        people.bob.number_location = people.desk
        people.bob.save()
        assert people_by_building([people.building.pk, other.pk]) == {people.building.pk: 2, other.pk: 1}
        assert people_by_location([people.desk.pk, spot.pk]) == {people.desk.pk: 2, spot.pk: 1}


def test_homes_are_nobody_else_s_business(admin: Client, people: Cast) -> None:
    with acting("test", "home"):
        home = provision.create_home(people.bob, MONTPELIER | {"RD": "Secret Lane"})
    assert "Secret Lane" not in text_of(admin.get(HERE, {"q": "secret"}))
    for path in (f"spots/{home.pk}/", f"spots/{home.pk}/remove/"):
        assert admin.get(HERE + path).status_code == 404
    assert "Home" not in text_of(admin.get(f"{HERE}choices/", {"q": "home"}))


def test_many_buildings_take_no_more_questions_than_a_few(admin: Client, people: Cast) -> None:
    add(people, "Store", HNO="1")
    admin.get(HERE)  # the first page of a session asks more
    asked = []
    for number in range(30):
        if number in (0, 29):
            with CaptureQueriesContext(connection) as questions:
                page = text_of(admin.get(HERE))
            asked.append(len(questions))
        add(people, f"Store {number:02d}", HNO=str(number + 2))
    assert asked[0] == asked[1]
    assert "1–25 of 31" in page
    assert "26–32 of 32" in text_of(admin.get(HERE, {"page": "2"}))


def test_a_building_tells_who_answers(admin: Client, people: Cast) -> None:
    page = text_of(admin.get(f"{HERE}{people.building.pk}/"))
    assert "Nobody has checked this address" in page
    assert "the call taker is told that nobody has checked it" in page
    assert "Montpelier dispatch" in page
    assert "not known" in page  # the position
    assert "setting up" in page  # the history's reason


def test_adding_a_building(admin: Client, people: Cast, vermont: None) -> None:
    answer = admin.post(f"{HERE}new/", {"name": "Lake house", "address": RIGHT, "first": "Default"}, follow=True)
    assert "Lake house is added." in text_of(answer)
    house = made("Lake house")
    assert (house.address.verdict, house.address.dataset) == ("valid", "vermont")
    with everywhere():
        assert Location.objects.get(building=house).name == "Default"
        change = Change.objects.get(model="building", object_id=house.pk)
    assert (change.who, change.why, change.origin) == ("admin@acme.example", "in the portal", "127.0.0.1")


def test_a_building_that_is_not_accepted_comes_back_with_choices(admin: Client, vermont: None, people: Cast) -> None:
    answer = admin.post(f"{HERE}new/", {"name": "Lake house", "address": TYPO})
    page = text_of(answer)
    assert "Nothing was saved" in page
    assert "did you mean" in page
    assert f'value="{RIGHT}"' in answer.content.decode()
    chosen = {"name": "Lake house", "address": TYPO, "accept": RIGHT}
    assert admin.post(f"{HERE}new/", chosen).status_code == 302
    assert made("Lake house").address.chosen == {"given": TYPO, "chosen": RIGHT}


STATE = "115 state stret montpelier vt"
STATE_STREET = "115 State Street, Montpelier, VT 05602"


@pytest.fixture
def sparse(data: Path) -> None:
    """A few streets are known, by a set that does not claim to list every one."""
    draw(data, "sparse", VERMONT, complete=False)


def written(address: Address) -> str:
    return civic_of(address.values()).formatted()


def as_typed(response: Any) -> str:
    """What the panel sends along when it has shown its choices."""
    found = re.search(r'name="as_typed" value="([^"]+)"', text := response.content.decode())
    assert found is not None, text
    return found[1]


def test_choices_are_shown_before_an_address_is_saved(admin: Client, people: Cast, sparse: None) -> None:
    """No script ran: the panel was never there."""
    fields = {"name": "State office", "address": STATE, "first": "Default"}
    with everywhere():
        before = Change.objects.count()
    answer = admin.post(f"{HERE}new/", fields)
    page = text_of(answer)
    assert "Nothing is saved yet: perhaps another address is meant." in page
    assert "Perhaps one of these?" in page
    assert "It may be saved." in page
    assert f'value="{STATE_STREET}"' in answer.content.decode()
    assert answer.context["given"]["first"] == "Default"
    with everywhere():
        assert not Building.objects.filter(name="State office").exists()
        assert Change.objects.count() == before
    assert admin.post(f"{HERE}new/", fields | {"as_typed": as_typed(answer)}).status_code == 302
    assert made("State office").address.verdict == "area"


def test_a_choice_made_is_not_asked_for_again(admin: Client, people: Cast, sparse: None) -> None:
    fields = {"name": "State office", "address": STATE}
    shown = as_typed(admin.post(f"{HERE}new/", fields))
    assert admin.post(f"{HERE}new/", fields | {"as_typed": shown, "accept": STATE_STREET}).status_code == 302
    assert written(made("State office").address) == STATE_STREET
    assert made("State office").address.verdict == "valid_corrected"


def test_another_address_is_asked_about_anew(admin: Client, people: Cast, sparse: None) -> None:
    fields = {"name": "State office", "address": STATE}
    shown = as_typed(admin.post(f"{HERE}address/", {"address": STATE}))  # while typing
    moved = fields | {"address": TYPO, "as_typed": shown}
    assert "Nothing is saved yet" in text_of(admin.post(f"{HERE}new/", moved))
    assert admin.post(f"{HERE}new/", fields | {"as_typed": shown}).status_code == 302


def test_what_is_wrong_is_told_before_choices_are_asked_for(admin: Client, people: Cast, sparse: None) -> None:
    answer = admin.post(f"{HERE}new/", {"name": "", "address": STATE})
    page = text_of(answer)
    assert "Nothing was saved. Please correct this:" in page
    assert "Nothing is saved yet" not in page
    named = {"name": "State office", "address": STATE, "as_typed": as_typed(answer)}  # they were shown with the error
    assert admin.post(f"{HERE}new/", named).status_code == 302


def test_choices_are_shown_when_an_address_is_changed_only(admin: Client, people: Cast, sparse: None) -> None:
    path = f"{HERE}{people.building.pk}/edit/"
    given = admin.get(path).context["given"]
    fields = {"name": "Capitol", "address": STATE, "seen": given["seen"]}
    answer = admin.post(path, fields)
    assert "Nothing is saved yet" in text_of(answer)
    assert answer.context["seen"] == given["seen"]
    assert written(made("State House").address) == given["address"]
    assert admin.post(path, fields | {"as_typed": as_typed(answer)}).status_code == 302
    stored = made("Capitol").address
    renamed = {"name": "Annex", "address": written(stored)}
    assert admin.post(path, renamed).status_code == 302
    civic = {"entry": "elements", "country": "US", "A1": "VT", "A3": "Montpelier", "HNO": "115", "RD": "State"}
    assert "Nothing is saved yet" in text_of(admin.post(path, {"name": "By parts"} | civic | {"STS": "Avenue"}))
    assert made("Annex").address == stored


def test_what_is_less_than_valid_is_said_plainly(admin: Client, people: Cast) -> None:
    fields = {"name": "Office", "address": "10 Main St, Barre VT 05641", "latitude": "44.19", "longitude": "-72.5"}
    page = text_of(admin.post(f"{HERE}new/", fields, follow=True))
    assert "Only the area is known: help cannot be sent to a door. A call from here goes to whoever serves" in page
    assert "44.19000, -72.50000 (set by hand)" in page


def test_a_map_is_drawn_where_there_is_something_to_draw(admin: Client, people: Cast) -> None:
    path = f"{HERE}{people.building.pk}/"
    blank = admin.get(path).content.decode()
    assert "No position is known for this address" in blank
    assert "data-map" not in blank
    placed = {"name": "Office", "address": "10 Main St, Barre VT 05641", "latitude": "44.19", "longitude": "-72.5"}
    assert "data-map" in admin.post(f"{HERE}new/", placed, follow=True).content.decode()


def test_changing_a_building(admin: Client, people: Cast, vermont: None) -> None:
    path = f"{HERE}{people.building.pk}/edit/"
    form = admin.get(path)
    given = form.context["given"]
    assert given["address"] == "115 State Street, Montpelier, VT"
    fields = {"name": "Capitol", "address": given["address"], "seen": given["seen"]}
    assert admin.post(path, fields).status_code == 302
    assert made("Capitol").address.verdict == "unchecked"  # it was not touched
    late = admin.post(path, fields | {"name": "Late"})
    assert "Somebody else changed it in the meantime" in text_of(late)
    elements = {"name": "Capitol", "entry": "elements", "country": "US", "A1": "VT", "A3": "Averill", "HNO": "424"}
    assert admin.post(path, elements | {"RD": "Lake View", "STS": "Lane"}).status_code == 302
    assert made("Capitol").address.verdict == "valid"
    wrong = admin.post(path, elements | {"country": "FR", "RD": "Rivoli"})
    assert 'id="country-error"' in wrong.content.decode()


def test_checking_an_address_again(admin: Client, people: Cast, vermont: None) -> None:
    page = text_of(admin.post(f"{HERE}{people.building.pk}/check/", follow=True))
    assert "The address was checked again. Valid: help can be sent to this door" in page
    address = made("State House").address
    with everywhere(), acting("test", "broken"):
        Address.objects.filter(pk=address.pk).update(hno="9999")
    page = text_of(admin.post(f"{HERE}{people.building.pk}/check/", follow=True))
    assert "was not accepted and stays as it is" in page
    assert made("State House").address.hno == "9999"


def test_an_address_is_judged_while_it_is_typed(admin: Client, people: Cast, vermont: None) -> None:
    judge = f"{HERE}address/"
    assert "appears here while you type" in text_of(admin.post(judge, {"address": " "}))
    typo = admin.post(judge, {"address": TYPO})
    assert "There is no such address" in text_of(typo)
    assert 'id="latitude"' not in typo.content.decode()
    taken = admin.post(judge, {"address": TYPO, "accept": RIGHT})
    assert "with the correction you chose" in text_of(taken)
    assert 'data-lat="44.9965"' in taken.content.decode()
    area = admin.post(judge, {"address": "10 Main St, Stowe VT 05672", "latitude": "44.46"})
    assert "It may be saved." in text_of(area)
    assert 'value="44.46"' in area.content.decode()
    abroad = admin.post(judge, {"address": "Unter den Linden 77, 10117 Berlin, Germany"})
    assert "Refused" in text_of(abroad)
    assert "Germany" in text_of(abroad)
    by_parts = {"entry": "elements", "country": "US", "A1": "VT", "A3": "Averill", "HNO": "422", "RD": "Lake View Road"}
    assert "Valid" in text_of(admin.post(judge, by_parts | {"address": TYPO}))


def test_twins_are_told_apart(admin: Client, people: Cast, data: Path) -> None:
    rows = (("US", "VT", "Barre City", "05641", 10, "", "", "", "GROVE", "ST", "", 44.195, -72.50, 1, ""),)
    twin = (*rows[0][:11], 44.165, -72.47, 1, "")
    draw(data, "twins", (rows[0], twin))
    asked = {"address": "10 Grove St, Barre City VT 05641"}
    answer = admin.post(f"{HERE}address/", asked)
    choices = answer.context["judged"].choices
    assert len(choices) == 2
    assert "Which one is meant?" in text_of(answer)
    assert "4.1 km" in text_of(answer)
    saved = admin.post(f"{HERE}new/", asked | {"name": "Grove", "accept": choices[1].value})
    assert saved.status_code == 302
    assert made("Grove").address.latitude == choices[1].suggestion.point[0]


def test_sample_data_confirms_nothing_real(admin: Client, people: Cast, data: Path) -> None:
    draw(data, "vermont", VERMONT, sample=True)
    page = text_of(admin.post(f"{HERE}address/", {"address": RIGHT}))
    assert "Only sample data knows this address" in page
    assert "Nobody has checked this address" in page
    with everywhere(), acting("test", "sample"):
        organization = Organization.objects.get(slug="acme")
        organization.sample = True
        organization.save()
    assert "Valid" in text_of(admin.post(f"{HERE}address/", {"address": RIGHT}))


def test_a_location_with_its_elin(admin: Client, people: Cast) -> None:
    fields = {"name": "Dock", "floor": "1", "note": "North side", "elin": "802 555 0166"}
    page = text_of(admin.post(f"{HERE}{people.building.pk}/new/", fields, follow=True))
    assert "Dock is added." in page
    assert "North side" in page
    with everywhere():
        dock = Location.objects.get(name="Dock")
    assert dock.elin == "+18025550166"
    again = admin.post(f"{HERE}{people.building.pk}/new/", {"name": "Other", "elin": "8025550166"})
    assert "is the ELIN of State House, Dock already" in text_of(again)
    path = f"{HERE}spots/{dock.pk}/"
    seen = admin.get(path).context["given"]["seen"]
    assert admin.post(path, fields | {"room": "7", "seen": seen}).status_code == 302
    assert "Somebody else changed it" in text_of(admin.post(path, fields | {"room": "8", "seen": seen}))


def test_what_the_psap_sees(admin: Client, people: Cast) -> None:
    preview = f"{HERE}{people.building.pk}/preview/"
    fields = {"name": "North", "floor": "3", "room": "312", "note": "North building by the stairs"}
    answer = admin.post(preview, fields)
    screen = answer.context["screen"]
    assert (screen.street, screen.spot, screen.place) == ("115 State Street", "Floor 3, Room 312", "Montpelier, VT")
    assert (screen.sure, screen.cut) == ("North building by th", "e stairs")
    assert "N BLDG by the stairs" in text_of(answer)
    only_name = admin.post(preview, {"name": "Loading dock"}).context["screen"]
    assert only_name.sure == "Loading dock"  # what nothing else tells is told by the name
    assert ("LOC", "Loading dock") in only_name.elements


def test_a_location_in_use_is_not_removed_but_emptied_first(admin: Client, people: Cast) -> None:
    with acting("test", "more"):
        lobby = provision.create_location(people.building, "Lobby")
        provision.set_current_location(people.bob, people.desk)
    path = f"{HERE}spots/{people.desk.pk}/remove/"
    page = text_of(admin.get(path))
    assert "2 people have this location" in page
    assert "E1 (assigned)" in page
    assert "E2 (is there now)" in page
    assert "State House, Lobby" in page
    assert "State House, Front desk" not in page
    refused = admin.post(path)
    assert "is the location of Ada (E1)" in text_of(refused)
    done = admin.post(path, {"target": lobby.pk}, follow=True)
    assert "Front desk is removed; 2 people were moved." in text_of(done)
    people.ada.refresh_from_db()
    assert people.ada.assigned_location_id == lobby.pk
    assert "Lobby is removed" not in text_of(admin.get(f"{HERE}spots/{lobby.pk}/remove/"))


def test_a_building_is_emptied_and_removed(admin: Client, people: Cast) -> None:
    annex = add(people, "Annex", HNO="117")
    with acting("test", "more"):
        spot = provision.create_location(annex, "Default")
    path = f"{HERE}{people.building.pk}/remove/"
    page = text_of(admin.get(path, {"q": "annex"}))
    assert "1 location goes with it." in page
    assert "1 person is in this building" in page
    assert "Annex, Default" in page
    assert "is the location of Ada" in text_of(admin.post(path))
    assert "State House is removed; 1 person was moved." in text_of(admin.post(path, {"target": spot.pk}, follow=True))
    with everywhere():
        assert not Location.objects.filter(pk=people.desk.pk).exists()
        assert Person.objects.get(pk=people.ada.pk).assigned_location_id == spot.pk
    assert "Nobody is in this building." in text_of(admin.get(f"{HERE}{add(people, 'Free', HNO='1').pk}/remove/"))


def test_nobody_is_moved_to_another_organization(admin: Client, people: Cast) -> None:
    with acting("test", "foreign"):
        abroad = provision.create_location(provision.create_building(people.other, "Foreign", MONTPELIER), "Desk")
    admin.post(f"{HERE}spots/{people.desk.pk}/remove/", {"target": abroad.pk})
    people.ada.refresh_from_db()
    assert people.ada.assigned_location_id == people.desk.pk
    assert "Foreign" not in text_of(admin.get(f"{HERE}choices/", {"q": "desk"}))


@pytest.mark.parametrize("who", ["outsider", "provider_administrator"])
@pytest.mark.parametrize(
    "path",
    ["{b}/", "{b}/edit/", "{b}/check/", "{b}/remove/", "{b}/new/", "{b}/preview/", "spots/{s}/", "spots/{s}/remove/"],
)
def test_another_organization_s_places_are_not_there(
    who: str, path: str, client_of: ClientOf, people: Cast, published: object
) -> None:
    """Below one's own address the keys of others lead nowhere, also for a provider who may see both."""
    client = client_of(who)
    target = "/organizations/other/locations/" + path.format(b=people.building.pk, s=people.desk.pk)
    assert client.get(target).status_code in (404, 405)
    assert client.post(target, {"name": "Mine now"}).status_code in (404, 405)
    people.building.refresh_from_db()
    assert people.building.name == "State House"


def test_an_auditor_reads_and_changes_nothing(client_of: ClientOf, people: Cast, published: object) -> None:
    auditor = client_of("auditor")
    page = auditor.get(f"{HERE}{people.building.pk}/").content.decode()
    assert "/edit/" not in page
    assert "/remove/" not in page
    assert "<fieldset disabled" in auditor.get(f"{HERE}spots/{people.desk.pk}/").content.decode()
    assert auditor.post(f"{HERE}spots/{people.desk.pk}/", {"name": "Mine"}).status_code == 403


def test_names_are_text(admin: Client, people: Cast) -> None:
    add(people, "<script>alert(1)</script>")
    body = admin.get(HERE).content.decode()
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert" in body


def test_in_french_the_pages_still_stand(admin: Client, people: Cast) -> None:
    admin.cookies["callpoint_language"] = "fr-ca"
    for path in ("", "new/", f"{people.building.pk}/", f"spots/{people.desk.pk}/"):
        assert admin.get(HERE + path).status_code == 200
