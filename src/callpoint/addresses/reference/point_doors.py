"""Numbers on streets as address points know them."""

from typing import Any, Final

from callpoint.addresses.reference.affixes import BARE
from callpoint.addresses.reference.doors import Door
from callpoint.addresses.reference.house_number import affix_key
from callpoint.addresses.reference.schema import ALSO, DEGREE
from callpoint.addresses.reference.street_reader import Span
from callpoint.addresses.verdict import Accuracy
from callpoint.datasets.file import DatasetFile

_COLUMNS: Final = "street, number, affix, lat, lon, locality, units, place_type"
_AT: Final = f"SELECT {_COLUMNS} FROM point WHERE street = ? AND number = ? AND affix = ?"  # noqa: S608 - own names
_PLACES: Final = f"SELECT {_COLUMNS} FROM point WHERE seq < {ALSO} AND street = ?"  # noqa: S608 - own names
_FROM: Final = f"{_PLACES} AND number >= ? ORDER BY number LIMIT ?"
_BELOW: Final = f"{_PLACES} AND number < ? ORDER BY number DESC LIMIT ?"
_ELSEWHERE: Final = (
    f"SELECT {_COLUMNS} FROM point INDEXED BY point_number "  # noqa: S608 - own names
    "WHERE number = ? AND street BETWEEN ? AND ? AND affix = ? LIMIT ?"
)


class PointDoors:
    """Doors of a set of kind address-points (`reference.doors.Doors`)."""

    accuracy: Accuracy = "point"

    def __init__(self, file: DatasetFile) -> None:
        self._query = file.query
        affixes = file.query("SELECT id, prefix, suffix FROM affix")
        self._affixes: dict[int, tuple[str, str]] = {id_: (prefix, suffix) for id_, prefix, suffix in affixes}
        self._affixes[BARE] = ("", "")
        self._affix_ids = {affix_key(*pair): id_ for id_, pair in self._affixes.items()}
        self._place_types: dict[int, str] = dict(file.query("SELECT id, name FROM place_type"))

    def at(self, street: int, number: int, prefix: str, suffix: str) -> list[Door]:
        """Exactly this door."""
        affix = self._affix_ids.get(affix_key(prefix, suffix)) if prefix or suffix else BARE
        if affix is None:
            return []
        return [self._door(row) for row in self._query(_AT, (street, number, affix))]

    def near(self, street: int, number: int, limit: int) -> list[Door]:
        """Of two numbers equally near, the one on the same side of the street comes first."""
        rows = self._query(_FROM, (street, number, limit)) + self._query(_BELOW, (street, number, limit))
        rows.sort(key=lambda row: (abs(row[1] - number), (row[1] - number) % 2, row[1], row[2]))
        return [self._door(row) for row in rows[:limit]]

    def elsewhere(self, streets: Span, number: int, prefix: str, suffix: str, limit: int) -> list[Door]:
        """One span of an index, however many streets there are."""
        affix = self._affix_ids.get(affix_key(prefix, suffix))
        if affix is None:
            return []
        return [self._door(row) for row in self._query(_ELSEWHERE, (number, *streets, affix, limit))]

    def _door(self, row: tuple[Any, ...]) -> Door:
        street, number, affix, lat, lon, locality, units, place_type = row
        prefix, suffix = self._affixes[affix]
        point = (lat / DEGREE, lon / DEGREE)
        return Door(street, prefix, number, suffix, point, locality, units, self._place_types[place_type])
