"""A page of calls or misdials, newest first: found by the time and key of the last one shown, never by counting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_datetime

Row = TypeVar("Row", bound=Model)

ON_A_PAGE: Final = 50
_MOST: Final = 2**63 - 1


@dataclass(frozen=True)
class Listed(Generic[Row]):
    """The rows of a page; `older` names where the next one begins, "" at the end."""

    rows: Sequence[Row]
    older: str


def listed(rows: QuerySet[Row], column: str, before: str) -> Listed[Row]:
    """The newest of `rows` by `column`, a time, that come after `before` (what `older` gave; anything else: all)."""
    place = _place(before)
    if place is not None:
        at, key = place
        rows = rows.filter(Q(**{f"{column}__lt": at}) | Q(**{column: at, "pk__lt": key}))
    found = list(rows.order_by(f"-{column}", "-pk")[: ON_A_PAGE + 1])
    shown = found[:ON_A_PAGE]
    return Listed(shown, _name(shown[-1], column) if len(found) > ON_A_PAGE else "")


def _name(row: Any, column: str) -> str:
    at: datetime = getattr(row, column)
    return f"{at.isoformat()}_{row.pk}"


def _place(text: str) -> tuple[datetime, int] | None:
    at, _, key = text.rpartition("_")
    if not key.isascii() or not key.isdigit() or int(key) > _MOST:
        return None
    try:
        moment = parse_datetime(at.replace(" ", "+"))  # a plus that a URL turned into a blank
    except ValueError:
        return None
    return (moment, int(key)) if moment is not None and moment.tzinfo is not None else None
