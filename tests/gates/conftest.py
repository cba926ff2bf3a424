"""What the gates look at: the files that git knows, and the Python files of the package."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def committed() -> dict[str, bytes]:
    """Every file that git knows, by its path in the checkout."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    paths = [name for name in listing.decode().split("\0") if name and (ROOT / name).is_file()]
    assert len(paths) > 20, "git lists hardly a file: these gates would be judging nothing"
    return {name: (ROOT / name).read_bytes() for name in paths}


@pytest.fixture(scope="session")
def sources() -> dict[str, str]:
    """The Python files of the package, by their path in the checkout."""
    files = sorted((ROOT / "src" / "callpoint").rglob("*.py"))
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in files}
