"""Every page, asked by each of the cast."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver
from tests.directory.cast import PASSWORD, Cast
from tests.web.pages import CAST, gathered

from callpoint.calls.models import CallRecord, Misdial
from callpoint.directory import provision
from callpoint.directory.models import acting
from callpoint.directory.tenancy import everywhere
from callpoint.web.security import CONTENT_SECURITY_POLICY
from callpoint.web.urls import urlpatterns

ClientOf = Callable[[str], Client]
PAGES = gathered()
# Their own tests judge what other people's applications serve (`test_account_pages.py`, tests/web/api).
OTHERS = ("allauth", "ninja")
CASES = [(name, who, status) for name, page in PAGES.items() for who, status in zip(CAST, page.statuses, strict=True)]
WRITES = [
    (name, who, status)
    for name, page in PAGES.items()
    if page.writes
    for who, status in zip(CAST, page.writes, strict=True)
]


def ours(patterns: Sequence[URLPattern | URLResolver]) -> Iterator[str]:
    """Names of the URLs our own views answer."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from ours(pattern.url_patterns)
        elif not pattern.callback.__module__.startswith(OTHERS):
            yield str(pattern.name)


def test_every_address_is_tested() -> None:
    assert set(ours(urlpatterns)) == PAGES.keys()


@pytest.mark.parametrize(("name", "who", "status"), CASES)
def test_who_gets_what(name: str, who: str, status: int, client_of: ClientOf, people: Cast, published: object) -> None:
    response = client_of(who).get(PAGES[name].at(people))
    assert response.status_code == status
    assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["X-Frame-Options"] == "DENY"
    if "html" in response.headers["Content-Type"]:
        body = response.content.decode()
        assert "style=" not in body
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", body)
        assert not re.search(r"\son[a-z]+=", body)


@pytest.mark.parametrize(("name", "who", "status"), WRITES)
def test_who_may_write(name: str, who: str, status: int, client_of: ClientOf, people: Cast, published: object) -> None:
    assert client_of(who).post(PAGES[name].at(people), {}).status_code == status


@pytest.mark.parametrize("who", CAST)
def test_nobody_sees_another_organization_s_people(who: str, client_of: ClientOf, published: object) -> None:
    client = client_of(who)
    seen = "".join(client.get(path).content.decode() for path in ("/", "/organizations/acme/"))
    assert "Secret Stranger" not in seen
    other = client.get("/organizations/other/")
    allowed = who in ("outsider", "provider_administrator")
    assert (b"Secret Stranger" in other.content) is allowed
    assert other.status_code == (200 if allowed else 302 if who == "nobody" else 404)
    if who == "outsider":
        assert "Ada" not in seen
        assert "Acme" not in seen


def test_no_such_organization_looks_like_another_s(client_of: ClientOf, published: object) -> None:
    client = client_of("outsider")
    assert client.get("/organizations/none/").content == client.get("/organizations/acme/").content


def test_start_lists_what_one_serves(client_of: ClientOf, people: Cast) -> None:
    mine = client_of("organization_administrator").get("/").content.decode()
    assert "/organizations/acme/" in mine
    assert "/organizations/other/" not in mine
    everything = client_of("provider_administrator").get("/").content.decode()
    assert "/organizations/acme/" in everything
    assert "/organizations/other/" in everything


def test_an_account_without_an_organization_is_told_so(people: Cast) -> None:
    client = Client()
    client.force_login(provision.create_account("new@nowhere.example", PASSWORD))
    assert b"serves no organization yet" in client.get("/").content


def test_people_with_what_would_happen(client_of: ClientOf, people: Cast, published: Callable[[], None]) -> None:
    client = client_of("auditor")
    page = client.get("/organizations/acme/").content.decode()
    assert "Goes to Montpelier dispatch" in page
    assert "115 State Street, Floor 2, Montpelier, VT (unchecked)" in page
    assert "Relay center, because no location is registered" in page
    with acting("admin@acme.example", "checked"):
        address = people.building.address
        address.verdict = "valid"
        address.save()
    assert 'class="dot doubtful"' in page
    published()
    page = client.get("/organizations/acme/").content.decode()
    assert 'class="dot good"' in page
    assert 'class="dot bad"' in page
    assert "(unchecked)" not in page


def test_an_address_that_is_only_an_area_is_called_so(
    client_of: ClientOf, people: Cast, published: Callable[[], None]
) -> None:
    with acting("worker", "mapped"):
        address = people.building.address
        address.verdict, address.psap, address.psap_source = "area", people.psap, "boundary (postal area)"
        address.save()
    published()
    page = client_of("auditor").get("/organizations/acme/").content.decode()
    assert "Goes to Montpelier dispatch, by the middle of the postal area" in page
    assert "Montpelier, VT (only the area is confirmed: not dispatchable)" in page
    assert 'class="dot doubtful"' in page


def test_the_page_shows_the_snapshot_and_not_the_database(
    client_of: ClientOf, people: Cast, published: Callable[[], None]
) -> None:
    with acting("admin@acme.example", "moved"):
        provision.set_current_location(people.bob, people.desk)
    client = client_of("organization_administrator")
    assert "because no location is registered" in client.get("/organizations/acme/").content.decode()
    published()
    assert "because no location is registered" not in client.get("/organizations/acme/").content.decode()


def test_without_a_snapshot_the_page_says_so(client_of: ClientOf) -> None:
    page = client_of("organization_administrator").get("/organizations/acme/")
    assert page.status_code == 200
    assert "the directory cannot be read at the moment" in page.content.decode()


def test_names_are_text(client_of: ClientOf, people: Cast, published: object) -> None:
    with acting("test", "attack"):
        provision.create_person(people.acme, "<b>E9</b>", first_name="<script>alert(1)</script>")
    page = client_of("auditor").get("/organizations/acme/").content.decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_long_lists_have_pages(client_of: ClientOf, people: Cast, published: object) -> None:
    with acting("test", "many"):
        for number in range(30):
            provision.create_person(people.acme, f"Z{number:02d}")
    client = client_of("auditor")
    first, second = (client.get(f"/organizations/acme/?page={page}").content.decode() for page in ("1", "2"))
    assert "1–25 of 32" in first
    assert "26–32 of 32" in second
    assert "Z29" in second
    assert "1–25 of 32" in client.get("/organizations/acme/?page=junk").content.decode()


def test_latest_calls_of_the_own_organization(client_of: ClientOf, people: Cast, published: object) -> None:
    with everywhere():
        for organization, identity in ((people.acme, "E-OURS"), (people.other, "E-THEIRS"), (None, "E-NOBODY")):
            CallRecord.objects.create(
                organization=organization,
                call_id=identity,
                started_at=datetime(2026, 11, 23, 2, 0, tzinfo=UTC),
                dialled="933",
                identity=identity,
                read_back="reported_wrong",
                unregistered=True,
            )
    page = client_of("auditor").get("/organizations/acme/").content.decode()
    assert "E-OURS" in page
    assert "2026-11-23 02:00:00" in page
    assert "location reported wrong" in page
    assert "unregistered" in page
    assert "E-THEIRS" not in page
    assert "E-NOBODY" not in page


def test_a_call_nobody_answered_says_why(client_of: ClientOf, people: Cast, published: object) -> None:
    with everywhere():
        CallRecord.objects.create(
            organization=people.acme,
            call_id="1",
            started_at=datetime(2026, 11, 23, 2, 0, tzinfo=UTC),
            dialled="911",
            state="ended",
            why_ended="the PSAP is busy",
            status=486,
        )
    assert "the PSAP is busy" in client_of("auditor").get("/organizations/acme/").content.decode()


def test_misdials_of_the_own_organization(client_of: ClientOf, people: Cast, published: object) -> None:
    assert "Latest misdials" not in client_of("auditor").get("/organizations/acme/").content.decode()
    with everywhere():
        for seq, (organization, dialled, treated) in enumerate(
            ((people.acme, "9911", ""), (people.acme, "8911", "911"), (people.other, "1911", ""), (None, "7911", ""))
        ):
            Misdial.objects.create(
                organization=organization,
                journal="j",
                seq=seq,
                at=datetime(2026, 11, 23, 2, 0, tzinfo=UTC),
                dialled=dialled,
                treated_as=treated,
            )
    section = client_of("auditor").get("/organizations/acme/").content.decode().split("Latest misdials")[1]
    assert "9911" in section
    assert "refused" in section
    assert "treated as 911" in section
    assert "1911" not in section
    assert "7911" not in section


def test_sign_in_and_out(people: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get("/sign-in/?next=/organizations/acme/")
    token = client.cookies["csrftoken"].value
    assert b"next" in page.content
    form = {"username": "ADMIN@acme.example ", "csrfmiddlewaretoken": token, "next": "/organizations/acme/"}
    wrong = client.post("/sign-in/", form | {"password": "wrong"})
    assert b"do not go together" in wrong.content
    right = client.post("/sign-in/", form | {"password": PASSWORD})
    assert (right.status_code, right.headers["Location"]) == (302, "/organizations/acme/")
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    token = client.cookies["csrftoken"].value
    assert client.post("/sign-out/", {"csrfmiddlewaretoken": token}).status_code == 302
    assert client.get("/organizations/acme/").status_code == 302


def test_sign_in_leads_nowhere_else(people: Cast) -> None:
    form = {"username": "admin@acme.example", "password": PASSWORD, "next": "https://evil.example/"}
    assert Client().post("/sign-in/", form).headers["Location"] == "/"


def test_a_form_without_a_token_is_refused(people: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/sign-in/", {"username": "admin@acme.example", "password": PASSWORD}).status_code == 403


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
