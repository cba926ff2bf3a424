"""What pages ask of the dispatcher."""

from pathlib import Path
from uuid import uuid4

from django.conf import settings

from callpoint.directory.models import Organization
from callpoint.notices.requests import NotAskedError, ask

__all__ = ["NotAskedError", "test_recipients"]


def test_recipients(organization: Organization, recipients: list[int]) -> None:
    """Have these recipients of the organization tested now, by their keys. Raises `NotAskedError`."""
    tests = [{"request": "test_recipient", "recipient": str(one), "key": uuid4().hex} for one in recipients]
    ask(Path(settings.DATA), organization.slug, tests)
