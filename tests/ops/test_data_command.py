"""`callpoint data`: loading, listing and removing, as an operator meets it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.datasets.making import agency, square, write_layer
from typer.testing import CliRunner, Result

from callpoint.datasets.building import Draft
from callpoint.ops.cli import app

POINTS = (
    "Country,A1,A3,Add_Number,St_Name,St_PosTyp,Post_Code,Longitude,Latitude,DateUpdate\n"
    "US,VT,Barre,10,Main,Street,05641,-72.5,44.2,2024-05-01\n"
    "US,VT,Barre,12,Main,Street,05641,-72.5,44.2001,2024-05-01\n"
)
BROKEN_ROW = "US,VT,Barre,14,Main,Street,05641,west,44.2,2024-05-01\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def points(tmp_path: Path) -> Path:
    path = tmp_path / "Barre points.csv"
    path.write_text(POINTS)
    return path


@pytest.fixture
def psaps(tmp_path: Path) -> Path:
    # A ring of eight around a field of nobody; the first reaches over its neighbour.
    places = [(x, y) for x in range(3) for y in range(3) if (x, y) != (1, 1)]
    rows = [agency(f"P{x}{y}") for x, y in places]
    shapes = [square(x, y, overhang=0.5 if (x, y) == (0, 0) else 0) for x, y in places]
    return write_layer(tmp_path / "psaps.gpkg", "PsapPolygon", rows, shapes)


def run(data: Path, *words: object) -> Result:
    return CliRunner().invoke(app, ["data", *map(str, words), "--data", str(data)])


def run_json(data: Path, *words: object) -> Any:
    return json.loads(run(data, *words, "--json").stdout)


def test_points_are_loaded_and_told(data: Path, points: Path) -> None:
    points.write_text(POINTS + BROKEN_ROW)
    result = run(data, "load", "address-points", points)
    assert result.exit_code == 0, result.output
    assert "Loaded address-points/barre-points, version 2024-05-01-" in result.output
    assert "Read as NENA-STA-006.3" in result.output
    assert "Rows: 3 read, 2 loaded, 1 rejected" in result.output
    assert "line 4 has no position" in result.output
    assert "Taken as complete" in result.output
    assert (data / "datasets/address-points/barre-points.sqlite").is_file()


def test_boundaries_are_loaded_with_gaps_and_overlaps(data: Path, psaps: Path) -> None:
    result = run(data, "load", "psaps", psaps, "--name", "Kansas-1")
    assert result.exit_code == 0, result.output
    assert "Loaded psaps/Kansas-1" in result.output
    assert "Gaps: 1\n    0.97" in result.output
    assert "Overlaps: 1\n    0.48" in result.output
    assert "of P00, P10 (urn:service:sos (PsapPolygon))" in result.output
    assert "complete" not in result.output


def test_roads_are_loaded(data: Path, shared_data: Path) -> None:
    loaded = run_json(data, "load", "roads", shared_data / "geo" / "tennessee_road_centerlines.gpkg")
    assert (loaded["loaded"], loaded["kind"], loaded["report"]["read"]) == (True, "roads", 1716)
    assert loaded["report"]["loaded"] > 1600


def test_the_json_of_a_load_has_everything(data: Path, psaps: Path) -> None:
    loaded = run_json(data, "load", "psaps", psaps, "--sample", "--attribution", "© County")
    assert loaded["loaded"] is True
    assert (loaded["name"], loaded["sample"], loaded["attribution"]) == ("psaps", True, "© County")
    assert loaded["counts"]["boundaries"] == 8
    assert loaded["report"]["rejected"] == 0
    assert [seam["agencies"] for seam in loaded["report"]["overlaps"]] == [["P00", "P10"]]
    assert len(loaded["report"]["gaps"]) == 1
    assert loaded["report"]["columns"]["DsplayName"] == "DsplayName"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04rest", "ZIP archive"),
        (b"colour\nred\n", "are not those of address-points"),
        (b"SQLite format 3\0" + bytes(84), "rename it"),
        (POINTS.splitlines()[0].encode() + b"\n" + BROKEN_ROW.encode(), "No row of"),
    ],
)
def test_a_broken_file_changes_nothing_and_ends_with_one(
    data: Path, points: Path, content: bytes, sentence: str
) -> None:
    run(data, "load", "address-points", points, "--name", "vt")
    before = run_json(data, "list")
    points.write_bytes(content)
    result = run(data, "load", "address-points", points, "--name", "vt")
    assert result.exit_code == 1
    assert sentence in result.output
    assert "What to do:" in result.output
    told = run(data, "load", "address-points", points, "--name", "vt", "--json")
    assert told.exit_code == 1
    assert json.loads(told.stdout)["loaded"] is False
    assert run_json(data, "list") == before


def test_rows_turned_away_are_shown_also_when_nothing_was_loaded(data: Path, points: Path) -> None:
    points.write_text(POINTS.splitlines()[0] + "\n" + BROKEN_ROW)
    assert "line 2 has no position" in run(data, "load", "address-points", points).output
    assert run_json(data, "load", "address-points", points)["report"]["problems"][0]["line"] == 2


def test_a_directory_is_a_broken_file(data: Path, tmp_path: Path) -> None:
    result = run(data, "load", "psaps", tmp_path)
    assert result.exit_code == 1
    assert "is a directory" in result.output


@pytest.mark.parametrize(
    "words",
    [
        ["load", "address-points", "nowhere.csv"],
        ["load", "streets", "FILE"],
        ["load", "address-points"],
        ["load", "address-points", "FILE", "--name", "../up"],
        ["load", "address-points", "FILE", "--name", ""],
        ["load", "address-points", "FILE", "--map", "Add_Number"],
        ["load", "address-points", "FILE", "--map", "=HOUSE"],
        ["load", "address-points", "FILE", "--map", "A3=a", "--map", "A3=b"],
        ["remove", "roads", "a/b"],
        ["remove", "streets", "vt"],
        ["unload"],
    ],
)
def test_asked_for_wrongly_ends_with_two(data: Path, points: Path, words: list[str]) -> None:
    result = run(data, *[str(points) if word == "FILE" else word for word in words])
    assert result.exit_code == 2, result.output
    assert not (data / "datasets").exists()


def test_columns_named_by_the_operator(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("no;road;town;st;y;x\n10;Main Street;Barre;VT;44.2;-72.5\n")
    words = ["load", "address-points", path]
    pairs = ["Add_Number=no", "Street_Line = road", "A3=town", "A1=st", "Latitude=y", "Longitude=x"]
    chosen = [word for pair in pairs for word in ("--map", pair)]
    assert run(data, *words).exit_code == 1
    loaded = run_json(data, *words, *chosen)
    assert (loaded["loaded"], loaded["complete"], loaded["report"]["loaded"]) == (True, False, 1)
    assert run_json(data, *words, *chosen, "--complete")["complete"] is True
    wrong = run(data, *words, *chosen, "--map", "Post_Code=zip")
    assert wrong.exit_code == 1
    assert "no column 'zip'" in wrong.output


def test_the_publishers_claim_may_be_taken_back(data: Path, points: Path) -> None:
    assert run_json(data, "load", "address-points", points)["complete"] is True
    assert run_json(data, "load", "address-points", points, "--partial")["complete"] is False


def test_the_list_has_every_set_and_what_is_wrong(data: Path, points: Path, psaps: Path) -> None:
    run(data, "load", "address-points", points, "--name", "vt", "--attribution", "Town of Barre")
    run(data, "load", "psaps", psaps, "--name", "ks", "--sample")
    (data / "datasets/roads").mkdir()
    (data / "datasets/roads/broken.sqlite").write_text("nonsense")
    shown = run(data, "list").output
    assert "address-points/vt  2024-05-01-" in shown
    assert "2 rows of Barre points.csv" in shown
    assert "Town of Barre" in shown
    assert "sample, 1 gaps, 1 overlaps" in shown
    assert "broken.sqlite cannot be read" in shown
    told = run_json(data, "list")
    assert [(one["kind"], one["name"], one["sample"]) for one in told["datasets"]] == [
        ("address-points", "vt", False),
        ("psaps", "ks", True),
    ]
    assert told["datasets"][1]["report"] == {
        "read": 8,
        "loaded": 8,
        "rejected": 0,
        "mended": 0,
        "gaps": 1,
        "overlaps": 1,
    }
    assert len(told["problems"]) == 1


def test_an_installation_without_data_says_what_that_means(data: Path) -> None:
    result = run(data, "list")
    assert result.exit_code == 0
    assert "No data sets: addresses are checked to the ZIP code or postal area only." in result.output
    assert not data.exists()


def test_a_set_is_removed(data: Path, points: Path) -> None:
    run(data, "load", "address-points", points, "--name", "vt")
    result = run(data, "remove", "address-points", "vt")
    assert (result.exit_code, result.output) == (0, "Removed: address-points/vt\n")
    assert run_json(data, "list")["datasets"] == []
    again = run(data, "remove", "address-points", "vt")
    assert again.exit_code == 1
    assert "There is no data set address-points/vt" in again.output


def test_a_second_load_of_the_name_is_told_of_the_first(data: Path, points: Path) -> None:
    with Draft(data / "datasets", "address-points", "vt"):
        result = run(data, "load", "address-points", points, "--name", "vt")
    assert result.exit_code == 1
    assert "is being loaded by another process" in result.output


def test_names_in_files_cannot_write_on_the_terminal(data: Path, tmp_path: Path) -> None:
    row = agency("A", DsplayName="[red]\x1b[31mEvil", ServiceURI="[bold]no uri")
    path = write_layer(tmp_path / "a.gpkg", "PsapPolygon", [row, row], [square(0, 0), square(0, 0)])
    shown = run(data, "load", "psaps", path).output
    assert "\x1b" not in shown
    assert "[red]?[31mEvil" in shown


def test_a_bar_is_drawn_only_on_a_terminal(data: Path, points: Path) -> None:
    words = [sys.executable, "-m", "callpoint", "data", "load", "address-points", str(points), "--data", str(data)]
    ran = subprocess.run(
        words, check=True, capture_output=True, text=True, timeout=60, env=os.environ | {"TERM": "xterm"}
    )
    assert ran.stderr == ""
    assert "\x1b" not in ran.stdout
