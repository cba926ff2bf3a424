"""The pages of subscriptions: a form that works without a script, and with one asks for pieces of itself."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.directory.cast import MONTPELIER, Cast
from tests.notices import rows
from tests.web.portal.alerts_pages import HERE, HTMX, page, plain, sent, setting_up, values_of
from tests.web.portal.call_records import call

from callpoint.directory import provision
from callpoint.directory.tenancy import inside
from callpoint.notices.models import Group, Subscription

ClientOf = Callable[[str], Client]
LIST = f"{HERE}subscriptions/"


@pytest.fixture
def admin(client_of: ClientOf) -> Client:
    return client_of("organization_administrator")


@pytest.fixture
def desk(people: Cast) -> Group:
    with setting_up():
        return rows.group(people.acme, "Desk", rows.recipient(people.acme))


def made(cast: Cast, desk: Group, /, **values: object) -> Subscription:
    with setting_up():
        return rows.subscription(cast.acme, "911 calls", desk, **values)


def stored(people: Cast) -> Subscription:
    with inside(people.acme):
        return Subscription.objects.get()


def test_adding_one_step_by_step_without_a_script(admin: Client, people: Cast, desk: Group) -> None:
    with setting_up():
        chiefs = rows.group(people.acme, "Chiefs", rows.recipient(people.acme, "Chief"))
    typed = values_of(admin, f"{LIST}new/") | {"name": ["All calls"], "step-group": [str(desk.pk)]}
    assert typed["step-seconds"] == ["0"]
    answer = sent(admin, f"{LIST}new/", typed | {"add": "steps"})
    body = answer.content.decode()
    assert "<html" in body
    assert body.count('name="step-seconds"') == 2
    assert 'value="All calls"' in body, "nothing typed is lost"
    assert "Nothing was saved" not in body
    typed |= {"step-seconds": ["0", "90"], "step-group": [str(desk.pk), str(chiefs.pk)]}
    assert sent(admin, f"{LIST}new/", typed | {"buildings": [str(people.building.pk)]}).status_code == 302
    one = stored(people)
    assert one.steps == [{"after_seconds": 0, "group": desk.pk}, {"after_seconds": 90, "group": chiefs.pk}]
    assert (one.name, one.buildings, one.enabled, one.quiet_tests) == ("All calls", [people.building.pk], True, True)
    assert "after 90 s: Chiefs" in page(admin, LIST)


def test_a_step_is_taken_out_and_the_others_keep_what_was_typed(admin: Client, people: Cast, desk: Group) -> None:
    path = f"{LIST}{made(people, desk).pk}/"
    typed = values_of(admin, path)
    typed |= {"step-seconds": ["0", "x", "120"], "step-group": [str(desk.pk), "", str(desk.pk)], "drop": "steps:1"}
    body = sent(admin, path, typed, headers=HTMX).content.decode()
    assert "<html" not in body
    assert body.lstrip().startswith('<fieldset id="steps"')
    assert 'value="120"' in body
    assert 'value="x"' not in body
    assert stored(people).steps == [{"after_seconds": 0, "group": desk.pk}], "asking saves nothing"


@pytest.mark.parametrize("drop", ["steps:9", "steps:-1", "steps:x", "duty:0", "steps"])
def test_a_strange_step_to_take_out_changes_nothing(drop: str, admin: Client, people: Cast, desk: Group) -> None:
    path = f"{LIST}{made(people, desk).pk}/"
    body = sent(admin, path, values_of(admin, path) | {"drop": drop}).content.decode()
    assert body.count('name="step-seconds"') == 1


def test_the_piece_of_a_new_step_has_the_keyboard(admin: Client, people: Cast, desk: Group) -> None:
    path = f"{LIST}{made(people, desk).pk}/"
    body = sent(admin, path, values_of(admin, path) | {"add": "steps"}, headers=HTMX).content.decode()
    assert body.count("autofocus") == 1


def test_what_is_wrong_is_told_beside_its_field(admin: Client, people: Cast, desk: Group) -> None:
    typed = {"name": "", "type": "fire", "step-seconds": ["30", "x"], "step-group": [str(desk.pk), str(desk.pk)]}
    answer = sent(admin, f"{LIST}new/", typed | {"people": "a\x07"})
    body = answer.content.decode()
    assert "Nothing was saved" in body
    for field in ("name", "type", "steps", "people"):
        assert f'href="#{field}"' in body
        assert f'id="{field}-error"' in body
    assert "Step 2" in plain(answer)
    with inside(people.acme):
        assert not Subscription.objects.exists()


def test_a_group_without_seconds_is_told_as_that(admin: Client, desk: Group) -> None:
    typed = {"name": "A", "type": "emergency", "step-seconds": ["0", ""], "step-group": [str(desk.pk), str(desk.pk)]}
    assert "Step 2: '-' must be a whole number of seconds" in plain(sent(admin, f"{LIST}new/", typed))


def test_saving_what_is_shown_changes_nothing(admin: Client, people: Cast, desk: Group) -> None:
    with setting_up():
        words = rows.template(people.acme)
        values = {"buildings": [people.building.pk], "locations": [people.desk.pk], "trunks": ["acme trunk"]}
        one = rows.subscription(
            people.acme,
            "911 calls",
            desk,
            people=["E1", "Martin, Ada"],
            templates=[words.pk],
            quiet_tests=False,
            **values,
        )
        before = one.values()
    path = f"{LIST}{one.pk}/"
    assert sent(admin, path, values_of(admin, path)).status_code == 302
    assert stored(people).values() == before


def test_somebody_else_s_change_is_not_written_over(admin: Client, people: Cast, desk: Group) -> None:
    path = f"{LIST}{made(people, desk).pk}/"
    typed = values_of(admin, path)
    with setting_up():
        one = Subscription.objects.get()
        one.name = "Changed meanwhile"
        one.save()
    assert "Somebody else changed it" in plain(sent(admin, path, typed | {"name": ["Mine"]}))
    assert stored(people).name == "Changed meanwhile"


def test_ids_nobody_has_are_told(admin: Client, people: Cast, desk: Group) -> None:
    path = f"{LIST}{made(people, desk, people=['E1', 'E99']).pk}/"
    assert "no call of theirs can match. They are compared exactly: E99" in page(admin, path)


def test_a_building_is_found_among_many(admin: Client, people: Cast, desk: Group) -> None:
    with setting_up():
        for number in range(30):
            provision.create_building(people.acme, f"Tower {number:02}", MONTPELIER)
        theirs = provision.create_building(people.other, "Tower Theirs", MONTPELIER)
    path = f"{LIST}{made(people, desk, buildings=[people.building.pk]).pk}/"
    body = page(admin, path)
    assert "There are more" in body
    assert "Tower 29" not in body
    asked = values_of(admin, path) | {"buildings-q": "tower 2", "find": "buildings"}
    answer = sent(admin, path, asked, headers=HTMX)
    assert answer.content.decode().lstrip().startswith('<fieldset id="buildings"')
    body = plain(answer)
    assert "State House Find buildings by name" in body, "what is chosen stays"
    assert "Tower 29" in body
    assert "Tower 12" not in body
    body = plain(sent(admin, path, values_of(admin, path) | {"buildings-q": "theirs", "find": "buildings"}))
    assert "Nothing more fits." in body
    typed = values_of(admin, path) | {"buildings": [str(people.building.pk), str(theirs.pk)]}
    assert f"There is no number {theirs.pk} here" in plain(sent(admin, path, typed))
    assert stored(people).buildings == [people.building.pk]


def test_pausing_and_switching_on_from_the_list(admin: Client, people: Cast, desk: Group) -> None:
    one = made(people, desk)
    assert "is paused" in plain(sent(admin, f"{LIST}{one.pk}/enable/", {"enabled": "no"}, follow=True))
    assert not stored(people).enabled
    assert "tells again" in plain(sent(admin, f"{LIST}{one.pk}/enable/", {"enabled": "yes"}, follow=True))
    assert stored(people).enabled
    assert "neither yes nor no" in plain(sent(admin, f"{LIST}{one.pk}/enable/", {"enabled": "?"}, follow=True))


def test_removing_one(admin: Client, people: Cast, desk: Group) -> None:
    one = made(people, desk)
    assert "Nobody is told by it from then on" in page(admin, f"{LIST}{one.pk}/remove/")
    assert "is removed" in plain(sent(admin, f"{LIST}{one.pk}/remove/", {}, follow=True))
    assert plain(admin.get(f"{LIST}{one.pk}/"), 404)


def test_who_may_only_look_changes_nothing(client_of: ClientOf, people: Cast, desk: Group) -> None:
    one = made(people, desk)
    for who in ("auditor", "security"):
        client = client_of(who)
        body = client.get(f"{LIST}{one.pk}/").content.decode()
        assert '<fieldset class="row g-3" disabled>' in body
        assert "Add a step" not in body
        for path in (f"{LIST}{one.pk}/", f"{LIST}{one.pk}/enable/", f"{LIST}{one.pk}/remove/", f"{LIST}new/"):
            assert sent(client, path, {"name": "X", "enabled": "no"}).status_code == 403
        assert ("History" in body) is (who == "auditor")
    assert stored(people).enabled


def test_another_organization_s_are_not_there(client_of: ClientOf, people: Cast, desk: Group) -> None:
    one = made(people, desk)
    outsider = client_of("outsider")
    for rest in ("", "remove/"):
        assert outsider.get(f"/organizations/other/alerts/subscriptions/{one.pk}/{rest}").status_code == 404
    for rest in ("", "enable/", "remove/"):
        path = f"/organizations/other/alerts/subscriptions/{one.pk}/{rest}"
        assert sent(outsider, path, {"name": "Taken", "enabled": "no"}).status_code == 404
    typed = {"name": "Theirs", "type": "emergency", "step-seconds": ["0"], "step-group": [str(desk.pk)]}
    assert "choose a group" in plain(sent(outsider, "/organizations/other/alerts/subscriptions/new/", typed))
    assert "Desk" not in page(outsider, "/organizations/other/alerts/subscriptions/new/")
    assert stored(people).enabled


def test_a_trunk_of_the_provider_its_calls_came_by_can_be_chosen(admin: Client, people: Cast, desk: Group) -> None:
    with setting_up():
        provision.create_trunk("wide", None, source_networks=["203.0.113.7"], organization_header="X-Org")
        provision.create_trunk("another", None, source_networks=["203.0.113.8"], organization_header="X-Org")
        provision.create_trunk("their trunk", people.other, source_networks=["198.51.100.0/28"])
    path = f"{LIST}{made(people, desk).pk}/"
    assert "wide" not in page(admin, path), "others' provider-wide trunks are not told"
    from_call(people, "wide")
    from_call(people, "their trunk")
    body = page(admin, path)
    assert "wide" in body
    assert "another" not in body
    assert "their trunk" not in body
    assert sent(admin, path, values_of(admin, path) | {"trunks": ["wide"]}).status_code == 302
    assert stored(people).trunks == ["wide"]


def from_call(people: Cast, trunk: str) -> None:
    with setting_up():
        call(people.acme, trunk, trunk=trunk)
