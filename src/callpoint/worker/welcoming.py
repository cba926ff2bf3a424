"""Another duty of the worker: people who were added learn by e-mail that they are registered for 911."""

import logging
import smtplib
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection

from callpoint.directory.models import Organization, Person
from callpoint.directory.tenancy import everywhere
from callpoint.directory.welcome import begin, due, message
from callpoint.worker.database_file import DatabaseFile

logger = logging.getLogger(__name__)

POLL_SECONDS: Final = 5.0
# A step is a few seconds of sending at most, so that the worker can stop; a mail server is not overrun either.
AT_ONCE: Final = 20
LONGEST_TROUBLE: Final = 255


class WelcomeJob:
    """A step writes to some people of one organization. Trouble of one address never holds up the others."""

    name = "welcome"

    def __init__(
        self,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        mail: Callable[[], BaseEmailBackend] = get_connection,
    ) -> None:
        self._now = now
        self._mail = mail
        self._file = DatabaseFile()

    def open(self) -> None:
        self.close()
        self._file.open()

    def step(self) -> bool:
        self._file.check()
        with everywhere():
            for organization in Organization.objects.filter(welcome_people=True).order_by("pk"):
                if people := due(organization, self._now(), AT_ONCE):
                    self._write(organization, people)
                    return True
        return False

    def wait(self, stop: threading.Event) -> None:
        stop.wait(POLL_SECONDS)

    def close(self) -> None:
        connection.close()

    def _write(self, organization: Organization, people: list[Person]) -> None:
        with self._mail() as mail:
            for person in people:
                self._write_to(person, organization, mail)

    def _write_to(self, person: Person, organization: Organization, mail: BaseEmailBackend) -> None:
        welcome = begin(person, self._now())
        try:
            mail.send_messages([message(person, organization)])
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            welcome.trouble = f"refused by the mail server: {error}"[:LONGEST_TROUBLE]
            if all(code >= 500 for code in codes):  # RFC 5321 §4.2.1: trying again would not help
                welcome.next_at = None
        except (OSError, smtplib.SMTPException) as error:
            # Sent again later; the connection may be gone, the next person's message opens a new one.
            welcome.trouble = f"{type(error).__name__}: {error}"[:LONGEST_TROUBLE]
            mail.close()
        else:
            welcome.sent_at, welcome.next_at, welcome.trouble = self._now(), None, ""
        if welcome.trouble:
            logger.warning("no welcome to %s: %s", welcome.address, welcome.trouble)
        welcome.save()
