"""Buildings and the locations in them from a CSV file; each address gets its verdict on the way in."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from callpoint.directory import rules
from callpoint.directory.imports.addresses import Addresses, column_to_blame
from callpoint.directory.imports.result import RowError
from callpoint.directory.imports.table import Row, Table, TableError
from callpoint.directory.verdicts import Accepted, AddressError, is_same_place
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
    **dict.fromkeys(("elin", "emergency location identification number"), "elin"),
}
# Elements that name a spot are of the location, not of the address its building has.
_ADDRESS: Final = tuple(
    element for element in (*CIVIC_ELEMENTS, *EXTENSION_ELEMENTS) if element not in ("FLR", "ROOM", "UNIT")
)
_LONGEST_NOTE: Final = 60
_LONGEST_STREET: Final = 160
# Warnings about an address that a row's own floor, unit or room answers.
_ANSWERED_BY_SPOT: Final = frozenset({"spot_missing"})

_SPOT: Final = {"floor": 32, "unit": 32, "room": 32, "note": _LONGEST_NOTE}

Take = Callable[[str, Callable[[str], str]], str]


def missing_columns(columns: Collection[str]) -> str:
    """Why a file with only these fields cannot be imported; "" when it can."""
    for field, name in (("building", "Building Name"), ("country", "Country")):
        if field not in columns:
            return f"there is no column {name!r}; the first line must name it"
    return ""


@dataclass(frozen=True)
class WantedPlace:
    """One good row: a building with its address, and a spot in it (the columns the file has). `warnings` are about
    the address."""

    row: Row
    building: str
    accepted: Accepted
    location: str
    spot: Mapping[str, str]
    warnings: tuple[RowError, ...] = ()


@dataclass(frozen=True)
class _Understood:
    """The address cells of a row: the address, and what is wrong with them by column."""

    civic: Civic
    wrong: tuple[tuple[str, str], ...]


class Reader:
    """Turns rows into what they want, and remembers what earlier rows said. Raises `TableError` when a column is
    missing that is needed."""

    def __init__(self, table: Table, addresses: Addresses) -> None:
        if missing := missing_columns(table.columns):
            raise TableError(missing, 1)
        self.columns = table.columns
        self._spot = {field: longest for field, longest in _SPOT.items() if field in table.columns}
        cells = (*(element.lower() for element in _ADDRESS), "street")
        self._address_cells = tuple(dict.fromkeys(cell for cell in cells if cell in table.columns))
        self._known = addresses
        self._understood: dict[tuple[str, ...], _Understood] = {}
        self._addresses: dict[str, tuple[int, Accepted]] = {}
        self._spots: dict[tuple[str, str], int] = {}
        self._elins: dict[str, int] = {}

    def read(self, row: Row) -> WantedPlace | list[RowError]:
        """What the row wants, or all that is wrong with it."""
        errors: list[RowError] = []

        def take(field: str, rule: Callable[[str], str]) -> str:
            try:
                return rule(row.get(field))
            except rules.RuleError as error:
                errors.append(RowError(row.number, self.columns.get(field, ""), str(error)))
                return ""

        building = take("building", _name)
        location = take("location", lambda value: rules.text(value, 120)) or "Default"
        spot = {field: take(field, _no_longer_than(longest)) for field, longest in self._spot.items()}
        if "elin" in self.columns:
            spot["elin"] = take("elin", self._elin(row.number))
        address = self._address(row)
        errors += [RowError(row.number, column, told) for column, told in address.wrong]
        accepted = None if errors else self._judged(row, address.civic, errors)
        if accepted is None or self._is_contradiction(row, building, location, accepted, errors):
            return errors
        return WantedPlace(row, building, accepted, location, spot, self._warnings(row, accepted, spot))

    def _elin(self, number: int) -> Callable[[str], str]:
        """One number, one location: in the file, too."""

        def rule(value: str) -> str:
            elin = rules.elin(value)
            first = self._elins.setdefault(elin, number) if elin else number
            if first != number:
                raise rules.RuleError(f"{elin} is the ELIN of row {first} already; one number, one location")
            return elin

        return rule

    def _address(self, row: Row) -> _Understood:
        """Rows of one building have the same cells, which are read once."""
        cells = tuple(row.get(name) for name in self._address_cells)
        found = self._understood.get(cells)
        if found is None:
            found = self._understood[cells] = self._understand(row)
        return found

    def _understand(self, row: Row) -> _Understood:
        wrong: list[tuple[str, str]] = []

        def take(field: str, rule: Callable[[str], str]) -> str:
            try:
                return rule(row.get(field))
            except rules.RuleError as error:
                wrong.append((self.columns.get(field, ""), str(error)))
                return ""

        return _Understood(self._civic(take, wrong), tuple(wrong))

    def _civic(self, take: Take, wrong: list[tuple[str, str]]) -> Civic:
        fields = {element: take(element.lower(), _no_longer_than(64)) for element in _ADDRESS}
        country = fields["country"] = take("country", rules.country)
        if country:
            fields["A1"] = take("a1", lambda value: rules.region(value, country))
            fields["PC"] = take("pc", lambda value: rules.postal_code(value, country))
        if not fields["RD"]:
            # The whole line: the parser takes it apart, as it does where RD holds one.
            street = fields["RD"] = take("street", _no_longer_than(_LONGEST_STREET))
            if not street and not wrong:
                wrong.append(("", "has no street; fill 'Street Address', or HNO and RD"))
        if not fields["A3"]:
            wrong.append((self.columns.get("a3", ""), "has no city; give the town or city"))
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
        if other is not accepted and not is_same_place(other.columns, accepted.columns):
            message = f"{building!r} has another address in row {number}; a building has exactly one"
            errors.append(RowError(row.number, self.columns["building"], message))
        first = self._spots.setdefault((building, location), row.number)
        if first != row.number:
            message = f"{location!r} of {building!r} stands in row {first} already; keep one of them"
            errors.append(RowError(row.number, self.columns.get("location", ""), message))
        return bool(errors)

    def _warnings(self, row: Row, accepted: Accepted, spot: Mapping[str, str]) -> tuple[RowError, ...]:
        has_spot = any(spot.get(field) for field in ("floor", "unit", "room"))
        return tuple(
            RowError(row.number, self.columns.get("street", ""), warning.text)
            for warning in accepted.warnings
            if not (has_spot and warning.code in _ANSWERED_BY_SPOT)
        )


def _no_longer_than(longest: int) -> Callable[[str], str]:
    return lambda value: rules.text(value, longest)


def _name(value: str) -> str:
    if not value.strip():
        raise rules.RuleError("is missing; give the building a name")
    return rules.text(value, 120)
