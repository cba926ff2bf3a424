"""One data set of address points or roads, open for questions."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from callpoint.addresses.reference.areas import Areas
from callpoint.addresses.reference.doors import Door, Doors
from callpoint.addresses.reference.house_number import whole_number
from callpoint.addresses.reference.point_doors import PointDoors
from callpoint.addresses.reference.road_doors import RoadDoors
from callpoint.addresses.reference.street_reader import StreetReader
from callpoint.addresses.reference.values import PointHit, Street
from callpoint.addresses.street_key import StreetKey
from callpoint.addresses.verdict import DatasetRef
from callpoint.datasets.file import DatasetFile
from callpoint.datasets.kinds import Kind
from callpoint.i3.civic import Civic

_DOORS: Final[dict[Kind, Callable[[DatasetFile], Doors]]] = {"address-points": PointDoors, "roads": RoadDoors}
_LOCALITY: Final = ("A4", "A5", "PC", "PCN")
_LOCALITIES: Final = 1 << 14
_TWINS_SHOWN: Final = 20


class ReferenceSet:
    """Answers what the data set knows, and nothing it does not. Safe to share between threads.

    Regions are two letters ("" = any), places any spelling of a name, postal codes as people write them; keys come
    from `addresses.street_key`. Every question may raise `datasets.errors.DatasetError` when the file is damaged.
    """

    def __init__(self, file: DatasetFile) -> None:
        meta = file.meta
        self.kind: Kind = meta.kind
        self.dataset: Final = DatasetRef(meta.name, meta.version, meta.sample)
        self.complete: Final = meta.complete
        self._areas = Areas(file.query("SELECT id, region, place, postal, own FROM area"))
        self._streets = StreetReader(file, self._areas)
        self._doors = _DOORS[meta.kind](file)
        self._query = file.query
        self._locality = lru_cache(maxsize=_LOCALITIES)(self._read_locality)

    def covers(self, region: str, place: str = "", postal: str = "") -> bool:
        """Whether the set has streets in the place, by its full name, and under the postal code, as far as given.

        Where `complete` is true as well, a street or number it lacks there does not exist. A postal code alone is a
        weaker ground than a place: at the border of the set's territory it has a part of the code only.
        """
        if place and not self._areas.is_own_place(region, place):
            return False
        if postal and not self._areas.of_postal(region, postal):
            return False
        return bool(place or postal)

    def is_place(self, name: str, region: str) -> bool:
        """Whether the set has streets in a place of that name (`addresses.parsed.Gazetteer`)."""
        return self._areas.is_place(region, name)

    def streets(self, key: StreetKey, region: str, place: str = "", postal: str = "") -> list[Street]:
        """Streets of exactly this key; with `place` and `postal` only those that lie in both."""
        return [self._street(id_) for id_ in self._streets.with_key(key, region, place, postal)]

    def streets_named(self, name: str, region: str, place: str = "", postal: str = "") -> list[Street]:
        """Streets of this folded name with any type and direction: the way to a type that was left out."""
        return [self._street(id_) for id_ in self._streets.named(name, region, place, postal)]

    def streets_like(
        self, name: str, region: str, place: str = "", postal: str = "", limit: int = 5
    ) -> list[tuple[Street, float]]:
        """Streets whose folded name looks like `name`, with the likeness from 0 to 1 (1 = the same), likest first.

        Only within a place or postal code: without either the answer is empty, for in a whole state every
        name looks like many others.
        """
        found = self._streets.like(name, region, place, postal, limit)
        return [(self._street(id_), likeness) for id_, likeness in found]

    def at(self, street: Street, hnp: str, hno: str, hns: str) -> list[PointHit]:
        """The door of that number, empty when it is not known.

        Several where the source has it far apart, or under several postal codes.

        In a set of roads a suffix ("115A") is not checked: a range tells of numbers alone.
        """
        number = whole_number(hno)
        if number is None:
            return []
        return [self._hit(door) for door in self._doors.at(street.id, number, hnp, hns)]

    def near_numbers(self, street: Street, hno: str, limit: int = 3) -> list[PointHit]:
        """Doors of the street with the nearest numbers; those that only differ in a suffix come first."""
        number = whole_number(hno)
        if number is None:
            return []
        return [self._hit(door) for door in self._doors.near(street.id, number, limit)]

    def elsewhere(
        self, key: StreetKey, hnp: str, hno: str, hns: str, region: str = "", limit: int = _TWINS_SHOWN
    ) -> list[PointHit]:
        """The same number on every street of this key in the region, the one you know included."""
        number, span = whole_number(hno), self._streets.span(key, region)
        if number is None or span is None:
            return []
        return [self._hit(door) for door in self._doors.elsewhere(span, number, hnp, hns, limit)]

    def _street(self, id_: int) -> Street:
        row = self._streets.street(id_)
        return Street(self, id_, row.civic, row.key, row.postals)

    def _hit(self, door: Door) -> PointHit:
        fields = dict(self._streets.street(door.street).fields)
        fields["HNO"] = str(door.number)
        if door.prefix:
            fields["HNP"] = door.prefix
        if door.suffix:
            fields["HNS"] = door.suffix
        for name, text in zip(_LOCALITY, self._locality(door.locality), strict=True):
            if text and not (name == "PCN" and text == fields.get("A3")):
                fields[name] = text
        return PointHit(
            civic=Civic.from_fields(fields),
            point=door.point,
            accuracy=self._doors.accuracy,
            dataset=self.dataset,
            units=door.units,
            complete=self.complete,
            street=self._street(door.street),
            place_type=door.place_type,
        )

    def _read_locality(self, id_: int) -> tuple[str, ...]:
        return self._query("SELECT A4, A5, PC, PCN FROM locality WHERE id = ?", (id_,))[0]
