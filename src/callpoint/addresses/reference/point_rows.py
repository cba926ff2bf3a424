"""Address points while a data set is built: numbers in columns, a tenth of what a million tuples would take."""

from array import array
from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from callpoint.addresses.reference.doors import FAR_APART_METRES
from callpoint.addresses.reference.polyline import Position, metres_between
from callpoint.addresses.reference.schema import ALSO, DEGREE

_CHUNK: Final = 50_000

Columns = dict[str, NDArray[np.int64]]
Duplicate = Callable[[int, int], None]
"""Told the line of a row that says nothing new, and the line it repeats."""


class PointRows:
    """Rows in the order they come; `written` gives them sorted, with units of one address put together."""

    NAMES: Final = ("street", "number", "affix", "lat", "lon", "locality", "units", "place_type", "unit", "line")

    def __init__(self) -> None:
        self._columns = [array("q" if name == "line" else "i") for name in self.NAMES]
        self._append = tuple(column.append for column in self._columns)

    def __len__(self) -> int:
        return len(self._columns[0])

    def add(self, *values: int) -> None:
        """One row, in the order of NAMES."""
        for append, value in zip(self._append, values, strict=True):
            append(value)

    def written(self, street_ids: NDArray[np.int64], duplicate: Duplicate) -> Iterator[tuple[int, ...]]:
        """Rows of the table `point`, in the order of its key. Takes the rows away from here as it goes."""
        columns = {
            name: np.frombuffer(raw, dtype=raw.typecode) for name, raw in zip(self.NAMES, self._columns, strict=True)
        }
        street = street_ids[columns["street"]]
        order = np.lexsort((columns["line"], columns["affix"], columns["number"], street))
        columns = {name: column[order] for name, column in (columns | {"street": street}).items()}
        keep, seq = _put_together(columns, duplicate)
        shown = ("street", "number", "affix", None, "lat", "lon", "locality", "units", "place_type")
        rows = [seq[keep] if name is None else columns[name][keep] for name in shown]
        for start in range(0, len(rows[0]), _CHUNK):
            yield from zip(*(column[start : start + _CHUNK].tolist() for column in rows), strict=True)


def _put_together(columns: Columns, duplicate: Duplicate) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which rows stand for their address, and their number among several; counts units into `columns`."""
    count = len(columns["street"])
    keep, seq = np.ones(count, dtype=np.bool_), np.zeros(count, dtype=np.int64)
    units = columns["units"] = np.maximum(columns["units"], 1)
    for start, end in _groups(columns, count):
        group = _Group(columns, start, end)
        keep[start:end] = False
        for number, places in enumerate(group.places(duplicate)):
            chosen = group.middlemost(places)
            telling = [chosen, *group.otherwise_known(places, chosen)]
            units[telling] = sum(int(units[at]) for at in places)
            keep[telling], seq[telling] = True, [number, *(ALSO + at - start for at in telling[1:])]
    return keep, seq


def _groups(columns: Columns, count: int) -> list[tuple[int, int]]:
    """Spans of more than one row with one address."""
    if count < 2:
        return []
    same = np.ones(count - 1, dtype=np.bool_)
    for name in ("street", "number", "affix"):
        same &= columns[name][1:] == columns[name][:-1]
    starts = np.concatenate(([0], np.flatnonzero(~same) + 1, [count]))
    several = np.flatnonzero(np.diff(starts) > 1)
    return list(zip(starts[several].tolist(), starts[several + 1].tolist(), strict=True))


class _Group:
    """The rows of one address, by their index in the sorted columns."""

    def __init__(self, columns: Columns, start: int, end: int) -> None:
        names = ("lat", "lon", "unit", "locality", "line")
        values = zip(*(columns[name][start:end].tolist() for name in names), strict=True)
        self._rows = dict(enumerate(values, start))

    def places(self, duplicate: Duplicate) -> list[list[int]]:
        """The rows by place: those near each other are one place, in the order of their lines."""
        found: list[list[int]] = []
        seen: dict[tuple[int, ...], int] = {}
        for at, (*said, line) in self._rows.items():
            first = seen.setdefault(tuple(said), line)
            if first != line:
                duplicate(line, first)
                continue
            near = next((place for place in found if self._metres(place[0], at) <= FAR_APART_METRES), None)
            if near is None:
                found.append([at])
            else:
                near.append(at)
        return found

    def middlemost(self, place: list[int]) -> int:
        """The row that stands for a place: a real door, the one nearest to the middle of all.

        From there no other row may be far; from the first row none is, since the place was gathered around it.
        """
        if len(place) == 1:
            return place[0]
        lat = sum(self._rows[at][0] for at in place) / len(place)
        lon = sum(self._rows[at][1] for at in place) / len(place)
        middle = lat / DEGREE, lon / DEGREE
        nearest = min(place, key=lambda at: metres_between(middle, self._position(at)))
        return nearest if all(self._metres(nearest, at) <= FAR_APART_METRES for at in place) else place[0]

    def otherwise_known(self, place: list[int], chosen: int) -> list[int]:
        """Rows that tell a further postal code of the place: a large building has several, and all are right."""
        first: dict[int, int] = {}
        for at in place:
            first.setdefault(self._rows[at][3], at)
        del first[self._rows[chosen][3]]
        return list(first.values())

    def _position(self, at: int) -> Position:
        return self._rows[at][0] / DEGREE, self._rows[at][1] / DEGREE

    def _metres(self, one: int, other: int) -> float:
        return metres_between(self._position(one), self._position(other))
