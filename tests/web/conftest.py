"""Fixtures of the pages' tests: a client for each of the cast, and a snapshot as a node would have it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client, override_settings
from tests.directory.cast import Cast
from tests.directory.conftest import fast_hasher, people

from callpoint.directory.models import Account
from callpoint.directory.publishing.feed import feed_for_database
from callpoint.directory.publishing.position import PositionFile
from callpoint.directory.publishing.publisher import Publisher
from callpoint.snapshot.writer import SnapshotWriter
from callpoint.web import installation

__all__ = ["fast_hasher", "people"]


@pytest.fixture(autouse=True)
def data(tmp_path: Path) -> Iterator[Path]:
    """A data directory of its own for each test."""
    with override_settings(DATA=tmp_path):
        assert tmp_path == django_settings.DATA
        installation.forget()
        yield tmp_path
        installation.forget()


@pytest.fixture
def published(people: Cast, data: Path) -> Callable[[], None]:
    """Publish the directory as it is, now and whenever called."""
    position = PositionFile(data / "node" / "published.json")

    def publish() -> None:
        with SnapshotWriter(data / "node" / "snapshot.db") as writer:
            publisher = Publisher(writer, feed_for_database(), position)
            publisher.start()
            while publisher.step():
                pass

    publish()
    return publish


@pytest.fixture
def client_of(people: Cast) -> Callable[[str], Client]:
    """A signed-in client of one of the cast, by name; "nobody" is not signed in."""

    def make(name: str) -> Client:
        client = Client()
        if name != "nobody":
            account = getattr(people, name)
            assert isinstance(account, Account)
            client.force_login(account)
        return client

    return make
