"""The command line: help, exit codes, errors with remedies, and what each command loads."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from callpoint import __version__
from callpoint.ops.cli import COMMANDS, app, load_command

runner = CliRunner()


def test_help_names_every_command_with_its_line() -> None:
    result = runner.invoke(app, ["--help"], env={"COLUMNS": "200"})
    assert result.exit_code == 0
    for name, entry in COMMANDS.items():
        assert name in result.output
        assert entry.help.split(".")[0][:40] in result.output


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_loads_explains_itself_and_takes_a_data_directory(name: str) -> None:
    words = [name, *{"import": ["users"], "audit": ["verify"], "recording": ["list"]}.get(name, [])]
    result = runner.invoke(app, [*words, "--help"], env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    assert "--data" in result.output
    assert load_command(name).name == name


def test_the_version_is_printed() -> None:
    result = runner.invoke(app, ["--version"])
    assert (result.exit_code, result.output) == (0, f"callpoint {__version__}\n")


def test_an_unknown_command_is_refused_with_a_suggestion() -> None:
    result = runner.invoke(app, ["expain"])
    assert result.exit_code == 2
    assert "explain" in result.output


def test_without_a_command_the_help_is_shown() -> None:
    assert "Usage" in runner.invoke(app, []).output


def test_a_wrong_setting_is_told_with_its_remedy_and_exit_code_two(tmp_path: Path) -> None:
    file = tmp_path / "callpoint.toml"
    file.write_text("[sip]\nreroute_seconds = 0\n")
    result = runner.invoke(app, ["explain", "E1001", "--data", str(tmp_path), "--config", str(file)])
    assert result.exit_code == 2
    assert "callpoint: sip.reroute_seconds: it must be above 0." in result.output
    assert "What to do: 2.0 is the usual value." in result.output
    assert "Traceback" not in result.output


def test_what_cannot_be_done_is_exit_code_one(tmp_path: Path) -> None:
    result = runner.invoke(app, ["explain", "E1001", "--data", str(tmp_path)])
    assert result.exit_code == 1
    assert "Nothing has been published" in result.output


@pytest.mark.parametrize("words", [["explain", "E1001"], ["dial", "911", "--as", "E1", "--to", "name.invalid:1"]])
def test_a_command_that_only_looks_makes_no_data_directory(tmp_path: Path, words: list[str]) -> None:
    assert runner.invoke(app, [*words, "--data", str(tmp_path / "absent")]).exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_to_import_is_a_usage_error(tmp_path: Path) -> None:
    words = ["import", "users", str(tmp_path / "none.csv"), "--org", "demo", "--data", str(tmp_path)]
    assert runner.invoke(app, words).exit_code == 2
    assert runner.invoke(app, ["import", "users"]).exit_code == 2


@pytest.mark.parametrize("process", ["node", "dispatcher", "lab"])
def test_what_takes_calls_loads_no_django(process: str) -> None:
    program = (
        "import sys\n"
        "from callpoint.ops.cli import load_command\n"
        f"load_command({process!r})\n"
        "print(sorted(name for name in sys.modules if name.split('.')[0] == 'django'))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_the_module_is_the_program(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "callpoint", "--version"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True, cwd=tmp_path)
    assert done.stdout == f"callpoint {__version__}\n"
