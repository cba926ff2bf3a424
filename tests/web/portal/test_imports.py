"""Importing in the portal: from the upload to the undo, and everything somebody may do in between."""

import csv
import io
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.directory.cast import Cast
from tests.directory.imports.bringing import (
    HEADER,
    LOCATIONS,
    PLACES,
    TWO,
    USERS,
    again,
    applied,
    compared,
    confirmed,
    uploaded,
    worked,
)
from tests.directory.judges import Told, area, invalid, valid, with_number

from callpoint.addresses.parsing import parse_fields
from callpoint.addresses.verdict import Verdict
from callpoint.directory import provision
from callpoint.directory.imports import files
from callpoint.directory.imports.fields import ALIASES, FIELDS
from callpoint.directory.imports.files import folder_of, forget, upload_path
from callpoint.directory.imports.progress import ProgressFile
from callpoint.directory.imports.shape import Shape
from callpoint.directory.imports.table import plain
from callpoint.directory.models import ImportRun, Location, Person, acting
from callpoint.directory.tenancy import everywhere, inside
from callpoint.i3.civic import Civic
from callpoint.web.portal.imports import first_sight, preview
from callpoint.web.portal.imports.effects import Effects
from callpoint.web.portal.imports.words import KINDS, MISSING, STATES

ClientOf = Callable[[str], Client]
IMPORTS = "/organizations/acme/imports/"
HTMX: dict[str, Any] = {"headers": {"hx-request": "true"}}


@pytest.fixture
def client(client_of: ClientOf) -> Client:
    return client_of("organization_administrator")


def send(client: Client, text: str | bytes, kind: str = "users", name: str = "people.csv", **more: Any) -> Any:
    body = text.encode() if isinstance(text, str) else text
    form = {"kind": kind, "file": SimpleUploadedFile(name, body, "text/csv")}
    return client.post(f"{IMPORTS}upload/", form, **more)


def page(client: Client, run: ImportRun, end: str = "", **more: Any) -> str:
    return str(client.get(f"{IMPORTS}{run.pk}/{end}", **more).content.decode())


def newest() -> ImportRun:
    with everywhere():
        return ImportRun.objects.select_related("organization").latest("pk")


def many(people: Cast, count: int) -> None:
    with acting("test", "hired"):
        for number in range(count):
            provision.create_person(people.acme, f"M{number}", first_name="Many")


def test_a_file_from_upload_to_undo(client: Client, people: Cast) -> None:
    response = send(client, "Employee ID,First Name,Last Name\nE1,Augusta,Lovelace\nN1,New,Person\n")
    run = newest()
    assert response.headers["Location"] == f"{IMPORTS}{run.pk}/"
    assert (run.by, run.file_name, run.kind) == ("admin@acme.example", "people.csv", "users")
    assert "The file has 2 rows" in page(client, run)
    columns = {
        "column-device_user_id": "Employee ID",
        "column-first_name": "First Name",
        "column-last_name": "Last Name",
    }
    assert client.post(f"{IMPORTS}{run.pk}/columns/", columns).status_code == 302
    assert "is being compared" in client.get(IMPORTS).content.decode().lower()
    worked(run)
    shown = page(client, run)
    assert "Applying adds 1 person and changes 1." in shown
    assert "<del>Ada</del> → <ins>Augusta</ins>" in shown
    assert client.post(f"{IMPORTS}{run.pk}/apply/", {"missing": "keep"}).status_code == 302
    worked(run)
    assert again(run).state == "applied"
    with inside(people.acme):
        assert Person.objects.get(device_user_id="N1").last_name == "Person"
    assert "Undo this import" in page(client, run)
    asked = page(client, run, "undo/")
    assert "1 that the import made is removed" in asked
    assert "1 that it changed gets back the values from before" in asked
    assert client.post(f"{IMPORTS}{run.pk}/undo/").status_code == 302
    worked(run)
    assert "Undone" in page(client, run)
    with inside(people.acme):
        assert Person.objects.get(pk=people.ada.pk).first_name == "Ada"
        assert not Person.objects.filter(device_user_id="N1").exists()


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"kind": "users"}, "Choose a file"),
        ({"kind": "users", "file": SimpleUploadedFile("empty.csv", b"")}, "empty"),
        ({"kind": "spaceships", "file": SimpleUploadedFile("x.csv", b"a,b\n1,2\n")}, "Choose what the file holds"),
    ],
)
def test_an_upload_that_is_none_is_told(form: dict[str, Any], told: str, client: Client) -> None:
    response = client.post(f"{IMPORTS}upload/", form)
    assert response.status_code == 200
    assert told in response.content.decode()
    assert ImportRun._base_manager.count() == 0


def test_a_file_that_is_too_large_leaves_nothing(client: Client, people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 2**20)
    response = send(client, b"x" * (2**20 + 1))
    assert "larger than 1 MB" in response.content.decode()
    assert 'aria-describedby="upload-help upload-file-error"' in response.content.decode()
    assert ImportRun._base_manager.count() == 0


def test_by_script_the_upload_leads_on_or_tells_what_is_wrong(client: Client) -> None:
    done = send(client, HEADER + TWO, **HTMX)
    assert (done.status_code, done.headers["HX-Redirect"]) == (204, f"{IMPORTS}{newest().pk}/")
    wrong = client.post(f"{IMPORTS}upload/", {"kind": "users"}, **HTMX).content.decode()
    assert "Choose a file" in wrong
    assert "<html" not in wrong


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"PK\x03\x04 anything", "ZIP"),
        (b"Device User ID\nE1\xff\xfe\0\0", "text"),
        (b"Device User ID,Name\n", "no rows"),
    ],
)
def test_a_file_that_is_no_table_is_not_taken(body: bytes, told: str, client: Client, data: Path) -> None:
    response = send(client, body)
    assert response.status_code == 200
    assert "The file was not taken" in response.content.decode()
    assert told in response.content.decode()
    assert ImportRun._base_manager.count() == 0
    assert not [path for path in (data / "imports").rglob("*") if path.is_file()]


def test_an_unreadable_file_of_a_program_says_why_on_its_page(client: Client, people: Cast) -> None:
    shown = page(client, uploaded(people.acme, USERS, "Device User ID,Name\n"))
    assert "This file cannot be imported" in shown
    assert "no rows" in shown
    assert "Cancel this import" in shown


def test_only_an_id_is_needed_of_people(client: Client) -> None:
    send(client, "Employee ID,First Name\nE9,Ann\n")
    assert page(client, newest()).count(">needed<") == 1


def test_columns_are_proposed_and_then_remembered(client: Client, people: Cast) -> None:
    text = "Agent,Employee ID,Mail\nLee,T1,t1@acme.example\n"
    send(client, text)
    run = newest()
    shown = page(client, run)
    assert '<option value="Employee ID" selected>' in shown
    assert "t1@acme.example" in shown
    assert "is remembered" not in shown
    columns = {"column-device_user_id": "Employee ID", "column-last_name": "Agent", "column-email": "Mail"}
    client.post(f"{IMPORTS}{run.pk}/columns/", columns)
    worked(run)
    client.post(f"{IMPORTS}{run.pk}/apply/", {"missing": "keep"})
    worked(run)
    send(client, text)
    shown = page(client, newest())
    assert "is remembered" in shown
    assert '<option value="Agent" selected>' in shown


def test_a_file_is_looked_through_once(client: Client, people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[ImportRun] = []
    plain_look = first_sight.shape_of

    def look(*asked: Any) -> Shape:
        looked.append(asked[0])
        return plain_look(*asked)

    monkeypatch.setattr(first_sight, "shape_of", look)
    run = uploaded(people.acme, USERS, HEADER + TWO)
    first, second = page(client, run), page(client, run)
    assert "The file has 2 rows" in first
    assert "ann@acme.example" in second
    assert len(looked) == 1
    monkeypatch.setattr(first_sight, "KEPT_SECONDS", -1)
    page(client, run)
    assert len(looked) == 2
    with inside(people.acme):
        assert first_sight.first_sight(run) == plain_look(upload_path(run), run.kind, people.acme)
    forget(run)
    assert not (folder_of(run) / first_sight.FILE).exists()


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"column-email": "Email"}, "Device User ID"),
        ({"column-device_user_id": "Nothing"}, "no column"),
        ({"column-device_user_id": "Email", "column-email": "Email"}, "two fields"),
        ({"column-spaceship": "Email", "column-device_user_id": "Device User ID"}, "no field"),
    ],
)
def test_columns_that_cannot_be_are_refused_and_kept(
    columns: dict[str, str], told: str, client: Client, people: Cast
) -> None:
    run = uploaded(people.acme, USERS, HEADER + TWO)
    response = client.post(f"{IMPORTS}{run.pk}/columns/", columns)
    assert response.status_code == 200
    assert told in response.content.decode()
    assert again(run).state == "uploaded"


def test_two_imports_at_once_wait_for_each_other(client: Client, people: Cast) -> None:
    compared(people.acme, USERS, HEADER + TWO)
    run = uploaded(people.acme, USERS, HEADER + TWO)
    refused = client.post(f"{IMPORTS}{run.pk}/columns/", {"column-device_user_id": "Device User ID"})
    assert "waits to be accepted or cancelled" in refused.content.decode()
    assert again(run).state == "uploaded"


def test_progress_is_told_and_ends_where_the_result_is(client: Client, people: Cast) -> None:
    run = confirmed(uploaded(people.acme, USERS, HEADER + TWO))
    assert "waits for its turn" in page(client, run, "progress/")
    ProgressFile(folder_of(run), "comparing", clock=count().__next__).tell(1, 2)
    piece = client.get(f"{IMPORTS}{run.pk}/progress/", **HTMX).content.decode()
    assert "1 of 2 rows (50 %)" in piece
    assert 'hx-trigger="every 1s"' in piece
    whole = page(client, run)
    assert 'aria-live="polite"' in whole
    assert "Look again" in whole
    worked(run)
    done = client.get(f"{IMPORTS}{run.pk}/progress/", **HTMX)
    assert done.headers["HX-Redirect"] == f"{IMPORTS}{run.pk}/"


ALL_KINDS = (
    "Device User ID,First Name,Email,Callback Number\n"
    "E1,Augusta,,802-555-0101\nE2,Bob,bob@acme.example,\nN1,New,n@acme.example,\nW1,Wrong,no address,12\n"
)


def test_the_preview_has_a_tab_for_each_kind(client: Client, people: Cast) -> None:
    many(people, 1)
    run = compared(people.acme, USERS, ALL_KINDS)
    expected = {
        "new": ["N1", "n@acme.example"],
        "changed": ["E1", "<del>Ada</del> → <ins>Augusta</ins>"],
        "unchanged": ["E2"],
        "wrong": ["W1", "<strong>Email:</strong>", "no e-mail address", "<strong>Callback Number:</strong>"],
        "missing": ["M0"],
    }
    for tab, texts in expected.items():
        piece = page(client, run, f"?tab={tab}", **HTMX)
        assert "<html" not in piece
        assert all(text in piece for text in texts), tab
        others = {key for other, (key, *_) in expected.items() if other != tab}
        assert not any(f"<code>{key}</code>" in piece for key in others)
        assert "<html" in page(client, run, f"?tab={tab}")
    restored = client.get(
        f"{IMPORTS}{run.pk}/?tab=new", headers={"hx-request": "true", "hx-history-restore-request": "true"}
    )
    assert "<html" in restored.content.decode()


def test_the_preview_is_paged_and_searched(client: Client, people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "ROWS", 4)
    rows = "".join(f"P{number:02d},Pat {number},,\n" for number in range(10))
    run = compared(people.acme, USERS, "Device User ID,First Name,Email,Callback Number\n" + rows)
    path, seen = "?tab=new", []
    while path:
        response = client.get(f"{IMPORTS}{run.pk}/{path}", **HTMX)
        seen += [shown.row.key for shown in response.context["rows"]]
        path = response.context.get("after", "")
    assert seen == [f"P{number:02d}" for number in range(10)]
    assert "Rows 5–8 of 10" in page(client, run, "?tab=new&offset=4")
    assert "Rows before" in page(client, run, "?tab=new&offset=4")
    found = client.get(f"{IMPORTS}{run.pk}/?tab=new&q=p07", **HTMX).context["rows"]
    assert [shown.row.key for shown in found] == ["P07"]
    assert "No such row" in page(client, run, "?tab=new&q=nobody")
    for junk in ("?tab=x&offset=x", "?offset=99999999999999", "?offset=4000", "?q=%25"):
        assert client.get(f"{IMPORTS}{run.pk}/{junk}").status_code == 200


def test_wrong_rows_must_be_left_out_knowingly(client: Client, people: Cast) -> None:
    run = compared(people.acme, USERS, ALL_KINDS)
    refused = client.post(f"{IMPORTS}{run.pk}/apply/", {"missing": "keep"})
    assert "1 rows are wrong" in refused.content.decode()
    assert again(run).state == "compared"
    client.post(f"{IMPORTS}{run.pk}/apply/", {"missing": "keep", "skip_wrong": "1"})
    run = worked(run)
    assert run.state == "applied"
    shown = page(client, run)
    assert "download them with the reasons" in shown
    response = client.get(f"{IMPORTS}{run.pk}/rejected/")
    assert "attachment" in response.headers["Content-Disposition"]
    header, row = csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig")))
    assert header[:2] == ["Device User ID", "First Name"]
    assert row[:2] == ["W1", "Wrong"]
    assert "no e-mail address" in " ".join(row)


def test_rejected_rows_hold_no_formula_and_come_back_as_they_were(client: Client, people: Cast) -> None:
    run = compared(people.acme, USERS, HEADER + "=1+1,A,B,wrong,\n")
    body = b"".join(client.get(f"{IMPORTS}{run.pk}/rejected/")).decode("utf-8-sig")
    (cell, *_) = list(csv.reader(io.StringIO(body)))[1]
    assert cell == "'=1+1"


def test_many_who_would_be_deactivated_are_asked_about_again(client: Client, people: Cast) -> None:
    many(people, 8)
    run = compared(people.acme, USERS, "Device User ID\nE1\nE2\n")
    form = {"missing": "deactivate"}
    asked = client.post(f"{IMPORTS}{run.pk}/apply/", form).content.decode()
    assert "<strong>8 of 10 active people (80 %)</strong>" in asked
    assert "may be out of date" in asked
    assert again(run).state == "compared"
    client.post(f"{IMPORTS}{run.pk}/apply/", form | {"sure": "1"})
    worked(run)
    with inside(people.acme):
        assert Person.objects.filter(active=True).count() == 2
    assert "deactivated" in page(client, run)


def test_few_are_not_asked_about(client: Client, people: Cast) -> None:
    many(people, 18)
    kept = "".join(f"M{number}\n" for number in range(16))
    run = compared(people.acme, USERS, f"Device User ID\nE1\nE2\n{kept}")
    assert client.post(f"{IMPORTS}{run.pk}/apply/", {"missing": "deactivate"}).status_code == 302
    assert again(run).state == "applying"


def test_those_the_file_makes_inactive_count_too(client: Client, people: Cast) -> None:
    many(people, 3)
    run = compared(people.acme, USERS, "Device User ID,Active\nE1,no\nE2,no\nM0,yes\nM1,yes\nM2,yes\n")
    assert "2 people become inactive by what the file says" in page(client, run)
    asked = client.post(f"{IMPORTS}{run.pk}/apply/", {"missing": "keep"}).content.decode()
    assert "<strong>2 of 5 active people (40 %)</strong>" in asked


@pytest.mark.parametrize(
    ("missing", "there", "asks"), [(10, 100, False), (11, 100, True), (1, 1, True), (0, 0, False), (1, 9, True)]
)
def test_it_asks_again_above_a_tenth(missing: int, there: int, asks: bool) -> None:
    effects = Effects("users", 0, 0, 0, missing, there, 0)
    assert effects.needs_second_question("deactivate") is asks
    assert not effects.needs_second_question("keep")


def test_locations_that_go_are_asked_about(client: Client, people: Cast) -> None:
    with acting("test", "more"):
        lab = provision.create_location(people.building, "Lab")
    text = PLACES + "State House,115 State Street,Montpelier,VT,05633,US,Front desk,2,\n"
    run = compared(people.acme, LOCATIONS, text, Told(lambda civic: valid(parse_fields(civic).civic)).judge)
    asked = client.post(f"{IMPORTS}{run.pk}/apply/", {"missing": "remove"}).content.decode()
    assert "1 of 2 locations (50 %)" in asked
    client.post(f"{IMPORTS}{run.pk}/apply/", {"missing": "remove", "sure": "1"})
    worked(run)
    with inside(people.acme):
        assert not Location.objects.filter(pk=lab.pk).exists()


def test_the_one_suggestion_is_taken_when_somebody_says_so(client: Client, people: Cast) -> None:
    def only_115(civic: Civic) -> Verdict:
        return valid(civic) if civic.HNO == "115" else invalid(civic, with_number("115"))

    text = PLACES + "Annex,117 State Street,Montpelier,VT,05633,US,Lobby,1,\n"
    run = compared(people.acme, LOCATIONS, text, Told(only_115).judge)
    shown = page(client, run)
    assert "<ins>115 State Street, Montpelier, VT 05633" in shown
    assert "take the suggestion where there is exactly one" in shown
    client.post(f"{IMPORTS}{run.pk}/columns/", {"keep": "1", "accept_suggestions": "1"})
    run = worked(run, Told(only_115).judge)
    assert (run.counts["new"], run.counts["wrong"]) == (1, 0)
    assert "take the suggestion where" not in page(client, run)
    assert "things to know about" in page(client, run) or "thing to know about" in page(client, run)


def only_the_area(civic: Civic) -> Verdict:
    return area(parse_fields(civic).civic)


def words_of(response: Any) -> list[tuple[str, str, str, str]]:
    (row,) = response.context["rows"]
    return [(one.field, one.before, one.after, one.level) for one in row.changes]


def test_a_new_building_at_no_confirmed_door_is_seen_before_it_is_applied(client: Client, people: Cast) -> None:
    text = PLACES + "Typo,115 State Stret,Montpelier,VT,05633,USA,X,,\n"
    run = compared(people.acme, LOCATIONS, text, Told(only_the_area).judge)
    title = "Only the area is known: help cannot be sent to a door"
    assert words_of(client.get(f"{IMPORTS}{run.pk}/?tab=new", **HTMX)) == [
        ("Address", "", "115 State Stret, Montpelier, VT 05633", ""),
        ("Verdict", "", title, "doubtful"),
        ("Name", "", "X", ""),
        ("Building Name", "", "Typo", ""),
    ]
    shown = page(client, run, "?tab=new")
    assert f'<span class="dot doubtful"></span><span>{title}</span>' in shown
    assert "Of 1 row no data set confirms the door: help could not be sent there without asking." in shown


def test_an_address_nobody_checked_is_marked(client: Client, people: Cast) -> None:
    judge = Told(lambda civic: invalid(parse_fields(civic).civic), knows_addresses=False).judge
    row = "{0},{0} State St,Montpelier,VT,05633,US,X,,\n"
    run = compared(people.acme, LOCATIONS, PLACES + row.format(7) + row.format(9), judge)
    shown = page(client, run, "?tab=new")
    assert shown.count('<span class="dot doubtful"></span><span>Nobody has checked this address</span>') == 2
    assert "Of 2 rows no data set confirms the door" in shown


def test_a_confirmed_door_raises_no_doubt(client: Client, people: Cast) -> None:
    text = PLACES + "Annex,115 State St,Montpelier,VT,05633,US,X,,\n"
    run = compared(people.acme, LOCATIONS, text, Told(lambda civic: valid(parse_fields(civic).civic)).judge)
    shown = page(client, run, "?tab=new")
    assert '<span class="dot good"></span><span>valid</span>' in shown
    assert "doubtful" not in shown
    assert "no data set confirms" not in shown


def test_another_address_of_a_building_has_its_verdict_in_words(client: Client, people: Cast) -> None:
    spot = PLACES + "Annex,{} State Street,Montpelier,VT,05633,US,X,,\n"
    applied(people.acme, LOCATIONS, spot.format(115), Told(lambda civic: valid(parse_fields(civic).civic)).judge)
    run = compared(people.acme, LOCATIONS, spot.format(117), Told(only_the_area).judge)
    told = words_of(client.get(f"{IMPORTS}{run.pk}/?tab=changed", **HTMX))
    title = "Only the area is known: help cannot be sent to a door"
    assert told[:2] == [("House Number", "115", "117", ""), ("Verdict", "valid", title, "doubtful")]
    assert [field for field, *_ in told[2:]] == ["Data set", "Position"]
    shown = page(client, run, "?tab=changed")
    assert f'<del>valid</del> → <span class="dot doubtful"></span><ins>{title}</ins>' in shown


def test_a_verdict_that_stays_with_another_address_is_said_once(client: Client, people: Cast) -> None:
    spot = PLACES + "Annex,{} State Street,Montpelier,VT,05633,US,X,,\n"
    applied(people.acme, LOCATIONS, spot.format(115), Told(only_the_area).judge)
    run = compared(people.acme, LOCATIONS, spot.format(117), Told(only_the_area).judge)
    shown = page(client, run, "?tab=changed")
    title = "Only the area is known: help cannot be sent to a door"
    assert f'<li>Verdict: <span class="dot doubtful"></span><ins>{title}</ins></li>' in shown


def test_an_import_is_cancelled_and_its_file_is_gone(client: Client, people: Cast) -> None:
    run = compared(people.acme, USERS, HEADER + TWO)
    response = client.post(f"{IMPORTS}{run.pk}/cancel/", follow=True)
    assert "nothing was written" in response.content.decode()
    assert again(run).state == "cancelled"
    assert not folder_of(run).exists()
    response = client.post(f"{IMPORTS}{run.pk}/cancel/", follow=True)
    assert "cannot become cancelled" in response.content.decode()
    assert client.get(f"{IMPORTS}{run.pk}/rejected/").status_code == 404
    assert client.post(f"{IMPORTS}{run.pk}/apply/", {"missing": "keep"}).status_code == 302
    assert again(run).state == "cancelled"


def test_only_the_last_import_is_undone(client: Client, people: Cast) -> None:
    first, second = applied(people.acme, USERS, HEADER + TWO), applied(people.acme, USERS, HEADER + "A9,N,N,,\n")
    assert "It cannot be undone" in page(client, first)
    assert "It cannot be undone" in page(client, first, "undo/")
    client.post(f"{IMPORTS}{first.pk}/undo/")
    assert again(first).state == "applied"
    listed = client.get(IMPORTS).content.decode()
    assert f"{IMPORTS}{second.pk}/undo/" in listed
    assert f"{IMPORTS}{first.pk}/undo/" not in listed


def test_what_the_undo_kept_is_listed(client: Client, people: Cast) -> None:
    run = applied(people.acme, USERS, HEADER + TWO)
    with inside(people.acme), acting("admin@acme.example", "married"):
        person = Person.objects.get(device_user_id="A1")
        person.last_name = "Other"
        person.save()
    client.post(f"{IMPORTS}{run.pk}/undo/")
    worked(run)
    shown = page(client, run)
    assert "Kept, because somebody changed it since" in shown
    assert "A1" in shown


def test_without_its_comparison_an_import_can_only_be_given_up(client: Client, people: Cast) -> None:
    run = compared(people.acme, USERS, HEADER + TWO)
    forget(run)
    assert "no longer there" in page(client, run)
    gone = uploaded(people.other, USERS, HEADER + TWO)
    forget(gone)
    assert "the file is no longer there" in page_of_other(client, gone, people)


def page_of_other(client: Client, run: ImportRun, people: Cast) -> str:
    outsider = Client()
    outsider.force_login(people.outsider)
    return str(outsider.get(f"/organizations/other/imports/{run.pk}/").content.decode())


@pytest.mark.parametrize("end", ["", "progress/", "undo/", "rejected/"])
def test_another_organization_s_import_is_not_there(end: str, client: Client, people: Cast) -> None:
    theirs = compared(people.other, USERS, HEADER + TWO)
    assert client.get(f"{IMPORTS}{theirs.pk}/{end}").status_code == 404


@pytest.mark.parametrize("end", ["columns/", "apply/", "cancel/", "undo/"])
def test_another_organization_s_import_is_not_touched(end: str, client: Client, people: Cast) -> None:
    theirs = compared(people.other, USERS, HEADER + TWO)
    assert client.post(f"{IMPORTS}{theirs.pk}/{end}", {"missing": "keep"}).status_code == 404
    assert again(theirs).state == "compared"
    assert "file.csv" not in client.get(IMPORTS).content.decode()


def test_an_auditor_sees_and_changes_nothing(client_of: ClientOf, people: Cast) -> None:
    client = client_of("auditor")
    run = compared(people.acme, USERS, HEADER + TWO)
    shown = page(client, run)
    assert "Applying adds 2 people" in shown
    assert "<button" not in shown.split("<main")[1].split('id="preview-rows"')[0]
    assert 'id="upload"' not in client.get(IMPORTS).content.decode()
    assert (
        page(client, uploaded(people.acme, LOCATIONS, PLACES + "A,1 B Street,C,VT,05641,US,,,\n")).count("<select") == 0
    )


@pytest.mark.parametrize("kind", ["users", "locations"])
def test_a_template_is_read_by_the_engine_that_made_it(kind: str, client: Client, people: Cast) -> None:
    response = client.get(f"{IMPORTS}templates/{kind}/")
    assert f'filename="{kind}-template.csv"' in response.headers["Content-Disposition"]
    header, example = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    fields = [ALIASES[kind][plain(title)] for title in header]
    assert fields == [field.name for field in FIELDS[kind] if not field.rare]
    assert len(example) == len(header)
    send(client, response.content, kind)
    with inside(people.acme):
        assert "This file cannot be imported" not in page(client, newest())
    assert client.get(f"{IMPORTS}templates/spaceships/").status_code == 404


def test_every_column_is_explained(client: Client) -> None:
    shown = client.get(f"{IMPORTS}columns/").content.decode()
    for fields in FIELDS.values():
        assert all(f'<th scope="row">{field.header}' in shown for field in fields)
    assert "employee id" in shown
    assert "needed" in shown


def test_past_imports_are_listed_in_pages(client: Client, people: Cast) -> None:
    runs = [uploaded(people.acme, USERS, HEADER + TWO) for _ in range(22)]
    first, second = (client.get(f"{IMPORTS}?page={number}").content.decode() for number in (1, 2))
    assert f'{IMPORTS}{runs[-1].pk}/"' in first
    assert f'{IMPORTS}{runs[0].pk}/"' in second
    assert "21–22 of 22" in second


def test_names_of_files_and_columns_are_text(client: Client) -> None:
    send(client, "Device User ID,<b>x</b>\nE1,<script>alert(1)</script>\n", name="<img src=x>.csv")
    shown = page(client, newest()) + client.get(IMPORTS).content.decode()
    for tag in ("<b>x", "<script>alert", "<img"):
        assert tag not in shown


def test_every_kind_and_state_has_words() -> None:
    assert set(ImportRun.State.values) == STATES.keys()
    assert set(ImportRun.Kind.values) == KINDS.keys() == MISSING.keys() == FIELDS.keys()
