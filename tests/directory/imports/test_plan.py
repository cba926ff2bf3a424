"""The preview's file: pages of rows, search, and the file of the rejected rows, which comes back corrected."""

import csv
import io
from collections.abc import Iterable

import pytest
from tests.directory.cast import Cast
from tests.directory.imports.bringing import HEADER, LOCATIONS, PLACES, USERS, applied, compared, numbers, person
from tests.directory.judges import Told, invalid, with_number

from callpoint.directory.imports import run as imports
from callpoint.directory.imports.files import plan_path
from callpoint.directory.imports.plan import KINDS, Noted, Plan, PlanWriter
from callpoint.directory.models import ImportRun
from callpoint.directory.tenancy import inside

WRONG = "=1+1,\"=cmd|' /C calc'!A0\",@SUM(A1),bad,+1 802 555 0142\nE1,Ada,,ada@acme.example,12\n"


def written(rows: Iterable[list[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


def test_rejected_rows_say_what_is_wrong_and_run_nothing(people: Cast) -> None:
    run = compared(people.acme, USERS, HEADER + "A1,Ann,,,\n" + WRONG)
    with Plan.open(run) as plan:
        header, formulas, number = plan.rejected()
    assert header == [
        "Device User ID",
        "First Name",
        "Last Name",
        "Email",
        "Callback Number",
        "Row",
        "Column",
        "Problem",
        "Suggestion",
    ]
    assert formulas[:3] == ["'=1+1", "'=cmd|' /C calc'!A0", "'@SUM(A1)"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in formulas)
    assert formulas[5:7] == ["3", "Email"]
    assert "name@example.org" in formulas[7]
    assert number[5:7] == ["4", "Callback Number"]


def test_rejected_rows_come_back_as_they_were(people: Cast) -> None:
    run = compared(people.acme, USERS, HEADER + WRONG)
    with Plan.open(run) as plan:
        text = written(plan.rejected())
    corrected = text.replace(",bad,", ",ok@acme.example,").replace(",12,", ",802 555 0101,")
    with inside(people.acme):
        imports.cancel(run)
    run = applied(people.acme, USERS, corrected)
    assert numbers(run) == {"new": 1, "changed": 1, "missing": 1}
    assert run.mapping["device_user_id"] == "Device User ID"
    found = person(people.acme, "=1+1")
    assert (found.first_name, found.last_name, found.callback_number) == (
        "=cmd|' /C calc'!A0",
        "@SUM(A1)",
        "+18025550142",
    )
    with Plan.open(run) as plan:
        assert plan.meta("ignored") == []


def test_a_suggestion_stands_beside_its_row(people: Cast) -> None:
    judge = Told(lambda _: invalid(with_number("116"), with_number("115"))).judge
    run = compared(people.acme, LOCATIONS, PLACES + "A,116 State St,Montpelier,VT,05633,US,,,\n", judge)
    with Plan.open(run) as plan:
        _, row = plan.rejected()
        (shown,) = plan.rows("wrong")
    assert row[-1] == shown.suggestion == "115 State Street, Montpelier, VT 05633"
    assert (shown.column, shown.key) == ("Street Address", "A / Default")
    assert shown.reason.startswith("State Street has no such number")


def test_a_row_with_too_many_cells_keeps_our_columns_in_place(people: Cast) -> None:
    run = compared(people.acme, USERS, "Device User ID,First Name\nA1,Ann,more,cells\n")
    with Plan.open(run) as plan:
        header, row = plan.rejected()
    assert len(row) == len(header)
    assert row[:3] == ["A1", "Ann", "2"]


def test_pages_and_search(people: Cast) -> None:
    rows = "".join(f"N{n:03},{'Zoë' if n % 2 else 'Ada_%'},Last{n},,\n" for n in range(120))
    run = compared(people.acme, USERS, HEADER + rows)
    with Plan.open(run) as plan:
        assert [row.number for row in plan.rows("new", 50, 3)] == [52, 53, 54]
        assert len(plan.rows("new", 100, 50)) == 20
        assert plan.count("new") == 120
        assert plan.count("new", "zo") == 60
        assert [row.key for row in plan.rows("new", search="n007")] == ["N007"]
        assert plan.count("new", "a_%") == 60
        assert plan.count("new", "%") == 60, "a wildcard is only a character"
        assert plan.count("wrong", "a") == 0
        assert plan.rows("changed") == []


def test_counts_name_every_kind(people: Cast) -> None:
    run = compared(people.acme, USERS, HEADER + "E1,Ada,,,\n")
    with Plan.open(run) as plan:
        counts = plan.counts()
    assert [counts[kind] for kind in KINDS] == [0, 1, 0, 0, 1]
    assert run.counts == counts | {"rows": 1}


def test_an_unfinished_plan_is_none(people: Cast) -> None:
    run = ImportRun(pk=7, organization=people.acme, kind=USERS)
    path = plan_path(run)
    path.parent.mkdir(parents=True)
    with PlanWriter(path) as writer:
        writer.add([Noted(2, "new", "A1")])
    assert list(path.parent.iterdir()) == []
    with pytest.raises(FileNotFoundError):
        Plan.open(run)
