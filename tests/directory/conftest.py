"""Fixtures of the directory's tests."""

from collections.abc import Iterator

import pytest
from django.test import override_settings
from tests.directory import cast
from tests.directory.databases import database, postgresql, sqlite_tables

__all__ = ["database", "fast_hasher", "people", "postgresql", "real", "sqlite_tables"]


@pytest.fixture(autouse=True)
def fast_hasher() -> Iterator[None]:
    """The real hasher takes half a second for each account."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture
def people(db: None) -> cast.Cast:
    """The standing cast in an empty database."""
    return cast.build()


@pytest.fixture
def real(database: str) -> cast.Cast:
    """The standing cast in a database of each kind, which several connections can use."""
    return cast.build()
