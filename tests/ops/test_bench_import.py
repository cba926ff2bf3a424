"""The bench of imports: the company it draws, and that the whole of it runs, with everything in and nothing twice."""

import json
from itertools import islice

import pytest
from typer.testing import CliRunner

from callpoint.directory.rules import email, phone_number
from callpoint.ops.bench import importing
from callpoint.ops.bench import synthetic_people as company
from callpoint.ops.bench.report import Report
from callpoint.ops.bench.synthetic_points import points
from callpoint.ops.cli import app

DOORS = list(islice(points(1000), 0, 1000, 100))


def test_the_company_is_the_same_each_time() -> None:
    seats = list(company.places(DOORS, 300))
    assert seats == list(company.places(DOORS, 300))
    assert list(company.people(seats, 50)) == list(company.people(seats, 50))


def test_locations_are_told_apart_within_their_building() -> None:
    seats = list(company.places(DOORS, 300))
    assert len({(seat.building, seat.location) for seat in seats}) == 300
    assert len({seat.building for seat in seats}) == len({(seat.building, seat.street) for seat in seats}) == len(DOORS)


def test_people_are_told_apart_and_can_be_called_back() -> None:
    seats = list(company.places(DOORS, 300))
    rows = list(company.people(seats, 5000))
    assert len({row[0] for row in rows}) == 5000
    numbers = {phone_number(row[4]) for row in rows}
    assert len(numbers) == 5000
    assert all(email(row[3]) == row[3] for row in rows)
    assert {(row[5], row[6]) for row in rows} <= {(seat.building, seat.location) for seat in seats}


def test_each_database_has_its_own_aims() -> None:
    report = Report("import", importing.aims("sqlite"), {"sqlite_preview_s": 31.0})
    assert {aim.figure for aim in report.aims if aim.met_by({"sqlite_preview_s": 29.0})} == {"sqlite_preview_s"}
    assert not report.met
    assert all(aim.figure.startswith("postgresql_") for aim in importing.aims("postgresql"))


@pytest.mark.stack
@pytest.mark.timeout(600)
def test_a_fiftieth_of_it_comes_in_whole_and_a_second_time_changes_nothing() -> None:
    result = CliRunner().invoke(app, ["bench", "import", "--quick", "--json"])
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout.splitlines()[-1])
    figures = report["figures"]
    assert figures["sqlite_people"] == 2000
    assert figures["sqlite_again_changes"] == 0
    assert figures["sqlite_preview_cpu_s"] > 0
    assert 20 < figures["sqlite_worker_peak_mb"] < 500
    assert figures["sqlite_meanwhile_page_slowest_ms"] >= figures["sqlite_meanwhile_page_median_ms"] > 0
    assert {name.partition("_")[0] for name in report["aims"]} <= {"sqlite", "postgresql"}
