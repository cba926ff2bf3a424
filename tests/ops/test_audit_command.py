"""`callpoint audit` as an operator runs it, on a data directory of its own that somebody tampers with."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def run(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CALLPOINT_")}
    command = [sys.executable, "-m", "callpoint", "audit", *words, "--data", str(data)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=120, env=environment, cwd=data.parent, check=False
    )


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installation") / "data"
    command = [sys.executable, "-m", "callpoint", "prepare", "--sample", "--data", str(folder)]
    subprocess.run(command, check=True, timeout=120, capture_output=True)
    return folder


@pytest.fixture
def data(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared, tmp_path / "data"))


def tamper(data: Path, statement: str) -> None:
    with sqlite3.connect(data / "callpoint.db") as database:
        database.execute(statement)
    database.close()


def verified(data: Path, *words: str, holds: bool) -> dict[str, Any]:
    done = run(data, "verify", "--json", *words)
    report: dict[str, Any] = json.loads(done.stdout)
    assert (done.returncode, report["holds"]) == ((0, True) if holds else (1, False)), done.stderr
    return report


def test_a_whole_history_is_told_with_its_ends(data: Path) -> None:
    report = verified(data, holds=True)
    assert [chain["organization"] for chain in report["chains"]] == [None, "demo"]
    assert all(chain["entries"] > 0 and len(chain["digest"]) == 64 for chain in report["chains"])
    words = run(data, "verify")
    assert words.returncode == 0
    assert f"demo: {report['chains'][1]['entries']} entries" in words.stdout
    assert report["chains"][1]["digest"] in words.stdout
    assert "the installation itself: " in words.stdout


def test_an_altered_entry_is_named_and_fails(data: Path) -> None:
    tamper(data, "UPDATE directory_change SET who = 'nobody' WHERE chain = 1 AND number = 3")
    broken = verified(data, holds=False)["chains"][1]["broken"]
    assert (broken["entry"], broken["code"]) == (3, "altered")
    words = run(data, "verify", "--org", "demo")
    assert words.returncode == 1
    assert "Entry 3 was altered after it was written" in words.stdout
    assert "the installation itself" not in words.stdout
    assert "does not hold" in words.stderr


def test_a_cut_end_shows_against_an_earlier_head(data: Path, tmp_path: Path) -> None:
    kept = tmp_path / "head.json"
    number = verified(data, "--head", str(kept), holds=True)["chains"][1]["entries"]
    verified(data, "--against", str(kept), holds=True)
    tamper(data, f"DELETE FROM directory_change WHERE chain = 1 AND number = {number}")
    ends = f"SELECT digest FROM directory_change WHERE chain = 1 AND number = {number - 1}"
    tamper(data, f"UPDATE directory_chainhead SET number = {number - 1}, digest = ({ends}) WHERE chain = 1")
    verified(data, holds=True)
    broken = verified(data, "--against", str(kept), "--org", "demo", holds=False)["chains"][0]["broken"]
    assert (broken["entry"], broken["code"]) == (number, "shortened")


def test_the_end_of_a_broken_chain_is_not_kept(data: Path, tmp_path: Path) -> None:
    tamper(data, "DELETE FROM directory_change WHERE chain = 1 AND number = 2")
    done = run(data, "verify", "--head", str(tmp_path / "head.json"))
    assert done.returncode == 1
    assert "Entry 2 is missing" in done.stdout
    assert "was not written" in done.stderr
    assert not (tmp_path / "head.json").exists()


def test_an_unknown_organization_and_a_file_that_is_no_head(data: Path, tmp_path: Path) -> None:
    done = run(data, "verify", "--org", "nobody")
    assert done.returncode == 1
    assert "There is no organization 'nobody'" in done.stderr
    assert "demo" in done.stderr
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"chains": [1]}')
    done = run(data, "verify", "--against", str(wrong))
    assert done.returncode == 2
    assert "holds no earlier head" in done.stderr
    done = run(data, "verify", "--head", str(tmp_path / "none" / "head.json"))
    assert done.returncode == 1
    assert "cannot be written" in done.stderr


def check_alone(lines: list[bytes]) -> int:
    """The recipe of docs/audit.md, without any part of Callpoint: how many entries fit."""
    head = json.loads(lines[0])
    previous, number = head["previous"], head["first"]
    for line in lines[1:]:
        text = line[85:-1]
        entry = json.loads(text)
        digest = hashlib.sha256(text).hexdigest()
        if json.loads(line)["digest"] != digest or entry["previous"] != previous or entry["number"] != number:
            return number - head["first"]
        previous, number = digest, number + 1
    return len(lines) - 1


def test_an_export_is_checked_without_the_program(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    done = run(data, "export", str(file), "--org", "demo")
    assert done.returncode == 0, done.stderr
    lines = file.read_bytes().splitlines()
    count = verified(data, "--org", "demo", holds=True)["chains"][0]["entries"]
    assert check_alone(lines) == count == len(lines) - 1
    assert "SHA-256" in json.loads(lines[0])["how_to_check"]
    assert check_alone([*lines[:3], lines[3].replace(b"sample data", b"sample dato"), *lines[4:]]) == 2
    assert check_alone([*lines[:3], *lines[4:]]) == 2
    again = run(data, "export", str(file), "--org", "demo")
    assert again.returncode == 1
    assert "not there yet" in again.stderr
    assert file.read_bytes().splitlines() == lines


def test_the_installation_s_own_entries_are_exported_without_an_organization(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "own.jsonl"
    assert run(data, "export", str(file)).returncode == 0
    lines = file.read_bytes().splitlines()
    assert check_alone(lines) == len(lines) - 1 > 0
    assert {json.loads(line)["entry"]["chain"] for line in lines[1:]} == {0}


def test_the_recipe_of_the_manual_works_as_it_stands(data: Path, tmp_path: Path) -> None:
    manual = (Path(__file__).parents[2] / "docs" / "audit.md").read_text()
    script = tmp_path / "check.py"
    script.write_text(manual.split("```python\n")[1].split("```")[0])
    file = tmp_path / "history.jsonl"
    assert run(data, "export", str(file), "--org", "demo").returncode == 0
    report = verified(data, "--org", "demo", holds=True)["chains"][0]
    done = subprocess.run([sys.executable, script, file], capture_output=True, text=True, check=True)
    assert done.stdout == f"{report['entries']} entries fit; the last digest is {report['digest']}\n"
    lines = file.read_bytes().splitlines()
    file.write_bytes(b"\n".join([*lines[:4], *lines[5:]]))
    done = subprocess.run([sys.executable, script, file], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "entry 4 does not fit\n")
    codes = {line.split("`")[1] for line in manual.splitlines() if line.startswith("| `")}
    assert {"altered", "missing", "cut", "empty"} <= codes
