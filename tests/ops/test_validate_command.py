"""`callpoint validate`: single addresses for people and programs, files in order, nothing lost."""

import io
import json
import multiprocessing
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from tests.addresses.town_map import MONTREAL, VERMONT, draw
from typer.testing import CliRunner

from callpoint.addresses.verdict import Verdict
from callpoint.directory.address_desk import AddressDesk
from callpoint.ops import validate_bulk
from callpoint.ops.cli import app
from callpoint.ops.validate_bulk import judged

VALID = "422 Lake View Rd, Averill, VT 05901"
TYPO = "422 Lake Veiw Rd, Averill, VT 05901"
DOOR_KEYS = (
    *("input", "status", "civic", "formatted", "point", "accuracy", "psap", "suggestions", "reasons", "dataset"),
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("validate")
    draw(folder, "vermont", VERMONT)
    return folder


def run(data: Path, *words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(app, ["validate", *words, "--data", str(data)], input=given)


def document(data: Path, *words: str) -> dict[str, Any]:
    result = run(data, *words, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_json_has_the_shape_other_programs_read(data: Path) -> None:
    found = document(data, VALID)
    assert found.keys() >= set(DOOR_KEYS)
    assert (found["status"], found["accuracy"], found["psap"]) == ("valid", "point", None)
    assert found["point"] == [44.9965, -71.7097]
    assert found["dataset"].keys() >= {"name", "version"}


@pytest.mark.parametrize("text", ["", "nonsense", "P.O. Box 1, Barre, VT 05641", TYPO, "\x00\ud800"])
def test_a_verdict_was_given_whatever_it_is(data: Path, text: str) -> None:
    desk = AddressDesk.open(data)
    found = desk.document(desk.verdict(text))
    assert found["input"] == text
    assert found["status"] in ("refused", "invalid")


def test_people_get_lines_with_numbered_suggestions(data: Path) -> None:
    result = run(data, TYPO)
    assert result.exit_code == 0
    assert "invalid" in result.stdout
    assert "1. 422 Lake View Road, Averill, VT 05901" in result.stdout
    assert "--accept N" in result.stdout


def test_people_see_where_it_is_and_who_said_so(data: Path) -> None:
    text = run(data, VALID).stdout
    assert "44.99650, -71.70970 (at the door)" in text
    assert "vermont" in text


def test_control_characters_do_not_reach_the_terminal(data: Path) -> None:
    assert "\x1b" not in run(data, "\x1b[31mred 12 Main St").stdout


def test_a_suggestion_is_accepted_by_its_number(data: Path) -> None:
    assert document(data, TYPO, "--accept", "1")["status"] == "valid_corrected"


def test_of_two_doors_that_read_the_same_the_one_chosen_is_taken(tmp_path: Path) -> None:
    """A map of volunteers has 5000 Yonge Street twice, kilometres apart."""
    row = ("CA", "ON", "Toronto", "M2N 7E9", 5000, "", "", "", "Yonge", "Street", "")
    points = [[43.7735, -79.3675], [43.7662, -79.4128]]
    draw(tmp_path, "toronto", [(*row, *point, 1, "") for point in points])
    asked = "5000 Yonge Street, Toronto, ON M2N 7E9"
    shown = document(tmp_path, asked)["suggestions"]
    assert sorted(one["point"] for one in shown) == sorted(points)
    for number, one in enumerate(shown, 1):
        chosen = document(tmp_path, asked, "--accept", str(number))
        assert (chosen["status"], chosen["point"]) == ("valid_corrected", one["point"])


@pytest.mark.parametrize(
    "words",
    [(), (VALID, "--file", "x"), ("--file", "x", "--accept", "1"), (TYPO, "--accept", "9"), (VALID, "--accept", "1")],
)
def test_what_is_asked_for_wrongly_ends_with_2(data: Path, words: tuple[str, ...]) -> None:
    result = run(data, *words)
    assert result.exit_code == 2
    assert result.stdout == ""


def test_a_file_that_cannot_be_read_is_told(data: Path, tmp_path: Path) -> None:
    result = run(data, "--file", str(tmp_path / "absent"))
    assert result.exit_code == 2
    assert "absent" in result.stderr


def test_a_file_gives_one_object_a_line_in_order(data: Path, tmp_path: Path) -> None:
    lines = [VALID, "", TYPO, "   ", "115 State St, Montpelier, VT\u2028 05602", "Écône, QC", "\tx"]
    file = tmp_path / "addresses.txt"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = run(data, "--file", str(file), "--json")
    assert result.exit_code == 0, result.output
    answers = [json.loads(line) for line in result.stdout.split("\n") if line]
    assert [answer["input"] for answer in answers] == lines
    assert [answer["status"] for answer in answers[:4]] == ["valid", "refused", "invalid", "refused"]


def test_a_windows_file_with_bad_bytes_loses_no_line(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "addresses.txt"
    file.write_bytes(b"\xef\xbb\xbf" + VALID.encode() + b"\r\nMontr\xe9al\r\n" + VALID.encode())
    answers = [json.loads(line) for line in run(data, "--file", str(file), "--json").stdout.splitlines()]
    assert [answer["status"] for answer in answers] == ["valid", "refused", "valid"]
    assert answers[0]["input"] == VALID


@pytest.mark.parametrize("source", ["file", "-"])
def test_a_line_that_is_not_utf_8_is_read_as_windows_writes_it(tmp_path: Path, source: str) -> None:
    """A list put together from two others: each line is read by itself."""
    draw(tmp_path, "montreal", MONTREAL)
    asked = ["139, boul. Henri-Bourassa E, Montréal (Québec) H3L 1B6", "l’œuf – Montréal", "Montréal"]
    text = b"\r\n".join([asked[0].encode("cp1252"), asked[1].encode("cp1252"), asked[2].encode(), b"\x81"])
    file = tmp_path / "addresses.txt"
    file.write_bytes(text)
    words = ("--file", str(file) if source == "file" else "-", "--json")
    result = CliRunner().invoke(app, ["validate", *words, "--data", str(tmp_path)], input=text)
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["input"] for answer in answers] == [*asked, "\ufffd"]
    assert answers[0]["status"] == "valid"


def test_a_byte_order_mark_on_standard_input_is_no_part_of_the_address(data: Path) -> None:
    answers = run(data, "--file", "-", "--json", given=f"\ufeff{VALID}\n{VALID}\n").stdout.splitlines()
    assert [json.loads(answer)["input"] for answer in answers] == [VALID, VALID]


def test_standard_input_is_a_file_too(data: Path) -> None:
    answers = run(data, "--file", "-", "--json", given=f"{VALID}\n{TYPO}\n").stdout.splitlines()
    assert [json.loads(answer)["status"] for answer in answers] == ["valid", "invalid"]


def test_a_file_for_people(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "addresses.txt"
    file.write_text(f"{VALID}\n{TYPO}\n")
    assert run(data, "--file", str(file)).stdout.count("Lake V") >= 3


def test_an_empty_file_gives_nothing(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "addresses.txt"
    file.write_text("")
    result = run(data, "--file", str(file), "--json")
    assert (result.exit_code, result.stdout) == (0, "")


def test_a_broken_data_set_is_told_beside_the_verdict(tmp_path: Path) -> None:
    draw(tmp_path, "vermont", VERMONT)
    (tmp_path / "datasets/address-points/broken.sqlite").write_bytes(b"no database")
    result = run(tmp_path, VALID, "--json")
    assert json.loads(result.stdout)["status"] == "valid"
    assert "broken.sqlite" in result.stderr


def test_a_line_that_breaks_the_judgement_still_gives_an_object(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = AddressDesk.open(data)

    def broken(address: str) -> Verdict:
        raise ZeroDivisionError("nobody thought of this")

    monkeypatch.setattr(desk, "verdict", broken)
    answer = json.loads(validate_bulk.answer(desk, "12 Main St"))
    assert (answer["input"], answer["status"], answer["reasons"][0]["code"]) == ("12 Main St", "refused", "not_judged")


@pytest.mark.stack
def test_two_processes_answer_in_order(data: Path) -> None:
    lines = [f"{number} Lake View Rd, Averill, VT 05901" for number in range(1, 1300)]
    answers = [json.loads(answer) for answer in judged(lines, data, processes=2)]
    assert [answer["input"] for answer in answers] == lines
    assert [answer["input"] for answer in answers if answer["status"] == "valid"] == [lines[421], lines[423]]


@pytest.mark.stack
def test_processes_that_die_take_no_line_with_them(data: Path) -> None:
    lines = [VALID, TYPO] * 2500
    answers = judged(lines, data, processes=2)
    found = [next(answers)]
    children = multiprocessing.active_children()
    assert len(children) == 2
    for child in children:
        child.kill()
    found += answers
    assert [json.loads(answer)["input"] for answer in found] == lines


def test_a_big_file_is_read_as_it_is_judged(data: Path) -> None:
    """A file of any size must not be taken into memory before its first answer."""
    taken = 0

    def endless() -> Any:
        nonlocal taken
        while True:
            taken += 1
            yield VALID

    answers = judged(endless(), data, processes=1)
    assert json.loads(next(answers))["status"] == "valid"
    assert taken <= validate_bulk.WORTH_PROCESSES + 1
    answers.close()


def test_progress_does_not_spoil_the_output(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "addresses.txt"
    file.write_text(f"{VALID}\n")
    result = run(data, "--file", str(file), "--json")
    assert io.StringIO(result.stdout).readline().startswith("{")
    assert result.stderr == ""
