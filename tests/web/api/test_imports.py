"""Files over the interface from the upload to the undo, with the worker's own job stepped in between."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.addresses.town_map import VERMONT, draw
from tests.directory.cast import Cast
from tests.directory.imports.bringing import PLACES
from tests.web.api.conftest import ACME, Program

from callpoint.directory.address_desk import DATASETS
from callpoint.directory.models import Building, Change, Person
from callpoint.directory.tenancy import everywhere, inside
from callpoint.worker.importing import ImportJob

HEADER = "Employee ID,First Name,Email,Callback Number\n"
# Ada is changed, Bob is missing, one is new and stays so, one is wrong.
USERS = HEADER + "E1,Augusta,,802-555-0101\nE7,Grace,grace@acme.example,802-555-0177\nE8,=cmd,no mail,12\n"
Upload = Callable[..., str]


@pytest.fixture
def job(data: Path) -> ImportJob:
    """The worker's own, with a map of a few streets."""
    draw(data, "vermont", VERMONT)
    return ImportJob(data / DATASETS)


def send(program: Program, text: str, kind: str = "users", **headers: str) -> Any:
    body = {"kind": kind, "file": SimpleUploadedFile(f"{kind}.csv", text.encode())}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Client().post(f"{ACME}/imports", body, headers={"Authorization": f"Bearer {program.secret}"} | named)


@pytest.fixture
def upload(admin: Program) -> Upload:
    """Upload a file; gives its path."""

    def upload(text: str, kind: str = "users") -> str:
        made = send(admin, text, kind)
        assert made.status_code == 201, made.content
        return str(made.headers["Location"])

    return upload


def done(answer: Any) -> Any:
    assert answer.status_code == 200, answer.content
    return answer.json()


def compared(admin: Program, job: ImportJob, path: str, **options: bool) -> Any:
    """The import after its columns were confirmed as proposed and the worker has compared it."""
    mapping = done(admin.get(f"{path}/shape"))["mapping"]
    assert done(admin.put(f"{path}/columns", {"mapping": mapping} | options))["state"] == "comparing"
    assert done(admin.get(f"{path}/progress"))["state"] == "comparing"
    assert job.step() is True
    found = done(admin.get(path))
    assert (found["state"], found["trouble"]) == ("compared", "")
    return found


def applied(admin: Program, job: ImportJob, path: str, **choice: Any) -> Any:
    compared(admin, job, path)
    assert done(admin.post(f"{path}/accept", choice))["state"] == "applying"
    assert job.step() is True
    assert done(admin.get(f"{path}/progress")) == {"state": "applied", "progress": None}
    return done(admin.get(path))


def names(people: Cast) -> dict[str, tuple[str, bool]]:
    with inside(people.acme):
        return {str(one.device_user_id): (one.first_name, one.active) for one in Person.objects.order_by("pk")}


def test_people_from_the_upload_to_the_undo(admin: Program, job: ImportJob, people: Cast, upload: Upload) -> None:
    before = names(people)
    path = upload(USERS)
    run = compared(admin, job, path)
    counts = {kind: run["counts"][kind] for kind in ("new", "changed", "unchanged", "wrong", "missing")}
    assert counts == {"new": 1, "changed": 1, "unchanged": 0, "wrong": 1, "missing": 1}

    def rows(kind: str) -> Any:
        return done(admin.get(f"{path}/rows?kind={kind}"))["items"]

    (changed,) = rows("changed")
    assert changed["changes"] == [{"field": "first_name", "before": "Ada", "after": "Augusta"}]
    assert (changed["key"], changed["number"]) == ("E1", 2)
    assert [row["key"] for row in rows("new")] == ["E7"]
    assert [(row["key"], row["number"]) for row in rows("missing")] == [("E2", 0)]
    (wrong,) = rows("wrong")
    assert {problem["column"] for problem in wrong["problems"]} == {"Email", "Callback Number"}
    assert names(people) == before, "looking writes nothing"

    assert admin.post(f"{path}/accept", {}).status_code == 409
    accepted = admin.post(f"{path}/accept", {"skip_wrong": True, "missing": "deactivate"})
    assert done(accepted)["state"] == "applying"
    assert job.step() is True
    run = done(admin.get(path))
    assert (run["state"], bool(run["applied_at"])) == ("applied", True)
    assert names(people) == {"E1": ("Augusta", True), "E2": ("Bob", False), "E7": ("Grace", True)}
    entries = done(admin.get("audit?order=newest&limit=3"))["items"]
    assert {entry["import_run"] for entry in entries} == {run["id"]}

    assert done(admin.ask("POST", f"{path}/undo"))["state"] == "undoing"
    assert job.step() is True
    run = done(admin.get(path))
    assert (run["state"], run["counts"]["undone"], run["counts"]["kept"]) == ("undone", 3, 0)
    assert names(people) == before
    assert done(admin.get(f"{path}/kept")) == {"items": []}


def test_the_history_names_the_token(admin: Program, job: ImportJob, people: Cast, upload: Upload) -> None:
    applied(admin, job, upload(HEADER + "E7,Grace,,\n"))
    with everywhere():
        change = Change.objects.filter(model="person").latest("pk")
    assert change.who == "token organization_administrator's program of admin@acme.example"
    assert (change.origin, change.why) == ("127.0.0.1", "imported users.csv")


def test_rejected_rows_are_corrected_and_sent_again(
    admin: Program, job: ImportJob, people: Cast, upload: Upload
) -> None:
    path = upload(USERS)
    compared(admin, job, path)
    answer = admin.get(f"{path}/rejected")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    head, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert head[:4] == ["Employee ID", "First Name", "Email", "Callback Number"]
    assert (row[0], row[1], row[4]) == ("E8", "'=cmd", "4")
    corrected = answer.content.decode().replace("'=cmd", "Cmd").replace("no mail,12", "e8@acme.example,8025550188")
    admin.ask("POST", f"{path}/cancel")
    again = applied(admin, job, upload(corrected))
    assert (again["counts"]["new"], again["counts"]["wrong"]) == (1, 0)
    assert names(people)["E8"] == ("Cmd", True)


def test_the_same_file_again_changes_nothing(admin: Program, job: ImportJob, upload: Upload) -> None:
    text = HEADER + "E7,Grace,grace@acme.example,802-555-0177\n"
    applied(admin, job, upload(text))
    with everywhere():
        before = Change.objects.count()
    second = applied(admin, job, upload(text))
    assert (second["counts"]["new"], second["counts"]["changed"], second["counts"]["unchanged"]) == (0, 0, 1)
    with everywhere():
        assert Change.objects.count() == before


def test_locations_are_judged_by_the_data_sets(admin: Program, job: ImportJob, people: Cast, upload: Upload) -> None:
    text = PLACES + (
        "Lake House,422 Lake View Rd,Averill,VT,05901,US,Porch,1,\n"
        "Typo House,422 Lake Veiw Rd,Averill,VT,05901,US,Porch,1,\n"
    )
    path = upload(text, "locations")
    run = compared(admin, job, path)
    assert (run["counts"]["new"], run["counts"]["wrong"]) == (1, 1)
    (wrong,) = done(admin.get(f"{path}/rows?kind=wrong"))["items"]
    assert wrong["problems"][0]["suggestions"] == ["422 Lake View Road, Averill, VT 05901"]
    run = compared(admin, job, path, accept_suggestions=True)
    assert (run["counts"]["new"], run["counts"]["wrong"]) == (2, 0)
    assert done(admin.post(f"{path}/accept", {}))["state"] == "applying"
    assert job.step() is True
    houses = done(admin.get("buildings?search=house&verdict=valid"))["items"]
    corrected = done(admin.get("buildings?search=typo"))["items"]
    assert "Lake House" in [one["name"] for one in houses]
    assert corrected[0]["address"]["formatted"] == "422 Lake View Road, Averill, VT 05901"
    assert done(admin.ask("POST", f"{path}/undo"))["state"] == "undoing"
    assert job.step() is True
    with inside(people.acme):
        assert [one.name for one in Building.objects.all()] == ["State House"]


def test_what_was_changed_since_is_kept_and_told(admin: Program, job: ImportJob, people: Cast, upload: Upload) -> None:
    path = upload(USERS)
    applied(admin, job, path, skip_wrong=True)
    admin.patch(f"people/{people.ada.pk}", {"first_name": "Lady Ada"})
    admin.ask("POST", f"{path}/undo")
    job.step()
    (left,) = done(admin.get(f"{path}/kept"))["items"]
    assert "E1" in left["what"]
    assert left["why"]
    assert names(people)["E1"] == ("Lady Ada", True)
    assert "E7" not in names(people)


def test_only_the_last_one_can_be_undone(admin: Program, job: ImportJob, upload: Upload) -> None:
    first, second = upload(HEADER + "E7,Grace,,\n"), upload(HEADER + "E8,Mary,,\n")
    applied(admin, job, first)
    applied(admin, job, second)
    refused = admin.ask("POST", f"{first}/undo")
    assert (refused.status_code, refused.json()["type"]) == (409, "/api/v1/problems/still-under-way")
    assert "only the last import can be undone" in refused.json()["detail"]


def test_two_at_once_are_a_conflict_and_not_a_fault_of_the_columns(
    admin: Program, job: ImportJob, upload: Upload
) -> None:
    first, second = upload(HEADER + "E7,Grace,,\n"), upload(HEADER + "E8,Mary,,\n")
    compared(admin, job, first)
    mapping = done(admin.get(f"{second}/shape"))["mapping"]
    waits = admin.put(f"{second}/columns", {"mapping": mapping})
    assert (waits.status_code, "waits to be accepted" in waits.json()["detail"]) == (409, True)
    assert "errors" not in waits.json()
    assert done(admin.ask("POST", f"{first}/cancel"))["state"] == "cancelled"
    over = admin.put(f"{first}/columns", {"mapping": mapping})
    assert over.status_code == 409
    assert done(admin.put(f"{second}/columns", {"mapping": mapping}))["state"] == "comparing"


@pytest.mark.parametrize(
    ("kind", "missing", "right"),
    [("users", "remove", "keep or deactivate"), ("locations", "deactivate", "keep or remove")],
)
def test_what_becomes_of_the_missing_depends_on_the_kind(
    admin: Program, upload: Upload, kind: str, missing: str, right: str
) -> None:
    answer = admin.post(f"{upload(HEADER, kind)}/accept", {"missing": missing})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], right in error["detail"]) == ("missing", True)


def test_a_file_that_cannot_be_read_says_so(admin: Program, job: ImportJob, upload: Upload) -> None:
    path = upload("PK\x03\x04 not a table")
    assert done(admin.get(f"{path}/shape"))["problems"]
    assert admin.put(f"{path}/columns", {"mapping": {"device_user_id": "Employee ID"}}).status_code == 422
    assert done(admin.get(path))["state"] == "uploaded"
    assert job.step() is False


def test_rows_are_looked_through_page_by_page(admin: Program, job: ImportJob, upload: Upload) -> None:
    path = upload(HEADER + "".join(f"N{number},Name{number},,\n" for number in range(7)))
    compared(admin, job, path)

    def keys(query: str) -> tuple[list[str], int]:
        found = done(admin.get(f"{path}/rows?kind=new&{query}"))
        return [row["key"] for row in found["items"]], found["count"]

    assert keys("limit=3") == (["N0", "N1", "N2"], 7)
    assert keys("limit=3&offset=6") == (["N6"], 7)
    assert keys("offset=7") == ([], 7)
    assert keys("search=Name4") == (["N4"], 1)
    for wrong in ("limit=0", "limit=501", "offset=-1", "kind=odd", "page=2"):
        assert admin.get(f"{path}/rows?{wrong}").status_code == 422, wrong


def test_an_upload_sent_twice_is_one_import(admin: Program) -> None:
    first = send(admin, HEADER + "E7,Grace,,\n", Idempotency_Key="file-1")
    again = send(admin, HEADER + "E7,Grace,,\n", Idempotency_Key="file-1")
    assert (first.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert send(admin, HEADER + "E7,Mary,,\n", Idempotency_Key="file-1").status_code == 422
    assert len(done(admin.get("imports"))["items"]) == 1


def test_accepting_what_was_compared_again_meanwhile_is_refused(admin: Program, job: ImportJob, upload: Upload) -> None:
    path = upload(USERS)
    compared(admin, job, path)
    seen = admin.get(path).headers["ETag"]
    mapping = done(admin.get(f"{path}/shape"))["mapping"]
    del mapping["email"], mapping["callback_number"]
    admin.put(f"{path}/columns", {"mapping": mapping})
    job.step()
    assert admin.post(f"{path}/accept", {"skip_wrong": True}, If_Match=seen).status_code == 412
    assert done(admin.get(path))["state"] == "compared"
