"""Whether what the page says of readiness is up to date, and since when not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings

from callpoint.directory.models import Organization
from callpoint.directory.readiness.progress import read

# The worker says so every second; a page may be a few seconds behind it before anybody needs to be told.
LATE: Final = timedelta(seconds=10)


@dataclass(frozen=True)
class Freshness:
    """Changes made before `known_at` are in the numbers (None: nothing has been worked out yet).

    `is_late` when that is some time ago. `of` people are being worked out anew, `done` of them so far.
    """

    known_at: datetime | None
    is_late: bool
    done: int
    of: int


def freshness(organization: Organization, now: datetime) -> Freshness:
    """How things stand for this organization at `now`."""
    told = read(Path(settings.DATA), organization.pk)
    is_late = told.known_at is None or now - told.known_at > LATE or told.of > 0
    return Freshness(told.known_at, is_late, told.done, told.of)
