"""Buildings and the locations in them from a CSV file; each address gets its verdict on the way in."""

from collections.abc import Callable, Collection
from typing import BinaryIO, Final

from callpoint.directory import rules
from callpoint.directory.imports.addresses import Addresses, column_to_blame
from callpoint.directory.imports.places import WantedPlace, write_places
from callpoint.directory.imports.result import Result, RowError
from callpoint.directory.imports.table import Row, Table, TableError
from callpoint.directory.models import Organization
from callpoint.directory.models.base import Signature
from callpoint.directory.tenancy import inside
from callpoint.directory.verdicts import Accepted, AddressError, Judge, is_same_place
from callpoint.i3.civic import CIVIC_ELEMENTS, EXTENSION_ELEMENTS, Civic

# CLDXF columns are taken as they are; these have names of their own in templates.
_NAMED_ELEMENTS: Final = {
    **dict.fromkeys(("country",), "country"),
    **dict.fromkeys(("state", "province", "state province", "province state", "region", "a1"), "a1"),
    **dict.fromkeys(("county", "a2"), "a2"),
    **dict.fromkeys(("city", "town", "place", "municipality", "a3"), "a3"),
    **dict.fromkeys(("postal code", "zip", "zip code", "zipcode", "postcode", "pc"), "pc"),
    **dict.fromkeys(("house number", "street number", "hno"), "hno"),
    **dict.fromkeys(("street name", "rd"), "rd"),
}
ALIASES: Final = {
    **{element.lower(): element.lower() for element in (*CIVIC_ELEMENTS, *EXTENSION_ELEMENTS)},
    **_NAMED_ELEMENTS,
    **dict.fromkeys(("building name", "building"), "building"),
    **dict.fromkeys(("street address", "address", "street", "address line 1"), "street"),
    **dict.fromkeys(("location name", "location"), "location"),
    **dict.fromkeys(("floor", "flr"), "floor"),
    **dict.fromkeys(("room",), "room"),
    **dict.fromkeys(("unit", "suite"), "unit"),
    **dict.fromkeys(("location information", "location info", "info", "note", "notes"), "note"),
}
# Elements that name a spot are of the location, not of the address its building has.
_ADDRESS: Final = tuple(
    element for element in (*CIVIC_ELEMENTS, *EXTENSION_ELEMENTS) if element not in ("FLR", "ROOM", "UNIT")
)
_LONGEST_NOTE: Final = 60
_LONGEST_STREET: Final = 160
# Warnings about an address that a row's own floor, unit or room answers.
_ANSWERED_BY_SPOT: Final = frozenset({"spot_missing"})

Take = Callable[[str, Callable[[str], str]], str]


def import_locations(
    organization: Organization,
    stream: BinaryIO,
    dry_run: bool,
    actor: str,
    skip_wrong: bool = False,
    judge: Judge | None = None,
) -> Result:
    """Bring buildings and locations of a CSV file into the organization; what is not in the file stays as it is.

    With wrong rows nothing is written unless `skip_wrong`. Never raises for what is in the file: `Result.errors`
    tells it. An address the judge does not accept is wrong, also where a single correction is at hand: it is told, and
    whoever brings the file takes it or not. Without a judge addresses come in unchecked.
    """
    result = Result(dry_run=dry_run)
    with inside(organization):
        try:
            own = judge.for_organization(organization) if judge is not None else None
            wanted = _read(stream, Addresses(own), result)
        except TableError as error:
            result.add_errors([RowError(error.row, "", str(error))])
            return result
        signed = Signature(actor, "imported from a locations file")
        return write_places(organization, wanted, signed, result, skip_wrong)


def _read(stream: BinaryIO, addresses: Addresses, result: Result) -> list[WantedPlace]:
    table = Table(stream, ALIASES)
    if missing := missing_columns(table.columns):
        raise TableError(missing, 1)
    result.ignored_columns = table.ignored
    reader = _Reader(table, addresses, result)
    good: list[WantedPlace] = []
    for row in table:
        errors = [RowError(row.number, "", row.trouble)] if row.trouble else []
        wanted = reader.wanted(row, errors)
        if errors or wanted is None:
            result.add_errors(errors)
        else:
            good.append(wanted)
    return good


def missing_columns(columns: Collection[str]) -> str:
    """Why a file with only these fields cannot be imported; "" when it can."""
    for field, name in (("building", "Building Name"), ("country", "Country")):
        if field not in columns:
            return f"there is no column {name!r}; the first line must name it"
    return ""


class _Reader:
    """Turns rows into what they want, and remembers what earlier rows said."""

    def __init__(self, table: Table, addresses: Addresses, result: Result) -> None:
        self.columns = table.columns
        self._known = addresses
        self._result = result
        self._addresses: dict[str, tuple[int, Accepted]] = {}
        self._spots: dict[tuple[str, str], int] = {}

    def wanted(self, row: Row, errors: list[RowError]) -> WantedPlace | None:
        """What the row wants; None when it is wrong, which is in `errors` then."""

        def take(field: str, rule: Callable[[str], str]) -> str:
            try:
                return rule(row.get(field))
            except rules.RuleError as error:
                errors.append(RowError(row.number, self.columns.get(field, ""), str(error)))
                return ""

        building = take("building", _name)
        location = take("location", lambda value: rules.text(value, 120)) or "Default"
        spot = {field: take(field, lambda value: rules.text(value, 32)) for field in ("floor", "unit", "room")}
        spot["note"] = take("note", lambda value: rules.text(value, _LONGEST_NOTE))
        civic = self._civic(row, take, errors)
        accepted = None if errors else self._judged(row, civic, errors)
        if accepted is None or self._is_contradiction(row, building, location, accepted, errors):
            return None
        self._tell(row, accepted, any(spot[field] for field in ("floor", "unit", "room")))
        return WantedPlace(building, accepted.columns, location, spot)

    def _civic(self, row: Row, take: Take, errors: list[RowError]) -> Civic:
        fields = {element: take(element.lower(), lambda value: rules.text(value, 64)) for element in _ADDRESS}
        country = fields["country"] = take("country", rules.country)
        if country:
            fields["A1"] = take("a1", lambda value: rules.region(value, country))
            fields["PC"] = take("pc", lambda value: rules.postal_code(value, country))
        if not fields["RD"]:
            # The whole line: the parser takes it apart, as it does where RD holds one.
            street = fields["RD"] = take("street", lambda value: rules.text(value, _LONGEST_STREET))
            if not street and not errors:
                errors.append(RowError(row.number, "", "has no street; fill 'Street Address', or HNO and RD"))
        if not fields["A3"]:
            errors.append(RowError(row.number, self.columns.get("a3", ""), "has no city; give the town or city"))
        return Civic.from_fields(fields)

    def _judged(self, row: Row, civic: Civic, errors: list[RowError]) -> Accepted | None:
        try:
            accepted = self._known.accepted(civic)
        except AddressError as error:
            column = column_to_blame(error, self.columns)
            errors.append(RowError(row.number, column, str(error), civic.formatted(), error.suggestions))
            return None
        if "street" in self.columns and not accepted.columns["hno"]:
            told = f"{civic.RD!r} does not begin with a house number; write it as 115 State Street"
            errors.append(RowError(row.number, self.columns["street"], told, civic.formatted()))
            return None
        return accepted

    def _is_contradiction(
        self, row: Row, building: str, location: str, accepted: Accepted, errors: list[RowError]
    ) -> bool:
        number, other = self._addresses.setdefault(building, (row.number, accepted))
        if not is_same_place(other.columns, accepted.columns):
            message = f"{building!r} has another address in row {number}; a building has exactly one"
            errors.append(RowError(row.number, self.columns["building"], message))
        first = self._spots.setdefault((building, location), row.number)
        if first != row.number:
            message = f"{location!r} of {building!r} stands in row {first} already; keep one of them"
            errors.append(RowError(row.number, self.columns.get("location", ""), message))
        return bool(errors)

    def _tell(self, row: Row, accepted: Accepted, has_spot: bool) -> None:
        self._result.not_dispatchable += not accepted.dispatchable
        for warning in accepted.warnings:
            if not (has_spot and warning.code in _ANSWERED_BY_SPOT):
                self._result.warnings.append(RowError(row.number, self.columns.get("street", ""), warning.text))


def _name(value: str) -> str:
    if not value.strip():
        raise rules.RuleError("is missing; give the building a name")
    return rules.text(value, 120)
