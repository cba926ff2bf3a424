"""What the columns of a file can mean: one entry for each field, as templates, pages and the manual tell it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from callpoint.directory.imports import locations, users
from callpoint.directory.models import ImportRun
from callpoint.i3.civic import CIVIC_ELEMENTS, EXTENSION_ELEMENTS


@dataclass(frozen=True)
class Field:
    """`header` is how our templates name the column, `names` what else means the same (as `table.plain` writes it).

    `needed` rows cannot do without; `rare` ones are left out of templates.
    """

    name: str
    header: str
    explanation: str | Promise
    example: str
    names: tuple[str, ...]
    needed: bool = False
    rare: bool = False


def _field(aliases: dict[str, str], name: str, header: str, explanation: str | Promise, example: str) -> Field:
    names = tuple(alias for alias, field in aliases.items() if field == name)
    needed = _NEEDED_OF_PEOPLE if aliases is users.ALIASES else _NEEDED_OF_PLACES
    return Field(name, header, explanation, example, names, needed=name in needed)


_NEEDED_OF_PEOPLE: Final = {"device_user_id"}
_NEEDED_OF_PLACES: Final = {"building", "street", "a3", "country", "a1"}
_USERS: Final = tuple(
    _field(users.ALIASES, *told)
    for told in (
        (
            "device_user_id",
            "Device User ID",
            _("The ID calls carry: exactly the calling platform's employee ID."),
            "E1001",
        ),
        ("first_name", "First Name", _("Told to the people who are alerted."), "Ada"),
        ("last_name", "Last Name", _("Told to the people who are alerted."), "Martin"),
        ("name", "Name", _("The whole name, where first and last name stand in one column."), "Martin, Ada"),
        ("email", "Email", _("Where sign-in codes and notices for this person go."), "ada.martin@example.com"),
        (
            *("callback_number", "Callback Number"),
            _("The number the call taker dials when the call breaks off; in the US or Canada, without an extension."),
            "+1 802 555 0142",
        ),
        ("building", "Building Name", _("The building of the assigned location."), "Harbor Works"),
        ("location", "Location Name", _("The assigned location, by its name in the building."), "Second floor"),
        (
            *("identification_type", "Identification Type"),
            _("Device User ID, or Phone Number for somebody known by the number calls come from."),
            "Device User ID",
        ),
        ("phone_number", "Phone Number", _("The number calls come from."), "+1 802 555 0143"),
        ("language", "Language", _("The language notices are written in: en or fr."), "en"),
        ("active", "Active", _("yes or no; who is inactive is still put through, and marked as out of date."), "yes"),
    )
)
_PLACES: Final = (
    ("building", "Building Name", _("The building; it has exactly one address."), "Harbor Works"),
    ("street", "Street Address", _("House number and street."), "12 Main Street"),
    ("a3", "City", _("City or town."), "Barre"),
    ("a1", "State/Province", _("State or province, its name or its two letters."), "VT"),
    ("pc", "Postal Code", _("ZIP code or Canadian postal code."), "05641"),
    ("country", "Country", _("US or CA; addresses elsewhere are refused."), "US"),
    ("location", "Location Name", _("The spot in the building; empty: Default."), "Second floor"),
    ("floor", "Floor", _("The floor, as those who come will find it."), "2"),
    ("unit", "Unit", _("Suite or apartment."), ""),
    ("room", "Room", _("The room."), "210"),
    (
        *("note", "Location Information"),
        _("What helps those who come to find the spot; a call taker's screen shows 20 characters surely."),
        "Beside the loading dock",
    ),
    ("elin", "ELIN", _("A number whose calls come from this spot: ten digits, each number once."), ""),
    ("a2", "County", _("The county; worked out from the data sets where it is left out."), ""),
    ("hno", "House Number", _("The house number, where the street's parts stand in columns of their own."), ""),
    ("rd", "Street Name", _("The street's name, where its parts stand in columns of their own."), ""),
)
_OWN_ELEMENTS: Final = {"country", "a1", "a2", "a3", "pc", "hno", "rd", "flr", "unit", "room"}
_RARE: Final = {"a2", "hno", "rd", "name", "identification_type", "phone_number"}


def _elements() -> tuple[Field, ...]:
    names = [element for element in (*CIVIC_ELEMENTS, *EXTENSION_ELEMENTS) if element.lower() not in _OWN_ELEMENTS]
    told = _("The address element {name} of PIDF-LO.")
    return tuple(
        Field(name.lower(), name, format_lazy(told, name=name), "", (name.lower(),), rare=True) for name in names
    )


def _marked(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    return tuple(
        Field(one.name, one.header, one.explanation, one.example, one.names, one.needed, one.name in _RARE)
        for one in fields
    )


FIELDS: Final[dict[str, tuple[Field, ...]]] = {
    ImportRun.Kind.USERS: _marked(_USERS),
    ImportRun.Kind.LOCATIONS: (*_marked(tuple(_field(locations.ALIASES, *told) for told in _PLACES)), *_elements()),
}
ALIASES: Final[dict[str, dict[str, str]]] = {
    ImportRun.Kind.USERS: users.ALIASES,
    ImportRun.Kind.LOCATIONS: locations.ALIASES,
}


def missing_columns(kind: str, columns: Collection[str]) -> str:
    """Why a file with only these fields cannot be imported; "" when it can."""
    if kind == ImportRun.Kind.USERS:
        return users.missing_columns(columns)
    return locations.missing_columns(columns)
