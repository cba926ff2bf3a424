"""Gaps and overlaps of areas that should lie side by side.

Agencies of one service are meant to cover the land once (NENA-STA-006.3: no unintentional gaps or overlaps). A gap
here is a hole that areas enclose; land outside of all of them is somebody else's. What is too small or too narrow
for a person to stand in comes from drawing and rounding, and is left out.

Most areas of a good file share their edges exactly. Those are found first, which is cheap, and only the others are
cut with each other: 6,000 detailed polygons take seconds instead of a minute.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from callpoint.datasets.feature import LatLon

# A thousand square metres is the lot of a small house.
SLIVER_KM2: Final = 0.001
# Boundaries are drawn to some metres; two drawings of one road differ by as much.
SLIVER_METRES: Final = 5.0
_DEGREE_KM: Final = 111.4  # along the equator
_CRACK_DEGREES: Final = SLIVER_METRES / 1000 / _DEGREE_KM
_EARTH_KM: Final = 6371.0072  # radius of the sphere with the earth's surface (authalic), so that areas come out right


@dataclass(frozen=True)
class Fault:
    """A gap or an overlap. `members` are indexes into the areas given: the two that overlap, those around a gap."""

    members: tuple[int, ...]
    km2: float
    point: LatLon


def overlaps_and_gaps(areas: Sequence[Any]) -> tuple[list[Fault], list[Fault]]:
    """Both lists, largest first. `areas` are valid polygons and multipolygons in degrees, longitude first."""
    geometries = _array(areas)
    # Where neighbours do not share their edge exactly: they overlap, or leave a crack, or their corners differ.
    edges = shapely.coverage_invalid_edges(geometries, gap_width=_CRACK_DEGREES)
    tree = shapely.STRtree(geometries)
    found = sorted(_overlaps(geometries, tree, edges), key=_largest_first)
    return found, sorted(_gaps(geometries, tree, edges), key=_largest_first)


def _array(shapes: Sequence[Any]) -> Any:
    return np.fromiter(shapes, dtype=object, count=len(shapes))


def _largest_first(fault: Fault) -> tuple[float, tuple[int, ...]]:
    return -fault.km2, fault.members


def _overlaps(geometries: Any, tree: Any, edges: Any) -> Iterator[Fault]:
    # Of two that overlap, one has an uneven edge within or along the other; the other may be even, if it is larger.
    uneven = np.flatnonzero(~shapely.is_empty(edges))
    pairs = tree.query(edges[uneven], predicate="intersects")
    left, right = uneven[pairs[0]], pairs[1]
    both = np.unique(np.stack([np.minimum(left, right), np.maximum(left, right)])[:, left != right], axis=1)
    common = shapely.intersection(geometries[both[0]], geometries[both[1]])
    parts, of_pair = shapely.get_parts(common, return_index=True)
    by_pair: dict[int, list[Any]] = defaultdict(list)
    for index in _may_matter(parts).tolist():
        by_pair[int(of_pair[index])].append(parts[index])
    for pair, shapes in by_pair.items():
        yield from _faults(shapes, tuple(both[:, pair].tolist()))


def _gaps(geometries: Any, tree: Any, edges: Any) -> Iterator[Fault]:
    uneven = ~shapely.is_empty(edges)
    even = shapely.coverage_union_all(geometries[~uneven])
    # Cracks are filled, or a hole that leads outside through one of a hair's breadth would be none.
    filling = shapely.buffer(edges[uneven], _CRACK_DEGREES / 2, quad_segs=1)
    whole = shapely.get_parts(shapely.union_all([even, *geometries[uneven], *filling]))
    holes = _array([shapely.Polygon(ring) for part in whole for ring in part.interiors])
    for hole in holes[_may_matter(holes)]:
        grown = shapely.buffer(hole, _CRACK_DEGREES, join_style="mitre")
        around = np.sort(tree.query(grown, predicate="intersects"))
        left = shapely.difference(grown, shapely.union_all(geometries[around]))
        yield from _faults(shapely.get_parts(left).tolist(), tuple(around.tolist()))


def _may_matter(shapes: Any) -> Any:
    """Indexes of the shapes large enough, measured as if at the equator: quick, and never too small."""
    return np.flatnonzero(shapely.area(shapes) * _DEGREE_KM**2 >= SLIVER_KM2)


def _faults(parts: Sequence[Any], members: tuple[int, ...]) -> Iterator[Fault]:
    """At most one, of those parts that are no slivers."""
    parts = [part for part in parts if not _is_sliver(part)]
    if parts:
        largest = max(parts, key=square_kilometres)
        inside = largest.representative_point()
        yield Fault(members, round(sum(map(square_kilometres, parts)), 4), (round(inside.y, 6), round(inside.x, 6)))


def _is_sliver(part: Any) -> bool:
    flat = _equal_area(part)
    # A strip of length l and width w has the area lw and the perimeter 2l, nearly.
    return bool(flat.area < SLIVER_KM2 or flat.area / (flat.length / 2) * 1000 < SLIVER_METRES)


def square_kilometres(shape: Any) -> float:
    """Its area on the ground, within half a percent."""
    return float(_equal_area(shape).area)


def _equal_area(shape: Any) -> Any:
    """In kilometres, true in area everywhere and in length around the middle of the shape."""
    if shape.is_empty:
        return shape
    stretch = float(np.cos(np.radians(shape.centroid.y)))

    def project(degrees: Any) -> Any:
        radians = np.radians(degrees)
        return np.stack([radians[:, 0] * stretch, np.sin(radians[:, 1]) / stretch], axis=1) * _EARTH_KM

    return shapely.transform(shape, project)
