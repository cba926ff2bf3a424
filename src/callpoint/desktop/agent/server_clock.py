"""What time the server has: a call's timer must be right on a computer whose clock is not."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime


@dataclass(frozen=True)
class ServerClock:
    """`server` was the server's time at the instant `monotonic` (seconds), whatever the computer's clock says."""

    server: datetime
    monotonic: float

    def now(self, monotonic: float) -> datetime:
        """The server's time at the instant `monotonic`."""
        return self.server + timedelta(seconds=monotonic - self.monotonic)


def clock_of(date_header: str, monotonic: float) -> ServerClock | None:
    """From an answer's `Date` (it tells whole seconds); None if it is none."""
    try:
        server = parsedate_to_datetime(date_header)
    except (ValueError, TypeError):
        return None
    return ServerClock(server, monotonic) if server.tzinfo else None


def moment(written: str) -> datetime | None:
    """ISO 8601 as a moment, UTC where no zone is named; None if it is none."""
    try:
        read = datetime.fromisoformat(written)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def elapsed(since: str, now: datetime) -> int:
    """Whole seconds from `since` (ISO 8601) to `now`, never negative; 0 if `since` cannot be read."""
    begun = moment(since)
    return max(0, int((now - begun).total_seconds())) if begun is not None else 0
