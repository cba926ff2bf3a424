"""Buildings and the locations in them from a CSV file; addresses come in unchecked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final

from django.db import transaction

from callpoint.directory import rules
from callpoint.directory.imports.result import Result, RowError
from callpoint.directory.imports.street import StreetError, street_elements
from callpoint.directory.imports.table import Row, Table, TableError
from callpoint.directory.models import Address, Building, Location, Organization, acting
from callpoint.directory.tenancy import inside
from callpoint.i3.civic import CIVIC_ELEMENTS, EXTENSION_ELEMENTS

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
_SPOT: Final = ("floor", "unit", "room", "note")
_ADDRESS: Final = tuple(
    element.lower() for element in (*CIVIC_ELEMENTS, *EXTENSION_ELEMENTS) if element not in ("FLR", "ROOM", "UNIT")
)
_LONGEST_NOTE: Final = 60


@dataclass(frozen=True)
class _Wanted:
    """One good row: a building with its address, and a spot in it."""

    building: str
    address: Mapping[str, str]
    location: str
    spot: Mapping[str, str]


def import_locations(
    organization: Organization, stream: BinaryIO, dry_run: bool, actor: str, skip_wrong: bool = False
) -> Result:
    """Bring buildings and locations of a CSV file into the organization; what is not in the file stays as it is.

    With wrong rows nothing is written unless `skip_wrong`. Never raises for what is in the file: `Result.errors`
    tells it. An address that changes loses its verdict: it is unchecked again.
    """
    result = Result(dry_run=dry_run)
    with inside(organization):
        try:
            wanted = _read(stream, result)
        except TableError as error:
            result.add_errors([RowError(error.row, "", str(error))])
            return result
        really = not dry_run and (skip_wrong or not result.wrong)
        with transaction.atomic(), acting(actor, "imported from a locations file"):
            for row in wanted:
                _count(result, _put(organization, row))
            if not really:
                # The same code counted a dry run; taking it back is cheaper than a second way to compare.
                transaction.set_rollback(True)
        result.written = really
    return result


def _count(result: Result, outcome: str) -> None:
    setattr(result, outcome, getattr(result, outcome) + 1)


def _read(stream: BinaryIO, result: Result) -> list[_Wanted]:
    table = Table(stream, ALIASES)
    if missing := table.missing(["building", "country"]):
        names = {"building": "Building Name", "country": "Country"}
        raise TableError(f"there is no column {names[missing[0]]!r}; the first line must name it", 1)
    result.ignored_columns = table.ignored
    reader = _Reader(table)
    good: list[_Wanted] = []
    for row in table:
        errors: list[RowError] = []
        wanted = reader.wanted(row, errors)
        if errors:
            result.add_errors(errors)
        else:
            good.append(wanted)
    return good


class _Reader:
    """Turns rows into what they want, and remembers what earlier rows said."""

    def __init__(self, table: Table) -> None:
        self.columns = table.columns
        self._addresses: dict[str, tuple[int, Mapping[str, str]]] = {}
        self._spots: dict[tuple[str, str], int] = {}

    def wanted(self, row: Row, errors: list[RowError]) -> _Wanted:
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
        wanted = _Wanted(building, self._address(row, take, errors), location, spot)
        if not errors:
            self._refuse_contradiction(row, wanted, errors)
        return wanted

    def _address(
        self, row: Row, take: Callable[[str, Callable[[str], str]], str], errors: list[RowError]
    ) -> dict[str, str]:
        fields = {field: take(field, lambda value: rules.text(value, 64)) for field in _ADDRESS}
        fields["country"] = take("country", rules.country)
        if fields["country"]:
            fields["a1"] = take("a1", lambda value: rules.region(value, fields["country"]))
            fields["pc"] = take("pc", lambda value: rules.postal_code(value, fields["country"]))
        street = row.get("street").strip()
        if street and not fields["rd"]:
            try:
                fields |= street_elements(street)
            except StreetError as error:
                errors.append(RowError(row.number, self.columns["street"], str(error)))
        elif not fields["rd"]:
            errors.append(RowError(row.number, "", "has no street; fill 'Street Address', or HNO and RD"))
        if not fields["a3"]:
            errors.append(RowError(row.number, self.columns.get("a3", ""), "has no city; give the town or city"))
        return fields

    def _refuse_contradiction(self, row: Row, wanted: _Wanted, errors: list[RowError]) -> None:
        number, address = self._addresses.setdefault(wanted.building, (row.number, wanted.address))
        if address != wanted.address:
            message = f"{wanted.building!r} has another address in row {number}; a building has exactly one"
            errors.append(RowError(row.number, self.columns["building"], message))
        first = self._spots.setdefault((wanted.building, wanted.location), row.number)
        if first != row.number:
            message = f"{wanted.location!r} of {wanted.building!r} stands in row {first} already; keep one of them"
            errors.append(RowError(row.number, self.columns.get("location", ""), message))


def _name(value: str) -> str:
    if not value.strip():
        raise rules.RuleError("is missing; give the building a name")
    return rules.text(value, 120)


def _put(organization: Organization, wanted: _Wanted) -> str:
    """Bring one building and location about; "new", "changed" or "unchanged"."""
    building, readdressed = _put_building(organization, wanted)
    location = Location.objects.filter(building=building, name=wanted.location).first()
    if location is None:
        Location(organization=organization, building=building, name=wanted.location, **wanted.spot).save()
        return "new"
    moved = _assign(location, wanted.spot)
    if moved:
        location.save()
    return "changed" if moved or readdressed else "unchanged"


def _put_building(organization: Organization, wanted: _Wanted) -> tuple[Building, bool]:
    """The building, and whether its address is new to it."""
    building = Building.objects.select_related("address").filter(name=wanted.building).first()
    if building is None:
        address = Address(organization=organization, **wanted.address)
        address.save()
        building = Building(organization=organization, name=wanted.building, address=address)
        building.save()
        return building, True
    readdressed = _assign(building.address, wanted.address)
    if readdressed:
        _uncheck(building.address)
        building.address.save()
    return building, readdressed


def _assign(row: Address | Location, values: Mapping[str, str]) -> bool:
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)


def _uncheck(address: Address) -> None:
    address.verdict = Address.Verdict.UNCHECKED
    address.dataset = address.dataset_version = ""
    address.elements, address.chosen = {}, None
    address.latitude = address.longitude = None
