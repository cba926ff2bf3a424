"""A page of a history of any length in a short time.

Newest first, by the index on organization and time: a page begins where the one before ended, never by counting. What
no index answers is looked for in stretches, as many as a page may take; the reader is told how far that came.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from callpoint.directory.models import Change

ENTRIES: Final = 50
STRETCH: Final = 20_000
STRETCHES: Final = 5


@dataclass(frozen=True)
class Cursor:
    """Older than this moment, or of this moment and numbered lower."""

    at: datetime
    number: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()},{self.number}"

    @property
    def older(self) -> Q:
        # The first half says nothing new; it is what lets the index be entered at the right place.
        return Q(at__lte=self.at) & (Q(at__lt=self.at) | Q(number__lt=self.number))


@dataclass(frozen=True)
class Found:
    """`older` is where to go on, None at the end; `searched_to` is set where the search stopped before that."""

    entries: list[Change]
    older: Cursor | None = None
    searched_to: datetime | None = None


def cursor_from(text: str) -> Cursor | None:
    """The cursor an address carries; None for none, or one that is not ours."""
    at, _, number = text.rpartition(",")
    try:
        moment = datetime.fromisoformat(at)
        return Cursor(moment, int(number)) if moment.tzinfo is not None and abs(int(number)) < 2**63 else None
    except ValueError:
        return None


def search(entries: QuerySet[Change], scanned: Q, cursor: Cursor | None, few: bool = False) -> Found:
    """A page of `entries` (narrowed by indexed conditions only) to which `scanned` applies, from the cursor on.

    With `few` there are not many of them, and they are read by their own index.
    """
    if few:
        rest = entries.filter(scanned).order_by("-number")
        return _page(list((rest.filter(number__lt=cursor.number) if cursor else rest)[: ENTRIES + 1]))
    ordered = entries.order_by("-at", "-number")
    if not scanned:
        return _page(list(_after(ordered, cursor)[: ENTRIES + 1]))
    found: list[Change] = []
    for _stretch in range(STRETCHES):
        edge = _edge(ordered, cursor)
        stretch = _after(ordered, cursor).filter(scanned)
        if edge is not None:
            stretch = stretch.filter(at__gte=edge)
        found += stretch[: ENTRIES + 1 - len(found)]
        if len(found) > ENTRIES or edge is None:
            return _page(found)
        cursor = Cursor(edge, 0)  # all of that moment were in the stretch
    return Found(found, cursor, cursor.at if cursor is not None else None)


def _page(rows: list[Change]) -> Found:
    shown = rows[:ENTRIES]
    return Found(shown, Cursor(shown[-1].at, shown[-1].number) if len(rows) > ENTRIES else None)


def _after(ordered: QuerySet[Change], cursor: Cursor | None) -> QuerySet[Change]:
    return ordered if cursor is None else ordered.filter(cursor.older)


def _edge(ordered: QuerySet[Change], cursor: Cursor | None) -> datetime | None:
    """The moment a stretch from the cursor on ends with; None when less than a stretch is left."""
    # Without a number the index alone answers.
    older = Q() if cursor is None else cursor.older if cursor.number else Q(at__lt=cursor.at)
    return ordered.filter(older).order_by("-at").values_list("at", flat=True)[STRETCH : STRETCH + 1].first()
