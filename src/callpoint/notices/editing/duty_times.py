"""Duty times as they are typed: a line for each, days and hours, as `mon,tue,wed 08:00-17:00`."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext

from callpoint.directory.rules import RuleError

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""In the order of their numbers: 0 is Monday."""
MOST_TIMES: Final = 50
_LINE: Final = re.compile(r"([a-z, ]*?)\s*([0-9:]*)\s*-\s*([0-9:]*)", re.IGNORECASE)
_HOUR: Final = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)


def duty_times(value: str) -> list[dict[str, Any]]:
    """What `Group.duty` keeps. Raises `RuleError`, which names the line. Nothing typed means always on duty."""
    lines = [line.strip() for line in value.splitlines() if line.strip()]
    if len(lines) > MOST_TIMES:
        raise RuleError(gettext("%(most)s duty times are the most a group can have") % {"most": MOST_TIMES})
    return [_duty_time(number, line) for number, line in enumerate(lines, 1)]


def as_typed(duty: Iterable[Mapping[str, Any]]) -> str:
    """The text `duty_times` makes the same of again."""
    return "\n".join(
        f"{','.join(DAYS[day] for day in one['days'])} {one['begins']}-{one['ends']}" for one in duty
    )  # fmt: skip


def _duty_time(number: int, line: str) -> dict[str, Any]:
    parts = _LINE.fullmatch(line)
    if parts is None:
        raise RuleError(_wrong(number, gettext("write it as mon,tue 08:00-17:00")))
    names = [name for name in re.split(r"[, ]+", parts[1].lower()) if name]
    if not names:
        raise RuleError(_wrong(number, gettext("choose a day at least")))
    for name in names:
        if name not in DAYS:
            raise RuleError(_wrong(number, gettext("%(name)r is no day; write mon, tue …") % {"name": name}))
    for hour in (parts[2], parts[3]):
        if not _HOUR.fullmatch(hour):
            raise RuleError(_wrong(number, gettext("%(hour)r is no time of day; write 08:00") % {"hour": hour}))
    return {"days": sorted({DAYS.index(name) for name in names}), "begins": parts[2], "ends": parts[3]}


def _wrong(number: int, sentence: str) -> str:
    return gettext("Duty time %(number)s: %(sentence)s") % {"number": number, "sentence": sentence}
