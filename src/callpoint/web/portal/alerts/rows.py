"""Rows of a form that grow and shrink: steps of a subscription, duty times of a group. Typed, never thrown away."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict

from callpoint.notices.editing.duty_times import DAYS
from callpoint.web.portal.alerts.asking import ADD, dropped

STEPS: Final = "steps"
DUTY: Final = "duty"
MOST_ROWS: Final = 60
_NOTHING: Final = "-"
"""Stands where nothing was typed, so that the sentence about it is about that and not about what comes next."""


@dataclass(frozen=True)
class StepRow:
    """A step as it was typed; `fresh` for a row somebody has just asked for."""

    seconds: str
    group: str
    fresh: bool = False


@dataclass(frozen=True)
class DutyRow:
    """A duty time as it was typed."""

    days: frozenset[str]
    begins: str
    ends: str
    fresh: bool = False


def stored_steps(steps: Sequence[dict[str, Any]]) -> list[StepRow]:
    """The rows of what is kept; for a new one the step everybody needs."""
    return [StepRow(str(one["after_seconds"]), str(one["group"])) for one in steps] or [StepRow("0", "")]


def sent_steps(sent: QueryDict) -> list[StepRow]:
    """What was typed, with the row that was asked for, or without the one that is to go."""
    pairs = zip(sent.getlist("step-seconds"), sent.getlist("step-group"), strict=False)
    rows = [StepRow(seconds.strip(), group.strip()) for seconds, group in pairs][:MOST_ROWS]
    gone = dropped(sent, STEPS)
    rows = [row for index, row in enumerate(rows) if index != gone]
    if sent.get(ADD) == STEPS:
        rows.append(StepRow("" if rows else "0", "", fresh=True))
    return rows


def typed_steps(rows: Sequence[StepRow]) -> str:
    """As `notices.editing.steps` reads it; rows nobody filled are passed over."""
    filled = [row for row in rows if row.group or row.seconds not in ("", "0")]
    return "\n".join(f"{_word(row.seconds)} {_word(row.group)}" for row in filled)


def stored_duty(duty: Sequence[dict[str, Any]]) -> list[DutyRow]:
    return [DutyRow(frozenset(DAYS[day] for day in one["days"]), one["begins"], one["ends"]) for one in duty]


def sent_duty(sent: QueryDict) -> list[DutyRow]:
    """What was typed, with the row that was asked for, or without the one that is to go."""
    count = sent.get("duty-rows", "0")
    of = min(int(count), MOST_ROWS) if count.isascii() and count.isdigit() and len(count) < 5 else 0
    rows = [
        DutyRow(
            frozenset(sent.getlist(f"duty-{index}-day")) & frozenset(DAYS),
            sent.get(f"duty-{index}-begins", "").strip(),
            sent.get(f"duty-{index}-ends", "").strip(),
        )
        for index in range(of)
    ]
    gone = dropped(sent, DUTY)
    rows = [row for index, row in enumerate(rows) if index != gone]
    if sent.get(ADD) == DUTY:
        rows.append(DutyRow(frozenset(DAYS[:5]), "08:00", "17:00", fresh=True))
    return rows


def typed_duty(rows: Sequence[DutyRow]) -> str:
    """As `notices.editing.duty_times` reads it; rows nobody filled are passed over."""
    filled = [row for row in rows if row.days or row.begins or row.ends]
    return "\n".join(
        f"{','.join(day for day in DAYS if day in row.days)} {row.begins[:5]}-{row.ends[:5]}" for row in filled
    )


def _word(text: str) -> str:
    return "".join(text.split()) or _NOTHING
