"""The pages of templates: words with their preview, an organization's and the provider's."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.directory.cast import Cast
from tests.notices import rows
from tests.web.portal.alerts_pages import HERE, page, plain, sent, setting_up, values_of

from callpoint.channels.variables import VARIABLES
from callpoint.directory.tenancy import everywhere, inside
from callpoint.notices.editing.templates import LANGUAGES, TYPES
from callpoint.notices.models import Template
from callpoint.routing.alert_records import CHANNELS

ClientOf = Callable[[str], Client]
LIST = f"{HERE}templates/"
WORDS = {
    "name": "Short",
    "type": "emergency",
    "channel": "sms",
    "language": "en",
    "body": "911: {{ caller }}, {{ place }}",
}


@pytest.fixture
def admin(client_of: ClientOf) -> Client:
    return client_of("organization_administrator")


def made(people: Cast, **values: object) -> Template:
    with setting_up():
        return rows.template(people.acme, **values)


def stored() -> Template:
    with everywhere():
        return Template.objects.get()


def test_every_variable_stands_beside_the_words(admin: Client) -> None:
    body = page(admin, f"{LIST}new/")
    for name, sentence in VARIABLES.items():
        assert f"{{{{ {name} }}}} {sentence}" in body


def test_what_is_proposed_can_be_used_as_it_is(admin: Client, people: Cast) -> None:
    typed = values_of(admin, f"{LIST}new/") | {"name": ["Mine"]}
    assert sent(admin, f"{LIST}new/", typed).status_code == 302
    assert stored().trouble == ""
    assert "Ana Ruiz (E1001)" in page(admin, f"{LIST}new/"), "with the sample call already"


def test_adding_and_changing_one(admin: Client, people: Cast) -> None:
    assert "Short is saved" in plain(sent(admin, f"{LIST}new/", WORDS, follow=True))
    one = stored()
    assert (one.organization_id, one.body) == (people.acme.pk, WORDS["body"])
    path = f"{LIST}{one.pk}/"
    assert sent(admin, path, values_of(admin, path)).status_code == 302
    assert stored().values() == one.values(), "saving what is shown changes nothing"
    assert sent(admin, path, values_of(admin, path) | {"body": "two\r\nlines"}).status_code == 302
    assert stored().body == "two\nlines"
    assert "Short" in page(admin, LIST)


def test_a_broken_one_is_not_saved_and_says_why(admin: Client, people: Cast) -> None:
    answer = sent(admin, f"{LIST}new/", WORDS | {"body": "{{ nonsense }}"})
    assert "There is no variable called “nonsense”." in plain(answer)
    assert 'id="body-error"' in answer.content.decode()
    assert "These words cannot be used, so the built-in ones would go out" in plain(answer)
    with everywhere():
        assert not Template.objects.exists()


def test_one_that_broke_is_told_wherever_it_stands(admin: Client, people: Cast) -> None:
    one = made(people, body="{{ gone_since }}")
    assert "broken, the built-in words go out There is no variable called “gone_since”." in page(admin, LIST)
    assert "This template is broken" in page(admin, f"{LIST}{one.pk}/")


def test_somebody_else_s_change_is_not_written_over(admin: Client, people: Cast) -> None:
    one = made(people)
    typed = values_of(admin, f"{LIST}{one.pk}/")
    with setting_up():
        one.name = "Changed meanwhile"
        one.save()
    assert "Somebody else changed it" in plain(sent(admin, f"{LIST}{one.pk}/", typed | {"name": ["Mine"]}))


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_preview_of_every_type_on_every_channel(client_of: ClientOf, kind: str, language: str) -> None:
    client = client_of("security")
    for channel in CHANNELS:
        typed = WORDS | {"type": kind, "channel": channel, "language": language, "body": "X {{ organization }}"}
        body = plain(sent(client, f"{LIST}preview/", typed))
        assert "X" in body
        assert "Sample Organization" in body
        built_in = plain(sent(client, f"{LIST}preview/", typed | {"body": "", "subject": ""}))
        assert "built-in words" in built_in


def test_the_preview_shows_text_as_text(client_of: ClientOf, people: Cast) -> None:
    typed = WORDS | {"channel": "email", "subject": "<b>{{ title }}</b>", "body": "<script>alert(1)</script>"}
    body = sent(client_of("auditor"), f"{LIST}preview/", typed).content.decode()
    assert "<script>" not in body
    assert "&lt;script&gt;" in body
    assert "&lt;b&gt;911 call&lt;/b&gt;" in body


def test_a_preview_of_nothing_there_is(client_of: ClientOf, people: Cast) -> None:
    for wrong in ({"type": "fire"}, {"channel": "pigeon"}, {"language": "de"}):
        body = plain(sent(client_of("auditor"), f"{LIST}preview/", WORDS | wrong))
        assert "Choose a type, a channel and a language." in body


def test_the_preview_works_without_a_script(admin: Client, people: Cast) -> None:
    answer = sent(admin, f"{LIST}new/", WORDS | {"preview": "yes"})
    assert "911: Ana Ruiz (E1001), State House" in plain(answer)
    assert "<html" in answer.content.decode()
    with everywhere():
        assert not Template.objects.exists()


def test_one_in_use_says_by_what(admin: Client, people: Cast) -> None:
    one = made(people)
    with setting_up():
        desk = rows.group(people.acme, "Desk", rows.recipient(people.acme))
        rows.subscription(people.acme, "911 calls", desk, templates=[one.pk])
    assert "Subscriptions use it" in page(admin, f"{LIST}{one.pk}/remove/")
    assert "“911 calls”" in plain(sent(admin, f"{LIST}{one.pk}/remove/", {}))
    with setting_up():
        two = rows.template(people.acme, "Free")
    assert "Free is removed" in plain(sent(admin, f"{LIST}{two.pk}/remove/", {}, follow=True))


def test_the_provider_s_stand_below_and_cannot_be_changed(admin: Client, client_of: ClientOf, people: Cast) -> None:
    provider = client_of("provider_administrator")
    assert "Short is saved" in plain(sent(provider, "/provider/templates/new/", WORDS, follow=True))
    one = stored()
    assert one.organization_id is None
    body = page(admin, LIST)
    assert "Of the provider" in body
    assert "Short" in body
    for rest in ("", "remove/"):
        assert admin.get(f"{LIST}{one.pk}/{rest}").status_code == 404
        assert sent(admin, f"{LIST}{one.pk}/{rest}", WORDS).status_code == 404
    with setting_up():
        desk = rows.group(people.other, "Desk", rows.recipient(people.other))
        rows.subscription(people.other, "All", desk, templates=[one.pk])
    assert "Other: All" in page(provider, f"/provider/templates/{one.pk}/remove/")


def test_an_organization_s_are_not_among_the_provider_s(client_of: ClientOf, people: Cast) -> None:
    one = made(people, body="words of Acme")
    provider = client_of("provider_administrator")
    assert "Short" not in page(provider, "/provider/templates/")
    assert provider.get(f"/provider/templates/{one.pk}/").status_code == 404


def test_another_organization_s_are_not_there(client_of: ClientOf, people: Cast) -> None:
    one = made(people)
    outsider, theirs = client_of("outsider"), "/organizations/other/alerts/templates/"
    for rest in ("", "remove/"):
        assert outsider.get(f"{theirs}{one.pk}/{rest}").status_code == 404
        assert sent(outsider, f"{theirs}{one.pk}/{rest}", WORDS).status_code == 404
    assert "Short" not in page(outsider, theirs)


def test_who_may_only_look_changes_nothing(client_of: ClientOf, people: Cast) -> None:
    one = made(people)
    for who in ("auditor", "security"):
        client = client_of(who)
        assert '<fieldset class="row g-3" disabled>' in client.get(f"{LIST}{one.pk}/").content.decode()
        for path in (f"{LIST}{one.pk}/", f"{LIST}{one.pk}/remove/", f"{LIST}new/"):
            assert sent(client, path, WORDS).status_code == 403
    with inside(people.acme):
        assert Template.objects.get().name == "Short"
