"""Fixtures of the worker' tests."""

from tests.directory.conftest import people
from tests.directory.databases import database, postgresql, sqlite_tables

__all__ = ["database", "people", "postgresql", "sqlite_tables"]
