"""A moment as people of a time zone write it, in English and in French as in Québec."""

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_DAYS: Final = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
}
_MONTHS: Final = {
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
}  # fmt: skip
# What French-speaking Canada calls its zones; others keep the name the zone itself gives.
_FRENCH_ZONES: Final = {
    "EST": "HNE", "EDT": "HAE", "CST": "HNC", "CDT": "HAC", "MST": "HNR", "MDT": "HAR",
    "PST": "HNP", "PDT": "HAP", "AST": "HNA", "ADT": "HAA", "NST": "HNT", "NDT": "HAT",
}  # fmt: skip


def local_date(at: str, time_zone: str, language: str) -> str:
    """ "Monday, November 23, 2026" or "lundi 23 novembre 2026"; `at` is ISO 8601, "" for what is no moment."""
    there = _there(at, time_zone)
    if there is None:
        return ""
    day, month = _DAYS[language][there.weekday()], _MONTHS[language][there.month - 1]
    if language == "fr":
        return f"{day} {'1er' if there.day == 1 else there.day} {month} {there.year}"
    return f"{day}, {month} {there.day}, {there.year}"


def local_time(at: str, time_zone: str, language: str) -> str:
    """ "2:05:31 p.m. EST" or "14 h 05 min 31 s HNE"."""
    there = _there(at, time_zone)
    if there is None:
        return ""
    zone = there.tzname() or ""
    if language == "fr":
        return f"{there.hour} h {there.minute:02} min {there.second:02} s {_FRENCH_ZONES.get(zone, zone)}".rstrip()
    hour = there.hour % 12 or 12
    return f"{hour}:{there.minute:02}:{there.second:02} {'a.m.' if there.hour < 12 else 'p.m.'} {zone}".rstrip()


def local_moment(at: str, time_zone: str, language: str) -> str:
    """Day and time."""
    date, time = local_date(at, time_zone, language), local_time(at, time_zone, language)
    return ", ".join(part for part in (date, time) if part)


def _there(at: str, time_zone: str) -> datetime | None:
    """In the zone, or in UTC where the zone is unknown: a wrong name must not keep an alert from going out."""
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(ZoneInfo(time_zone))
    except (ZoneInfoNotFoundError, ValueError, OSError, OverflowError):
        return moment.astimezone(UTC)
