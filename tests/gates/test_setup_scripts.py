"""What a newcomer meets first: the scripts behind `make setup` and `make peers`, on machines that lack something."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A folder to be the whole PATH: a few tools, an ordinary user, and no package manager."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("bash", "cut", "tr", "dirname"):
        (folder / tool).symlink_to(shutil.which(tool) or tool)
    program(folder / "id", "echo 1000")
    return folder


def program(path: Path, script: str) -> None:
    """Makes a small shell program."""
    path.write_text(f"#!/bin/bash\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def run(root: Path, folder: Path, *command: str, ci: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    """Runs one of the scripts with `folder` as its PATH."""
    environment = {"PATH": str(folder), "HOME": os.environ.get("HOME", "/"), "CI": ci, **more}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False, timeout=30)


def test_no_python_is_said_in_words(root: Path, bare: Path, tmp_path: Path) -> None:
    found = run(root, bare, "scripts/venv", "python3", str(tmp_path / "venv"))
    assert found.returncode == 1
    assert "there is no 'python3' here" in found.stderr


def test_an_old_python_is_said_in_words(root: Path, bare: Path, tmp_path: Path) -> None:
    program(bare / "python3", 'if [ "$1" = --version ]; then echo Python 3.9.2; else exit 1; fi')
    found = run(root, bare, "scripts/venv", "python3", str(tmp_path / "venv"))
    assert found.returncode == 1
    assert "Python 3.9.2 is too old, 3.11 or newer is needed" in found.stderr


def test_a_python_without_venv_names_the_package(root: Path, bare: Path, tmp_path: Path) -> None:
    script = 'case "$2" in *version_info\\ \\<*) exit 0 ;; *ensurepip*) exit 1 ;; *) echo python3.11-venv ;; esac'
    program(bare / "python3", script)
    found = run(root, bare, "scripts/venv", "python3", str(tmp_path / "venv"))
    assert found.returncode == 1
    assert "apt-get install python3.11-venv" in found.stderr


def test_missing_peers_are_told_loudly_and_stop_nothing(root: Path, bare: Path) -> None:
    found = run(root, bare, "scripts/peers")
    assert found.returncode == 0
    assert "NOT EVERYTHING WILL BE TESTED" in found.stderr
    assert "sip-tester" in found.stderr
    assert "Untested: a real phone for 911 and 933" in found.stderr


def test_with_ci_no_peer_may_be_missing(root: Path, bare: Path) -> None:
    found = run(root, bare, "scripts/peers", ci="true")
    assert found.returncode == 1
    assert "With CI=true none of them may be missing" in found.stderr


@pytest.mark.parametrize("outcome", [0, 1])
def test_no_service_starts_while_packages_are_installed(outcome: int, root: Path, bare: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    for tool in ("mktemp", "chmod", "rm", "tail"):
        (bare / tool).symlink_to(shutil.which(tool) or tool)
    program(
        bare / "apt-get", f'if [ "$1" = install ]; then "{policy}"; echo "$? $*" >"{tmp_path}/seen"; exit {outcome}; fi'
    )
    found = run(root, bare, "scripts/apt-install", "kamailio", "postgresql", POLICY_RC_D=str(policy))
    assert found.returncode == outcome
    assert ("could not install: kamailio postgresql" in found.stderr) is bool(outcome)
    seen = (tmp_path / "seen").read_text(encoding="utf-8")
    assert seen.startswith("101 ")
    assert "--no-install-recommends kamailio postgresql" in seen
    assert not policy.exists(), "it would keep services down for ever"


def test_the_places_named_for_each_peer_are_there(root: Path) -> None:
    lines = (root / "scripts" / "peers").read_text(encoding="utf-8").splitlines()
    named = {word.strip("(),") for line in lines if line.count("|") == 2 for word in line.split() if "tests/" in word}
    assert "tests/peers" in named
    assert not [path for path in named if not (root / path).exists()]
