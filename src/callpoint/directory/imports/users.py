"""People from a CSV file, by the column names of the usual templates and of calling platforms' exports."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from callpoint.directory import rules
from callpoint.directory.imports.names import split_name
from callpoint.directory.imports.result import RowError
from callpoint.directory.imports.table import Row, Table, TableError
from callpoint.directory.models import Location, Person
from callpoint.directory.models.base import Values

ALIASES: Final = {
    **dict.fromkeys(("device user id", "employee id", "employeeid", "agent id", "user id"), "device_user_id"),
    **dict.fromkeys(("identification type", "id type"), "identification_type"),
    **dict.fromkeys(("phone number", "phone", "did"), "phone_number"),
    **dict.fromkeys(("first name", "firstname", "given name"), "first_name"),
    **dict.fromkeys(("last name", "lastname", "surname", "family name"), "last_name"),
    **dict.fromkeys(("name", "full name", "display name", "agent name", "employee name"), "name"),
    **dict.fromkeys(("email", "e mail", "email address", "mail"), "email"),
    **dict.fromkeys(("callback number", "callback", "call back number"), "callback_number"),
    **dict.fromkeys(("language",), "language"),
    **dict.fromkeys(("active", "enabled"), "active"),
    **dict.fromkeys(("building name", "building"), "building"),
    **dict.fromkeys(("location name", "location"), "location"),
}
_IDENTIFICATION: Final = {
    **dict.fromkeys(("", "device user id", "deviceuserid", "device_user_id"), "device_user_id"),
    **dict.fromkeys(("phone number", "phonenumber", "phone_number"), "phone_number"),
}
_YES_NO: Final = {
    **dict.fromkeys(("", "yes", "y", "true", "1", "active", "enabled"), True),
    **dict.fromkeys(("no", "n", "false", "0", "inactive", "disabled"), False),
}
_LONGEST_NAME: Final = 80
IDENTITIES: Final = ("device_user_id", "phone_number")

Rule = Callable[[str], Any]


def missing_columns(columns: Collection[str]) -> str:
    """Why a file with only these fields cannot be imported; "" when it can."""
    if "device_user_id" not in columns and "phone_number" not in columns:
        return "there is no column 'Device User ID' (or 'Employee ID'); the first line must name it"
    return ""


@dataclass(frozen=True)
class WantedPerson:
    """One good row: what stands in the file, and the column values it asks for. `place` is the location in words."""

    row: Row
    values: Values
    place: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """How the person is known, and by what."""
        kind = self.values["identification_type"]
        return kind, self.values[kind]


@dataclass
class Places:
    """The organization's locations by the names files call them. Read within its scope."""

    by_both: dict[tuple[str, str], int] = field(default_factory=dict)
    by_name: dict[str, list[int]] = field(default_factory=dict)
    words: dict[int, str] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "Places":
        found = cls()
        spots = Location.objects.filter(building__isnull=False).values_list("pk", "building__name", "name")
        for pk, building, name in spots:
            found.by_both[(building or "").casefold(), name.casefold()] = pk
            found.by_name.setdefault(name.casefold(), []).append(pk)
            found.words[pk] = f"{building} / {name}"
        return found

    def find(self, building: str, name: str) -> int | str:
        """The key of the location, or what is wrong, with `{!r}` for its name. `building` may be ""."""
        if building:
            known = self.by_both.get((building.casefold(), name.casefold()))
            return known or "{!r} is no location of that building; import locations first"
        candidates = self.by_name.get(name.casefold(), [])
        if len(candidates) > 1:
            return "{!r} is in more than one building; add a column 'Building Name'"
        return candidates[0] if candidates else "{!r} is no known location; import the locations file first"


class Reader:
    """Turns rows into column values of `Person`. Raises `TableError` when a column is missing that is needed."""

    def __init__(self, table: Table, places: Places) -> None:
        if missing := missing_columns(table.columns):
            raise TableError(missing, 1)
        self.columns = table.columns
        self.notes = _notes(table.columns)
        self._places = places
        self._rules = [(name, self.columns[name], rule) for name, rule in _RULES.items() if name in self.columns]
        self._takes_name = "name" in self.columns and not {"first_name", "last_name"} & self.columns.keys()
        self._first_row: dict[tuple[str, str], int] = {}

    def read(self, row: Row) -> WantedPerson | list[RowError]:
        """What the row wants, or all that is wrong with it."""
        errors: list[RowError] = []
        values: Values = {"identification_type": self._identification_type(row, errors)}
        self._take_identities(row, values, errors)
        for name, header, rule in self._rules:
            _take(values, errors, row, (name, header, rule))
        if self._takes_name:
            self._take_name(row, values, errors)
        place = self._take_location(row, values, errors) if "location" in self.columns else ""
        if not errors:
            self._refuse_repeated(row, values, errors)
        return errors or WantedPerson(row, values, place)

    def _identification_type(self, row: Row, errors: list[RowError]) -> str:
        given = row.get("identification_type").strip().lower()
        if given not in _IDENTIFICATION:
            message = f"{given!r} is unknown; give Device User ID or Phone Number"
            errors.append(RowError(row.number, self.columns["identification_type"], message))
        kind = _IDENTIFICATION.get(given, "device_user_id")
        if not given and "device_user_id" not in self.columns:
            kind = "phone_number"
        if kind not in self.columns:
            errors.append(RowError(row.number, "", f"the file has no column for the {kind.replace('_', ' ')}; add it"))
        return kind

    def _take_identities(self, row: Row, values: Values, errors: list[RowError]) -> None:
        by_number = values["identification_type"] == Person.Identification.PHONE_NUMBER
        rule_of = {
            "device_user_id": _optional(rules.device_user_id) if by_number else rules.device_user_id,
            "phone_number": _needed(rules.phone_number) if by_number else _optional(rules.phone_number),
        }
        for name in IDENTITIES:
            if name in self.columns:
                _take(values, errors, row, (name, self.columns[name], rule_of[name]))

    def _take_name(self, row: Row, values: Values, errors: list[RowError]) -> None:
        first, last = split_name(row.get("name"))
        for name, part in (("first_name", first), ("last_name", last)):
            if len(part) > _LONGEST_NAME:
                message = f"{part[:20]!r}… is longer than {_LONGEST_NAME} characters; shorten it"
                errors.append(RowError(row.number, self.columns["name"], message))
            values[name] = part

    def _take_location(self, row: Row, values: Values, errors: list[RowError]) -> str:
        name, building = row.get("location").strip(), row.get("building").strip()
        if not name and not building:
            values["assigned_location_id"] = None
            return ""
        found = self._places.find(building, name or "Default")
        if isinstance(found, int):
            values["assigned_location_id"] = found
            return self._places.words[found]
        errors.append(RowError(row.number, self.columns["location"], found.format(name or "Default")))
        return ""

    def _refuse_repeated(self, row: Row, values: Values, errors: list[RowError]) -> None:
        for name in IDENTITIES:
            value = values.get(name)
            if value:
                first = self._first_row.setdefault((name, value), row.number)
                if first != row.number:
                    message = f"{value!r} stands in row {first} already; keep one of them"
                    errors.append(RowError(row.number, self.columns[name], message))


def _notes(columns: Collection[str]) -> Sequence[str]:
    """What to know of how the columns are read."""
    if "name" not in columns:
        return ()
    if {"first_name", "last_name"} & set(columns):
        return ("first and last names are taken from their own columns; the column of whole names is passed over",)
    return (
        "whole names are taken apart: what stands before a comma, or else the last word, is the last name;"
        " look at some of them before you go on",
    )


def _take(values: Values, errors: list[RowError], row: Row, column: tuple[str, str, Rule]) -> None:
    name, header, rule = column
    try:
        values[name] = rule(row.get(name))
    except rules.RuleError as error:
        errors.append(RowError(row.number, header, str(error)))


def _optional(rule: Callable[[str], str]) -> Callable[[str], str | None]:
    return lambda value: rule(value) if value.strip() else None


def _needed(rule: Callable[[str], str]) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not value.strip():
            raise rules.RuleError("is missing; give the number calls come from, as +1 802 555 0142")
        return rule(value)

    return check


def _yes_or_no(value: str) -> bool:
    answer = _YES_NO.get(value.strip().lower())
    if answer is None:
        raise rules.RuleError(f"{value.strip()!r} is neither; write yes or no")
    return answer


_RULES: Final[dict[str, Rule]] = {
    "first_name": lambda value: rules.text(value, _LONGEST_NAME),
    "last_name": lambda value: rules.text(value, _LONGEST_NAME),
    "email": rules.email,
    "callback_number": rules.phone_number,
    "language": lambda value: rules.text(value, 8),
    "active": _yes_or_no,
}
