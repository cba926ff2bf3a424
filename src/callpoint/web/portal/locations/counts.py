"""How many people a building or a location has: each counted once, however they came to have it."""

from collections.abc import Sequence
from typing import Any, Final

from django.db.models import Count, F, QuerySet

from callpoint.directory.models import Location, Person

_WAYS: Final = ("assigned_location", "current_location", "number_location")


def people_by_building(keys: Sequence[int]) -> dict[int, int]:
    """People by primary key of the building; whoever has nobody is left out."""
    return _people("__building", keys)


def people_by_location(keys: Sequence[int]) -> dict[int, int]:
    """People by primary key of the location; whoever has nobody is left out."""
    return _people("", keys)


def locations_by_building(keys: Sequence[int]) -> dict[int, int]:
    """Locations by primary key of the building."""
    return _added({}, Location.objects.filter(building__in=keys), "building")


def _people(through: str, keys: Sequence[int]) -> dict[int, int]:
    """Three plain counts, each by an index, of those whom the counts before did not count."""
    counted: dict[int, int] = {}
    for number, way in enumerate(_WAYS):
        people = Person.objects.filter(**{f"{way}{through}__in": keys})
        for earlier in _WAYS[:number]:
            people = people.exclude(**{f"{earlier}{through}": F(f"{way}{through}")})
        _added(counted, people, f"{way}{through}")
    return counted


def _added(counted: dict[int, int], rows: QuerySet[Any], key: str) -> dict[int, int]:
    for row in rows.order_by().values(key).annotate(rows=Count("pk")):
        counted[row[key]] = counted.get(row[key], 0) + row["rows"]
    return counted
