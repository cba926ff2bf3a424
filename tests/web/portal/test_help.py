"""The manual: by role, searchable, and never more than text."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from tests.directory.cast import Cast

from callpoint.directory.models import Membership
from callpoint.web.portal.help import manual

ROLES = {*Membership.Role.values, manual.EVERYBODY}
ClientOf = Callable[[str], Client]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "en").mkdir()
    (tmp_path / "fr-ca").mkdir()
    monkeypatch.setattr(manual, "FOLDER", tmp_path)
    manual.topics.cache_clear()
    yield tmp_path
    manual.topics.cache_clear()


def write(folder: Path, name: str, title: str, roles: str, text: str, order: int = 1) -> None:
    (folder / f"{name}.md").write_text(f"---\ntitle: {title}\nfor: {roles}\norder: {order}\n---\n{text}\n", "utf-8")


def test_every_topic_can_be_read_and_is_for_roles_there_are() -> None:
    for language in ("en", "fr-ca"):
        for topic in manual.topics(language):
            assert topic.roles <= ROLES, topic.slug
            assert topic.title
            assert topic.plain
            assert "<h1" not in topic.html, f"{topic.slug}: its title is the only heading of the first order"


def test_every_topic_opens_and_its_links_lead_somewhere(client_of: ClientOf, people: Cast) -> None:
    client = client_of("organization_administrator")
    for language in ("en", "fr-ca"):
        for topic in manual.topics(language):
            assert client.get(f"/help/{topic.slug}/").status_code == 200
            for link in re.findall(r'href="(/[^"]*)"', topic.html):
                assert client.get(link).status_code in (200, 302), f"{topic.slug} leads to {link}"


def test_what_is_for_my_role_comes_first(folder: Path, client_of: ClientOf, people: Cast) -> None:
    write(folder / "en", "audit", "The history", "auditor", "Text.")
    write(folder / "en", "people", "People", "organization_administrator", "Text.")
    write(folder / "en", "dial", "Dialling", "everybody", "Text.", 9)
    body = client_of("auditor").get("/help/").content.decode()
    assert body.index("The history") < body.index("Dialling") < body.index("For other roles") < body.index("/people/")
    stranger = client_of("nobody").get("/help/").content.decode()
    assert stranger.index("Dialling") < stranger.index("For other roles")


def test_search_wants_every_word_whatever_its_case_and_accents(folder: Path) -> None:
    write(folder / "en", "a", "Numéros", "everybody", "First. The callback number is dialled by a call taker. More.")
    write(folder / "en", "b", "Other", "everybody", "A number.")
    found = manual.search("CALLBACK numeros", "en")
    assert [one.topic.slug for one in found] == ["a"]
    assert found[0].excerpt.startswith("The callback number")
    assert manual.search("", "en") == []
    assert manual.search("nothing of the kind", "en") == []


def test_a_word_in_the_title_counts_more(folder: Path) -> None:
    write(folder / "en", "a", "Other", "everybody", "About trunks.", 1)
    write(folder / "en", "b", "Trunks", "everybody", "Text.", 2)
    assert [one.topic.slug for one in manual.search("trunks", "en")] == ["b", "a"]


def test_another_language_falls_back_topic_by_topic(folder: Path) -> None:
    write(folder / "en", "a", "People", "everybody", "Text.", 1)
    write(folder / "en", "b", "Trunks", "everybody", "Text.", 2)
    write(folder / "fr-ca", "a", "Personnes", "everybody", "Texte.", 1)
    assert [topic.title for topic in manual.topics("fr-ca")] == ["Personnes", "Trunks"]


def test_markup_of_a_page_stays_text(folder: Path, client_of: ClientOf, people: Cast) -> None:
    write(folder / "en", "a", "A", "everybody", "<script>alert(1)</script> [x](javascript:alert(1))")
    body = client_of("nobody").get("/help/a/").content.decode()
    assert "<script>alert" not in body
    assert 'href="javascript' not in body


def test_no_such_topic(client_of: ClientOf, people: Cast) -> None:
    assert client_of("nobody").get("/help/none/").status_code == 404


def test_what_is_searched_for_is_shown_as_text(client_of: ClientOf, people: Cast) -> None:
    body = client_of("nobody").get("/help/", {"q": '"><b>x'}).content.decode()
    assert "<b>x" not in body
    assert "0 pages hold these words" in body
