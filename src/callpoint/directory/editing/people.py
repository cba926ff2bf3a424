"""People changed from typed text, one at a time. See the package's first lines for how to call these."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db import transaction

from callpoint.directory import rules
from callpoint.directory.editing.near_duplicates import near_duplicates
from callpoint.directory.editing.refused import WHOLE, Checks, Refused
from callpoint.directory.editing.versions import as_stored
from callpoint.directory.models import Location, Organization, Person
from callpoint.directory.models.chain import chain_of, hold
from callpoint.directory.provision import set_current_location

__all__ = ["move_person", "near_duplicates", "remove_person", "save_person"]

Fields = Mapping[str, str]
_LONGEST_NAME: Final = 80
_LONGEST_EMAIL: Final = 254
LANGUAGES: Final = ("en", "fr")
"""What 933 is spoken in; a tag may name a region besides (fr-CA)."""
NOT_THEIRS: Final = "is no location this person can have; choose one of a building here, or one of their homes"
_YES_NO: Final = {"yes": True, "no": False}
_CURRENT: Final = "current_location"


def save_person(organization: Organization, fields: Fields, person: Person | None = None, version: str = "") -> Person:
    """Make a person, or change one: only the fields that are given.

    Fields: identification_type, device_user_id, phone_number, first_name, last_name, email, callback_number, language,
    active ("yes" or "no"), assigned_location (primary key of a location, "" for none). Raises `Refused`, or its kind
    `Outdated` when `version` (`versions.version_of`) is given and the person has been changed since.
    """
    with transaction.atomic():
        hold(chain_of(organization.pk))
        row = Person(organization=organization) if person is None else as_stored(person, version)
        checks = Checks()
        for name, rule in _RULES.items():
            if name in fields and (person is None or fields[name] != (getattr(row, name) or "")):
                value = checks.take(name, rule, fields[name])
                if name not in checks.errors:
                    setattr(row, name, value)
        if "assigned_location" in fields:
            row.assigned_location = _location(row, "assigned_location", fields["assigned_location"], checks)
        _check_identity(row, checks)
        checks.done()
        row.save()
    return row


def move_person(person: Person, fields: Fields, version: str = "") -> Person:
    """Say where the person is now: `current_location` is a primary key as of `assigned_location`, "" for nowhere known.

    Raises `Refused`, `Outdated`.
    """
    with transaction.atomic():
        hold(chain_of(person.organization_id))
        row = as_stored(person, version)
        checks = Checks()
        place = _location(row, _CURRENT, fields[_CURRENT], checks)
        checks.done()
        return set_current_location(row, place)


def remove_person(person: Person, version: str = "") -> None:
    """Delete the person together with the homes only they have; calls they made are kept. Raises `Refused`."""
    with transaction.atomic():
        hold(chain_of(person.organization_id))
        row = as_stored(person, version)
        for home in Location.objects.filter(person=row):
            if other := users_of(home).exclude(pk=row.pk).first():
                told = f"{home.name!r} is also the location of {other} ({other.identity}); give them another one first"
                raise Refused({WHOLE: [told]})
        row.delete()


def users_of(location: Location) -> Any:
    """People who have this location, assigned, current or for their number."""
    found = Person.objects.filter(organization_id=location.organization_id)
    here = [found.filter(**{column: location}) for column in ("assigned_location", _CURRENT, "number_location")]
    return here[0] | here[1] | here[2]


def find_location(organization: Organization, key: str) -> Location | None:
    """The location with this primary key in a building of the organization; None for any other text."""
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        return None
    return Location.objects.filter(organization=organization, building__isnull=False, pk=int(key)).first()


def _location(row: Person, field: str, key: str, checks: Checks) -> Location | None:
    """The location the person is to have. One they have already is not asked about again."""
    if not key.strip():
        return None
    if str(getattr(row, f"{field}_id") or "") == key:
        return Location.objects.get(pk=int(key))
    own = not row._state.adding and key.isascii() and key.isdigit() and len(key) < 19
    home = Location.objects.filter(person=row, pk=int(key)).first() if own else None
    found = home or find_location(row.organization, key)
    if found is None:
        checks.refuse(field, NOT_THEIRS)
    return found


def _check_identity(row: Person, checks: Checks) -> None:
    """A person has what they are known by, and nobody else has it."""
    kind = row.identification_type
    if not getattr(row, kind) and kind not in checks.errors:
        by_number = kind == Person.Identification.PHONE_NUMBER
        told = "is missing; give the number calls come from, as +1 802 555 0142"
        checks.refuse(kind, told if by_number else "is missing; give the ID exactly as the calling platform sends it")
    others = Person.objects.filter(organization=row.organization).exclude(pk=row.pk)
    for field in Person.Identification.values:
        value = getattr(row, field)
        taken = others.filter(**{field: value}).first() if value and field not in checks.errors else None
        if taken is not None:
            checks.refuse(field, f"{value!r} belongs to {taken.name or taken.identity} already; it can be only one's")


def _kind(text: str) -> str:
    if text not in Person.Identification.values:
        raise rules.RuleError(f"{text!r} is unknown; choose device_user_id or phone_number")
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
    if tag and (tag.lower().split("-")[0] not in LANGUAGES or len(tag) > 8):
        raise rules.RuleError(f"{tag!r} is not spoken here; give en or fr, or nothing for the organization's language")
    return tag


def _yes_or_no(text: str) -> bool:
    if text not in _YES_NO:
        raise rules.RuleError(f"{text!r} is neither; give yes or no")
    return _YES_NO[text]


_RULES: Final[dict[str, Callable[[str], Any]]] = {
    "identification_type": _kind,
    "device_user_id": _device_user_id,
    "phone_number": _number,
    "first_name": _name,
    "last_name": _name,
    "email": _email,
    "callback_number": rules.phone_number,
    "language": _language,
    "active": _yes_or_no,
}
