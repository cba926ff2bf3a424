"""Fixtures of the directory's tests."""

import pytest
from pytest_django.fixtures import SettingsWrapper
from tests.directory import cast


@pytest.fixture
def people(db: None, settings: SettingsWrapper) -> cast.Cast:
    """The standing cast in an empty database."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # half a second each otherwise
    return cast.build()
