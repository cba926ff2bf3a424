"""The schema of LoST, compiled once: whatever is written is held against it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

Validate = Callable[[bytes], None]


@pytest.fixture(scope="session")
def lost_schema(shared_data: Path) -> etree.RelaxNG:
    """The RELAX NG schema of RFC 5222 §15."""
    return etree.RelaxNG(etree.parse(shared_data / "protocols" / "schemas" / "lost.rng"))


@pytest.fixture(scope="session")
def valid(lost_schema: etree.RelaxNG) -> Validate:
    """Checks a document: pytest fails with the schema's own words."""

    def check(document: bytes) -> None:
        good = lost_schema.validate(etree.fromstring(document))
        assert good, f"{lost_schema.error_log.last_error}\n{document.decode()}"

    return check
