"""Many people added or changed at once, with the rules of the form: a few statements for a thousand of them.

Changing them one by one holds SQLite's one writer for many seconds, and everybody else who wants to write.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from callpoint.directory.bulk import batched, insert_rows, update_rows
from callpoint.directory.editing.people import SET_BY_HAND, not_theirs, take_texts
from callpoint.directory.editing.refused import Checks, Refused
from callpoint.directory.models import Location, Organization, Person
from callpoint.directory.models.base import Values, signature
from callpoint.directory.models.chain import chain_of, hold

Fields = Mapping[str, str]
Outcome = Literal["created", "changed", "unchanged"]
IDENTITIES: Final = ("device_user_id", "phone_number")
PLACES: Final = ("assigned_location", "current_location")


@dataclass
class _Item:
    """One of the list: the row as it is to be, and the values it had (None for somebody new)."""

    row: Person
    before: Values | None
    fields: Fields
    checks: Checks

    @property
    def outcome(self) -> Outcome:
        if self.before is None:
            return "created"
        return "unchanged" if self.row.values() == self.before else "changed"


def save_people(organization: Organization, items: Sequence[Fields]) -> list[tuple[Person, Outcome]]:
    """Bring people to the fields of `editing.people.save_person` (and `current_location`), all of them or nobody.

    Each is the person of the item's device_user_id, or without one of its phone_number, or somebody new. In the order
    of the items. Raises `Refused` with fields named by place: "3.email".
    """
    with transaction.atomic():
        hold(chain_of(organization.pk))
        found = _items(organization, items)
        _check_taken(organization, found)
        errors = {
            f"{place}.{field}": told for place, item in enumerate(found) for field, told in item.checks.errors.items()
        }
        if errors:
            raise Refused(errors)
        outcomes: list[Outcome] = [item.outcome for item in found]
        new = [item.row for item in found if item.before is None]
        changed = [
            (item.row, item.before)
            for item, outcome in zip(found, outcomes, strict=True)
            if outcome == "changed" and item.before is not None
        ]
        if new:
            insert_rows(new, signature())
        if changed:
            update_rows(changed, signature())
    return [(item.row, outcome) for item, outcome in zip(found, outcomes, strict=True)]


def _items(organization: Organization, items: Sequence[Fields]) -> list[_Item]:
    known, places = _known(organization, items), _places(items)
    named: set[tuple[str, str]] = set()
    found = []
    for fields in items:
        name, identity = _identity(fields)
        person = known.get((name, identity))
        before = person.values() if person is not None else None
        row = person or Person(organization=organization)
        item = _Item(row, before, fields, Checks())
        if (name, identity) in named and identity:
            told = gettext("%(identity)r stands in the list twice; send each person once")
            item.checks.refuse(name, told % {"identity": identity})
        named.add((name, identity))
        take_texts(row, fields, item.checks)
        _take_places(item, places)
        found.append(item)
    return found


def _identity(fields: Fields) -> tuple[str, str]:
    return next(((name, fields[name]) for name in IDENTITIES if fields.get(name)), (IDENTITIES[0], ""))


def _known(organization: Organization, items: Iterable[Fields]) -> dict[tuple[str, str], Person]:
    wanted = {_identity(fields) for fields in items}
    found: dict[tuple[str, str], Person] = {}
    for name in IDENTITIES:
        for person in _holders(organization, name, {value for field, value in wanted if field == name and value}):
            found[name, getattr(person, name)] = person
    return found


def _holders(organization: Organization, name: str, values: set[str]) -> Iterable[Person]:
    rows = Person.objects.filter(organization=organization)
    return [row for piece in batched(sorted(values)) for row in rows.filter(**{f"{name}__in": piece})]


def _places(items: Iterable[Fields]) -> dict[str, Location]:
    """Every location the items name, by the text of its key."""
    keys = {fields.get(name, "") for fields in items for name in PLACES}
    numbers = sorted(int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19)
    pieces = (Location.objects.filter(pk__in=piece) for piece in batched(numbers))
    return {str(location.pk): location for piece in pieces for location in piece}


def _take_places(item: _Item, places: Mapping[str, Location]) -> None:
    for name in PLACES:
        if name not in item.fields:
            continue
        key = item.fields[name].strip()
        place = places.get(key)
        theirs = place is not None and (place.building_id is not None or place.person_id == item.row.pk)
        if key and not (theirs and place is not None and place.organization_id == item.row.organization_id):
            item.checks.refuse(name, not_theirs())
            continue
        moved = getattr(item.row, f"{name}_id") != (place.pk if place is not None else None)
        setattr(item.row, name, place)
        if name == "current_location" and moved:
            item.row.current_at, item.row.current_by = timezone.now(), signature().who
            item.row.current_method = SET_BY_HAND


def _check_taken(organization: Organization, items: Sequence[_Item]) -> None:
    """Nobody gets an ID or a number that somebody else has, in the directory or in the list."""
    for name in IDENTITIES:
        values = {getattr(item.row, name): item for item in items if getattr(item.row, name)}
        holders = {getattr(person, name): person for person in _holders(organization, name, set(values))}
        for item in items:
            value = getattr(item.row, name)
            holder = holders.get(value) if value else None
            in_list = bool(value) and values[value] is not item and name not in item.checks.errors
            if (holder is not None and holder.pk != item.row.pk) or in_list:
                told = gettext("%(value)r belongs to somebody else already; only one person can have it")
                item.checks.refuse(name, told % {"value": value})
