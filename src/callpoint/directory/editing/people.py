"""People changed from typed text, one at a time. See the package's first lines for how to call these."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from callpoint.directory import rules
from callpoint.directory.editing.homes import remove_home, save_home
from callpoint.directory.editing.near_duplicates import near_duplicates
from callpoint.directory.editing.places import named, people_in
from callpoint.directory.editing.refused import WHOLE, Checks, Refused
from callpoint.directory.editing.typed import refuse_if_changed, yes_or_no
from callpoint.directory.models import Location, Organization, Person
from callpoint.directory.models.base import signature
from callpoint.directory.models.chain import chain_of, hold

__all__ = ["move_person", "near_duplicates", "remove_home", "remove_person", "save_home", "save_person"]

Fields = Mapping[str, str]
SPOKEN: Final = ("en", "fr")
"""What 933 is spoken in; a tag may name a region besides (fr-CA)."""
SET_BY_HAND: Final = "Manual"
"""The PIDF-LO method token of a place somebody typed (RFC 4119 §2.2.3)."""
_LONGEST_NAME: Final = 80
_LONGEST_EMAIL: Final = 254
_LONGEST_TAG: Final = 8


def save_person(organization: Organization, fields: Fields, person: Person | None = None) -> Person:
    """Make a person, or change one: only the fields that are given. Gives the person as stored.

    Fields: identification_type, device_user_id, phone_number, first_name, last_name, email, callback_number, language,
    active ("yes" or "no"), assigned_location (primary key of a location, "" for none); `seen` (`typed.fingerprint`)
    where it is to be refused when somebody else has changed the person since. Raises `Refused`.
    """
    with transaction.atomic():
        row = Person(organization=organization) if person is None else _as_stored(person, fields)
        hold(chain_of(organization.pk))
        checks = Checks()
        take_texts(row, fields, checks)
        if "assigned_location" in fields:
            row.assigned_location = _location(row, "assigned_location", fields["assigned_location"], checks)
        _check_identity(row, checks)
        checks.done()
        row.save()
    return row


def take_texts(row: Person, fields: Fields, checks: Checks) -> None:
    """Set what is given of the person's own texts, where the rules accept it, and check there is what calls know them
    by. Places are left alone, and so is the question whether somebody else has the ID."""
    for name, rule in _RULES.items():
        # What is there already is not asked about again: it may come from a time of other rules.
        if name in fields and (row._state.adding or fields[name] != (getattr(row, name) or "")):
            value = checks.take(name, rule, fields[name])
            if name not in checks.errors:
                setattr(row, name, value)
    kind = row.identification_type
    if not getattr(row, kind) and kind not in checks.errors:
        by_number = kind == Person.Identification.PHONE_NUMBER
        missing_number = gettext("is missing; give the number calls come from, as +1 802 555 0142")
        missing_id = gettext("is missing; give the ID exactly as the calling platform sends it")
        checks.refuse(kind, missing_number if by_number else missing_id)


def move_person(person: Person, fields: Fields) -> Person:
    """Say where the person is now, or ("") that nobody knows. Whoever is acting has said so now, also if it is nothing
    new. `current_location` is a primary key as `assigned_location` is; `seen` as for `save_person`. Raises `Refused`.
    """
    with transaction.atomic():
        row = _as_stored(person, fields)
        checks = Checks()
        place = _location(row, "current_location", fields.get("current_location", ""), checks)
        checks.done()
        row.current_location = place
        row.current_at, row.current_by = timezone.now(), signature().who
        row.current_method = SET_BY_HAND
        row.save()
    return row


def remove_person(person: Person, fields: Fields | None = None) -> None:
    """Delete the person together with the homes only they have; calls they made are kept. Raises `Refused`."""
    with transaction.atomic():
        row = _as_stored(person, fields or {})
        for home in Location.objects.filter(person=row):
            if who := named(people_in(home).exclude(pk=row.pk)):
                told = gettext("%(home)r is also the location of %(who)s; give them another one first")
                raise Refused({WHOLE: [told % {"home": home.name, "who": who}]})
        row.delete()


def find_location(organization: Organization, key: str) -> Location | None:
    """The location with this primary key in a building of the organization; None for any other text."""
    return _with_key(Location.objects.filter(organization=organization, building__isnull=False), key)


def not_theirs() -> str:
    """The sentence at a location somebody cannot have."""
    return gettext("is no location this person can have; choose one of a building here, or one of their homes")


def _as_stored(person: Person, fields: Fields) -> Person:
    refuse_if_changed(person, fields)
    return Person.objects.get(pk=person.pk)


def _location(row: Person, field: str, key: str, checks: Checks) -> Location | None:
    """The location the person is to have."""
    if not key.strip():
        return None
    own = Location.objects.none() if row._state.adding else Location.objects.filter(person=row)
    found = _with_key(own, key) or find_location(row.organization, key)
    if found is None:
        checks.refuse(field, not_theirs())
    return found


def _with_key(rows: QuerySet[Location], key: str) -> Location | None:
    """The row of a primary key that came from outside, where anything may stand."""
    fits = key.isascii() and key.isdigit() and len(key) < 19
    return rows.filter(pk=int(key)).first() if fits else None


def _check_identity(row: Person, checks: Checks) -> None:
    """What the person is known by belongs to nobody else."""
    others = Person.objects.filter(organization=row.organization).exclude(pk=row.pk)
    for field in Person.Identification.values:
        value = getattr(row, field)
        taken = others.filter(**{field: value}).first() if value and field not in checks.errors else None
        if taken is not None:
            told = gettext("%(value)r belongs to %(who)s already; only one person can have it")
            checks.refuse(field, told % {"value": value, "who": taken.name or taken.identity})


def _kind(text: str) -> str:
    if text not in Person.Identification.values:
        raise rules.RuleError(gettext("%(text)r is unknown; choose Device User ID or phone number") % {"text": text})
    return text


def _device_user_id(text: str) -> str | None:
    return rules.device_user_id(text) if text else None


def _number(text: str) -> str | None:
    return rules.phone_number(text) or None


def _name(text: str) -> str:
    return rules.text(text, _LONGEST_NAME)


def _email(text: str) -> str:
    return rules.email(rules.text(text, _LONGEST_EMAIL))


def _language(text: str) -> str:
    tag = text.strip()
    if tag and (tag.lower().split("-")[0] not in SPOKEN or len(tag) > _LONGEST_TAG):
        told = gettext("%(tag)r is not spoken here; give en or fr, or nothing for the organization's language")
        raise rules.RuleError(told % {"tag": tag})
    return tag


_RULES: Final[dict[str, Callable[[str], Any]]] = {
    "identification_type": _kind,
    "device_user_id": _device_user_id,
    "phone_number": _number,
    "first_name": _name,
    "last_name": _name,
    "email": _email,
    "callback_number": rules.phone_number,
    "language": _language,
    "active": yes_or_no,
}
