"""The pinned requirements: every one with its hashes, none with an address, and both files of one mind."""

import re
import tomllib
from pathlib import Path

import pytest

FILES = ("requirements-build.txt", "requirements.txt", "requirements-dev.txt")
PIN = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[^\s;\\]+)", re.MULTILINE)


def normal(name: str) -> str:
    """The one spelling of a package name (PyPA name normalization)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(text: str) -> dict[str, set[str]]:
    """Package name to the versions pinned (several, where markers tell interpreters apart)."""
    found: dict[str, set[str]] = {}
    for pin in PIN.finditer(text):
        found.setdefault(normal(pin["name"]), set()).add(pin["version"])
    return found


def blocks(text: str) -> list[str]:
    """One requirement each, its continuation lines with it."""
    return [block for block in re.split(r"(?m)^(?=\S)", text.replace("\\\n", " ")) if block.strip()]


@pytest.mark.parametrize("name", FILES)
def test_every_requirement_is_pinned_with_hashes(name: str, root: Path) -> None:
    found = blocks((root / name).read_text(encoding="utf-8"))
    assert found
    assert not [block[:60] for block in found if "==" not in block or "--hash=sha256:" not in block]


@pytest.mark.parametrize("name", FILES)
def test_no_address_stands_in_it(name: str, root: Path) -> None:
    text = (root / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"(?m)^\s*(-i|--(extra-)?index|--find-links|--trusted)", text)


def test_what_is_tested_is_what_is_run(root: Path) -> None:
    run, dev = (pins((root / name).read_text(encoding="utf-8")) for name in FILES[1:])
    assert {name: versions for name, versions in run.items() if dev.get(name) != versions} == {}


@pytest.mark.parametrize(
    ("name", "extras"), [("requirements.txt", ("postgres",)), ("requirements-dev.txt", ("postgres", "dev"))]
)
def test_everything_the_package_names_is_pinned(name: str, extras: tuple[str, ...], root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(line for extra in extras for line in project["optional-dependencies"][extra])]
    names = {normal(re.split(r"[\s<>=!~;\[]", line, maxsplit=1)[0]) for line in wanted}
    missing = names - pins((root / name).read_text(encoding="utf-8")).keys()
    assert not missing, f"run make lock: {missing} is not in {name}"
