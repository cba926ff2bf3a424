"""Whether recipients can be reached: what the last thing sent to each came to, and when each was last tested."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from callpoint.dispatcher.own_journal import Work

_SAVE: Final = (
    "INSERT OR REPLACE INTO reach (organization, recipient, good, at, tested_at, seen_at) VALUES (?,?,?,?,?,?)"
)


@dataclass
class Standing:
    """`good` counts when there was anything (`at` > 0). All times are seconds since 1970, 0 = never.

    `calm_until`, of this process alone: until then nobody need ask whether a test is due.
    """

    seen_at: float
    good: bool = False
    at: float = 0.0
    tested_at: float = 0.0
    calm_until: float = 0.0


class Reach:
    """By organization and recipient id."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Standing] = {}

    def load(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Rows of the table: organization, recipient, good, at, tested_at, seen_at."""
        for organization, recipient, good, at, tested_at, seen_at in rows:
            self._known[organization, recipient] = Standing(seen_at, bool(good), at, tested_at)

    def of(self, organization: str, recipient: str) -> Standing | None:
        return self._known.get((organization, recipient))

    def seen(self, work: Work, organization: str, recipient: str, now: float) -> Standing:
        """Its standing; from now on it is known."""
        found = self._known.get((organization, recipient))
        if found is None:
            found = self._known[organization, recipient] = Standing(now)
            self._save(work, organization, recipient, found)
        return found

    def tested(self, work: Work, organization: str, recipient: str, now: float) -> None:
        """A test is on its way."""
        found = self.seen(work, organization, recipient, now)
        found.tested_at = now
        self._save(work, organization, recipient, found)

    def came_to(self, work: Work, organization: str, recipient: str, now: float, *, good: bool) -> None:
        """Something sent to it arrived, or did not."""
        found = self.seen(work, organization, recipient, now)
        found.good, found.at = good, now
        self._save(work, organization, recipient, found)

    def _save(self, work: Work, organization: str, recipient: str, found: Standing) -> None:
        work.run(_SAVE, organization, recipient, int(found.good), found.at, found.tested_at, found.seen_at)
