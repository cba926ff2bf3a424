"""Fixtures of the directory's tests."""

import pytest
from django.test import override_settings
from tests.directory import cast
from tests.directory.databases import database, postgresql, sqlite_tables

__all__ = ["database", "people", "postgresql", "sqlite_tables"]


@pytest.fixture
def people(db: None) -> cast.Cast:
    """The standing cast in an empty database."""
    # The real hasher takes half a second for each account.
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        return cast.build()
