"""The pages of recipients, their secrets and their tests."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from tests.directory.cast import Cast
from tests.notices import rows
from tests.web.portal.alerts_pages import HERE, HTMX, page, plain, sent, setting_up, values_of

from callpoint.directory.sealing import unseal
from callpoint.directory.tenancy import inside
from callpoint.notices.models import Recipient, RecipientTest
from callpoint.snapshot.facts import Fact, facts_after
from callpoint.web.portal.alerts.testing import MOST_LOOKS

ClientOf = Callable[[str], Client]
LIST = f"{HERE}recipients/"
HOOK = "https://hooks.example.com/services/T0/B0/secret-part"


@pytest.fixture
def admin(client_of: ClientOf) -> Client:
    return client_of("organization_administrator")


def made(people: Cast, name: str = "Guard", **values: object) -> Recipient:
    with setting_up():
        return rows.recipient(people.acme, name, **values)


def asked(data: Path) -> list[Fact]:
    return facts_after(data / "dispatcher" / "requests.db", 0)


@pytest.mark.parametrize(
    ("channel", "address", "kept"),
    [
        ("email", "desk@acme.example", "desk@acme.example"),
        ("sms", "802 555 0142", "+18025550142"),
        ("voice", "802 555 0142", "+18025550142"),
        ("teams", HOOK, HOOK),
        ("slack", HOOK, HOOK),
        ("onsite", "*", "*"),
    ],
)
def test_adding_one_of_each_channel(admin: Client, people: Cast, channel: str, address: str, kept: str) -> None:
    body = admin.get(f"{LIST}new/", {"channel": channel}).content.decode()
    assert f'name="channel" value="{channel}"' in body
    typed = {"channel": channel, "name": "One", "address": address, "enabled": "yes"}
    assert "Send a test now" in plain(sent(admin, f"{LIST}new/", typed, follow=True))
    with inside(people.acme):
        one = Recipient.objects.get()
    assert (one.channel, one.address, one.enabled) == (channel, kept, True)
    assert "One" in page(admin, LIST)


def test_a_webhook_s_secret_is_shown_once(admin: Client, people: Cast) -> None:
    typed = {"channel": "webhook", "name": "Hook", "address": HOOK, "enabled": "yes"}
    body = sent(admin, f"{LIST}new/", typed).content.decode()
    with inside(people.acme):
        one = Recipient.objects.get()
    secret = unseal(one.secret)
    assert f'value="{secret}"' in body
    for path in (LIST, f"{LIST}{one.pk}/", "/organizations/acme/audit/"):
        shown = admin.get(path).content.decode()
        assert secret not in shown
        assert one.secret not in shown
    body = sent(admin, f"{LIST}{one.pk}/secret/", {}).content.decode()
    with inside(people.acme):
        again = unseal(Recipient.objects.get().secret)
    assert again != secret
    assert f'value="{again}"' in body
    mail = made(people)
    assert "Only webhooks are signed" in plain(sent(admin, f"{LIST}{mail.pk}/secret/", {}, follow=True))


def test_what_is_wrong_is_told_beside_its_field(admin: Client, people: Cast) -> None:
    body = sent(
        admin, f"{LIST}new/", {"channel": "webhook", "name": "", "address": "https://10.0.0.1/"}
    ).content.decode()
    assert 'id="name-error"' in body
    assert "private network" in body
    assert "https://10.0.0.1/" in body
    assert "new/" not in sent(admin, f"{LIST}new/", {"channel": "pigeon"}).headers
    with inside(people.acme):
        assert not Recipient.objects.exists()


def test_changing_and_pausing_one(admin: Client, people: Cast) -> None:
    one = made(people)
    path = f"{LIST}{one.pk}/"
    assert sent(admin, path, values_of(admin, path)).status_code == 302
    with inside(people.acme):
        assert Recipient.objects.get().values() == one.values(), "saving what is shown changes nothing"
    typed = values_of(admin, path) | {"name": ["New"], "language": ["fr-ca"]}
    typed.pop("enabled")
    assert "New is saved" in plain(sent(admin, path, typed, follow=True))
    assert "paused" in page(admin, LIST)
    assert "It is paused" in page(admin, path)
    with setting_up():
        row = Recipient.objects.get()
        row.name = "Changed meanwhile"
        row.save()
    assert "Somebody else changed it" in plain(sent(admin, path, typed))


def test_a_url_is_a_secret_to_who_may_only_look(client_of: ClientOf, people: Cast) -> None:
    one = made(people, "Hook", channel="slack", address=HOOK)
    for who in ("auditor", "security"):
        for path in (LIST, f"{LIST}{one.pk}/"):
            shown = client_of(who).get(path).content.decode()
            assert "https://hooks.example.com/…" in shown
            assert "secret-part" not in shown.split("<h2>History")[0]
    assert "secret-part" in page(client_of("organization_administrator"), LIST)


def test_looking_for_one(admin: Client, people: Cast) -> None:
    made(people, "Guard")
    made(people, "Chief", address="kim@acme.example")
    assert "Guard" not in page(admin, LIST, q="kim@")
    assert "Chief" in page(admin, LIST, q="KIM")
    assert "Nobody fits the search." in page(admin, LIST, q="zebra")
    assert "There is none yet." not in page(admin, LIST)


def test_screens_are_called_by_their_names(admin: Client, people: Cast) -> None:
    with setting_up():
        gate, gone = rows.screen(people.acme), rows.screen(people.acme, "Gone")
        theirs = rows.screen(people.other, "Theirs")
    made(people, "A", channel="onsite", address=str(gate.pk))
    made(people, "B", channel="onsite", address="*")
    made(people, "C", channel="onsite", address=str(gone.pk))
    with setting_up():
        gone.revoked_at = timezone.now()
        gone.save()
    body = page(admin, LIST)
    for words in ("A Onsite screen Gate", "B Onsite screen every screen", "C Onsite screen a screen that was revoked"):
        assert words in body
    body = page(admin, f"{LIST}new/", channel="onsite")
    assert "Gate" in body
    assert "Theirs" not in body
    typed = {"channel": "onsite", "name": "X", "address": str(theirs.pk), "enabled": "yes"}
    assert "There is no such screen" in plain(sent(admin, f"{LIST}new/", typed))


def test_one_in_a_group_says_in_which(admin: Client, people: Cast) -> None:
    one = made(people)
    assert "It is a member of none" in page(admin, f"{LIST}{one.pk}/")
    with setting_up():
        desk = rows.group(people.acme, "Desk", one)
    assert "Groups Desk" in page(admin, f"{LIST}{one.pk}/")
    assert "Groups have it as a member" in page(admin, f"{LIST}{one.pk}/remove/")
    assert "“Desk”" in plain(sent(admin, f"{LIST}{one.pk}/remove/", {}))
    with setting_up():
        desk.delete()
    assert "Guard is removed" in plain(sent(admin, f"{LIST}{one.pk}/remove/", {}, follow=True))


def test_a_test_is_asked_of_the_dispatcher(admin: Client, people: Cast, data: Path) -> None:
    one = made(people)
    answer = sent(admin, f"{LIST}{one.pk}/test/", {}, follow=True)
    assert "A test is on its way" in plain(answer)
    assert "hx-get=" in answer.content.decode(), "the page waits for the result"
    sent(admin, f"{LIST}{one.pk}/test/", {})
    first, second = asked(data)
    assert (first.kind, first.organization, first.call_id) == ("requested", "acme", "")
    assert (first.data["request"], first.data["recipient"]) == ("test_recipient", str(one.pk))
    assert first.data["key"] != second.data["key"], "each time it is asked for it is done"


def test_a_paused_one_is_not_tested(admin: Client, people: Cast, data: Path) -> None:
    one = made(people, enabled=False)
    assert "is paused, so nothing is sent" in plain(sent(admin, f"{LIST}{one.pk}/test/", {}, follow=True))
    assert "Send a test now" not in page(admin, f"{LIST}{one.pk}/")
    assert "There is nobody to test yet" in plain(sent(admin, f"{HERE}tests/all/", {}, follow=True))
    assert asked(data) == []


def test_a_request_that_cannot_be_written_is_told(
    admin: Client, people: Cast, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = made(people)
    (data / "dispatcher").write_text("in the way")
    monkeypatch.setattr("callpoint.notices.requests.WRITTEN_WITHIN", 0.2)
    assert "could not be asked for" in plain(sent(admin, f"{LIST}{one.pk}/test/", {}, follow=True))


def test_all_are_tested_but_paused_and_others(admin: Client, people: Cast, data: Path) -> None:
    first, second = made(people), made(people, "Chief")
    made(people, "Off", enabled=False)
    with setting_up():
        rows.recipient(people.other, "Theirs")
    assert "2 tests are on their way" in plain(sent(admin, f"{HERE}tests/all/", {}, follow=True))
    assert {one.data["recipient"] for one in asked(data)} == {str(first.pk), str(second.pk)}


def test_failed_tests_stand_first(client_of: ClientOf, people: Cast) -> None:
    good, bad, never = made(people, "Good"), made(people, "Bad"), made(people, "Never")
    now = timezone.now()
    with setting_up():
        RecipientTest.objects.create(recipient=good, organization=people.acme, state="delivered", at=now, good_at=now)
        RecipientTest.objects.create(
            recipient=bad, organization=people.acme, state="failed", at=now, trouble="550 no such user"
        )
    body = page(client_of("security"), f"{HERE}tests/")
    assert "E-mail 1 1 1" in body
    assert body.index("Bad E-mail") < body.index("Never E-mail") < body.index("Good E-mail")
    assert "550 no such user" in body
    assert "550 no such user" in page(client_of("security"), LIST)
    assert "Test all of them now" not in body
    assert "Never reached yet" in page(client_of("security"), f"{LIST}{bad.pk}/")
    assert never.pk


def test_the_result_comes_by_itself_for_a_while(client_of: ClientOf, people: Cast) -> None:
    one, client = made(people), client_of("security")
    state = f"{LIST}{one.pk}/state/"
    first = client.get(state, {"look": "1"}, headers=HTMX).content.decode()
    assert f"{state}?look=2" in first
    assert "<html" not in first
    last = client.get(state, {"look": str(MOST_LOOKS)}, headers=HTMX).content.decode()
    assert "hx-get" not in last
    assert "?look=1" in client.get(state, {"look": "x"}).content.decode()


def test_who_may_only_look_changes_nothing(client_of: ClientOf, people: Cast, data: Path) -> None:
    one = made(people)
    for who in ("auditor", "security"):
        client = client_of(who)
        for rest in ("", "remove/", "secret/", "test/"):
            assert sent(client, f"{LIST}{one.pk}/{rest}", {"name": "X"}).status_code == 403
        assert sent(client, f"{HERE}tests/all/", {}).status_code == 403
    assert asked(data) == []


def test_another_organization_s_are_not_there(client_of: ClientOf, people: Cast, data: Path) -> None:
    one = made(people, "Hook", channel="webhook", address=HOOK)
    outsider, theirs = client_of("outsider"), "/organizations/other/alerts/recipients/"
    for rest in ("", "remove/", "state/"):
        assert outsider.get(f"{theirs}{one.pk}/{rest}").status_code == 404
    for rest in ("", "remove/", "secret/", "test/"):
        assert sent(outsider, f"{theirs}{one.pk}/{rest}", {"name": "Taken"}).status_code == 404
    assert "Hook" not in page(outsider, theirs)
    assert "Hook" not in page(outsider, "/organizations/other/alerts/tests/")
    assert asked(data) == []
