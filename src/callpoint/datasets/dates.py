"""Dates as GIS files write them, as one form: ISO 8601 in UTC, to the second."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

# What spreadsheets write besides what Python's own readers know: "6/4/2019 9:03:13 AM".
_FORMS: Final = ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y")
# Dates before this are fillers (1899-12-30 is an empty cell of Excel, 1970-01-01 one of Unix).
_FIRST_YEAR: Final = 1971


def iso_utc(text: str) -> str:
    """`2023-01-27T23:04:51Z` for any usual writing of it; "" for none, for nonsense and for a filler.

    A time without a zone is taken as UTC, which is how a GeoPackage keeps it. A date alone is its first second.
    """
    text = text.strip()
    if not text:
        return ""
    moment = _read(text)
    if moment is None or moment.year < _FIRST_YEAR:
        return ""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except OverflowError:  # the last day of year 9999, in a western zone
        return ""


def _read(text: str) -> datetime | None:
    if text[4:5] == "/":
        text = text.replace("/", "-")  # "2019/06/04 09:03:13.682"
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(text)
        except (ValueError, IndexError):
            continue
    for form in _FORMS:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    return None
