"""An operator loads data and asks for addresses, as the manual tells it: only the commands, no Python of ours."""

import csv
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.stack
ANSWER_KEYS = {
    "input",
    "status",
    "civic",
    "formatted",
    "point",
    "accuracy",
    "psap",
    "suggestions",
    "reasons",
    "dataset",
}


class Operator:
    """Somebody at a terminal with a data directory."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def run(self, *words: object, expect: int = 0) -> str:
        command = [sys.executable, "-m", "callpoint", *map(str, words), "--data", str(self.data)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == expect, f"{words}\n{done.stdout}\n{done.stderr}"
        return done.stdout + (done.stderr if expect else "")

    def validate(self, address: str) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.run("validate", address, "--json"))
        assert answer.keys() >= ANSWER_KEYS
        assert answer["input"] == address
        return answer

    def validate_file(self, path: Path, lines: Sequence[str]) -> list[dict[str, Any]]:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        answers = [json.loads(line) for line in self.run("validate", "--file", path, "--json").splitlines()]
        assert [answer["input"] for answer in answers] == list(lines)
        return answers


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Operator:
    """With the Vermont points, Montréal's, Tennessee's roads and the Kansas boundaries loaded."""
    someone = Operator(tmp_path_factory.mktemp("operator") / "data")
    geo = shared_data / "geo"
    someone.run("data", "load", "address-points", geo / "vermont_e911_address_points.csv", "--name", "vermont")
    someone.run("data", "load", "address-points", geo / "osm_montreal_qc.csv", "--name", "montreal")
    someone.run("data", "load", "roads", geo / "tennessee_road_centerlines.gpkg", "--name", "henry-county")
    someone.run("data", "load", "psaps", geo / "kansas_psap_boundaries.gpkg", "--name", "kansas")
    return someone


@pytest.fixture(scope="module")
def unloaded(tmp_path_factory: pytest.TempPathFactory) -> Operator:
    return Operator(tmp_path_factory.mktemp("unloaded") / "data")


def test_what_is_loaded_is_listed(operator: Operator) -> None:
    listed = operator.run("data", "list")
    for name in ("vermont", "montreal", "henry-county", "kansas"):
        assert name in listed


def test_an_address_that_exists_is_valid_and_says_who_said_so(operator: Operator) -> None:
    answer = operator.validate("422 lake view rd averill vt 05901")
    assert answer["status"] == "valid"
    assert answer["formatted"] == "422 Lake View Road, Averill, VT 05901"
    assert answer["accuracy"] == "point"
    assert answer["point"] == pytest.approx([44.9965377, -71.7097527], abs=1e-5)
    assert answer["dataset"]["name"] == "vermont"
    assert answer["dataset"]["version"]


def test_a_french_address_is_found(operator: Operator) -> None:
    answer = operator.validate("139 boul. Henri-Bourassa E, Montréal (Québec) H3L 1B6")
    assert answer["status"] == "valid"
    assert answer["civic"]["POD"] == "Est"
    assert answer["point"] == pytest.approx([45.5519545, -73.6702659], abs=1e-4)


def test_a_road_range_is_said_to_be_one(operator: Operator) -> None:
    answer = operator.validate("101 Whiskey Ridge Ln, Paris, TN 38242")
    assert answer["status"] == "valid"
    assert answer["accuracy"] == "range"
    assert answer["dataset"]["name"] == "henry-county"


def test_a_typo_is_never_valid_and_shows_the_right_one(operator: Operator) -> None:
    answer = operator.validate("422 Lake Veiw Rd, Averill, VT 05901")
    assert answer["status"] in ("invalid", "ambiguous")
    assert answer["point"] is None
    assert answer["suggestions"][0]["formatted"] == "422 Lake View Road, Averill, VT 05901"
    assert answer["suggestions"][0]["why"]


def test_a_number_that_does_not_exist_is_never_valid(operator: Operator) -> None:
    answer = operator.validate("99999 Lake View Rd, Averill, VT 05901")
    assert answer["status"] == "invalid"


def test_without_data_nothing_is_better_than_an_area(unloaded: Operator) -> None:
    answer = unloaded.validate("115 State Street, Montpelier, VT 05633")
    assert answer["status"] == "area"
    assert answer["accuracy"] == "area"
    assert answer["psap"] is None


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("P.O. Box 12, Montpelier, VT 05602", "box"),
        ("C.P. 1234, Montréal (Québec) H3C 3X6", "box"),
        ("PSC 1234 Box 12, APO AE 09204", "militar"),
        ("Unter den Linden 77, 10117 Berlin, Germany", "Germany"),
        ("Unter den Linden 77, 10117 Berlin", "country"),
        ("", "nothing"),
    ],
)
def test_what_is_refused_says_why(unloaded: Operator, address: str, word: str) -> None:
    answer = unloaded.validate(address)
    assert answer["status"] == "refused"
    assert word.casefold() in " ".join(reason["text"] for reason in answer["reasons"]).casefold()


def test_every_foreign_address_is_refused(unloaded: Operator, shared_data: Path, tmp_path: Path) -> None:
    with (shared_data / "geo/foreign_addresses.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    bare = [f"{row['house_number']} {row['street']}, {row['city_file']} {row['postal']}".strip() for row in rows]
    german = [f"{row['street']} {row['house_number']}, {row['postal']} {row['city_file']}" for row in rows]
    named = [f"{line}, {row['country']}" for line, row in zip(bare, rows, strict=True)]
    assert len(rows) == 800
    answers = unloaded.validate_file(tmp_path / "foreign.txt", [*bare, *german, *named])
    assert [answer["input"] for answer in answers if answer["status"] != "refused"] == []


def test_a_point_in_kansas_has_a_psap(operator: Operator) -> None:
    """No address points of Kansas are loaded, so the middle of the postal area is asked, and called an area."""
    answer = operator.validate("300 SW 10th Avenue, Topeka, KS 66612")
    assert answer["status"] == "area"
    assert answer["psap"] is not None
    assert answer["psap"]["name"]


def test_a_broken_file_changes_nothing(operator: Operator, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gpkg"
    broken.write_bytes(b"SQLite format 3\x00 but not really")
    before = operator.run("data", "list")
    told = operator.run("data", "load", "address-points", broken, "--name", "vermont", expect=1)
    assert "broken.gpkg" in re.sub(r"\s+", "", told)
    assert operator.run("data", "list") == before


def test_a_broken_row_is_told_and_the_rest_is_loaded(unloaded: Operator, tmp_path: Path) -> None:
    rows = tmp_path / "points.csv"
    rows.write_text(
        "Number,Street,Town,State,Zip,Lat,Lon\n"
        "10,Sample Lane,Montpelier,VT,05602,44.26,-72.57\n"
        "12,Sample Lane,Montpelier,VT,05602,north,-72.57\n"
        "14,Sample Lane,Montpelier,VT,05602,44.27,-72.57\n",
        encoding="utf-8",
    )
    columns = ("HNO=Number", "RD=Street", "A3=Town", "A1=State", "PC=Zip", "lat=Lat", "lon=Lon")
    mapped = [word for column in columns for word in ("--map", column)]
    told = unloaded.run("data", "load", "address-points", rows, "--name", "mine", *mapped)
    assert "3" in told  # the line of the broken row
    assert unloaded.validate("14 Sample Lane, Montpelier VT 05602")["status"] == "valid"
    assert unloaded.validate("12 Sample Lane, Montpelier VT 05602")["status"] != "valid"
