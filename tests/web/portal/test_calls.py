"""The list of calls, misdials, and both as one may look for them."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from tests.directory.cast import Cast
from tests.web.portal.call_records import AT, HOME, call, misdial, rehearsal

from callpoint.directory.models import Change, acting
from callpoint.directory.tenancy import everywhere

ClientOf = Callable[[str], Client]
LIST = "/organizations/acme/calls/"


@pytest.fixture
def auditor(client_of: ClientOf) -> Client:
    return client_of("auditor")


def text(client: Client, path: str, **headers: str) -> str:
    response = client.get(path, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_calls_of_the_own_organization(auditor: Client, people: Cast) -> None:
    call(people.acme, "1", identity="E-OURS")
    call(people.other, "2", identity="E-THEIRS")
    call(None, "3", identity="E-NOBODY")
    page = text(auditor, LIST)
    assert "E-OURS" in page
    assert "Answered by Montpelier dispatch" in page
    assert "1,235 ms" in page or "1,234 ms" in page
    assert "E-THEIRS" not in page
    assert "E-NOBODY" not in page


def test_times_are_those_of_the_organization(auditor: Client, people: Cast) -> None:
    call(people.acme)
    assert "21:00:00" in text(auditor, LIST)  # 02:00 UTC is the evening before in New York
    with acting("test", "west"), everywhere():
        people.acme.time_zone = "America/Vancouver"
        people.acme.save()
    assert "18:00:00" in text(auditor, LIST)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"E911", "E933", "E-TEST", "E-LOST", "E-WRONG"}),
        ("kind=911", {"E911", "E-LOST"}),
        ("kind=933", {"E933", "E-WRONG"}),
        ("kind=test", {"E-TEST"}),
        ("unregistered=on", {"E-LOST"}),
        ("wrong=on", {"E-WRONG"}),
        ("who=e933", {"E933"}),
        ("who=grace", {"E-LOST"}),
        ("who=5550199", {"E911"}),
        ("trunk=spare", {"E-TEST"}),
        ("since=2026-11-23", {"E933"}),
        ("until=2026-11-22", {"E911", "E-TEST", "E-LOST", "E-WRONG"}),
        ("since=2026-11-22&until=2026-11-22", {"E911", "E-TEST", "E-LOST", "E-WRONG"}),
        ("since=2026-11-24", set()),
    ],
)
def test_filters(auditor: Client, people: Cast, query: str, found: set[str]) -> None:
    call(people.acme, "1", identity="E911", callback_number="+18025550199")
    rehearsal(people.acme, "2", identity="E933", started_at=AT + timedelta(hours=12))
    rehearsal(people.acme, "3", identity="E-TEST", service="test", trunk="spare trunk")
    call(people.acme, "4", identity="E-LOST", unregistered=True, location=None, person="Grace Hopper")
    rehearsal(people.acme, "5", identity="E-WRONG", read_back="reported_wrong")
    page = text(auditor, f"{LIST}?{query}")
    assert {one for one in ("E911", "E933", "E-TEST", "E-LOST", "E-WRONG") if f"<code>{one}</code>" in page} == found


def test_a_filter_that_cannot_be_read_is_told(auditor: Client, people: Cast) -> None:
    page = text(auditor, f"{LIST}?since=yesterday")
    assert 'href="#filter-since"' in page
    assert 'aria-describedby="filter-since-error"' in page
    assert auditor.post(f"{LIST}export/?since=yesterday").status_code == 400


def test_long_lists_go_on_where_they_stopped(auditor: Client, people: Cast) -> None:
    for number in range(120):
        call(people.acme, str(number), identity=f"N{number:03d}", started_at=AT + timedelta(seconds=number // 7))
    seen: list[str] = []
    path, pages = LIST, 0
    while path:
        page = text(auditor, path)
        seen += [line.split("</code>")[0] for line in page.split("<code>")[1:]]
        pages += 1
        more = page.partition('hx-get="')[2].partition('"')[0] if "Older calls" in page else ""
        path = more.replace("&amp;", "&")
    assert pages == 3
    assert len(seen) == len(set(seen)) == 120
    assert seen[0] == "N119"


def test_the_rows_that_follow_come_alone(auditor: Client, people: Cast) -> None:
    for number in range(60):
        call(people.acme, str(number))
    page = text(auditor, LIST)
    more = page.partition('hx-get="')[2].partition('"')[0].replace("&amp;", "&")
    rows = text(auditor, more, **{"HX-Request": "true"})
    assert rows.count("<tr>") == 10
    assert "<html" not in rows


@pytest.mark.parametrize(
    "before", ["junk", "2026-11-23_1", "_", "2026-11-23T02:00:00+00:00_99999999999999999999", "９_９"]
)
def test_a_place_that_is_none_is_the_beginning(auditor: Client, people: Cast, before: str) -> None:
    call(people.acme, identity="E-HERE")
    assert "E-HERE" in auditor.get(LIST, {"before": before}).content.decode()


def test_what_became_of_it(auditor: Client, people: Cast) -> None:
    call(people.acme, "1", answered_at=None, why_ended="the PSAP is busy")
    call(people.acme, "2", state="refused", answered_at=None, why_ended="Forbidden")
    call(people.acme, "3", state="dialling", answered_at=None)
    rehearsal(people.acme, "4", read_back="confirmed")
    rehearsal(people.acme, "5", location=None)
    rehearsal(people.acme, "6")
    page = text(auditor, LIST)
    for words in (
        "Not answered: the PSAP is busy",
        "Refused: Forbidden",
        "Location confirmed",
        "No location to read back",
        "Location read back",
    ):
        assert words in page


def test_names_are_text(auditor: Client, people: Cast) -> None:
    call(people.acme, identity="<b>E9</b>", person="<script>alert(1)</script>", psap="<i>x</i>")
    page = text(auditor, LIST)
    assert "<script>alert" not in page
    assert "<b>E9" not in page
    assert "<i>x" not in page


def test_misdials_of_the_own_organization(auditor: Client, people: Cast) -> None:
    assert "Nobody has dialled a prefix" in text(auditor, f"{LIST}misdials/")
    misdial(people.acme, "9911")
    misdial(people.acme, "8911", "911")
    misdial(people.other, "1911")
    misdial(None, "7911")
    page = text(auditor, f"{LIST}misdials/")
    assert "refused" in page
    assert "treated as 911" in page
    assert "1911" not in page.replace("9911", "").replace("8911", "")
    assert "7911" not in page
    assert "No misdial fits" in text(auditor, f"{LIST}misdials/?since=2026-11-24")


def rows_of(client: Client, query: str = "") -> list[dict[str, str]]:
    response = client.post(f"{LIST}export/{query}")
    assert response.status_code == 200
    assert response.headers["Content-Disposition"] == 'attachment; filename="calls-acme.csv"'
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_calls_as_a_file(auditor: Client, people: Cast) -> None:
    call(people.acme, "1", identity="=cmd|x")
    rehearsal(people.acme, "2", identity="E2", started_at=AT + timedelta(hours=1))
    call(people.other, "3", identity="E-THEIRS")
    test, emergency = rows_of(auditor)
    assert test["ID"] == "E2"
    assert emergency["ID"] == "'=cmd|x"
    assert emergency["When"] == "2026-11-22T21:00:00-05:00"
    assert emergency["Location sent"] == "115 State Street, Floor 2, Montpelier, VT"
    assert emergency["Callback number"] == "1-802-555-0101"
    assert [row["ID"] for row in rows_of(auditor, "?kind=933")] == ["E2"]
    with everywhere():
        last = Change.objects.filter(organization=people.acme, action="noted").order_by("pk").last()
        assert last is not None
        assert last.after == {"exported": "calls as CSV"}
        assert last.who == "auditor@acme.example"


def test_a_guard_s_file_has_homes_of_emergencies_only(client_of: ClientOf, people: Cast) -> None:
    call(people.acme, "1", location=HOME)
    rehearsal(people.acme, "2", location=HOME, started_at=AT + timedelta(hours=1))
    test, emergency = rows_of(client_of("security"))
    assert emergency["Location sent"] == "12 Elm Street, Barre, VT"
    assert test["Location sent"] == "Barre, VT"
