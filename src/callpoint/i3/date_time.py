"""xs:dateTime as text, with the zone that makes it a point in time."""

import re
from datetime import UTC, datetime
from typing import Final

from callpoint.i3.errors import DocumentError

_DATE_TIME: Final = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)", re.ASCII
)


def is_date_time(text: str) -> bool:
    """Whether `text` is a real date and time of xs:dateTime, with its zone, of the years 1 to 9999 in UTC."""
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        return False
    try:
        datetime.fromisoformat(match[1] + match[2]).astimezone(UTC)
    except (ValueError, OverflowError):
        return False
    return True


def require_date_time(text: str) -> str:
    if not is_date_time(text):
        raise DocumentError(f"{text!r} is not a date and time with a zone")
    return text
