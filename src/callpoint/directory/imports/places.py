"""Buildings and locations compared: what each row of a file makes new, changes or leaves, and what is in no row."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.db.models import Value
from django.db.models.functions import Coalesce

from callpoint.directory.bulk import batched
from callpoint.directory.imports.addresses import SUGGESTION_TAKEN, Addresses
from callpoint.directory.imports.in_use import users_of
from callpoint.directory.imports.locations import Reader, WantedPlace
from callpoint.directory.imports.plan import BuildingStep, Noted
from callpoint.directory.imports.result import RowError
from callpoint.directory.imports.table import Row, Table
from callpoint.directory.models import Address, Building, Location
from callpoint.directory.models.base import Values
from callpoint.directory.verdicts import DISPATCHABLE, ELEMENT_COLUMNS, Columns, civic_of, is_same_place, settle

SPOT: Final = ("floor", "unit", "room", "note", "elin")
COMPARED: Final = ("name", "building_id", *SPOT)
"""The columns of locations a file can say something of."""
ADDRESS_COMPARED: Final = (
    *ELEMENT_COLUMNS.values(),
    *("latitude", "longitude", "accuracy", "verdict", "dataset", "dataset_version", "elements", "chosen"),
)
"""The columns of addresses a file can say something of; `psap` follows from them by itself."""
_MISSING_AT_ONCE: Final = 2000


class PlacesComparison:
    """Call within the organization's scope; rows in pieces, in the order of the file, and `missing` at the end."""

    def __init__(self, table: Table, addresses: Addresses) -> None:
        self._reader = Reader(table, addresses)
        self.notes: Sequence[str] = ()
        self.counts: Counter[str] = Counter()
        self.buildings: list[BuildingStep] = []
        """Those to be made or readdressed, of the rows that were noted by now."""
        self._keys: dict[str, int | None] = {}
        self._verdicts: dict[str, str] = {}
        """Of each building's address as it will be kept: one confirmed before stays so."""
        self._addressed: dict[str, list[tuple[str, str, str]]] = {}
        self._locations: dict[tuple[int, str], Values] = {}
        self._seen: set[int] = set()
        self._doubtful: set[tuple[str, str]] = set()

    def noted(self, rows: Sequence[Row]) -> list[Noted]:
        """What becomes of each row."""
        read = [(row, _trouble(row) or self._reader.read(row)) for row in rows]
        self._meet([found for _, found in read if isinstance(found, WantedPlace)])
        holders = self._elin_holders([found for _, found in read if isinstance(found, WantedPlace)])
        read = [(row, self._taken_elin(found, holders) or found) for row, found in read]
        return [
            self._compared(found) if isinstance(found, WantedPlace) else self._wrong(row, found) for row, found in read
        ]

    def _elin_holders(self, wanted: Sequence[WantedPlace]) -> dict[str, Location]:
        elins = [row.spot["elin"] for row in wanted if row.spot.get("elin")]
        return {one.elin: one for one in Location.objects.select_related("building").filter(elin__in=elins)}

    def _taken_elin(
        self, found: WantedPlace | list[RowError], holders: Mapping[str, Location]
    ) -> list[RowError] | None:
        """What is wrong when another location has the number; taking it away there comes first."""
        if not isinstance(found, WantedPlace):
            return None
        holder = holders.get(found.spot.get("elin", ""))
        if holder is None or (str(holder.building), holder.name) == (found.building, found.location):
            return None
        told = f"{holder.elin} is the ELIN of {holder.name} in {holder.building} already; take it away there first"
        return [RowError(found.row.number, self._reader.columns["elin"], told)]

    def missing(self) -> Iterator[list[Noted]]:
        """Locations of buildings that are in no row; one whose row is wrong is not missing."""
        spots = Location.objects.filter(building__isnull=False).order_by("pk")
        piece: list[tuple[int, str, str]] = []
        found = spots.values_list("pk", Coalesce("building__name", Value("")), "name")
        for pk, building, name in found.iterator(_MISSING_AT_ONCE):
            if pk not in self._seen and (building.casefold(), name.casefold()) not in self._doubtful:
                piece.append((pk, building, name))
            if len(piece) == _MISSING_AT_ONCE:
                yield _missing(piece)
                piece = []
        yield _missing(piece)

    def _meet(self, wanted: Sequence[WantedPlace]) -> None:
        """Learn of the buildings of these rows, as far as they are new to us, and of the locations in them."""
        fresh = {row.building: row.accepted.columns for row in wanted if row.building not in self._keys}
        found: dict[str, Building] = {}
        for names in batched(list(fresh)):
            for building in Building.objects.select_related("address").filter(name__in=names):
                found[building.name] = building
        for name, columns in fresh.items():
            self._take_building(name, columns, found.get(name))
        for keys in batched([building.pk for building in found.values()]):
            for location in Location.objects.filter(building__in=keys).values("pk", *COMPARED):
                self._locations[location["building_id"], location["name"]] = location

    def _take_building(self, name: str, columns: Columns, building: Building | None) -> None:
        self._keys[name] = building.pk if building is not None else None
        if building is None:
            self.buildings.append(BuildingStep(name, None, None, {"values": columns}))
            self._verdicts[name] = columns["verdict"]
            self._addressed[name] = _addressed(columns)
            return
        before = building.address.values()
        settle(building.address, columns)
        after = building.address.values()
        self._verdicts[name] = after["verdict"]
        differing = [field for field in before if before[field] != after[field]]
        if differing:
            work = {
                "before": {field: before[field] for field in differing},
                "after": {field: after[field] for field in differing},
            }
            self.buildings.append(BuildingStep(name, building.pk, building.address.pk, work))
            self._addressed[name] = _readdressed(before, after)

    def _wrong(self, row: Row, errors: Sequence[RowError]) -> Noted:
        building, name = row.get("building").strip(), row.get("location").strip() or "Default"
        self._doubtful.add((building.casefold(), name.casefold()))
        return Noted(row.number, "wrong", _key(building, name), cells=row.all, problems=errors)

    def _compared(self, wanted: WantedPlace) -> Noted:
        row, name, building = wanted.row, wanted.location, self._keys[wanted.building]
        self.counts["not_dispatchable"] += self._verdicts[wanted.building] not in DISPATCHABLE
        self.counts["suggested"] += any(one.code == SUGGESTION_TAKEN for one in wanted.accepted.warnings)
        location = self._locations.get((building, name)) if building is not None else None
        key = _key(wanted.building, name)
        # A new address is told once for its building, with the first row that has it.
        moved = self._addressed.pop(wanted.building, [])
        if location is None:
            values = {"name": name, **wanted.spot}
            work = {"values": values, "building": wanted.building, "told": {"building": wanted.building}}
            return Noted(row.number, "new", key, work=work, shown=moved, warnings=wanted.warnings)
        self._seen.add(location["pk"])
        differing = [field for field, value in wanted.spot.items() if location[field] != value]
        if not differing and not moved:
            return Noted(row.number, "unchanged", key, object=location["pk"], warnings=wanted.warnings)
        work = {
            "before": {field: location[field] for field in differing},
            "after": {field: wanted.spot[field] for field in differing},
        }
        shown = [*moved, *((field, location[field], wanted.spot[field]) for field in differing)]
        return Noted(row.number, "changed", key, "", shown, location["pk"], work, warnings=wanted.warnings)


def _trouble(row: Row) -> list[RowError]:
    return [RowError(row.number, "", row.trouble)] if row.trouble else []


def _key(building: str, name: str) -> str:
    return f"{building} / {name}"


def _missing(found: Sequence[tuple[int, str, str]]) -> list[Noted]:
    used = users_of(Location, [pk for pk, _, _ in found])
    return [_missing_row(pk, building, name, used[pk]) for pk, building, name in found]


def _missing_row(pk: int, building: str, name: str, users: int) -> Noted:
    stays = (RowError(0, "", f"is used by {users:,} and stays; give them another location first"),) if users else ()
    return Noted(0, "missing", _key(building, name), object=pk, work={}, warnings=stays)


def _addressed(columns: Columns) -> list[tuple[str, str, str]]:
    """The address of a new building as it will be kept, and how true it is."""
    return [("address", "", civic_of(columns).formatted()), ("verdict", "", columns["verdict"])]


def _readdressed(before: Values, after: Values) -> list[tuple[str, str, str]]:
    """What differs between two addresses, as people read it: the elements, the verdict, and whether it has a point.

    Another place has its verdict told even where it is the one of the place before.
    """
    moves = not is_same_place(before, after)
    told = [
        (field, _words(before[field]), _words(after[field]))
        for field in (*ELEMENT_COLUMNS.values(), "verdict", "dataset")
        if before[field] != after[field] or (moves and field == "verdict")
    ]
    if _point(before) != _point(after):
        told.append(("point", _point(before), _point(after)))
    # Something inside changed that nobody reads; the row is a change all the same.
    return told or [("address", str(Address(**_elements(before))), str(Address(**_elements(after))))]


def _elements(values: Values) -> Values:
    return {field: values[field] for field in ELEMENT_COLUMNS.values()}


def _point(values: Values) -> str:
    return "" if values["latitude"] is None else f"{values['latitude']:.5f}, {values['longitude']:.5f}"


def _words(value: Any) -> str:
    return "" if value is None else str(value)
