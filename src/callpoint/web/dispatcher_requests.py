"""What pages ask of the dispatcher: facts in a journal it follows, so that it need not be there when it is asked."""

from pathlib import Path
from typing import Final
from uuid import uuid4

from django.conf import settings

from callpoint.directory.models import Organization
from callpoint.snapshot.fact_kinds import REQUESTED
from callpoint.snapshot.journal import Journal

REQUESTS: Final = Path("dispatcher") / "requests.db"
WRITTEN_WITHIN: Final = 5.0
"""Seconds; whoever waits for the page is told when it takes longer, and asks again."""


class NotAskedError(RuntimeError):
    """The request could not be written down; nothing will come of it."""


def test_recipients(organization: Organization, recipients: list[int]) -> None:
    """Have these recipients of the organization tested now, by their keys. Raises `NotAskedError`."""
    # Opened for the occasion: people press a button now and then, and each web process would hold threads for it.
    with Journal(Path(settings.DATA) / REQUESTS) as journal:
        for recipient in recipients:
            asked = {"request": "test_recipient", "recipient": str(recipient), "key": uuid4().hex}
            journal.append("", organization.slug, REQUESTED, asked)
        if not journal.flush(WRITTEN_WITHIN):
            raise NotAskedError(f"{REQUESTS} cannot be written")
