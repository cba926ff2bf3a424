"""Many detailed polygons in flat arrays: which of them hold a point, exactly, and what of them lies in a box.

A nation of PSAP boundaries is ten million corners. As prepared GEOS geometries they took 0.8 GB and a warm-up of
seconds (one tree of segments a polygon); here they are two arrays of numbers, and every run of CORNERS_A_RUN edges
of a ring has its box. A ray to the east from the point then needs only the boxes:

- a run wholly west, north or south of the point is not crossed;
- a run wholly east of it is crossed an odd number of times exactly when its ends lie on different sides of the ray;
- only a run whose box holds the point must be looked at edge by edge (one or two of hundreds).

The arrays can lie in a file that several processes map. Latitude is y, longitude x, both in degrees.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from callpoint.routing.sides import Edge, on_border_or_crossings

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

# As fast as 32 or 128 on the boundaries of Kansas; the boxes of runs take a tenth of the corners' room.
CORNERS_A_RUN: Final = 64
_FIRST_CORNERS: Final = 1 << 16


@dataclass(frozen=True)
class Box:
    """Degrees; `west` <= `east` always: what crosses the 180th meridian goes on beyond 180."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True)
class RingArrays:
    """All rings of all areas, as arrays that may be memory-mapped and are only read.

    Corners: `x`, `y`, every ring closed. Runs: `run_first` and `run_last` corner (the last is the first of the next
    run) and the box of each. Rings: `ring_runs[i]` to `ring_runs[i + 1]` are its runs; `ring_outer` marks the first
    ring of a polygon, the holes follow. Areas (multipolygons): `area_rings[i]` to `area_rings[i + 1]` are its rings.
    """

    x: Floats
    y: Floats
    run_first: Numbers
    run_last: Numbers
    run_west: Floats
    run_south: Floats
    run_east: Floats
    run_north: Floats
    ring_runs: Numbers
    ring_outer: Flags
    area_rings: Numbers

    def parts(self) -> dict[str, NDArray[Any]]:
        """The arrays by name, for whoever stores them."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def of_parts(cls, parts: Mapping[str, NDArray[Any]]) -> "RingArrays":
        """KeyError when one is missing."""
        return cls(**{field.name: parts[field.name] for field in fields(cls)})


class Rings:
    """Answers about areas by their number. Safe for any number of reading threads."""

    def __init__(self, arrays: RingArrays) -> None:
        self.arrays = arrays
        # Plain lists of whole numbers: taking one element out of a numpy array costs more than the look-up itself.
        self._run_bounds: list[int] = arrays.ring_runs[arrays.area_rings].tolist()
        self._ring_boxes = _boxes(arrays, arrays.ring_runs)
        self._start_y, self._end_y = arrays.y[arrays.run_first], arrays.y[arrays.run_last]

    def __len__(self) -> int:
        return len(self._run_bounds) - 1

    def holds(self, area: int, x: float, y: float) -> bool:
        """Whether the point lies in the area or on its border; exact for the numbers as they are.

        By the even-odd rule over all rings of the area.
        """
        arrays, first, last = self.arrays, self._run_bounds[area], self._run_bounds[area + 1]
        east_of = arrays.run_west[first:last] > x
        split = (self._start_y[first:last] > y) != (self._end_y[first:last] > y)
        crossings = int(np.count_nonzero(east_of & split))
        around = ~east_of & (arrays.run_east[first:last] >= x)
        around &= (arrays.run_south[first:last] <= y) & (arrays.run_north[first:last] >= y)
        for run in np.flatnonzero(around).tolist():
            crossed = self._look_closely(first + run, x, y)
            if crossed is None:
                return True
            crossings += crossed
        return crossings % 2 == 1

    def runs_in(self, area: int, box: Box) -> Flags:
        """Which runs of the area have a box that touches `box`."""
        arrays, runs = self.arrays, slice(self._run_bounds[area], self._run_bounds[area + 1])
        touching = (arrays.run_west[runs] <= box.east) & (arrays.run_east[runs] >= box.west)
        touching &= (arrays.run_south[runs] <= box.north) & (arrays.run_north[runs] >= box.south)
        return touching

    def first_run(self, area: int) -> int:
        return self._run_bounds[area]

    def ring_touches(self, ring: int, box: Box) -> bool:
        """Whether the box around the ring, by its runs, touches `box`."""
        west, south, east, north = self._ring_boxes
        return bool(
            west[ring] <= box.east and east[ring] >= box.west and south[ring] <= box.north and north[ring] >= box.south
        )

    def boxes(self) -> tuple[Floats, Floats, Floats, Floats]:
        """West, south, east and north of every area; nan for one without rings."""
        return _boxes(self.arrays, np.asarray(self._run_bounds))

    def polygons(self, area: int) -> tuple[tuple[Floats, ...], ...]:
        """Each polygon of the area as its outer ring and its holes: arrays of (longitude, latitude) rows, closed."""
        arrays = self.arrays
        polygons: list[list[Floats]] = []
        for ring in range(int(arrays.area_rings[area]), int(arrays.area_rings[area + 1])):
            first, last = arrays.ring_runs[ring], arrays.ring_runs[ring + 1] - 1
            corners = slice(int(arrays.run_first[first]), int(arrays.run_last[last]) + 1)
            if arrays.ring_outer[ring]:
                polygons.append([])
            polygons[-1].append(np.column_stack((arrays.x[corners], arrays.y[corners])))
        return tuple(tuple(rings) for rings in polygons)

    def touch(self) -> float:
        """Reads every number once, so that a mapped file is in memory; the sum is of no use."""
        return float(sum(float(part.sum()) for part in self.arrays.parts().values()))

    def _look_closely(self, run: int, x: float, y: float) -> int | None:
        """How many edges of the run the ray crosses; None when the point lies on one of them."""
        arrays = self.arrays
        corners = slice(int(arrays.run_first[run]), int(arrays.run_last[run]) + 1)
        xs, ys = arrays.x[corners], arrays.y[corners]
        above = ys - y
        # A product that underflows to zero lets in an edge too many, which the close look sorts out.
        level = np.flatnonzero(above[:-1] * above[1:] <= 0)
        edges = [Edge(*map(float, (xs[at], ys[at], xs[at + 1], ys[at + 1]))) for at in level.tolist()]
        return on_border_or_crossings(edges, x, y)


def build_rings(wkb: Iterable[bytes]) -> RingArrays:
    """Flattens polygons and multipolygons, one at a time, so that the peak is little more than the result.

    Anything else (a point, a line, nothing) has no rings and holds no point. Raises shapely.errors.GEOSException for
    bytes that are no WKB.
    """
    builder = _Builder()
    for one in wkb:
        builder.add(shapely.from_wkb(one))
    return builder.arrays()


class _Builder:
    def __init__(self) -> None:
        self._x, self._y = np.empty(_FIRST_CORNERS), np.empty(_FIRST_CORNERS)
        self._corners = 0
        self._runs: list[tuple[Numbers, Numbers, Floats, Floats, Floats, Floats]] = []
        self._run_count = 0
        self._ring_runs, self._ring_outer, self._area_rings = [0], list[bool](), [0]

    def add(self, geometry: Any) -> None:
        for polygon in shapely.get_parts(geometry):
            if shapely.get_type_id(polygon) != shapely.GeometryType.POLYGON or shapely.is_empty(polygon):
                continue
            for number, ring in enumerate(shapely.get_rings(polygon)):
                self._add_ring(shapely.get_coordinates(ring), number == 0)
        self._area_rings.append(len(self._ring_outer))

    def _add_ring(self, corners: Floats, outer: bool) -> None:
        begin, end = self._corners, self._corners + len(corners)
        if end > len(self._x):
            self._resize(end * 3 // 2)
        x, y = self._x[begin:end], self._y[begin:end]
        x[:], y[:] = unwrapped(corners[:, 0]), corners[:, 1]
        first: Numbers = np.arange(0, len(corners) - 1, CORNERS_A_RUN)
        last = np.append(first[1:], len(corners) - 1)
        self._runs.append(
            (
                first + begin,
                last + begin,
                np.minimum(np.minimum.reduceat(x, first), x[last]),
                np.minimum(np.minimum.reduceat(y, first), y[last]),
                np.maximum(np.maximum.reduceat(x, first), x[last]),
                np.maximum(np.maximum.reduceat(y, first), y[last]),
            )
        )
        self._corners = end
        self._run_count += len(first)
        self._ring_runs.append(self._run_count)
        self._ring_outer.append(outer)

    def _resize(self, corners: int) -> None:
        """In place: the system moves large blocks by their page table, so that two copies never exist."""
        self._x.resize(corners, refcheck=False)
        self._y.resize(corners, refcheck=False)

    def arrays(self) -> RingArrays:
        none = (*[np.empty(0, np.int64)] * 2, *[np.empty(0)] * 4)
        first, last, west, south, east, north = [
            np.concatenate(column) for column in zip(none, *self._runs, strict=True)
        ]
        self._resize(self._corners)
        return RingArrays(
            self._x,
            self._y,
            first,
            last,
            west,
            south,
            east,
            north,
            np.asarray(self._ring_runs, np.int64),
            np.asarray(self._ring_outer, np.bool_),
            np.asarray(self._area_rings, np.int64),
        )


def unwrapped(longitudes: Floats) -> Floats:
    """A ring that jumps from 179 to -179 goes on to 181 instead (the Aleutians).

    An edge of just 360 degrees is the border of a map of the world and stays.
    """
    steps = np.diff(longitudes)
    jumps = (np.abs(steps) > 180) & (np.abs(steps) < 360)
    if not jumps.any():
        return longitudes
    turns = np.cumsum(np.where(jumps, -np.sign(steps), 0.0))
    return longitudes + 360.0 * np.concatenate(([0.0], turns))


def _boxes(arrays: RingArrays, bounds: Numbers) -> tuple[Floats, Floats, Floats, Floats]:
    """West, south, east and north of the runs from each of `bounds` to the next; nan where there are none."""
    return (
        _reduced(np.minimum, arrays.run_west, bounds),
        _reduced(np.minimum, arrays.run_south, bounds),
        _reduced(np.maximum, arrays.run_east, bounds),
        _reduced(np.maximum, arrays.run_north, bounds),
    )


def _reduced(reduce: np.ufunc, values: Floats, bounds: Numbers) -> Floats:
    out = np.full(len(bounds) - 1, np.nan)
    filled = np.flatnonzero(np.diff(bounds))
    if len(filled):
        out[filled] = reduce.reduceat(values, bounds[filled])
    return out
