"""Another duty of the worker: what must be said now and then. People whose location is stale, administrators whose
screens run an old program or who have people without a location.

A round asks the dispatcher for each letter and alert; their keys keep a round that is repeated from saying it twice.
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.db import connection, transaction

from callpoint.directory.models import Organization, Person
from callpoint.directory.readiness.counting import Category, rows_in
from callpoint.directory.tenancy import inside
from callpoint.notices.letters import (
    asked,
    newest_program,
    outdated_screens,
    reminded,
    reminder,
    reminders_due,
    update_letters,
)
from callpoint.notices.models import Subscription
from callpoint.notices.requests import ask
from callpoint.worker.database_file import DatabaseFile

EVERY_SECONDS: Final = 3600.0
POLL_SECONDS: Final = 1.0
AT_ONCE: Final = 50
NAMED: Final = 10
"""So many people without a location stand in the alert by name; the page has them all."""
WITHOUT_LOCATION: Final = "person_without_location"


class RemindJob:
    """A step does one organization's part; between two rounds there is an hour."""

    name = "remind"

    def __init__(
        self,
        data: Path,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._data = data
        self._now = now
        self._clock = clock
        self._next_at = clock()
        self._done = 0  # the last organization of this round
        self._file = DatabaseFile()

    def open(self) -> None:
        self.close()
        self._file.open()

    def step(self) -> bool:
        self._file.check()
        if self._clock() < self._next_at:
            return False
        organization = Organization._base_manager.filter(pk__gt=self._done).order_by("pk").first()
        if organization is None:
            self._next_at, self._done = self._clock() + EVERY_SECONDS, 0
            return False
        with inside(organization):
            more = self._remind(organization)
            if not more:
                self._tell_of_updates(organization)
                self._tell_of_missing_locations(organization)
                self._done = organization.pk
        return True

    def wait(self, stop: threading.Event) -> None:
        stop.wait(POLL_SECONDS)

    def close(self) -> None:
        connection.close()

    def _remind(self, organization: Organization) -> bool:
        """Some of those who are due; whether there were any."""
        now = self._now()
        due = reminders_due(organization, now, AT_ONCE)
        if due:
            day = now.strftime("%Y-%m-%d")
            ask(
                self._data,
                organization.slug,
                [asked("reminder", f"reminder/{one.person.pk}/{day}", reminder(one, organization)) for one in due],
            )
            with transaction.atomic():
                for one in due:
                    reminded(one, now)
        return bool(due)

    def _tell_of_updates(self, organization: Organization) -> None:
        newest = newest_program(self._data)
        screens = outdated_screens(organization, newest) if newest else []
        if screens:
            letters = update_letters(organization, newest, screens)
            ask(self._data, organization.slug, [asked("update_available", key, letter) for key, letter in letters])

    def _tell_of_missing_locations(self, organization: Organization) -> None:
        """One alert a day, for as long as there are any: a file may bring a thousand at once."""
        if not Subscription.objects.filter(type=WITHOUT_LOCATION, enabled=True).exists():
            return
        rows = rows_in(Category.NO_LOCATION, organization, self._now())
        count = rows.count()
        if not count:
            return
        people = Person.objects.filter(pk__in=rows.values("pk")).order_by("pk")[:NAMED]
        names = ", ".join(f"{one.identity} {one.name}".strip() for one in people)
        rest = f" and {count - NAMED} more" if count > NAMED else ""
        about = f"{count} without a location; a 911 call would go to the relay center: {names}{rest}"
        key = f"{WITHOUT_LOCATION}/{self._now():%Y-%m-%d}"
        ask(self._data, organization.slug, [{"request": "raise", "type": WITHOUT_LOCATION, "about": about, "key": key}])
