"""The history's pages: what is shown, to whom, and how it is searched, checked and exported."""

import csv
import hashlib
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory
from tests.directory.cast import Cast

from callpoint.directory import provision
from callpoint.directory.audit import note
from callpoint.directory.models import Change, acting
from callpoint.directory.models.chain import seal
from callpoint.directory.tenancy import everywhere, inside
from callpoint.web.portal.audit import exporting, search, state

ClientOf = Callable[[str], Client]
AUDIT = "/organizations/acme/audit/"
HTMX = {"headers": {"hx-request": "true"}}


def page(client: Client, path: str = AUDIT, **more: Any) -> str:
    return str(client.get(path, **more).content.decode())


def rename(people: Cast, times: int, who: str = "admin@acme.example") -> None:
    with acting(who, "in the portal", "192.0.2.7"):
        for number in range(times):
            people.bob.last_name = f"Baker {number}"
            people.bob.save()


def entries_of(people: Cast) -> Any:
    return Change._base_manager.filter(organization=people.acme)


def test_entries_are_told_newest_first(client_of: ClientOf, people: Cast) -> None:
    rename(people, 2)
    shown = page(client_of("auditor"))
    assert shown.index("Baker 1") < shown.index("test")
    assert "192.0.2.7" in shown
    assert "<del>Baker 0</del> → <ins>Baker 1</ins>" in shown
    assert "Secret Stranger" not in shown


def test_every_entry_is_reached_by_pages_and_none_twice(client_of: ClientOf, people: Cast) -> None:
    rename(people, 120)
    client, path, seen = client_of("auditor"), AUDIT, []
    while path:
        response = client.get(path, headers={"hx-request": "true"} if seen else {})
        seen += [told.change.number for told in response.context["entries"]]
        assert ("<html" in response.content.decode()) == (len(seen) <= search.ENTRIES)
        path = response.context.get("older", "")
    assert seen == list(range(entries_of(people).count(), 0, -1))


def test_without_script_the_older_ones_are_a_page(client_of: ClientOf, people: Cast) -> None:
    rename(people, 60)
    client = client_of("auditor")
    older = client.get(AUDIT).context["older"]
    assert "Back to the newest entries" in page(client, older)
    assert "<html" in page(client, older)


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("who=OTHER@acme", {"Baker 0"}),
        ("model=building", {"State House"}),
        ("action=deleted", {"Gone"}),
        ("model=person&object={bob}&who=other", {"Baker 0"}),
        ("model=person&object={ada}", {"Ada"}),
        ("object={stranger}&model=person&who=nobody", set()),
        ("since=2026-01-02&until=2026-01-02", {"on the day"}),
        ("run=1", set()),
        ("who=%25", set()),
    ],
)
def test_filters(query: str, texts: set[str], client_of: ClientOf, people: Cast) -> None:
    rename(people, 1, who="other@acme.example")
    with acting("admin@acme.example", "made"):
        provision.create_person(people.acme, "E9", first_name="Gone").delete()
    # 22:00 on the 1st, 23:30 on the 2nd and 00:30 on the 3rd of January in New York
    for hour, what in ((3, "before the day"), (28.5, "on the day"), (29.5, "after the day")):
        at = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(hours=hour)
        with everywhere():
            Change.objects.create(**_noted(people, at, what))
    found = client_of("auditor").get(AUDIT + "?" + query.format(bob=people.bob.pk, ada=people.ada.pk, stranger=99))
    rows = found.context["entries"]
    shown = " ".join(f"{one.title} {' '.join(line.after + line.before for line in one.lines)}" for one in rows)
    assert bool(rows) is bool(texts)
    assert all(text in shown for text in texts)
    assert len(rows) == 1 or "since" not in query


def _noted(people: Cast, at: datetime, what: str) -> dict[str, Any]:
    row: dict[str, Any] = {"organization_id": people.acme.pk, "at": at, "who": "x", "why": "", "origin": ""}
    row |= {"import_run_id": None, "model": "organization", "object_id": people.acme.pk, "action": "noted"}
    row |= {"before": None, "after": {"name": what}}
    seal([row])
    return row


def test_what_cannot_be_searched_for_is_told_beside_the_field(client_of: ClientOf) -> None:
    shown = page(client_of("auditor"), AUDIT + "?since=yesterday&object=x&model=person")
    assert 'id="filter-since-error"' in shown
    assert 'href="#filter-object"' in shown
    assert 'aria-describedby="filter-since-error"' in shown


@pytest.mark.parametrize("cursor", ["x", "2026-01-01,5", "2026-01-01T00:00:00+00:00,x", ",", "9999,1" * 50])
def test_a_cursor_that_is_none_begins_anew(cursor: str, client_of: ClientOf) -> None:
    assert client_of("auditor").get(AUDIT, {"before": cursor}).context["entries"][0].change.number > 1


def test_a_search_stops_in_time_and_goes_on_where_it_stopped(
    client_of: ClientOf, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "STRETCH", 7)
    monkeypatch.setattr(search, "STRETCHES", 3)
    rename(people, 60)
    client, path, steps, found = client_of("auditor"), AUDIT + "?model=building", 0, []
    while path:
        response = client.get(path)
        if "older" in response.context:
            assert "Search further back" in response.content.decode()
        found += [told.change.model for told in response.context["entries"]]
        path, steps = response.context.get("older", ""), steps + 1
    assert found == ["building"]
    assert steps == -(-entries_of(people).count() // (3 * 8))  # a stretch ends with its edge


def test_many_found_in_stretches_are_all_found_once(
    client_of: ClientOf, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "STRETCH", 7)
    monkeypatch.setattr(search, "STRETCHES", 2)
    monkeypatch.setattr(search, "ENTRIES", 5)
    rename(people, 40)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    entries_of(people).filter(number__gt=20).update(at=moment)  # all of one moment: no clock is that fine
    client, path, seen = client_of("auditor"), AUDIT + "?action=changed", []
    while path:
        response = client.get(path)
        seen += [told.change.number for told in response.context["entries"]]
        path = response.context.get("older", "")
    changed = entries_of(people).filter(action="changed")
    assert sorted(seen) == sorted(changed.values_list("number", flat=True))


def test_one_entry_in_full(client_of: ClientOf, people: Cast) -> None:
    rename(people, 1)
    last = entries_of(people).order_by("number").last()
    path = f"{AUDIT}entries/{last.number}/"
    shown = page(client_of("auditor"), path)
    assert last.digest in shown
    assert last.previous in shown
    assert "The entry fits its digest" in shown
    assert "Baker 0" in shown
    entries_of(people).filter(pk=last.pk).update(why="other")
    assert "does not fit its digest" in page(client_of("auditor"), path)


def test_entries_of_others_are_not_there(client_of: ClientOf, people: Cast) -> None:
    rename(people, 30)
    theirs = Change._base_manager.filter(organization=people.other).count()
    client = client_of("outsider")
    assert client.get(f"/organizations/other/audit/entries/{theirs}/").status_code == 200
    assert client.get(f"/organizations/other/audit/entries/{theirs + 1}/").status_code == 404
    assert client.get(f"/organizations/other/audit/history/person/{people.bob.pk}/").status_code == 404
    shown = page(client, f"/organizations/other/audit/?model=person&object={people.bob.pk}")
    assert "Baker" not in shown
    assert "No entry fits" in shown


def test_the_provider_sees_the_installation_s_own(client_of: ClientOf, people: Cast) -> None:
    client = client_of("provider_administrator")
    shown = page(client, "/provider/audit/")
    assert "Montpelier dispatch" in shown
    assert "State House" not in shown
    assert "/provider/audit/entries/1/" in shown
    older = page(client, f"/provider/audit/history/psap/{people.psap.pk}/")
    assert "Montpelier dispatch" in older


def test_the_history_is_checked_and_the_check_is_kept(client_of: ClientOf, people: Cast) -> None:
    client = client_of("auditor")
    count = entries_of(people).count()
    assert "has not been checked yet" in page(client)
    done = client.post(f"{AUDIT}check/", **HTMX).content.decode()
    assert f"The history holds: {count} entries were checked" in done
    assert "auditor@acme.example" in page(client)
    entries_of(people).filter(number=3).update(who="nobody")
    broken = client.post(f"{AUDIT}check/").content.decode()
    assert "<html" in broken
    assert "Entry 3 was altered" in broken
    assert "The history does not hold" in page(client)


def test_a_long_check_goes_on_step_by_step(client_of: ClientOf, people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "STEP", 4)
    client, place, steps = client_of("auditor"), "", 0
    count = entries_of(people).count()
    while True:
        response = client.post(f"{AUDIT}check/", {"place": place}, **HTMX)
        place, steps = response.context.get("place", ""), steps + 1
        if not place:
            break
        text = response.content.decode()
        assert f"Checked {4 * steps} of {count} entries" in text
        assert 'hx-trigger="load' in text
        assert "Go on checking" in text
    assert steps == -(-count // 4)
    assert f"{count} entries were checked" in response.content.decode()


@pytest.mark.parametrize("place", ["forged", "5", ""])
def test_a_check_begins_anew_with_a_place_that_is_not_ours(place: str, client_of: ClientOf, people: Cast) -> None:
    assert client_of("auditor").post(f"{AUDIT}check/", {"place": place}).context["walked"].done


def test_a_place_of_another_history_counts_for_nothing(
    client_of: ClientOf, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "STEP", 2)
    theirs = client_of("outsider").post("/organizations/other/audit/check/").context["place"]
    assert client_of("auditor").post(f"{AUDIT}check/", {"place": theirs}).context["walked"].place.number == 2


def test_csv_holds_what_was_searched_for_and_runs_nothing(client_of: ClientOf, people: Cast) -> None:
    with acting("admin@acme.example", "=cmd|' /C calc'!A0"):
        people.bob.last_name = "=1+1"
        people.bob.save()
    response = client_of("auditor").post(f"{AUDIT}export/?model=person&object={people.bob.pk}", {"format": "csv"})
    assert "acme-history.csv" in response.headers["Content-Disposition"]
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    header, newest, oldest = csv.reader(io.StringIO(text))
    assert header[:3] == ["Number", "When", "Who"]
    assert newest[4] == "'=cmd|' /C calc'!A0"
    assert newest[9] == "Last name:  → =1+1"
    assert oldest[5] == "created"
    noted = entries_of(people).order_by("number").last()
    assert (noted.model, noted.after, noted.who) == ("chain", {"exported": "CSV"}, "auditor@acme.example")


def test_json_lines_are_checked_by_a_third_party(
    client_of: ClientOf, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "PART", 10)
    rename(people, 25)
    client, previous, number = client_of("auditor"), "0" * 64, 0
    for first in [part.first for part in client.get(AUDIT).context["parts"]]:
        response = client.post(f"{AUDIT}export/", {"format": "jsonl", "first": first})
        head, *lines = b"".join(response.streaming_content).splitlines()
        assert json.loads(head)["previous"] == previous
        assert 0 < len(lines) <= 10
        for line in lines:
            number += 1
            entry = json.loads(line[85:-1])
            assert (entry["number"], entry["previous"]) == (number, previous)
            assert hashlib.sha256(line[85:-1]).hexdigest() == (previous := json.loads(line)["digest"])
    assert number >= 25
    assert client.post(f"{AUDIT}export/", {"format": "jsonl", "first": "2"}).status_code == 400
    assert client.post(f"{AUDIT}export/?since=x", {"format": "csv"}).status_code == 400


def test_the_tag_shows_an_object_s_history_on_any_page(people: Cast) -> None:
    rename(people, 12)
    request = RequestFactory().get("/")
    request.organization = people.acme  # type: ignore[attr-defined]
    template = Template('{% load audit %}{% history "person" pk %}')
    with inside(people.acme):
        shown = template.render(Context({"request": request, "pk": people.bob.pk}))
        nothing = template.render(Context({"request": request, "pk": 99}))
    assert "Baker 11" in shown
    assert "Baker 0<" not in shown
    assert f"{AUDIT}history/person/{people.bob.pk}/?before=" in shown
    assert "Nothing has been recorded yet" in nothing


def test_moments_among_the_values_are_in_the_organization_s_time(people: Cast) -> None:
    people.acme.time_zone = "America/Vancouver"
    request = RequestFactory().get("/")
    request.organization = people.acme  # type: ignore[attr-defined]
    with inside(people.acme):
        with acting("a@example", "it moved"):
            people.bob.current_at = datetime(2026, 11, 23, 9, 47, tzinfo=UTC)
            people.bob.save()
        template = Template('{% load audit %}{% history "person" pk %}')
        shown = template.render(Context({"request": request, "pk": people.bob.pk}))
    assert "Nov. 23, 2026, 1:47 a.m." in shown
    assert "9:47" not in shown


@pytest.mark.parametrize("path", ["/provider/audit/", "/provider/tokens/", "/provider/"])
def test_the_provider_s_pages_have_its_menu(path: str, client_of: ClientOf) -> None:
    shown = page(client_of("provider_administrator"), path)
    assert f'href="{path}" aria-current="page"' in shown
    assert 'href="/provider/data-sets/"' in shown


def test_older_entries_of_an_object_follow_by_htmx(client_of: ClientOf, people: Cast) -> None:
    rename(people, 25)
    client = client_of("auditor")
    path, texts = f"{AUDIT}history/person/{people.bob.pk}/", []
    while path:
        response = client.get(path, **HTMX)
        texts.append(response.content.decode())
        path = response.context["older"]
    assert len(texts) == 3
    assert "<html" not in texts[0]
    assert "created" in texts[-1].lower()
    assert "<html" in page(client, f"{AUDIT}history/person/{people.bob.pk}/")


def test_names_are_text(client_of: ClientOf, people: Cast) -> None:
    with acting("<b>admin</b>", "<script>alert(1)</script>"):
        note(people.acme, "person", people.bob.pk, entered="<img src=x>")
    for path in (AUDIT, f"{AUDIT}entries/{entries_of(people).count()}/"):
        shown = page(client_of("auditor"), path)
        assert "<script>alert" not in shown
        assert "<img" not in shown
        assert "&lt;b&gt;admin" in shown
