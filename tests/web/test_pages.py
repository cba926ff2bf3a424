"""Every page, asked by each of the cast."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver
from django.utils import timezone
from tests.directory.cast import Cast
from tests.web.pages import CAST, gathered

from callpoint.calls.models import CallRecord
from callpoint.directory import provision
from callpoint.directory.models import Change, Membership, acting
from callpoint.directory.tenancy import everywhere
from callpoint.web.security import CONTENT_SECURITY_POLICY
from callpoint.web.urls import urlpatterns

ClientOf = Callable[[str], Client]
PAGES = gathered()
# Their own tests judge what other people's applications serve (tests/web/account, tests/web/api).
OTHERS = ("allauth", "ninja", "django.views")


@contextmanager
def undone_afterwards() -> Iterator[None]:
    """What a page changes is taken back, so that the next of the cast finds everything as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ours(patterns: Sequence[URLPattern | URLResolver]) -> Iterator[str]:
    """Names of the URLs our own views answer."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from ours(pattern.url_patterns)
        elif not pattern.callback.__module__.startswith(OTHERS):
            yield str(pattern.name)


def test_every_address_is_tested() -> None:
    assert set(ours(urlpatterns)) == PAGES.keys()


@pytest.mark.parametrize("name", PAGES)
def test_who_gets_what(name: str, client_of: ClientOf, people: Cast, published: object) -> None:
    page, got = PAGES[name], []
    for who in CAST:
        with undone_afterwards():
            response = client_of(who).get(page.at(people))
        got.append(response.status_code)
        assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert "no-store" in response.headers["Cache-Control"]
        assert response.headers["X-Frame-Options"] == "DENY"
        if "html" in response.headers["Content-Type"]:
            body = response.content.decode()
            assert "style=" not in body
            assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", body)
            assert not re.search(r"\son[a-z]+=", body)
    assert dict(zip(CAST, got, strict=True)) == dict(zip(CAST, page.statuses, strict=True))


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if page.writes])
def test_who_may_write(name: str, client_of: ClientOf, people: Cast, published: object) -> None:
    page, got = PAGES[name], []
    for who in CAST:
        with undone_afterwards():
            got.append(client_of(who).post(page.at(people), {}).status_code)
    assert dict(zip(CAST, got, strict=True)) == dict(zip(CAST, page.writes or (), strict=True))


@pytest.mark.parametrize("who", CAST)
def test_nobody_sees_another_organization_s_page(
    who: str, client_of: ClientOf, people: Cast, published: object
) -> None:
    with everywhere():
        CallRecord.objects.create(
            organization=people.other, call_id="1", started_at=timezone.now(), dialled="911", person="Secret Stranger"
        )
    client = client_of(who)
    seen = "".join(client.get(path, follow=True).content.decode() for path in ("/", "/organizations/acme/"))
    other = client.get("/organizations/other/")
    allowed = who in ("outsider", "provider_administrator")
    assert (b"Secret Stranger" in other.content) is allowed
    assert other.status_code == (200 if allowed else 302 if who == "nobody" else 404)
    if who == "outsider":
        assert "Ada" not in seen
        assert "Acme" not in seen
    elif who != "provider_administrator":
        assert "Secret Stranger" not in seen


def test_no_such_organization_looks_like_another_s(client_of: ClientOf, published: object) -> None:
    client = client_of("outsider")
    assert client.get("/organizations/none/").content == client.get("/organizations/acme/").content


def test_the_style_sheet_is_served_from_here(people: Cast) -> None:
    response = Client().get("/static/web/callpoint.css")
    assert response.status_code == 200
    assert b"--accent" in b"".join(response.streaming_content)  # type: ignore[arg-type]
    assert response.headers["Content-Type"].startswith("text/css")


def test_a_strange_host_is_refused(people: Cast) -> None:
    assert Client().get("/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("address", ["/nothing/", "/organizations/of-others/"])
def test_an_address_that_is_not_there_leads_back(client_of: ClientOf, address: str) -> None:
    answer = client_of("auditor").get(address)
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()
    assert 'href="/"' in answer.content.decode()


@pytest.mark.parametrize("path", ["/organizations/acme/people/", "/provider/"])
def test_a_part_of_a_page_leads_to_signing_in_as_a_whole(path: str, client_of: ClientOf) -> None:
    asked = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{path}?page=2"}
    answer = client_of("nobody").get(path, headers=asked)
    assert answer.headers["HX-Redirect"] == f"/account/login/?next={path}"
    assert not answer.content


def test_the_way_on_after_signing_in_stays_on_this_server(client_of: ClientOf) -> None:
    asked = {"HX-Request": "true", "HX-Current-URL": "https://evil.example/organizations/acme/"}
    answer = client_of("nobody").get("/organizations/acme/people/", headers=asked)
    assert answer.headers["HX-Redirect"] == "/account/login/?next=/organizations/acme/"


def test_an_organization_is_told_who_came_in_that_serves_others_too(people: Cast, published: object) -> None:
    with acting("test", "appointing"), everywhere():
        provision.put(Membership, {"account": people.auditor, "organization": people.other, "role": "auditor"}, {})
    client = Client()
    client.force_login(people.auditor)
    for _ in range(2):
        client.get("/organizations/acme/people/")
    with everywhere():
        noted = Change.objects.filter(organization=people.acme, action="noted", who="auditor@acme.example")
        assert [one.after for one in noted] == [{"entered": "by an account that serves others, too"}]
        assert not Change.objects.filter(organization=people.other, who="auditor@acme.example").exists()
