"""All a window needs to know at one moment, as one value that is handed from the agent's thread to the window's."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from callpoint.desktop.agent.board import Board
from callpoint.desktop.agent.health import Health, Link
from callpoint.desktop.agent.server_clock import ServerClock, elapsed


@dataclass(frozen=True)
class Situation:
    """`waiting` are the alerts whose acknowledgement the server has not taken yet, `unsent` how many posts there are.

    `organization` and `screen` are the names the server knows us by, "" before the first greeting.
    """

    board: Board
    health: Health
    clock: ServerClock | None = None
    organization: str = ""
    screen: str = ""
    waiting: frozenset[str] = frozenset()
    unsent: int = 0
    rejected: str = ""

    def link(self, monotonic: float) -> Link:
        return self.health.link(monotonic)

    def now(self, monotonic: float) -> datetime:
        """The server's time; the computer's own until the server has told it."""
        return self.clock.now(monotonic) if self.clock is not None else datetime.now(UTC)

    def seconds(self, since: str, monotonic: float) -> int:
        """How long ago `since` (ISO 8601, the server's clock) was."""
        return elapsed(since, self.now(monotonic))

    def last_word(self, monotonic: float) -> datetime:
        """When the server was last heard of, on the clock of this computer as it stands now."""
        return datetime.now().astimezone() - timedelta(seconds=self.health.lost_for(monotonic))
