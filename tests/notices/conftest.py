"""Fixtures of the notices' tests."""

from tests.directory.conftest import fast_hasher, people
from tests.directory.databases import database, postgresql, sqlite_tables

__all__ = ["database", "fast_hasher", "people", "postgresql", "sqlite_tables"]
