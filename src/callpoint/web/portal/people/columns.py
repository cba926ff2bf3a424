"""The columns of the list: which there are, which somebody chose, and what stands in them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from callpoint.directory.models import Location, Person, Readiness

FIELD: Final = "columns"
SESSION_KEY: Final = "people_columns"
STANDARD: Final = ("place", "readiness")
LANGUAGES: Final[Mapping[str, Promise]] = {"en": _("English"), "fr": _("French")}


@dataclass(frozen=True)
class Column:
    """`sort` is what the list is sorted by where the heading is pressed, "" where it cannot be."""

    title: Promise
    text: Callable[[Person, ZoneInfo], str]
    sort: str = ""


def chosen(request: HttpRequest) -> tuple[str, ...]:
    """The columns of this request, which the session keeps for the next ones."""
    if FIELD in request.GET:
        request.session[SESSION_KEY] = known(request.GET.getlist(FIELD))
    return tuple(known(request.session.get(SESSION_KEY, STANDARD)))


def known(names: Sequence[str]) -> list[str]:
    """Those of the names that are columns, in the order of the table."""
    return [name for name in COLUMNS if name in names]


def place_of(location: Location | None) -> str:
    """A location in the words people know it by."""
    if location is None:
        return ""
    if location.building is None:
        return gettext("%(name)s (their own)") % {"name": location.name}
    return f"{location.building.name}, {location.name}"


def readiness_of(person: Person) -> Readiness | None:
    """The row of a person that was fetched along; None where there is none yet."""
    return getattr(person, "readiness", None)


def language_of(tag: str) -> str:
    """A language tag as people call the language."""
    return str(LANGUAGES.get(tag.lower().split("-")[0], tag)) if tag else ""


def day(moment: datetime | None, zone: ZoneInfo) -> str:
    """The day of a moment where the organization is."""
    return date_format(moment.astimezone(zone), "SHORT_DATE_FORMAT") if moment is not None else ""


def _kind(person: Person) -> str:
    by_number = person.identification_type == Person.Identification.PHONE_NUMBER
    return gettext("Phone number") if by_number else gettext("Device User ID")


def _tested(person: Person, zone: ZoneInfo) -> str:
    row = readiness_of(person)
    return day(row.tested_at, zone) if row is not None else ""


def _confirmed(person: Person, zone: ZoneInfo) -> str:
    row = readiness_of(person)
    return day(row.confirmed_at, zone) if row is not None else ""


COLUMNS: Final[Mapping[str, Column]] = {
    "readiness": Column(_("Readiness"), lambda person, _zone: ""),  # drawn by the page, which knows the day
    "place": Column(_("Assigned location"), lambda person, _zone: place_of(person.assigned_location)),
    "current": Column(_("Current location"), lambda person, _zone: place_of(person.current_location)),
    "email": Column(_("E-mail"), lambda person, _zone: person.email, "email"),
    "phone": Column(_("Phone number"), lambda person, _zone: person.phone_number or "", "phone"),
    "callback": Column(_("Callback number"), lambda person, _zone: person.callback_number, "callback"),
    "language": Column(_("Language"), lambda person, _zone: language_of(person.language)),
    "kind": Column(_("Known by"), lambda person, _zone: _kind(person)),
    "tested": Column(_("Last tested"), _tested),
    "confirmed": Column(_("Location confirmed"), _confirmed),
}
