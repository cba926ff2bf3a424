"""The dispatcher as the pages speak of it: where browsers reach it, and passes to the live board."""

import time
from pathlib import Path
from typing import Final

from django.conf import settings

from callpoint.directory.models import Account, Organization
from callpoint.routing.board_pass import Holder, make

PASS_KEY: Final = Path("dispatcher") / "pass-key"


class NoPassKeyError(RuntimeError):
    """This installation has no key to sign passes with: neither web nor dispatcher was started by `callpoint`."""


def onsite_link(token: str) -> str:
    """Opened once in the browser of a screen; what comes after # is never sent to a server or written to its log."""
    return f"{settings.STREAMS_URL}/onsite/#token={token}"


def board_link(account: Account, organization: Organization) -> str:
    """The live board, with a pass that is good for a minute. Raises `NoPassKeyError`."""
    holder = Holder(organization.slug, str(account.pk))
    return f"{settings.STREAMS_URL}/board/#pass={make(_key(), holder, time.time())}"


def _key() -> str:
    try:
        return (Path(settings.DATA) / PASS_KEY).read_text("ascii").strip()
    except OSError as error:
        raise NoPassKeyError(str(error)) from error
