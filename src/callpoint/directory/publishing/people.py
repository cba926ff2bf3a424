"""Identity records: everything a call of this person needs, in one value."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from callpoint.directory.models import Person
from callpoint.directory.models.person import identity_of
from callpoint.directory.publishing.places import Places
from callpoint.routing import records

COLUMNS: Final = (
    *("pk", "organization__slug", "organization__language", "identification_type", "device_user_id", "phone_number"),
    *("first_name", "last_name", "email", "callback_number", "language", "active"),
    *("assigned_location_id", "current_location_id", "number_location_id"),
    *("current_at", "current_by", "current_method"),
)
_LOCATION_COLUMNS: Final = ("assigned_location_id", "current_location_id", "number_location_id")


def identities(people: Sequence[Mapping[str, Any]], places: Places) -> list[records.Identity]:
    """Records of people given by their `COLUMNS`."""
    wanted = {person[column] for person in people for column in _LOCATION_COLUMNS}
    locations = places.of(wanted - {None})
    return [_identity(person, locations) for person in people]


def people_by_id(ids: Sequence[int]) -> list[dict[str, Any]]:
    """`COLUMNS` of these people; those who are gone are left out."""
    return list(Person.objects.filter(pk__in=ids).values(*COLUMNS))


def _identity(person: Mapping[str, Any], locations: Mapping[int, records.LocationRecord]) -> records.Identity:
    return records.Identity(
        organization=person["organization__slug"],
        kind=person["identification_type"],
        identity=identity_of(dict(person)),
        name=" ".join(filter(None, [person["first_name"], person["last_name"]])),
        email=person["email"],
        language=person["language"] or person["organization__language"],
        callback_number=person["callback_number"],
        active=person["active"],
        current_location=_current(person, locations),
        assigned_location=locations.get(person["assigned_location_id"]),
        number_location=locations.get(person["number_location_id"]),
    )


def _current(
    person: Mapping[str, Any], locations: Mapping[int, records.LocationRecord]
) -> records.LocationRecord | None:
    """Where the person is now, telling who said so and when instead of who keeps the location.

    That makes it a record of its own: the snapshot keeps a location once by its id, and others may sit there too.
    """
    location = locations.get(person["current_location_id"])
    if location is None:
        return None
    by_themselves = person["current_by"].casefold() == person["email"].casefold()
    return replace(
        location,
        id=f"{location.id}@{person['pk']}",
        method=person["current_method"],
        source="person" if by_themselves else "administrator",
        updated_at=person["current_at"].isoformat(timespec="seconds"),
    )
