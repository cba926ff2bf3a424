"""The pages of groups and their duty times."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.directory.cast import Cast
from tests.notices import rows
from tests.web.portal.alerts_pages import HERE, HTMX, page, plain, sent, setting_up, values_of

from callpoint.directory.tenancy import inside
from callpoint.notices.models import Group, Recipient

ClientOf = Callable[[str], Client]
LIST = f"{HERE}groups/"
DUTY = [{"days": [0, 6], "begins": "22:00", "ends": "06:00"}]


@pytest.fixture
def admin(client_of: ClientOf) -> Client:
    return client_of("organization_administrator")


@pytest.fixture
def guard(people: Cast) -> Recipient:
    with setting_up():
        return rows.recipient(people.acme)


def made(people: Cast, *members: Recipient, name: str = "Desk") -> Group:
    with setting_up():
        return rows.group(people.acme, name, *members, duty=DUTY)


def stored(people: Cast) -> Group:
    with inside(people.acme):
        return Group.objects.get()


def test_adding_one_with_a_duty_time_without_a_script(admin: Client, people: Cast, guard: Recipient) -> None:
    typed = values_of(admin, f"{LIST}new/") | {"name": ["Night"], "members": [str(guard.pk)]}
    assert "Always on duty" in page(admin, f"{LIST}new/")
    body = sent(admin, f"{LIST}new/", typed | {"add": "duty"}).content.decode()
    assert 'name="duty-rows" value="1"' in body
    assert 'value="Night"' in body
    row = {"duty-rows": "1", "duty-0-day": ["fri", "sat"], "duty-0-begins": "22:00", "duty-0-ends": "06:00"}
    assert sent(admin, f"{LIST}new/", typed | row).status_code == 302
    one = stored(people)
    assert (one.members, one.duty) == ([guard.pk], [{"days": [4, 5], "begins": "22:00", "ends": "06:00"}])
    assert "Friday, Saturday 22:00–06:00" in page(admin, LIST)


def test_a_duty_time_is_taken_out(admin: Client, people: Cast, guard: Recipient) -> None:
    path = f"{LIST}{made(people, guard).pk}/"
    body = sent(admin, path, values_of(admin, path) | {"drop": "duty:0"}, headers=HTMX).content.decode()
    assert body.lstrip().startswith('<fieldset id="duty"')
    assert 'name="duty-rows" value="0"' in body
    assert stored(people).duty == DUTY
    assert sent(admin, path, values_of(admin, path) | {"duty-rows": "0"}).status_code == 302
    assert stored(people).duty == []


def test_saving_what_is_shown_changes_nothing(admin: Client, people: Cast, guard: Recipient) -> None:
    one = made(people, guard)
    assert sent(admin, f"{LIST}{one.pk}/", values_of(admin, f"{LIST}{one.pk}/")).status_code == 302
    assert stored(people).values() == one.values()


@pytest.mark.parametrize("rows_said", ["x", "-1", "99999999", ""])
def test_strange_numbers_of_rows_are_none(rows_said: str, admin: Client, people: Cast, guard: Recipient) -> None:
    path = f"{LIST}{made(people, guard).pk}/"
    answer = sent(admin, path, values_of(admin, path) | {"duty-rows": rows_said})
    assert answer.status_code == 302
    assert len(stored(people).duty) <= 1


def test_what_is_wrong_is_told_beside_its_field(admin: Client, people: Cast, guard: Recipient) -> None:
    typed = {"name": "", "duty-rows": "2", "duty-0-day": "mon", "duty-0-begins": "8", "duty-1-begins": "08:00"}
    body = sent(admin, f"{LIST}new/", typed).content.decode()
    for field in ("name", "members", "duty"):
        assert f'id="{field}-error"' in body
        assert f'id="{field}"' in body
    with inside(people.acme):
        assert not Group.objects.exists()


def test_a_member_is_found_among_many(admin: Client, people: Cast, guard: Recipient) -> None:
    with setting_up():
        for number in range(25):
            rows.recipient(people.acme, f"Kim{number:02}")
        rows.recipient(people.other, "Kimtheirs")
    path = f"{LIST}{made(people, guard).pk}/"
    answer = sent(admin, path, values_of(admin, path) | {"members-q": "kim2", "find": "members"}, headers=HTMX)
    text = plain(answer)
    assert "Guard (E-mail)" in text
    assert "Kim24 (E-mail)" in text
    assert "Kim11" not in text
    everything = plain(sent(admin, path, values_of(admin, path) | {"members-q": "kimtheirs", "find": "members"}))
    assert "Nothing more fits" in everything


def test_one_in_use_says_by_what(admin: Client, people: Cast, guard: Recipient) -> None:
    desk = made(people, guard)
    assert "No subscription tells this group" in page(admin, f"{LIST}{desk.pk}/")
    with setting_up():
        one = rows.subscription(people.acme, "911 calls", desk)
    assert "Told by: 911 calls" in page(admin, f"{LIST}{desk.pk}/")
    assert "Subscriptions tell it" in page(admin, f"{LIST}{desk.pk}/remove/")
    assert "“911 calls”" in plain(sent(admin, f"{LIST}{desk.pk}/remove/", {}))
    with setting_up():
        one.delete()
    assert "Desk is removed" in plain(sent(admin, f"{LIST}{desk.pk}/remove/", {}, follow=True))


def test_somebody_else_s_change_is_not_written_over(admin: Client, people: Cast, guard: Recipient) -> None:
    desk = made(people, guard)
    typed = values_of(admin, f"{LIST}{desk.pk}/")
    with setting_up():
        desk.name = "Changed meanwhile"
        desk.save()
    assert "Somebody else changed it" in plain(sent(admin, f"{LIST}{desk.pk}/", typed | {"name": ["Mine"]}))


def test_who_may_only_look_changes_nothing(client_of: ClientOf, people: Cast, guard: Recipient) -> None:
    desk = made(people, guard)
    for who in ("auditor", "security"):
        client = client_of(who)
        assert "Add a duty time" not in page(client, f"{LIST}{desk.pk}/")
        for path in (f"{LIST}{desk.pk}/", f"{LIST}{desk.pk}/remove/", f"{LIST}new/"):
            assert sent(client, path, {"name": "X"}).status_code == 403
    assert stored(people).name == "Desk"


def test_another_organization_s_are_not_there(client_of: ClientOf, people: Cast, guard: Recipient) -> None:
    desk = made(people, guard)
    outsider, theirs = client_of("outsider"), "/organizations/other/alerts/groups/"
    for rest in ("", "remove/"):
        assert outsider.get(f"{theirs}{desk.pk}/{rest}").status_code == 404
        assert sent(outsider, f"{theirs}{desk.pk}/{rest}", {"name": "Taken"}).status_code == 404
    assert "Guard" not in page(outsider, f"{theirs}new/")
    answer = sent(outsider, f"{theirs}new/", {"name": "Mine", "members": [str(guard.pk)]})
    assert f"There is no number {guard.pk} here" in plain(answer)
    assert "Guard" not in plain(answer)
    assert stored(people) == desk
