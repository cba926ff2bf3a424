"""The places of a person's own: where they work from home, each with an address of its own."""

from collections.abc import Mapping
from copy import copy
from typing import Final

from django.db import transaction
from django.utils.translation import gettext

from callpoint.directory import rules
from callpoint.directory.editing.addresses import Desk, change_address
from callpoint.directory.editing.places import LONGEST_NAME, LONGEST_NOTE, LONGEST_SPOT, named, people_in
from callpoint.directory.editing.refused import WHOLE, Checks, Refused
from callpoint.directory.editing.typed import refuse_if_changed
from callpoint.directory.models import Address, Location, Person
from callpoint.directory.models.chain import chain_of, hold

ONLY_HOME: Final = "Home"
"""What a home is called when nobody gives it a name."""
_SPOT: Final = {"floor": LONGEST_SPOT, "unit": LONGEST_SPOT, "room": LONGEST_SPOT, "note": LONGEST_NOTE}


def save_home(person: Person, fields: Mapping[str, str], desk: Desk, home: Location | None = None) -> Location:
    """A new home of the person, or `home` changed, as it is now. Raises `Refused`, also for a home of somebody else.

    Fields: name, floor, unit, room, note, and those of its address (`addresses.change_address`); `seen` made of the
    home and its address (`typed.fingerprint`).
    """
    checks = Checks()
    with transaction.atomic():
        changed, address = _as_stored(person, fields, home)
        if "name" in fields or home is None:
            name = checks.take("name", lambda text: rules.text(text, LONGEST_NAME), fields.get("name", ""))
            changed.name = name or ONLY_HOME
            if Location.objects.filter(person=person, name=changed.name).exclude(pk=changed.pk).exists():
                told = gettext("there is a home %(name)r already; give this one another name")
                checks.refuse("name", told % {"name": changed.name})
        for field, longest in _SPOT.items():
            if field in fields:
                value = checks.take(field, lambda text, most=longest: rules.text(text, most), fields[field])  # type: ignore[misc]
                setattr(changed, field, value or "")
        change_address(address, fields, desk, checks)
        checks.done()
        address.save()
        changed.address = address
        changed.save()
    return changed


def remove_home(person: Person, home: Location, fields: Mapping[str, str] | None = None) -> None:
    """Take a home and its address away. Raises `Refused` while anybody has it as their location."""
    with transaction.atomic():
        stored, address = _as_stored(person, fields or {}, home)
        if who := named(people_in(stored)):
            told = gettext("%(home)s is the location of %(who)s; give them another one first")
            raise Refused({WHOLE: [told % {"home": stored.name, "who": who}]})
        stored.delete()
        address.delete()


def _as_stored(person: Person, fields: Mapping[str, str], home: Location | None) -> tuple[Location, Address]:
    organization = person.organization
    if home is None:
        hold(chain_of(organization.pk))
        return Location(organization=organization, person=person), Address(organization=organization)
    stored = Location.objects.filter(pk=home.pk, person=person).select_related("address").first()
    if stored is None or stored.address is None:
        raise Refused({WHOLE: [gettext("That home is not there any more.")]})
    refuse_if_changed(stored, fields, lambda: [address_of(stored)])
    return stored, copy(address_of(stored))


def address_of(home: Location) -> Address:
    """A home's own address, as it is in the database now."""
    return Address.objects.get(locations=home)
