"""People from a CSV file, by the column names of the usual templates and of calling platforms' exports."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from callpoint.directory import rules
from callpoint.directory.imports.people import WantedPerson, write_people
from callpoint.directory.imports.result import Result, RowError
from callpoint.directory.imports.table import Row, Table, TableError
from callpoint.directory.models import Location, Organization, Person
from callpoint.directory.models.base import Signature
from callpoint.directory.tenancy import inside

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


def import_users(
    organization: Organization, stream: BinaryIO, dry_run: bool, actor: str, skip_wrong: bool = False
) -> Result:
    """Bring people of a CSV file into the organization; who is not in the file stays as they are.

    A column that is absent leaves its values alone; an empty cell empties the value. With wrong rows nothing is
    written unless `skip_wrong`. Never raises for what is in the file: `Result.errors` tells it.
    """
    result = Result(dry_run=dry_run)
    with inside(organization):
        try:
            table = Table(stream, ALIASES)
            _check_columns(table)
            result.ignored_columns = table.ignored
            wanted = list(_Reader(table).rows(result))
        except TableError as error:
            result.add_errors([RowError(error.row, "", str(error))])
            return result
        signed = Signature(actor, "imported from a users file")
        return write_people(organization, wanted, signed, result, skip_wrong)


def missing_columns(columns: Collection[str]) -> str:
    """Why a file with only these fields cannot be imported; "" when it can."""
    if "device_user_id" not in columns and "phone_number" not in columns:
        return "there is no column 'Device User ID' (or 'Employee ID'); the first line must name it"
    return ""


def _check_columns(table: Table) -> None:
    if missing := missing_columns(table.columns):
        raise TableError(missing, 1)


@dataclass
class _Reader:
    """Turns rows into column values of `Person`."""

    table: Table

    def __post_init__(self) -> None:
        self._locations: dict[tuple[str, str], int] = {}
        self._by_name: dict[str, list[int]] = {}
        spots = Location.objects.filter(building__isnull=False).values_list("pk", "building__name", "name")
        for pk, building, name in spots:
            self._locations[(building or "").casefold(), name.casefold()] = pk
            self._by_name.setdefault(name.casefold(), []).append(pk)
        self._first_row: dict[str, int] = {}

    def rows(self, result: Result) -> Iterator[WantedPerson]:
        """Every good row; wrong ones go into the result."""
        for row in self.table:
            errors = [RowError(row.number, "", row.trouble)] if row.trouble else []
            values = self._values(row, errors)
            if not errors:
                self._refuse_repeated(row, values, errors)
            if errors:
                result.add_errors(errors)
            else:
                yield WantedPerson(row.number, values)

    def _values(self, row: Row, errors: list[RowError]) -> dict[str, Any]:
        values: dict[str, Any] = {}

        def take(field: str, rule: Callable[[str], Any]) -> None:
            if field in self.table.columns:
                try:
                    values[field] = rule(row.get(field))
                except rules.RuleError as error:
                    errors.append(RowError(row.number, self.table.columns[field], str(error)))

        values["identification_type"] = self._identification_type(row, errors)
        by_number = values["identification_type"] == Person.Identification.PHONE_NUMBER
        take("device_user_id", _optional(rules.device_user_id) if by_number else rules.device_user_id)
        take("phone_number", _needed(rules.phone_number) if by_number else _optional(rules.phone_number))
        take("first_name", lambda value: rules.text(value, 80))
        take("last_name", lambda value: rules.text(value, 80))
        take("email", rules.email)
        take("callback_number", rules.phone_number)
        take("language", lambda value: rules.text(value, 8))
        take("active", _yes_or_no)
        if "location" in self.table.columns:
            self._take_location(row, values, errors)
        return values

    def _identification_type(self, row: Row, errors: list[RowError]) -> str:
        given = row.get("identification_type").strip().lower()
        if given not in _IDENTIFICATION:
            message = f"{given!r} is unknown; give Device User ID or Phone Number"
            errors.append(RowError(row.number, self.table.columns["identification_type"], message))
        kind = _IDENTIFICATION.get(given, "device_user_id")
        if not given and "device_user_id" not in self.table.columns:
            kind = "phone_number"
        if kind not in self.table.columns:
            errors.append(RowError(row.number, "", f"the file has no column for the {kind.replace('_', ' ')}; add it"))
        return kind

    def _take_location(self, row: Row, values: dict[str, Any], errors: list[RowError]) -> None:
        name, building = row.get("location").strip(), row.get("building").strip()
        if not name and not building:
            values["assigned_location_id"] = None
            return
        found = self._find_location(building.casefold(), (name or "Default").casefold())
        if isinstance(found, int):
            values["assigned_location_id"] = found
        else:
            errors.append(RowError(row.number, self.table.columns["location"], found.format(name or "Default")))

    def _find_location(self, building: str, name: str) -> int | str:
        if building:
            return self._locations.get((building, name), "{!r} is no location of that building; import locations first")
        candidates = self._by_name.get(name, [])
        if len(candidates) > 1:
            return "{!r} is in more than one building; add a column 'Building Name'"
        return candidates[0] if candidates else "{!r} is no known location; import the locations file first"

    def _refuse_repeated(self, row: Row, values: dict[str, Any], errors: list[RowError]) -> None:
        for field in ("device_user_id", "phone_number"):
            value = values.get(field)
            if value:
                first = self._first_row.setdefault(f"{field} {value}", row.number)
                if first != row.number:
                    message = f"{value!r} stands in row {first} already; keep one of them"
                    errors.append(RowError(row.number, self.table.columns[field], message))


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
