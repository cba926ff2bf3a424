"""Fixtures of the call records' tests."""

from tests.directory.conftest import fast_hasher, people, real
from tests.directory.databases import database, postgresql, sqlite_tables

__all__ = ["database", "fast_hasher", "people", "postgresql", "real", "sqlite_tables"]
