"""Fixtures of the imports' tests."""

from pathlib import Path

import pytest
from pytest_django import Settings
from tests.directory.conftest import fast_hasher, people, real
from tests.directory.databases import database, postgresql, sqlite_tables

__all__ = ["database", "fast_hasher", "people", "postgresql", "real", "sqlite_tables"]


@pytest.fixture(autouse=True)
def data(tmp_path: Path, settings: Settings) -> Path:
    """A data directory of the test's own."""
    settings.DATA = tmp_path / "data"
    return tmp_path / "data"
