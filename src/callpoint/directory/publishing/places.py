"""Location records, built from locations, their buildings and addresses."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from callpoint.directory.models import Address, Location
from callpoint.directory.publishing.routes import RouteTable
from callpoint.i3.civic import CIVIC_ELEMENTS, EXTENSION_ELEMENTS, Civic
from callpoint.routing import records

_ELEMENTS: Final = tuple((name, name.lower()) for name in (*CIVIC_ELEMENTS, *EXTENSION_ELEMENTS))
_ADDRESS_COLUMNS: Final = (
    *(column for _, column in _ELEMENTS),
    *("latitude", "longitude", "verdict", "dataset", "dataset_version", "psap_id", "psap_source", "updated_at"),
)
# What people call the only spot of a building; telling a call taker so would say nothing.
_NO_SPOT: Final = frozenset({"default", "main", "home"})
_KEPT: Final = 50_000  # locations; a company has a few thousand, homes pass through once


class Places:
    """Location records by primary key, kept until `forget`: most people share one of few locations."""

    def __init__(self) -> None:
        self._kept: dict[int, records.LocationRecord] = {}
        self._routes: RouteTable | None = None

    @property
    def routes(self) -> RouteTable:
        if self._routes is None:
            self._routes = RouteTable()
        return self._routes

    def forget(self) -> None:
        """Something changed that records here were made from."""
        self._kept.clear()
        self._routes = None

    def of(self, wanted: Iterable[int]) -> Mapping[int, records.LocationRecord]:
        """The records of these locations (and perhaps others), in two queries for those not kept."""
        missing = set(wanted) - self._kept.keys()
        if missing:
            if len(self._kept) > _KEPT:
                self._kept.clear()
                missing = set(wanted)
            self._load(missing)
        return self._kept

    def _load(self, missing: set[int]) -> None:
        rows = list(
            Location.objects.filter(pk__in=missing).values(
                *("pk", "name", "floor", "unit", "room", "note", "address_id", "updated_at"),
                *("building_id", "building__name", "building__address_id"),
            )
        )
        wanted = {row["address_id"] or row["building__address_id"] for row in rows}
        addresses = {row["pk"]: row for row in Address.objects.filter(pk__in=wanted).values("pk", *_ADDRESS_COLUMNS)}
        for row in rows:
            self._kept[row["pk"]] = self.record(row, addresses[row["address_id"] or row["building__address_id"]])

    def record(self, location: Mapping[str, Any], address: Mapping[str, Any]) -> records.LocationRecord:
        """The record of column values, also of a location that nobody has saved yet."""
        psap, psap_source = self.routes.psap_for(address)
        point = None if address["latitude"] is None else (address["latitude"], address["longitude"])
        return records.LocationRecord(
            id=str(location["pk"]),
            civic=civic(location, address),
            point=point,
            verdict=address["verdict"],
            dataset=" ".join(filter(None, [address["dataset"], address["dataset_version"]])),
            psap=psap,
            psap_source=psap_source,
            source="administrator",
            updated_at=max(location["updated_at"], address["updated_at"]).isoformat(timespec="seconds"),
            building=location["building__name"] or "",
            note=location["note"] or location["name"],
            building_id=str(location["building_id"] or ""),
        )


def civic(location: Mapping[str, Any], address: Mapping[str, Any]) -> Civic:
    """The dispatchable location: the address, with the spot in the building over what the address says of it.

    The free line (LOC) is the location's note, or its name where nothing else tells the spot.
    """
    fields = {element: address[column] for element, column in _ELEMENTS}
    spot = {"FLR": location["floor"], "UNIT": location["unit"], "ROOM": location["room"], "LOC": location["note"]}
    fields |= {element: value for element, value in spot.items() if value}
    if not any(spot.values()) and location["name"].casefold() not in _NO_SPOT:
        fields["LOC"] = fields["LOC"] or location["name"]
    return Civic.from_fields(fields)
