"""Does a chain of changes still hold? Walked from its first entry in bounded memory, to the first that does not fit.

What is found and what it means is told in docs/audit.md. A chain that was cut together with its head, or written anew
as a whole, holds in itself; only a head that was kept elsewhere tells (`differs`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Min
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from callpoint.directory.models import ChainHead, Change, Organization
from callpoint.directory.models.chain import COVERED, START, chain_of, digest
from callpoint.directory.tenancy import everywhere

ROWS_AT_ONCE: Final = 2000
_COLUMNS: Final = (*COVERED, "digest", "organization_id")

MEANINGS: Final = {
    "slipped_in": gettext_noop("Entry %(number)s stands before the first one: it was slipped in past the program."),
    "missing": gettext_noop("Entry %(number)s is missing, though later ones are there: it was taken out."),
    "moved": gettext_noop("Entry %(number)s was moved here from another organization, or away from here."),
    "altered": gettext_noop("Entry %(number)s was altered after it was written: it no longer fits its digest."),
    "replaced": gettext_noop(
        "Entry %(number)s does not follow the one before it: one of the two was replaced, or what lay between removed."
    ),
    "cut": gettext_noop("Entry %(number)s is missing: the end of the history was cut off."),
    "added": gettext_noop("Entry %(number)s stands behind the end of the history: it was added past the program."),
    "head": gettext_noop("The record of where the history ends does not fit its last entry, %(number)s."),
    "no_head": gettext_noop("There is no record of where the history ends; its last entry is %(number)s."),
    "empty": gettext_noop("There is no entry at all, not even of the organization being made: all were removed."),
    "differs": gettext_noop("Entry %(number)s is not the one it was when its digest was kept: history was rewritten."),
    "shortened": gettext_noop("Entry %(number)s was there when its digest was kept, and is missing: history was cut."),
}


@dataclass(frozen=True)
class Break:
    """Where a chain does not hold: the entry's number, and a code of `MEANINGS`."""

    number: int
    code: str

    @property
    def meaning(self) -> str:
        """What it means, in a sentence of the language in use."""
        return _(MEANINGS[self.code]) % {"number": self.number}


@dataclass(frozen=True)
class Place:
    """How far a chain was walked: the number and digest of the last entry that fitted."""

    number: int = 0
    digest: str = START


@dataclass(frozen=True)
class Walked:
    """What a walk came to. `done` is False where it stopped at its limit; `broken` is the first that does not fit."""

    chain: int
    place: Place
    broken: Break | None = None
    done: bool = True


def chains() -> list[int]:
    """Every chain there is or ought to be; 0, the installation's own, is the first."""
    with everywhere():
        known = {0, *Organization.objects.values_list("pk", flat=True), *ChainHead.objects.values_list("pk", flat=True)}
        last: int | None = Change.objects.aggregate(first=Min("chain"))["first"]
        while last is not None:
            known.add(last)
            last = Change.objects.filter(chain__gt=last).aggregate(first=Min("chain"))["first"]
    return sorted(known)


def walk(chain: int, start: Place = Place(), limit: int | None = None) -> Walked:
    """Check a chain from `start` on, `limit` entries at most, also while others append to it."""
    with everywhere():
        if start == Place() and (before := _before_the_first(chain)) is not None:
            return Walked(chain, start, before)
        walked = _walk(chain, start, limit)
        while walked.done and walked.broken is None:
            head = ChainHead.objects.filter(pk=chain).first()
            last = walked.place.number
            if head is None or head.number <= last or not _beyond(chain, last):
                return Walked(chain, walked.place, _at_the_end(chain, walked.place, head))
            walked = _walk(chain, walked.place, limit)  # somebody appended meanwhile
    return walked


def differs(walked: Walked, earlier: Place) -> Break | None:
    """Whether the chain, walked to its end, is another one than that which once ended at `earlier`."""
    if earlier == Place() or (walked.broken is not None and walked.broken.number <= earlier.number):
        return walked.broken
    with everywhere():
        found = Change.objects.filter(chain=walked.chain, number=earlier.number).values_list("digest", flat=True)
        if not found:
            return Break(earlier.number, "shortened")
        return walked.broken if found[0] == earlier.digest else Break(earlier.number, "differs")


def _before_the_first(chain: int) -> Break | None:
    number = Change.objects.filter(chain=chain, number__lt=1).aggregate(first=Min("number"))["first"]
    return Break(number, "slipped_in") if number is not None else None


def _beyond(chain: int, number: int) -> bool:
    return Change.objects.filter(chain=chain, number__gt=number).exists()


def _walk(chain: int, start: Place, limit: int | None) -> Walked:
    place, seen = start, 0
    for row in _rows(chain, start.number):
        if seen == limit:
            return Walked(chain, place, done=False)
        if (code := _misfit(row, place)) is not None:
            number = place.number + 1 if code == "missing" else row["number"]
            return Walked(chain, place, Break(number, code))
        place, seen = Place(row["number"], row["digest"]), seen + 1
    return Walked(chain, place)


def _rows(chain: int, last: int) -> Iterator[dict[str, Any]]:
    """By number, a page at a time, each page a query of its own: no transaction stays open over a long walk."""
    while True:
        rows = Change.objects.filter(chain=chain, number__gt=last).order_by("number").values(*_COLUMNS)[:ROWS_AT_ONCE]
        number = last
        for row in rows:
            yield row
            number = row["number"]
        if number == last:
            return
        last = number


def _misfit(row: dict[str, Any], place: Place) -> str | None:
    if row["number"] != place.number + 1:
        return "missing"
    if chain_of(row["organization_id"]) != row["chain"]:
        return "moved"
    if row["at"] is None or digest(row) != row["digest"]:  # a moment that is none is read as None
        return "altered"
    return "replaced" if row["previous"] != place.digest else None


def _at_the_end(chain: int, place: Place, head: ChainHead | None) -> Break | None:
    if head is None:
        if place.number:
            return Break(place.number, "no_head")
        return Break(0, "empty") if chain else None
    if head.number > place.number:
        return Break(place.number + 1, "cut")
    if head.number < place.number:
        return Break(head.number + 1, "added")
    if head.digest != place.digest:
        return Break(place.number, "head")
    return Break(0, "empty") if chain and not place.number else None
