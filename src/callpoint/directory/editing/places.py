"""Buildings and the locations in them, from what somebody typed."""

from collections.abc import Mapping
from copy import copy
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from callpoint.directory import rules
from callpoint.directory.editing.addresses import Desk, change_address
from callpoint.directory.editing.refused import WHOLE, Checks, Refused
from callpoint.directory.models import Address, Building, Location, Organization, Person

LONGEST_NAME: Final = 120
LONGEST_SPOT: Final = 32
LONGEST_NOTE: Final = 60
ONLY_SPOT: Final = "Default"
"""What the one location of a building is called when nobody gives it a name."""
NAMED_AT_ONCE: Final = 5
_SPOT: Final = ("floor", "unit", "room")


def save_building(
    organization: Organization, fields: Mapping[str, str], desk: Desk, building: Building | None = None
) -> Building:
    """A new building, or `building` changed, as it is now. Raises `Refused`.

    Fields: name, and those of its address (`addresses.change_address`).
    """
    checks = Checks()
    changed = copy(building) if building is not None else Building(organization=organization)
    address = copy(building.address) if building is not None else Address(organization=organization)
    if "name" in fields or building is None:
        changed.name = checks.take("name", _building_name, fields.get("name", "")) or ""
        if changed.name and Building.objects.filter(name=changed.name).exclude(pk=changed.pk).exists():
            checks.refuse("name", f"there is a building {changed.name!r} already; give this one another name")
    change_address(address, fields, desk, checks)
    checks.done()
    try:
        with transaction.atomic():
            address.save()
            changed.address = address
            changed.save()
    except IntegrityError as error:
        raise Refused({"name": [f"somebody has just made a building {changed.name!r}; look again"]}) from error
    return changed


def save_location(building: Building, fields: Mapping[str, str], location: Location | None = None) -> Location:
    """A new location in the building, or `location` changed, as it is now. Raises `Refused`.

    Fields: name ("Default" where it is left empty), floor, unit, room, note, elin.
    """
    checks = Checks()
    organization = building.organization
    changed = copy(location) if location is not None else Location(organization=organization, building=building)
    if "name" in fields or location is None:
        changed.name = checks.take("name", _location_name, fields.get("name", "")) or ""
        if Location.objects.filter(building=building, name=changed.name).exclude(pk=changed.pk).exists():
            checks.refuse("name", f"{changed.name!r} is in {building.name} already; give this one another name")
    for field in _SPOT:
        if field in fields:
            setattr(changed, field, checks.take(field, _spot, fields[field]) or "")
    if "note" in fields:
        changed.note = checks.take("note", _note, fields["note"]) or ""
    if "elin" in fields:
        changed.elin = checks.take("elin", rules.elin, fields["elin"]) or ""
        _check_elin(changed, checks)
    checks.done()
    try:
        with transaction.atomic():
            changed.save()
    except IntegrityError as error:
        raise Refused({WHOLE: ["somebody has just given that name or ELIN to another location; look again"]}) from error
    return changed


def remove_building(building: Building) -> None:
    """Take the building and its address away. Raises `Refused` while there are locations in it."""
    with transaction.atomic():
        if told := named(Location.objects.filter(building=building).order_by("name")):
            raise Refused({WHOLE: [f"{building.name} still has locations: {told}; remove them first"]})
        building.delete()
        if not Building.objects.filter(address=building.address_id).exists():
            building.address.delete()


def remove_location(location: Location) -> None:
    """Take the location away. Raises `Refused`, naming who is there, while anybody is."""
    with transaction.atomic():
        if told := named(people_in(location)):
            raise Refused({WHOLE: [f"{location.name} is the location of {told}; move them to another one first"]})
        location.delete()


def people_in(location: Location) -> QuerySet[Person]:
    """Everybody who has the location as the assigned, current or number's one, in the order of their IDs."""
    here = Q(assigned_location=location) | Q(current_location=location) | Q(number_location=location)
    return Person.objects.filter(here).order_by("device_user_id", "phone_number", "pk")


def named(rows: QuerySet[Person] | QuerySet[Location]) -> str:
    """The first few in words, and how many more there are; "" for none."""
    count = rows.count()
    words = ", ".join(_in_words(row) for row in rows[:NAMED_AT_ONCE])
    return f"{words} and {count - NAMED_AT_ONCE} more" if count > NAMED_AT_ONCE else words


def _in_words(row: Person | Location) -> str:
    if isinstance(row, Location):
        return row.name
    return f"{row.name} ({row.identity})" if row.name else row.identity


def _check_elin(location: Location, checks: Checks) -> None:
    holder = Location.objects.filter(elin=location.elin).exclude(pk=location.pk).first() if location.elin else None
    if holder is not None:
        where = f" in {holder.building.name}" if holder.building is not None else ""
        checks.refuse("elin", f"{location.elin} is the ELIN of {holder.name}{where} already; one number, one location")


def _building_name(value: str) -> str:
    if not value.strip():
        raise rules.RuleError("is missing; give the building a name")
    return rules.text(value, LONGEST_NAME)


def _location_name(value: str) -> str:
    return rules.text(value, LONGEST_NAME) or ONLY_SPOT


def _spot(value: str) -> str:
    return rules.text(value, LONGEST_SPOT)


def _note(value: str) -> str:
    return rules.text(value, LONGEST_NOTE)
