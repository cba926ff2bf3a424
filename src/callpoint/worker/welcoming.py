"""Another duty of the worker: people who were added learn by e-mail that they are registered for 911.

It asks the dispatcher for each letter, which delivers it as it delivers alerts; what came of it comes back with the
dispatcher's journal (`notices.ingest`).
"""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.db import connection, transaction

from callpoint.directory.models import Organization, Person
from callpoint.directory.tenancy import everywhere
from callpoint.directory.welcome import due, letter, written
from callpoint.notices.letters import asked
from callpoint.notices.requests import ask
from callpoint.worker.database_file import DatabaseFile

POLL_SECONDS: Final = 5.0
AT_ONCE: Final = 50
"""People of one organization; a transaction of some ten milliseconds."""


class WelcomeJob:
    """A step asks for the letters to some people of one organization."""

    name = "welcome"

    def __init__(self, data: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._data = data
        self._now = now
        self._file = DatabaseFile()

    def open(self) -> None:
        self.close()
        self._file.open()

    def step(self) -> bool:
        self._file.check()
        with everywhere():
            for organization in Organization.objects.filter(welcome_people=True).order_by("pk"):
                if people := due(organization, AT_ONCE):
                    self._write(organization, people)
                    return True
        return False

    def wait(self, stop: threading.Event) -> None:
        stop.wait(POLL_SECONDS)

    def close(self) -> None:
        connection.close()

    def _write(self, organization: Organization, people: list[Person]) -> None:
        """Asked first and noted then: whoever dies in between asks again, under the same keys, and it is done once."""
        letters = [asked("welcome", f"welcome/{person.pk}", letter(person, organization)) for person in people]
        ask(self._data, organization.slug, letters)
        with transaction.atomic():
            for person in people:
                written(person, self._now())
