"""The piece of the world a map shows, and outlines cut to it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from callpoint.i3.shapes import Point

METRES_PER_DEGREE: Final = 111_195.0  # of latitude, on the mean sphere
# On a map of 40 km a step of 10 m is less than a pixel.
_STEP_METRES: Final = 10.0
_DIGITS: Final = 5  # of a degree: about a metre

Ring = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Around:
    """Everything within `metres` north, south, east and west of a point, WGS 84 degrees."""

    lat: float
    lon: float
    metres: float

    @property
    def point(self) -> Point:
        return Point(self.lat, self.lon)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        north = self.metres / METRES_PER_DEGREE
        east = north / max(math.cos(math.radians(self.lat)), 0.1)
        return self.lon - east, max(self.lat - north, -90.0), self.lon + east, min(self.lat + north, 90.0)

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a position is in the box."""
        west, south, east, north = self.box
        return south <= lat <= north and west <= lon <= east


def cut(around: Around, polygons: Iterable[tuple[Ring, tuple[Ring, ...]]]) -> dict[str, Any] | None:
    """A GeoJSON MultiPolygon of the polygons (rings of latitude, longitude rows) in the box; None where nothing is.

    Corners nobody could see on a map of that size are left out; longitudes that go on beyond 180 are turned back
    beside the point.
    """
    pieces: list[Any] = []
    for outer, holes in polygons:
        turned = [_beside(ring, around.lon) for ring in (outer, *holes)]
        whole = shapely.make_valid(shapely.Polygon(turned[0], turned[1:]))
        pieces.append(shapely.clip_by_rect(whole, *around.box))
    piece = shapely.union_all(pieces)
    piece = shapely.simplify(piece, _STEP_METRES / METRES_PER_DEGREE)
    parts = [part for part in shapely.get_parts(piece) if part.geom_type == "Polygon" and not part.is_empty]
    if not parts:
        return None
    return {"type": "MultiPolygon", "coordinates": [_coordinates(part) for part in parts]}


def _beside(ring: Ring, lon: float) -> Ring:
    """The ring as longitude, latitude rows, turned by whole circles to where the point is."""
    turn = round((lon - float(ring[:, 1].mean())) / 360.0) * 360.0
    return np.column_stack((ring[:, 1] + turn, ring[:, 0]))


def _coordinates(polygon: Any) -> list[list[list[float]]]:
    rings = [polygon.exterior, *polygon.interiors]
    return [[[round(x, _DIGITS), round(y, _DIGITS)] for x, y in ring.coords] for ring in rings]
