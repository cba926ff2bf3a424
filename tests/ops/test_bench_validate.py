"""The bench of addresses: its parts, and that the whole of it runs."""

import json

import pytest
from typer.testing import CliRunner

from callpoint.ops.bench import validate
from callpoint.ops.bench.synthetic_points import points
from callpoint.ops.cli import app


def test_rows_are_points_in_another_order_and_the_same_each_time() -> None:
    rows = validate._rows(2_000, 100)
    assert len(rows) == 100
    assert rows == validate._rows(2_000, 100)
    everything = list(points(2_000))
    assert set(rows) <= set(everything)
    assert rows != [point for point in everything if point in set(rows)]


def test_most_rows_are_written_as_they_should_be_and_some_are_not() -> None:
    rows = validate._rows(2_000, 100)
    written = [validate._written(row, number) for number, row in enumerate(rows)]
    assert sum(text == row.text() for text, row in zip(written, rows, strict=True)) >= 70
    assert written[0] != rows[0].text()
    assert written[10] == written[10].lower()
    assert "Apt 3" in written[5]


@pytest.mark.stack
@pytest.mark.timeout(300)
def test_the_whole_bench_runs() -> None:
    result = CliRunner().invoke(app, ["bench", "validate", "--quick", "--json"])
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout.splitlines()[-1])
    assert report["what"] == "validate"
    assert report["figures"]["points"] == validate.POINTS // validate.QUICK
    assert report["figures"]["rows_valid_percent"] > 95
    assert set(report["aims"]) == {aim.figure for aim in validate.AIMS}
