"""Whether the server is there. Pure: `now` is monotonic seconds, so a clock set back or forth changes nothing."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

GRACE: Final = 5.0
"""Seconds without the stream before it is said. A server that was restarted is back by then; waiting longer would be a
screen that looks alive and is not."""


class Link(StrEnum):
    """How it stands with the server."""

    STARTING = "starting"  # not reached yet, and not given up on either
    CONNECTED = "connected"
    LOST = "lost"  # for longer than `GRACE`
    REFUSED = "refused"  # it answers, and does not take the token


@dataclass(frozen=True)
class Health:
    """`last_word` is when the server was last heard of, `broken_at` when the stream broke (None while it runs).

    `why` is the cause in the words of the failure, for whoever looks closer.
    """

    begun: float
    last_word: float | None = None
    broken_at: float | None = None
    refused: bool = False
    why: str = ""

    def heard(self, now: float) -> "Health":
        """A line of the stream, or an answer on it."""
        return Health(self.begun, last_word=now)

    def broke(self, now: float, why: str) -> "Health":
        """The stream ended, or could not be opened."""
        return replace(self, broken_at=self.broken_at if self.broken_at is not None else now, why=why, refused=False)

    def refuse(self, now: float, why: str) -> "Health":
        """The server said no to the token."""
        return replace(self.broke(now, why), refused=True)

    def link(self, now: float) -> Link:
        if self.refused:
            return Link.REFUSED
        if self.broken_at is None:
            return Link.STARTING if self.last_word is None else Link.CONNECTED
        if now - self.broken_at < GRACE:
            return Link.STARTING if self.last_word is None else Link.CONNECTED
        return Link.LOST

    def lost_for(self, now: float) -> float:
        """Seconds since the server was last heard of (or the program began, if it never was)."""
        return now - (self.last_word if self.last_word is not None else self.begun)
