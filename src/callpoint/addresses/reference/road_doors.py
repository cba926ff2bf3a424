"""Numbers on streets as ranges of roads know them: not that a door is there, but where it would be."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final, NamedTuple

from callpoint.addresses.reference.affixes import BARE
from callpoint.addresses.reference.doors import FAR_APART_METRES, Door
from callpoint.addresses.reference.house_number import affix_key
from callpoint.addresses.reference.polyline import Piece, decode, metres_between
from callpoint.addresses.reference.road_ranges import fits, nearest_in
from callpoint.addresses.reference.road_shape import locate
from callpoint.addresses.reference.street_reader import Span
from callpoint.addresses.verdict import Accuracy
from callpoint.datasets.file import DatasetFile

_COLUMNS: Final = "street, low, high, parity, falling, side, affix, locality, line"
_AT: Final = f"SELECT {_COLUMNS} FROM span WHERE street = ? AND low <= ? AND high >= ?"  # noqa: S608 - own names
_ALL: Final = f"SELECT {_COLUMNS} FROM span WHERE street = ?"  # noqa: S608 - own names
_ELSEWHERE: Final = f"SELECT {_COLUMNS} FROM span WHERE street BETWEEN ? AND ? AND low <= ? AND high >= ?"  # noqa: S608 - own names
_LINES: Final = 1 << 12


class _Row(NamedTuple):
    street: int
    low: int
    high: int
    parity: str
    falling: int
    side: str
    affix: int
    locality: int
    line: int


class RoadDoors:
    """Doors of a set of kind roads (`reference.doors.Doors`)."""

    accuracy: Accuracy = "range"

    def __init__(self, file: DatasetFile) -> None:
        self._query = file.query
        self._prefixes: dict[int, str] = dict(file.query("SELECT id, prefix FROM affix")) | {BARE: ""}
        self._affix_ids = {affix_key(prefix, ""): id_ for id_, prefix in self._prefixes.items()}
        self._pieces = lru_cache(maxsize=_LINES)(self._read_line)

    def at(self, street: int, number: int, prefix: str, suffix: str) -> list[Door]:
        """Where the number lies on the side of its parity. The suffix is taken over: ranges know of none."""
        return self._apart(self._fitting(self._query(_AT, (street, number, number)), number, prefix), number, suffix)

    def near(self, street: int, number: int, limit: int) -> list[Door]:
        """The nearest numbers that lie in ranges, one of each range."""
        found = []
        for values in self._query(_ALL, (street,)):
            row = _Row(*values)
            nearest = nearest_in(number, row.low, row.high, row.parity)
            if nearest is not None:
                found.append((abs(nearest - number), (nearest - number) % 2, nearest, row))
        found.sort()
        return [self._door(row, nearest, "") for _, _, nearest, row in found[:limit]]

    def elsewhere(self, streets: Span, number: int, prefix: str, suffix: str, limit: int) -> list[Door]:
        """One place for each of the streets that has the number."""
        rows = self._fitting(self._query(_ELSEWHERE, (*streets, number, number)), number, prefix)
        by_street = {row.street: row for row in reversed(rows)}
        return [self._door(by_street[street], number, suffix) for street in sorted(by_street)[:limit]]

    def _fitting(self, rows: Iterable[tuple[Any, ...]], number: int, prefix: str) -> list[_Row]:
        """Ranges that hold the number, those of one parity before those of both, narrow before wide."""
        affix = self._affix_ids.get(affix_key(prefix, "")) if prefix else BARE
        found = [row for row in map(_Row._make, rows) if row.affix == affix and fits(number, row.parity)]
        return sorted(found, key=lambda row: (row.parity == "B", row.high - row.low, row.line)) if number else []

    def _apart(self, rows: list[_Row], number: int, suffix: str) -> list[Door]:
        """The best of the ranges, and others only where they lie far from it."""
        doors: list[Door] = []
        for row in rows:
            door = self._door(row, number, suffix)
            if all(metres_between(door.point, known.point) > FAR_APART_METRES for known in doors):
                doors.append(door)
        return doors

    def _door(self, row: _Row, number: int, suffix: str) -> Door:
        start, end = (row.high, row.low) if row.falling else (row.low, row.high)
        point = locate(self._pieces(row.line), number, start, end, row.side)
        return Door(row.street, self._prefixes[row.affix], number, suffix, point, row.locality)

    def _read_line(self, id_: int) -> list[Piece]:
        return list(decode(self._query("SELECT shape FROM line WHERE id = ?", (id_,))[0][0]))
