"""Whom a change concerns: the people whose call may be decided otherwise since."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet

from callpoint.directory.models import Location, Outbox, Person

Keys = Iterable[int]
Places = QuerySet[Location, Any]
"""Locations by their keys alone."""


@dataclass
class Sweep:
    """Everybody (or those who match) in the order of their keys, a piece at a time; `after` is the last one given."""

    where: Q
    after: int = 0
    done: bool = False

    def next_piece(self, size: int) -> list[int]:
        """The next keys; fewer than `size` at the end."""
        found = Person.objects.filter(self.where, pk__gt=self.after).order_by("pk").values_list("pk", flat=True)
        keys = list(found[:size])
        self.done = len(keys) < size
        self.after = keys[-1] if keys else self.after
        return keys


class People:
    """People given by their keys, each once."""

    def __init__(self, keys: Keys) -> None:
        self._keys = sorted(set(keys))

    def next_piece(self, size: int) -> list[int]:
        """The next keys; none when all were given."""
        piece, self._keys = self._keys[:size], self._keys[size:]
        return piece

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def keys(self) -> list[int]:
        """Those not yet given."""
        return self._keys

    @property
    def done(self) -> bool:
        return not self._keys


@dataclass(frozen=True)
class Concerned:
    """What rows of the outbox add up to: people by key, and the organizations all of whose people are concerned.

    With `everybody` it is everybody of all organizations.
    """

    people: People
    organizations: frozenset[int]
    everybody: bool


def concerned_by(rows: Iterable[Outbox]) -> Concerned:
    """Add up rows. Kinds that no decision of a 911 call depends on (a trunk) concern nobody."""
    ids: dict[str, set[int]] = {}
    for row in rows:
        ids.setdefault(row.kind, set()).update(row.ids)
    people = set(ids.get("person", ()))
    for kind, places in _PLACES.items():
        for piece in _pieces(ids.get(kind, ())):
            people.update(_people_at(places(piece)))
    return Concerned(People(people), frozenset(ids.get("organization", ())), everybody=bool(_EVERYBODY & ids.keys()))


def _of_address(keys: Keys) -> Places:
    own, of_building = Location.objects.filter(address__in=keys), Location.objects.filter(building__address__in=keys)
    return own.values("pk").union(of_building.values("pk"))


# A PSAP's target changes under the PSAP's kind but its own key, and one that is gone leaves no trace of where it was.
_EVERYBODY: Final = frozenset({"psap", "route", "provider"})
_PLACES: Final[Mapping[str, Callable[[Keys], Places]]] = {
    "location": lambda keys: Location.objects.filter(pk__in=keys).values("pk"),
    "building": lambda keys: Location.objects.filter(building__in=keys).values("pk"),
    "address": _of_address,
}
_KEYS_AT_ONCE: Final = 5000  # in one statement; SQLite takes 32,766


def _pieces(keys: Keys) -> Iterable[list[int]]:
    ordered = sorted(keys)
    return (ordered[start : start + _KEYS_AT_ONCE] for start in range(0, len(ordered), _KEYS_AT_ONCE))


def _people_at(places: Places) -> Iterable[int]:
    """One look-up by index for each way to be somewhere: all in one `OR` would go through everybody."""
    for column in ("current_location", "assigned_location", "number_location"):
        yield from Person.objects.filter(**{f"{column}__in": places}).values_list("pk", flat=True)
