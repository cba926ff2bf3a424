"""The same change for several people: all of them or none, in one transaction."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext

from callpoint.directory.bulk import batched, update_rows
from callpoint.directory.editing.people import find_location, not_theirs
from callpoint.directory.editing.refused import WHOLE, Checks, Refused
from callpoint.directory.editing.typed import yes_or_no
from callpoint.directory.models import Organization, Person
from callpoint.directory.models.base import Values, signature
from callpoint.directory.models.chain import chain_of, hold


def change_people(organization: Organization, keys: Sequence[str], fields: Mapping[str, str]) -> int:
    """How many people were changed; those who had these values already are not counted.

    `keys` are primary keys as a form brings them. Fields: active ("yes" or "no"), assigned_location (primary key of a
    location in a building, "" for none). Raises `Refused`: then nobody was changed.
    """
    with transaction.atomic():
        hold(chain_of(organization.pk))
        people = _all_of(organization, keys)
        values = _values(organization, fields)
        changed: list[tuple[Person, Values]] = []
        for person in people:
            before = person.values()
            for name, value in values.items():
                setattr(person, name, value)
            if person.values() != before:
                changed.append((person, before))
        if changed:
            update_rows(changed, signature())
    return len(changed)


def _all_of(organization: Organization, keys: Sequence[str]) -> list[Person]:
    wanted = sorted({int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19})
    if not keys:
        raise Refused({WHOLE: [gettext("Choose at least one person.")]})
    mine = Person.objects.filter(organization=organization)
    people = [person for piece in batched(wanted) for person in mine.filter(pk__in=piece)]
    if len(people) != len(set(keys)):
        raise Refused({WHOLE: [gettext("Not everybody you chose is there any more. Nobody was changed.")]})
    return people


def _values(organization: Organization, fields: Mapping[str, str]) -> Values:
    checks = Checks()
    values: Values = {}
    if "active" in fields:
        values["active"] = checks.take("active", yes_or_no, fields["active"])
    if "assigned_location" in fields:
        key = fields["assigned_location"]
        location = find_location(organization, key)
        if key and location is None:
            checks.refuse("assigned_location", not_theirs())
        values["assigned_location_id"] = location.pk if location is not None else None
    checks.done()
    return values
