"""What every test may lean on: the data beside the checkout, and the rule about foreign programs."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = Path(os.environ.get("CALLPOINT_TEST_DATA", ROOT.parent / "shared" / "data"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of test data beside the checkout (torture messages, schemas, samples)."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"no test data at {SHARED_DATA} (set CALLPOINT_TEST_DATA)")
    return SHARED_DATA


@pytest.fixture(scope="session")
def peer() -> Callable[[str], str]:
    """Path of a foreign program; skips loudly without it, and fails with CI=true, where none may be missing."""

    def find(program: str) -> str:
        path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
        if path is None:
            message = f"{program} is not installed: this test did not run (make peers installs it on Debian as root)"
            if os.environ.get("CI") == "true":
                pytest.fail(message)
            pytest.skip(message)
        return path

    return find
