"""Whose records a change concerns, as pieces of work a publisher can do between two others."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Q

from callpoint.directory.models import Location, Outbox, Person
from callpoint.directory.publishing.people import COLUMNS

PEOPLE_AT_ONCE: Final = 1000
LOCATIONS_AT_ONCE: Final = 500
# Records of locations are made from these, so what is kept of them is out of date.
PLACE_KINDS: Final = frozenset({"location", "building", "address", "psap", "route"})
# These small tables are published whole whenever one of their rows is touched.
TABLE_KINDS: Final = frozenset({"organization", "trunk", "provider", "psap", "route"})


@dataclass
class Sweep:
    """People who match `where`, taken in the order of their keys a piece at a time."""

    where: Q = field(default_factory=Q)
    after: int = 0

    def next_people(self) -> list[dict[str, Any]]:
        """`people.COLUMNS` of the next piece; empty when the sweep is over."""
        people = list(
            Person.objects.filter(self.where, pk__gt=self.after).order_by("pk").values(*COLUMNS)[:PEOPLE_AT_ONCE]
        )
        if people:
            self.after = people[-1]["pk"]
        return people


@dataclass(frozen=True)
class Affected:
    """What outbox rows add up to: people by key, identities that are gone, tables, and sweeps for the rest."""

    people: Sequence[int]
    gone: Sequence[tuple[str, str]]
    tables: bool
    places: bool
    sweeps: Sequence[Sweep]


def affected_by(rows: Iterable[Outbox]) -> Affected:
    """Add up outbox rows. Which people sit at a place is asked now, and again whenever they are swept."""
    ids: dict[str, list[int]] = {}
    gone: dict[tuple[str, str], None] = {}
    for row in rows:
        ids.setdefault(row.kind, []).extend(row.ids)
        gone.update({(slug, identity): None for slug, identity in row.gone})
    kinds = ids.keys()
    sweeps = [Sweep()] if kinds & {"psap", "route"} else list(_place_sweeps(ids))
    return Affected(
        people=list(dict.fromkeys(ids.get("person", ()))),
        gone=list(gone),
        tables=bool(kinds & TABLE_KINDS),
        places=bool(kinds & PLACE_KINDS),
        sweeps=sweeps,
    )


def _place_sweeps(ids: dict[str, list[int]]) -> Iterator[Sweep]:
    locations = set(ids.get("location", ()))
    for kind, lookups in (("building", ["building"]), ("address", ["address", "building__address"])):
        for lookup in lookups:
            for some in _pieces(ids.get(kind, [])):
                locations.update(Location.objects.filter(**{f"{lookup}__in": some}).values_list("pk", flat=True))
    for some in _pieces(sorted(locations)):
        # Three sweeps and not one with OR: each walks its own index.
        for column in ("assigned_location", "current_location", "number_location"):
            yield Sweep(Q(**{f"{column}__in": some}))


def _pieces(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + LOCATIONS_AT_ONCE] for start in range(0, len(ids), LOCATIONS_AT_ONCE))
