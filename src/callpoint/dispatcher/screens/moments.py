"""Moments as facts have them."""

from datetime import UTC, datetime


def seconds_of(at: str) -> float:
    """ISO 8601 as seconds since 1970; 0 for what is no moment, which is then long ago."""
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return 0.0
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def moment_of(seconds: float) -> str:
    """Seconds since 1970 in the form of facts, UTC with milliseconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
