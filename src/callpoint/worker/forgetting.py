"""Another duty of the worker: sessions that are over are taken out of the database.

Django never does that by itself, and strangers begin some, too: each answer that is said to be an identity provider's
is kept as one.
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection

from callpoint.worker.database_file import DatabaseFile

EVERY_SECONDS: Final = 600.0
POLL_SECONDS: Final = 0.5
AT_ONCE: Final = 500
"""So few that nobody waits long for the database."""


class ForgetJob:
    """A step takes some of them away; between two rounds there is a pause."""

    name = "forget"

    def __init__(
        self, now: Callable[[], datetime] = lambda: datetime.now(UTC), clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._now = now
        self._clock = clock
        self._next_at = clock()
        self._file = DatabaseFile()

    def open(self) -> None:
        self.close()
        self._file.open()

    def step(self) -> bool:
        self._file.check()
        if self._clock() < self._next_at:
            return False
        over = Session.objects.filter(expire_date__lt=self._now()).values_list("session_key", flat=True)
        keys = list(over.order_by("expire_date")[:AT_ONCE])
        if not keys:
            self._next_at = self._clock() + EVERY_SECONDS
            return False
        UserSession.objects.filter(session_key__in=keys).delete()
        Session.objects.filter(session_key__in=keys).delete()
        return True

    def wait(self, stop: threading.Event) -> None:
        stop.wait(POLL_SECONDS)

    def close(self) -> None:
        connection.close()
