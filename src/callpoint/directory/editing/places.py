"""Buildings and the locations in them, from what somebody typed."""

import hashlib
import json
from collections.abc import Mapping
from copy import copy
from typing import Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from callpoint.directory import rules
from callpoint.directory.editing.addresses import Desk, change_address
from callpoint.directory.editing.refused import WHOLE, Checks, Refused
from callpoint.directory.editing.typed import SEEN
from callpoint.directory.holders import held
from callpoint.directory.models import Address, Building, Location, Organization, Person
from callpoint.directory.models.chain import chain_of, hold

LONGEST_NAME: Final = 120
LONGEST_SPOT: Final = 32
LONGEST_NOTE: Final = 60
ONLY_SPOT: Final = "Default"
"""What the one location of a building is called when nobody gives it a name."""
NAMED_AT_ONCE: Final = 5
_SPOT: Final = ("floor", "unit", "room")
_OF_THE_WORKER: Final = frozenset({"psap_id", "psap_source", "updated_at"})


def save_building(
    organization: Organization, fields: Mapping[str, str], desk: Desk, building: Building | None = None
) -> Building:
    """A new building, or `building` changed, as it is now. Raises `Refused`, also when it changed since it was read.

    Fields: name, and those of its address (`addresses.change_address`); `seen` (`seen_of`) what a form showed.
    """
    checks = Checks()
    changed = copy(building) if building is not None else Building(organization=organization)
    address = copy(building.address) if building is not None else Address(organization=organization)
    if "name" in fields or building is None:
        changed.name = checks.take("name", _building_name, fields.get("name", "")) or ""
        if changed.name and Building.objects.filter(name=changed.name).exclude(pk=changed.pk).exists():
            checks.refuse("name", _("there is a building %(name)r already; give this one another name") % _of(changed))
    # Before anything is locked: somebody far away may be asked for a second opinion.
    change_address(address, fields, desk, checks)
    checks.done()
    try:
        with transaction.atomic():
            _hold(organization, building, fields)
            address.save()
            changed.address = address
            changed.save()
    except IntegrityError as error:
        told = _("somebody has just made a building %(name)r; look again") % _of(changed)
        raise Refused({"name": [told]}) from error
    return changed


def save_location(building: Building, fields: Mapping[str, str], location: Location | None = None) -> Location:
    """A new location in the building, or `location` changed, as it is now. Raises `Refused`, also when it changed
    since it was read.

    Fields: name ("Default" where it is left empty), floor, unit, room, note, elin; `seen` (`seen_of`).
    """
    checks = Checks()
    organization = building.organization
    changed = copy(location) if location is not None else Location(organization=organization, building=building)
    if "name" in fields or location is None:
        changed.name = checks.take("name", _location_name, fields.get("name", "")) or ""
        if Location.objects.filter(building=building, name=changed.name).exclude(pk=changed.pk).exists():
            told = _("%(name)r is in %(building)s already; give this one another name")
            checks.refuse("name", told % {"name": changed.name, "building": building.name})
    for field, rule in (*((name, _spot) for name in _SPOT), ("note", _note), ("elin", rules.elin)):
        if field in fields:
            setattr(changed, field, checks.take(field, rule, fields[field]) or "")
    _check_elin(changed, checks)
    checks.done()
    try:
        with transaction.atomic():
            _hold(organization, location, fields)
            changed.save()
    except IntegrityError as error:
        told = _("somebody has just given that name or ELIN to another location; look again")
        raise Refused({WHOLE: [told]}) from error
    return changed


def remove_building(building: Building) -> None:
    """Take the building and its address away. Raises `Refused` while there are locations in it, or others hold it."""
    with transaction.atomic():
        _hold(building.organization, None, {})
        if told := named(Location.objects.filter(building=building).order_by("name")):
            sentence = _("%(building)s still has locations: %(locations)s; remove them first")
            raise Refused({WHOLE: [sentence % {"building": building.name, "locations": told}]})
        _refuse_held(building)
        building.delete()
        if not Building.objects.filter(address=building.address_id).exists():
            building.address.delete()


def remove_location(location: Location) -> None:
    """Take the location away. Raises `Refused`, naming who is there or holds it, while anybody does."""
    with transaction.atomic():
        _hold(location.organization, None, {})
        if told := named(people_in(location)):
            sentence = _("%(location)s is the location of %(people)s; move them to another one first")
            raise Refused({WHOLE: [sentence % {"location": location.name, "people": told}]})
        _refuse_held(location)
        location.delete()


def people_in(location: Location) -> QuerySet[Person]:
    """Everybody who has the location as the assigned, current or number's one, in the order of their IDs."""
    here = Q(assigned_location=location) | Q(current_location=location) | Q(number_location=location)
    return Person.objects.filter(here).order_by("device_user_id", "phone_number", "pk")


def named(rows: QuerySet[Person] | QuerySet[Location]) -> str:
    """The first few in words, and how many more there are; "" for none."""
    count = rows.count()
    words = ", ".join(_in_words(row) for row in rows[:NAMED_AT_ONCE])
    if count <= NAMED_AT_ONCE:
        return words
    return _("%(names)s and %(count)d more") % {"names": words, "count": count - NAMED_AT_ONCE}


def seen_of(row: Building | Location) -> str:
    """What a form brings back as `seen`: another text as soon as anything that people change has changed.

    What the worker finds out by itself, such as who answers there, is not counted: nobody's work is lost by it.
    """
    values = row.values()
    if isinstance(row, Building):
        values |= row.address.values()
    kept = {name: value for name, value in values.items() if name not in _OF_THE_WORKER}
    plain = json.dumps(kept, cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:24]


def _hold(organization: Organization, row: Building | Location | None, fields: Mapping[str, str]) -> None:
    """Keep others from changing the organization's rows, and raise `Refused` if this one is not what it was."""
    hold(chain_of(organization.pk))
    if row is None:
        return
    stored = type(row)._default_manager.filter(pk=row.pk).first()
    if stored is None:
        raise Refused({WHOLE: [_("It was removed in the meantime.")]})
    if seen_of(stored) != fields.get(SEEN, seen_of(row)) or seen_of(stored) != seen_of(row):
        told = _("Somebody else changed it in the meantime. Look at it as it is now, then change it.")
        raise Refused({WHOLE: [told]})


def _refuse_held(row: Building | Location) -> None:
    if told := held(type(row), [row.pk]).get(row.pk):
        raise Refused({WHOLE: [_("%(name)s stays: %(why)s") % {"name": row.name, "why": one} for one in told]})


def _in_words(row: Person | Location) -> str:
    if isinstance(row, Location):
        return row.name
    return f"{row.name} ({row.identity})" if row.name else row.identity


def _of(building: Building) -> dict[str, str]:
    return {"name": building.name}


def _check_elin(location: Location, checks: Checks) -> None:
    holder = Location.objects.filter(elin=location.elin).exclude(pk=location.pk).first() if location.elin else None
    if holder is not None:
        where = f"{holder.building}, {holder}" if holder.building is not None else holder.name
        told = _("%(elin)s is the ELIN of %(location)s already; one number, one location")
        checks.refuse("elin", told % {"elin": location.elin, "location": where})


def _building_name(value: str) -> str:
    if not value.strip():
        raise rules.RuleError(_("is missing; give the building a name"))
    return rules.text(value, LONGEST_NAME)


def _location_name(value: str) -> str:
    return rules.text(value, LONGEST_NAME) or ONLY_SPOT


def _spot(value: str) -> str:
    return rules.text(value, LONGEST_SPOT)


def _note(value: str) -> str:
    return rules.text(value, LONGEST_NOTE)
