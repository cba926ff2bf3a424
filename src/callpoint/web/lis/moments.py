"""Points in time as LoST writes them."""

from datetime import UTC, datetime
from typing import Final

# Of a record whose age nobody knows: older than any other.
UNKNOWN_AGE: Final = "1970-01-01T00:00:00Z"


def written(seconds: float) -> str:
    """Seconds since 1970 as xs:dateTime in UTC, whole seconds."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read(text: str) -> float:
    """Seconds since 1970 of an ISO 8601 text, UTC where it has no zone. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()


def age(*texts: str) -> str:
    """The first of `texts` that is a point in time, as xs:dateTime; UNKNOWN_AGE when none is."""
    for text in filter(None, texts):
        try:
            return written(read(text))
        except (ValueError, OverflowError):
            continue
    return UNKNOWN_AGE
