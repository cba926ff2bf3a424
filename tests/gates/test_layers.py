"""The house: imports point downwards only. import-linter judges; what it is told to judge is looked at here."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def contracts(root: Path) -> list[dict[str, Any]]:
    """import-linter's contracts in pyproject.toml."""
    content = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = content["tool"]["importlinter"]["contracts"]
    return found


def test_the_contracts_hold(root: Path) -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([linter, "--no-logo"], cwd=root, capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 0, run.stdout + run.stderr
    assert ", 0 broken" in run.stdout


def test_every_part_has_a_floor(contracts: list[dict[str, Any]], root: Path) -> None:
    (layers,) = [contract for contract in contracts if contract["type"] == "layers"]
    assert layers["exhaustive"] is True
    named = {name for floor in layers["layers"] for name in re.findall(r"\w+", floor)}
    package = root / "src" / "callpoint"
    parts = {path.stem for path in package.iterdir() if path.suffix == ".py" and path.stem != "__init__"}
    parts |= {path.name for path in package.iterdir() if path.is_dir() and any(path.rglob("*.py"))}
    assert parts, "the package is empty"
    assert parts <= named, f"give {parts - named} a floor in pyproject.toml"


@pytest.mark.parametrize("part", ["sip", "i3", "routing"])
def test_the_pure_parts_are_held_to_it(part: str, contracts: list[dict[str, Any]]) -> None:
    bans = [
        set(contract["forbidden_modules"])
        for contract in contracts
        if contract["type"] == "forbidden" and f"callpoint.{part}" in contract["source_modules"]
    ]
    assert {"asyncio", "socket", "threading", "sqlite3", "logging", "time", "django"} <= set().union(*bans)


def test_a_call_cannot_reach_the_central_database(contracts: list[dict[str, Any]], root: Path) -> None:
    there = {part for part in ("node", "dispatcher") if (root / "src" / "callpoint" / part / "__init__.py").exists()}
    assert "node" in there
    for part in there:
        bans = [
            set(contract["forbidden_modules"])
            for contract in contracts
            if contract["type"] == "forbidden" and f"callpoint.{part}" in contract["source_modules"]
        ]
        assert {"django", "callpoint.directory", "callpoint.calls"} <= set().union(*bans), f"{part} is not held to it"
