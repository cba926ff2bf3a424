"""The list of people: what is found, how it is shown, and that pages and links lead to the same."""

import csv
import io
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from tests.directory.cast import Cast

from callpoint.directory import provision
from callpoint.directory.models import Change, Person, Readiness, SavedFilter, acting
from callpoint.directory.tenancy import everywhere, inside
from callpoint.web.portal.people import listing
from callpoint.web.portal.people.listing import listed
from callpoint.web.portal.people.query import PeopleQuery, read
from callpoint.web.portal.people.timing import time_list_pages

ClientOf = Callable[[str], Client]
WHERE = "/organizations/acme/people/"
NOW = timezone.now()


def ids(page: str) -> list[str]:
    """IDs in the order of the page."""
    return re.findall(r'<th scope="row"[^>]*><a href="/organizations/acme/people/\d+/"><code>([^<]*)</code>', page)


@pytest.fixture
def crowd(people: Cast) -> Cast:
    """Ada and Bob, and forty others at a second building."""
    with everywhere(), acting("test", "crowd"):
        annex = provision.create_building(people.acme, "Annex", {"country": "US", "A1": "VT", "A3": "Barre"})
        spot = provision.create_location(annex, "Loading dock")
        for number in range(40):
            provision.create_person(
                people.acme,
                f"C{number:02d}",
                first_name="Émile" if number % 2 else "Zoë",
                last_name=f"Roy{39 - number:02d}",
                email=f"c{number:02d}@acme.example",
                callback_number="+1 802 555 0199" if number % 4 else "",
                language="fr-CA" if number % 10 == 0 else "",
                active=number % 20 != 0,
                assigned_location=spot if number < 30 else None,
            )
        provision.set_current_location(people.bob, spot)
    return people


@pytest.fixture
def shown(client_of: ClientOf, crowd: Cast, published: object) -> Callable[..., str]:
    """The page for a query, as an auditor sees it."""
    client = client_of("auditor")

    def get(**query: str | int) -> str:
        response = client.get(WHERE, query)
        assert response.status_code == 200
        return response.content.decode()

    return get


def test_every_row_says_what_would_happen(shown: Callable[..., str]) -> None:
    page = shown(q="E1")
    assert ids(page) == ["E1"]
    assert "Goes to Montpelier dispatch" in page
    assert "115 State Street, Floor 2, Montpelier, VT (unchecked) · +18025550101" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "e1"}, ["E1"]),
        ({"q": "roy39"}, ["C00"]),
        ({"q": "zoë roy37"}, ["C02"]),
        ({"q": "ZOË ROY37"}, ["C02"]),
        ({"q": "émile roy37"}, []),
        ({"q": "c07@ACME"}, ["C07"]),
        ({"q": "802-555-0101"}, ["E1"]),
        ({"q": "(802) 555 0101"}, ["E1"]),
        ({"q": "5550101"}, ["E1"]),
        ({"q": "state house"}, ["E1"]),
        ({"q": "front desk ada"}, ["E1"]),
        ({"q": "loading roy30"}, ["C09"]),
        ({"q": "%"}, []),
        ({"q": "_"}, []),
        ({"q": "Secret"}, []),
        ({"building": "STATE"}, ["E1"]),
        ({"location": "dock", "q": "bob"}, ["E2"]),
        ({"location": "dock", "active": "no"}, ["C00", "C20"]),
        ({"language": "fr", "sort": "-id"}, ["C30", "C20", "C10", "C00"]),
        ({"language": "en"}, []),
        ({"kind": "phone_number"}, []),
        ({"active": "no"}, ["C00", "C20"]),
    ],
)
def test_who_is_found(shown: Callable[..., str], query: dict[str, str], found: list[str]) -> None:
    assert ids(shown(**query)) == found


def test_links_of_other_pages_narrow_the_list_and_say_so(shown: Callable[..., str], people: Cast) -> None:
    page = shown(in_building=people.building.pk)
    assert ids(page) == ["E1"]
    assert "Only in State House" in page
    assert ids(shown(in_location=people.desk.pk)) == ["E1"]
    assert ids(shown(in_building=10**17)) == []


def test_more_is_found_than_is_shown(shown: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MOST_FOUND", 30)
    page = shown(q="acme.example", size=25, page=9)
    assert "More than 30 people found" in page
    assert ids(page) == [f"C{number}" for number in range(25, 30)]


@pytest.mark.parametrize("sort", ["id", "-id", "name", "-name", "email", "-email", "phone", "callback"])
def test_pages_join_without_a_gap_in_every_order(crowd: Cast, sort: str) -> None:
    with inside(crowd.acme):
        pages = [listed(PeopleQuery(sort=sort, size=5, page=page), crowd.acme, NOW) for page in range(1, 10)]
        got = [person.pk for page in pages for person in page.people]
        assert got == [person.pk for person in listing.in_order(Person.objects.all(), sort)]
    assert [(page.first, page.last) for page in pages][-2:] == [(36, 40), (41, 42)]
    assert {(page.count, page.pages) for page in pages} == {(42, 9)}


def test_page_links_keep_what_was_asked(shown: Callable[..., str]) -> None:
    page = shown(q="acme.example", sort="-name", size=25)
    assert "1–25 of 41" in page
    assert 'href="?q=acme.example&amp;sort=-name&amp;size=25&amp;page=2"' in page
    second = shown(q="acme.example", sort="-name", size=25, page=2)
    assert "26–41 of 41" in second
    assert not set(ids(page)) & set(ids(second))
    assert "26–41 of 41" in shown(q="acme.example", size=25, page=999)


@pytest.mark.parametrize(
    "query",
    [
        {"page": "-1"},
        {"page": "x"},
        {"page": "9" * 40},
        {"size": "10000"},
        {"sort": "password"},
        {"readiness": "perfect"},
        {"since": "yesterday"},
        {"since": "0001-01-01"},
        {"active": "maybe"},
        {"in_building": "²"},
        {"q": "\x00"},
        {"columns": "password"},
    ],
)
def test_what_makes_no_sense_is_as_if_not_asked(shown: Callable[..., str], query: dict[str, str]) -> None:
    assert len(ids(shown(**query))) == 42


def test_a_query_is_written_as_it_is_read() -> None:
    asked = PeopleQuery("a b", "stale", "x", "é&", 5, 7, "no", "phone_number", "own", "2026-11-23", "-name", 25)
    assert read(QueryDict(asked.written())) == asked
    assert PeopleQuery().written() == ""
    assert PeopleQuery(sort="name").sorted_by("name") == "sort=-name"
    assert PeopleQuery(page=7).written() == ""


def ready(people: Iterable[Person], state: str = "ready", **columns: object) -> None:
    """As the worker would have found it."""
    for person in people:
        values = {"organization_id": person.organization_id, "state": state, "computed_at": NOW} | columns
        Readiness.objects.update_or_create(person=person, defaults=values)


def test_readiness_is_a_filter(shown: Callable[..., str], crowd: Cast) -> None:
    with everywhere():
        some = list(Person.objects.filter(device_user_id__startswith="C").order_by("device_user_id"))
        ready(some[:3], tested_at=NOW)
        ready(some[3:5], tested_at=None)
        ready(some[5:6], tested_at=NOW - timedelta(days=366))
        ready(some[6:7], tested_at=NOW, confirmed_at=NOW - timedelta(days=181))
        ready(some[7:8], "no_location")
    expected = {
        "ready": ["C00", "C01", "C02"],
        "never_tested": ["C03", "C04", "C05"],
        "stale": ["C06"],
        "no_location": ["C07"],
        "no_callback": [],
    }
    assert {name: ids(shown(readiness=name)) for name in expected} == expected
    assert len(ids(shown(readiness="pending"))) == 34
    assert ids(shown(readiness="never_tested", q="roy36")) == ["C03"]


@pytest.mark.parametrize("few", [0, 10_000])
def test_rare_and_common_conditions_find_the_same(crowd: Cast, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(listing, "FEW", few)
    with inside(crowd.acme):
        ready(Person.objects.filter(active=True), tested_at=NOW)
        found = listed(PeopleQuery(readiness="ready", sort="name", size=25, page=2), crowd.acme, NOW)
        assert (found.count, len(found.people), found.page) == (40, 15, 2)


@pytest.mark.parametrize("most", [0, 2000])
def test_changed_since(crowd: Cast, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    with everywhere():
        Change.objects.update(at=datetime(2026, 1, 1, tzinfo=UTC))
        bob = Change.objects.filter(model="person", object_id=crowd.bob.pk).first()
        assert bob is not None
        # Five in the morning in Greenwich is midnight in New York.
        Change.objects.filter(pk=bob.pk).update(at=datetime(2026, 3, 1, 5, 0, tzinfo=UTC))
    monkeypatch.setattr(listing, "MOST_FOUND", most or 2000)
    with inside(crowd.acme):
        for day, found in (("2026-03-01", ["E2"]), ("2026-03-02", [])):
            page = listed(PeopleQuery(since=day), crowd.acme, NOW)
            assert [person.device_user_id for person in page.people] == found


def test_columns_are_kept_for_the_session(client_of: ClientOf, crowd: Cast, published: object) -> None:
    client = client_of("auditor")
    page = client.get(WHERE, {"columns": ["", "email", "language", "kind", "current"]}).content.decode()
    assert "c00@acme.example" in page
    assert "French" in page
    again = client.get(WHERE).content.decode()
    assert "c00@acme.example" in again
    assert "Readiness</th>" not in again
    assert "c00@acme.example" not in client.get(WHERE, {"columns": ""}).content.decode()


def test_htmx_gets_only_what_is_found(client_of: ClientOf, crowd: Cast, published: object) -> None:
    client = client_of("auditor")
    part = client.get(WHERE, {"q": "roy39", "readiness": ""}, headers={"HX-Request": "true"})
    body = part.content.decode()
    assert body.lstrip().startswith('<div id="found">')
    assert ids(body) == ["C00"]
    assert part.headers["HX-Push-Url"] == f"{WHERE}?q=roy39"
    assert "HX-Request" in part.headers["Vary"]
    restored = client.get(WHERE, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in restored.content.decode()


def test_a_filter_is_kept_found_again_and_forgotten(client_of: ClientOf, crowd: Cast, published: object) -> None:
    client = client_of("auditor")
    client.get(WHERE, {"columns": ["", "email"]})
    for name in (" Zoës ", "Zoës"):
        client.post(f"{WHERE}filters/", {"name": name, "query": "q=zo%C3%AB&page=3&evil=1"})
    with everywhere():
        saved = SavedFilter.objects.get()
    assert (saved.name, saved.query) == ("Zoës", "q=zo%C3%AB&columns=&columns=email")
    page = client.get(WHERE).content.decode()
    assert 'href="?q=zo%C3%AB&amp;columns=&amp;columns=email">Zoës</a>' in page
    other = client_of("organization_administrator")
    assert "Zoës" not in other.get(WHERE).content.decode()
    assert other.post(f"{WHERE}filters/{saved.pk}/remove/").status_code == 404
    assert client.post(f"{WHERE}filters/{saved.pk}/remove/").status_code == 302
    with everywhere():
        assert not SavedFilter.objects.exists()


def test_a_filter_needs_a_name(client_of: ClientOf, crowd: Cast, published: object) -> None:
    page = client_of("auditor").post(f"{WHERE}filters/", {"name": "  ", "query": "q=x"}, follow=True)
    assert "Give the filter a name" in page.content.decode()
    with everywhere():
        assert not SavedFilter.objects.exists()


def test_auditors_cannot_choose_anybody(shown: Callable[..., str], client_of: ClientOf) -> None:
    assert 'name="person"' not in shown()
    assert 'name="person"' in client_of("organization_administrator").get(WHERE).content.decode()


def test_export_holds_what_was_found_and_is_noted(client_of: ClientOf, crowd: Cast) -> None:
    with everywhere(), acting("test", "hostile"):
        provision.create_person(crowd.acme, "=cmd|' /C calc'!A0", last_name="@SUM(1)", callback_number="802 555 0100")
        SavedFilter.objects.all().delete()
    response = client_of("auditor").post(f"{WHERE}export/?q=roy3&sort=-id")
    rows = list(csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == [f"C{number:02d}" for number in range(9, -1, -1)]
    assert rows[-1][5:11] == ["c00@acme.example", "", "fr-CA", "no", "Annex", "Loading dock"]
    assert response.headers["Content-Disposition"] == 'attachment; filename="people-acme.csv"'
    everybody = client_of("auditor").post(f"{WHERE}export/").getvalue().decode("utf-8-sig")
    assert "'=cmd|' /C calc'!A0" in everybody
    assert "1-802-555-0100" in everybody
    assert "Secret Stranger" not in everybody
    with everywhere():
        told = Change.objects.filter(action="noted", who="auditor@acme.example").order_by("pk").first()
    assert told is not None
    assert told.after == {"exported": "people", "rows": 10, "query": "q=roy3&sort=-id"}


def test_an_organization_without_anybody_is_told_what_to_do(client_of: ClientOf, people: Cast) -> None:
    with everywhere(), acting("test", "empty"):
        people.stranger.delete()
    page = client_of("outsider").get("/organizations/other/people/").content.decode()
    assert "Nobody is registered yet" in page


def test_names_are_text(client_of: ClientOf, people: Cast, published: object) -> None:
    with everywhere(), acting("test", "attack"):
        provision.create_person(people.acme, "<b>E9</b>", first_name="<script>alert(1)</script>")
    page = client_of("auditor").get(WHERE, {"q": '"><script>'}).content.decode()
    assert "<script>alert" not in page
    assert '"><script>' not in page


def test_the_time_of_every_kind_of_page_is_measured(crowd: Cast, published: object) -> None:
    with everywhere():
        times = time_list_pages(crowd.acme, crowd.auditor)
    assert {"first page", "sorted by name, last page", "filter: stale", "search: one ID"} <= times.keys()
    assert all(0 < milliseconds < 60_000 for milliseconds in times.values())
    with pytest.raises(RuntimeError, match="403"):
        time_list_pages(crowd.acme, crowd.security)
