"""Many who guess at once, on each kind of real database: the count of failures holds across threads."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from tests.directory import cast
from tests.directory.databases import database, postgresql, sqlite_tables
from tests.web.account.signing_in import ADMIN, is_in, sign_in, told

from callpoint.directory.tenancy import everywhere

__all__ = ["database", "postgresql", "sqlite_tables"]
GUESSERS = 12


@pytest.fixture
def people(database: str) -> cast.Cast:
    call_command("createcachetable", verbosity=0)
    with everywhere():
        return cast.build()


def test_twelve_guesses_at_once_are_no_more_than_five(people: cast.Cast) -> None:
    start = Barrier(GUESSERS)

    def guess(number: int) -> str:
        try:
            client = Client(REMOTE_ADDR=f"192.0.2.{number}")
            start.wait(10)
            return sign_in(client, ADMIN, "wrong-password").content.decode()
        finally:
            connection.close()

    with ThreadPoolExecutor(GUESSERS) as pool:
        pages = list(pool.map(guess, range(1, GUESSERS + 1)))
    judged = [page for page in pages if "do not go together" in page]
    shut = [page for page in pages if "Too many attempts" in page]
    assert len(judged) + len(shut) == GUESSERS
    assert len(judged) <= 5
    assert told(people.acme).count({"sign_in_failed": "password"}) == len(judged)
    assert told(people.acme).count({"locked_out": True}) == 1


def test_the_right_password_of_many_at_once_opens_for_all(people: cast.Cast) -> None:
    def come(number: int) -> bool:
        try:
            client = Client(REMOTE_ADDR=f"192.0.2.{number}")
            sign_in(client)
            return is_in(client)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(come, range(1, 5)))


def test_the_count_outlives_the_process(people: cast.Cast) -> None:
    for _ in range(5):
        sign_in(Client(), ADMIN, "wrong-password")
    connection.close()
    assert "Too many attempts" in sign_in(Client()).content.decode()
    cache.clear()
    assert sign_in(Client()).status_code == 302
