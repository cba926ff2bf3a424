"""What worker and pages ask of the dispatcher: facts in a journal it follows, so that it need not be there just then.

The forms are those of `dispatcher.requests`, which this part does not know: a test holds the two together.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from callpoint.snapshot.fact_kinds import REQUESTED
from callpoint.snapshot.journal import Journal

REQUESTS: Final = Path("dispatcher") / "requests.db"
WRITTEN_WITHIN: Final = 5.0
"""Seconds; whoever waits for a page is told when it takes longer, and asks again."""

Asked = Mapping[str, Any]
"""`request` and what it needs; a `key` makes it be done once, however often it is asked."""


class NotAskedError(RuntimeError):
    """The requests could not be written down; nothing will come of them."""


def ask(data: Path, organization: str, requests: Iterable[Asked]) -> None:
    """Write these down for the dispatcher, under the organization's slug. Raises `NotAskedError`.

    Opened for the occasion: they are rare, and every process that asks would keep threads for it otherwise.
    """
    with Journal(data / REQUESTS) as journal:
        for one in requests:
            journal.append("", organization, REQUESTED, dict(one))
        if not journal.flush(WRITTEN_WITHIN):
            raise NotAskedError(f"{REQUESTS} cannot be written")
