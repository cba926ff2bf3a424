"""`callpoint-onsite` as it is started: what it loads, what it checks, what it says when something is wrong."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.desktop.server import TOKEN, OnsiteServer

DESKTOP = Path(__file__).resolve().parents[2] / "src" / "callpoint" / "desktop"
ALLOWED = {"callpoint", "PySide6", "httpx"} | set(sys.stdlib_module_names)


def start(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The program with a user's folder of its own, and no display."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("CALLPOINT", "XDG", "DISPLAY"))}
    command = [sys.executable, "-m", "callpoint.desktop.onsite", *arguments]
    whole = {**clean, "HOME": str(tmp_path), **environment}
    return subprocess.run(command, env=whole, capture_output=True, text=True, timeout=60, check=False)


def loaded(module: str) -> set[str]:
    script = f"import sys, {module}; print(*sorted(sys.modules))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    return set(run.stdout.split())


def test_it_imports_nothing_but_itself_the_library_qt_and_httpx() -> None:
    files = sorted(DESKTOP.rglob("*.py"))
    assert len(files) > 30
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert name.partition(".")[0] in ALLOWED, f"{file}: {name}"
                ours = name.split(".")[:2] == ["callpoint", "desktop"] or name == "callpoint"
                assert ours or not name.startswith("callpoint"), f"{file}: {name}"


def test_with_its_windows_it_loads_nothing_of_the_server() -> None:
    modules = loaded("callpoint.desktop.onsite.program")
    assert "PySide6.QtWidgets" in modules
    parts = {name.split(".")[1] for name in modules if name.startswith("callpoint.")}
    assert parts == {"desktop"}
    assert not {name.partition(".")[0] for name in modules} & {"django", "numpy", "lxml", "starlette", "shapely"}


def test_without_its_windows_it_loads_no_qt() -> None:
    assert not [name for name in loaded("callpoint.desktop.onsite.main") if name.startswith("PySide6")]


def test_the_check_tells_version_server_and_whether_the_token_is_taken(server: OnsiteServer, tmp_path: Path) -> None:
    environment = {"CALLPOINT_ONSITE_HOST": server.url, "CALLPOINT_ONSITE_TOKEN": TOKEN}
    good = start(tmp_path, "--check", **environment)
    assert good.returncode == 0, good.stderr
    version, host, token, reached = good.stdout.splitlines()
    assert version.startswith("Callpoint Onsite 0.")
    assert (host, token) == (f"host: {server.url}", "token: set")
    assert reached == "server: reached, and accepts the token"
    refused = start(tmp_path, "--check", **{**environment, "CALLPOINT_ONSITE_TOKEN": "revoked"})
    assert refused.returncode == 4
    assert "does not accept the token" in refused.stdout
    assert "revoked" not in refused.stdout


def test_the_check_without_a_token_a_server_or_an_answer(server: OnsiteServer, tmp_path: Path) -> None:
    bare = start(tmp_path, "--check")
    assert (bare.returncode, "host: not set" in bare.stdout) == (5, True)
    tokenless = start(tmp_path, "--check", "--host", server.url)
    assert (tokenless.returncode, tokenless.stdout.splitlines()[-1]) == (5, "server: reached")
    away = start(tmp_path, "--check", "--host", "http://127.0.0.1:9")
    assert (away.returncode, "server: not reached" in away.stdout) == (3, True)


@pytest.mark.parametrize(("language", "words"), [("en", "The settings cannot be read"), ("fr", "Les réglages")])
def test_settings_that_cannot_be_read_are_said_in_words(language: str, words: str, tmp_path: Path) -> None:
    settings = tmp_path / ".config" / "callpoint-onsite" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text("{", "utf-8")
    run = start(tmp_path, "--check", "--language", language)
    assert run.returncode == 2
    assert run.stdout.startswith(words)
    assert "Traceback" not in run.stderr


def test_an_authority_the_computer_does_not_know_is_a_server_not_reached(tmp_path: Path) -> None:
    run = start(tmp_path, "--check", "--host", "x.invalid", CALLPOINT_ONSITE_CA_FILE=str(tmp_path / "none.pem"))
    assert run.returncode == 3
    assert "No such file" in run.stdout


def test_this_qt_leaves_the_interpreter_alone() -> None:
    """PySide6 6.12.0 took a reference of None with each call on Python 3.11: a program that runs for weeks ended."""
    script = """
import sys
from PySide6.QtCore import QObject
thing = QObject()
before = sys.getrefcount(None)
for _ in range(3000):
    thing.setObjectName("a")
print(sys.getrefcount(None) - before)
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert abs(int(run.stdout)) < 100
