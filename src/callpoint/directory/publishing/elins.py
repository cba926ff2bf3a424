"""Identity records of locations: a call from a location's ELIN is a call from there, whoever made it."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db.models import Q

from callpoint.directory.models import Location, Person
from callpoint.directory.publishing.places import Places
from callpoint.routing import records

_COLUMNS: Final = ("pk", "elin", "organization_id", "organization__slug", "organization__language")
HAS_ELIN: Final = ~Q(elin="")


def elin_identities(where: Q, places: Places) -> list[records.Identity]:
    """Records of the locations that match and have an ELIN; the callback number is the ELIN.

    A person known by that number is meant by it, so that the ELIN says nothing then.
    """
    rows = list(Location.objects.filter(where & HAS_ELIN).values(*_COLUMNS))
    taken = _taken(row["elin"] for row in rows)
    free = [row for row in rows if (row["organization_id"], row["elin"]) not in taken]
    found = places.of([row["pk"] for row in free])
    return [
        records.Identity(
            organization=row["organization__slug"],
            kind="phone_number",
            identity=row["elin"],
            language=row["organization__language"],
            callback_number=row["elin"],
            assigned_location=found[row["pk"]],
            elin=True,
        )
        for row in free
        if row["pk"] in found
    ]


def holders_of(keys: Sequence[tuple[str, ...]]) -> tuple[list[int], Q]:
    """Who has, after one of several lost it, the number of each key (`("identity", slug, number)`): people by their
    primary keys, and the locations whose ELIN it is."""
    people, locations = Q(pk__in=[]), Q(pk__in=[])
    for _kind, slug, number in keys:
        people |= Q(organization__slug=slug, phone_number=number)
        locations |= Q(organization__slug=slug, elin=number)
    known_by_it = Person.objects.filter(people, identification_type=Person.Identification.PHONE_NUMBER)
    return list(known_by_it.values_list("pk", flat=True)), locations


def _taken(numbers: Iterable[str]) -> set[tuple[Any, Any]]:
    known_by_it = Person.objects.filter(
        identification_type=Person.Identification.PHONE_NUMBER, phone_number__in=list(numbers)
    )
    return set(known_by_it.values_list("organization_id", "phone_number"))
