"""What of a detailed area lies in a small box, without looking at the corners far from it."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from callpoint.routing.rings import CORNERS_A_RUN, Box, Flags, Floats, Numbers, Rings

# A border with more corners than that inside of the box is drawn by every second, third ... of them: a share is not
# truer for a thousandth, and a call is waiting.
MOST_CORNERS: Final = 1500
_NOTHING: Final = shapely.Polygon()


def part_in(rings: Rings, area: int, box: Box, touching: Flags) -> Any:
    """The part of the area inside of `box` as a shapely geometry; exact up to MOST_CORNERS corners of its border.

    `touching` marks the area's runs whose box touches `box` (`Rings.runs_in`). A run that does not is drawn as one
    straight line from its first to its last corner: that line stays in the run's box, and so outside of ours.
    """
    parts = [_valid(corners) for corners in _clipped_rings(rings, area, box, touching)]
    found = parts.pop() if parts else _NOTHING
    for part in parts:  # holes take away, further polygons add, islands in holes add again: the even-odd rule
        found = shapely.symmetric_difference(found, part)
    return found


def _clipped_rings(rings: Rings, area: int, box: Box, touching: Flags) -> Iterator[Floats]:
    arrays, first = rings.arrays, rings.first_run(area)
    stride = 1 + int(np.count_nonzero(touching)) * CORNERS_A_RUN // MOST_CORNERS
    for ring in range(int(arrays.area_rings[area]), int(arrays.area_rings[area + 1])):
        begin, end = int(arrays.ring_runs[ring]), int(arrays.ring_runs[ring + 1])
        if not rings.ring_touches(ring, box):
            continue
        corners = _thinned(
            arrays.run_first[begin:end], arrays.run_last[begin:end], touching[begin - first : end - first], stride
        )
        clipped = _clip(arrays.x[corners], arrays.y[corners], box)
        if len(clipped) >= 3:
            yield clipped


def _thinned(first: Numbers, last: Numbers, touching: Flags, stride: int) -> Numbers:
    """The corners to draw, in their order: the first of every run, and those between in a run that touches."""
    between = [
        np.arange(begin + stride, end, stride)
        for begin, end in zip(first[touching].tolist(), last[touching].tolist(), strict=True)
    ]
    corners = np.concatenate((first, *between))
    corners.sort()
    return corners


def _clip(x: Floats, y: Floats, box: Box) -> Floats:
    """Sutherland and Hodgman's clipping of one ring (open: its first corner is not repeated).

    The winding number of every point inside of the box stays what it was, whatever the ring does outside.
    """
    x, y = _half(x, y, box.west, 1.0)
    x, y = _half(x, y, box.east, -1.0)
    y, x = _half(y, x, box.south, 1.0)
    y, x = _half(y, x, box.north, -1.0)
    return np.column_stack((x, y))


def _half(u: Floats, v: Floats, bound: float, sign: float) -> tuple[Floats, Floats]:
    """What has `sign` * (u - bound) >= 0, and along the line u = bound what connects it."""
    depth = sign * (u - bound)
    inside = depth >= 0
    if inside.all():
        return u, v
    crossing = inside != _following(inside)
    with np.errstate(divide="ignore", invalid="ignore"):
        fraction = depth / (depth - _following(depth))
        met = v + fraction * (_following(v) - v)
    both_u, both_v = np.column_stack((u, np.full_like(u, bound))), np.column_stack((v, met))
    kept = np.column_stack((inside, crossing))
    return both_u[kept], both_v[kept]


def _following(values: NDArray[Any]) -> NDArray[Any]:
    """For each corner the value at the next one, around the ring."""
    return np.concatenate((values[1:], values[:1]))


def _valid(corners: Floats) -> Any:
    polygon = shapely.polygons(corners)
    return polygon if shapely.is_valid(polygon) else shapely.make_valid(polygon)
