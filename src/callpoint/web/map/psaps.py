"""The areas of PSAPs around a point: that of the one who would answer, and its neighbours, each whole."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

import numpy as np
import shapely

from callpoint.datasets.boundary import ServiceBoundary
from callpoint.i3.shapes import Circle
from callpoint.routing.boundaries import BoundaryIndex
from callpoint.routing.service_urns import PSAP_LAYER
from callpoint.web.installation import boundaries
from callpoint.web.map.boxes import METRES_PER_DEGREE, Around

Feature = dict[str, Any]
# The neighbours only have to be seen; weighing a wider circle against borders takes longer, and shows no more.
NEIGHBOURS_METRES: Final = 5_000.0
MOST: Final = 12
# A border is drawn to about this part of its area's width, and never finer than anybody could see.
_PARTS: Final = 2_000
_STEP_METRES: Final = 10.0
_DIGITS: Final = 5  # of a degree: about a metre
_REMEMBERED: Final = 64


def psap_areas(around: Around) -> list[Feature]:
    """GeoJSON features, the answering one first: `kind` "psap", `name`, `answers`, `sample`. Empty without boundaries,
    and while they are being read."""
    index, now = boundaries().index, datetime.now(UTC).isoformat()
    answering = {hit.boundary.key for hit in index.find(around.point, PSAP_LAYER, now)[:1]}
    near = index.find(Circle(around.point, min(around.metres, NEIGHBOURS_METRES)), PSAP_LAYER, now)
    hits = sorted(near, key=lambda hit: hit.boundary.key not in answering)
    return [
        {
            "type": "Feature",
            "properties": {
                "kind": "psap",
                "name": hit.boundary.display_name,
                "answers": hit.boundary.key in answering,
                "sample": hit.boundary.sample,
            },
            "geometry": outline(index, hit.boundary),
        }
        for hit in hits[:MOST]
    ]


@lru_cache(maxsize=_REMEMBERED)
def outline(index: BoundaryIndex, boundary: ServiceBoundary) -> dict[str, Any]:
    """The whole border as a GeoJSON MultiPolygon, without corners nobody could see. An index never changes."""
    polygons = []
    for polygon in index.rings(boundary):
        outer, *holes = (np.column_stack((ring[:, 1], ring[:, 0])) for ring in (polygon.outer, *polygon.holes))
        polygons.append(shapely.Polygon(outer, holes))
    whole = shapely.make_valid(shapely.MultiPolygon(polygons))
    west, _, east, _ = shapely.bounds(whole).tolist()
    step = max((east - west) / _PARTS, _STEP_METRES / METRES_PER_DEGREE)
    parts = [part for part in shapely.get_parts(shapely.simplify(whole, step)) if part.geom_type == "Polygon"]
    return {"type": "MultiPolygon", "coordinates": [_coordinates(part) for part in parts]}


def _coordinates(polygon: Any) -> list[list[list[float]]]:
    rings = [polygon.exterior, *polygon.interiors]
    return [[[round(x, _DIGITS), round(y, _DIGITS)] for x, y in ring.coords] for ring in rings]
