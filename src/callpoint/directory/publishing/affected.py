"""Whose records a change concerns: little is told at once, much becomes work that is done a piece at a time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Q

from callpoint.directory.models import Location, Outbox, Person
from callpoint.directory.publishing.elins import HAS_ELIN, elin_identities, holders_of
from callpoint.directory.publishing.people import COLUMNS, identities, people_by_id
from callpoint.directory.publishing.places import Places
from callpoint.snapshot.changes import Change, Put

ROWS_AT_ONCE: Final = 1000
# Each is a condition of its own, and SQLite takes a thousand levels of them.
NUMBERS_AT_ONCE: Final = 200
# A row that touches more than this comes from an import; a single person's change never waits behind one.
FEW: Final = 20
# Records of locations are made from these, so what is kept of them is out of date.
PLACE_KINDS: Final = frozenset({"location", "building", "address", "psap", "route"})
# These small tables are published whole whenever one of their rows is touched.
TABLE_KINDS: Final = frozenset({"organization", "trunk", "provider", "psap", "route"})
# Who is told of calls is built from these by `notices`, which this part does not know.
PLAN_KINDS: Final = frozenset({"alerts", "organization", "building"})


class People:
    """People given by their keys."""

    def __init__(self, ids: Sequence[int]) -> None:
        self._ids = list(dict.fromkeys(ids))

    def next_changes(self, places: Places) -> list[Change]:
        """The next piece; empty when all is done."""
        piece, self._ids = self._ids[:ROWS_AT_ONCE], self._ids[ROWS_AT_ONCE:]
        return [Put(identity) for identity in identities(people_by_id(piece), places)]

    @property
    def done(self) -> bool:
        return not self._ids


@dataclass
class PeopleSweep:
    """All people who match, in the order of their keys."""

    where: Q = field(default_factory=Q)
    after: int = 0
    done: bool = False

    def next_changes(self, places: Places) -> list[Change]:
        """The next piece; may be empty at the end."""
        found = Person.objects.filter(self.where, pk__gt=self.after).order_by("pk").values(*COLUMNS)
        people = list(found[:ROWS_AT_ONCE])
        self.done = len(people) < ROWS_AT_ONCE
        self.after = people[-1]["pk"] if people else self.after
        return [Put(identity) for identity in identities(people, places)]


@dataclass
class LocationSweep:
    """All locations that match, in the order of their keys; of people's current ones `PeopleSweep` takes care."""

    where: Q = field(default_factory=Q)
    after: int = 0
    done: bool = False

    def next_changes(self, places: Places) -> list[Change]:
        """The next piece; may be empty at the end."""
        found = Location.objects.filter(self.where, pk__gt=self.after).order_by("pk").values_list("pk", flat=True)
        keys = list(found[:ROWS_AT_ONCE])
        self.done = len(keys) < ROWS_AT_ONCE
        self.after = keys[-1] if keys else self.after
        records = places.of(keys)
        puts: list[Change] = [Put(records[key]) for key in keys if key in records]
        return puts + [Put(identity) for identity in elin_identities(Q(pk__in=keys), places)]


class Numbers:
    """Numbers that somebody or some location has lost, by the keys of their records: another may have had them too."""

    def __init__(self, keys: Sequence[tuple[str, ...]]) -> None:
        self._keys = list(keys)

    def next_changes(self, places: Places) -> list[Change]:
        """The next piece; empty when nobody has them any more."""
        piece, self._keys = self._keys[:NUMBERS_AT_ONCE], self._keys[NUMBERS_AT_ONCE:]
        people, locations = holders_of(piece)
        found = [*identities(people_by_id(people), places), *elin_identities(locations, places)]
        return [Put(identity) for identity in found]

    @property
    def done(self) -> bool:
        return not self._keys


Work = People | PeopleSweep | LocationSweep | Numbers


@dataclass(frozen=True)
class Affected:
    """What outbox rows add up to. `now` is few and goes with the removals; `later` may be many."""

    gone: Sequence[tuple[str, ...]]
    tables: bool
    places: bool
    now: Sequence[Work]
    later: Sequence[Work]
    plans: Mapping[str, Sequence[int]] = field(default_factory=dict)  # primary keys touched, by kind of PLAN_KINDS


def affected_by(rows: Iterable[Outbox]) -> Affected:
    """Add up outbox rows. Who sits at a place is asked when the piece is made, so it is never out of date."""
    few: dict[str, set[int]] = {}
    later: list[Work] = []
    gone: dict[tuple[str, ...], None] = {}
    kinds = set()
    plans: dict[str, list[int]] = {}
    for row in rows:
        kinds.add(row.kind)
        if row.kind in PLAN_KINDS:
            plans.setdefault(row.kind, []).extend(row.ids)
        gone.update(dict.fromkeys(tuple(key) for key in row.gone))
        if len(row.ids) > FEW:
            later.extend(_work({row.kind: row.ids}))
        else:
            few.setdefault(row.kind, set()).update(row.ids)
        if row.kind == "organization":  # people without a language speak their organization's
            later += [PeopleSweep(Q(organization__in=row.ids)), LocationSweep(Q(organization__in=row.ids) & HAS_ELIN)]
    if "route" in kinds:
        later += [LocationSweep(), PeopleSweep(Q(current_location__isnull=False))]
    now = list(_work({kind: sorted(ids) for kind, ids in few.items()}))
    if numbers := [key for key in gone if key[0] == "identity" and key[-1].startswith("+1")]:
        now.append(Numbers(numbers))
    return Affected(
        gone=list(gone),
        tables=bool(kinds & TABLE_KINDS),
        places=bool(kinds & PLACE_KINDS),
        now=now,
        later=later,
        plans=plans,
    )


def _work(ids: dict[str, list[int]]) -> Iterator[Work]:
    locations = set(ids.get("location", ()))
    for kind, lookups in (("building", ["building"]), ("address", ["address", "building__address"])):
        for lookup in lookups:
            found = Location.objects.filter(**{f"{lookup}__in": ids.get(kind, ())})
            locations.update(found.values_list("pk", flat=True))
    if locations:
        yield LocationSweep(Q(pk__in=sorted(locations)))
        yield PeopleSweep(Q(current_location__in=sorted(locations)))
    if people := ids.get("person"):
        yield People(people)
