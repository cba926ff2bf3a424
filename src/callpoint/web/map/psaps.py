"""The areas of PSAPs around a point: that of the one who would answer, and its neighbours."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from callpoint.i3.shapes import Circle
from callpoint.routing.boundaries import BoundaryIndex
from callpoint.routing.service_urns import PSAP_LAYER
from callpoint.web.installation import boundaries
from callpoint.web.map.boxes import Around, cut

Feature = dict[str, Any]
# The neighbours only have to be seen; weighing a wider circle against borders takes longer, and shows no more.
NEIGHBOURS_METRES: Final = 5_000.0
_REMEMBERED: Final = 256


def psap_areas(around: Around) -> list[Feature]:
    """GeoJSON features, the answering one first: `kind` "psap", `name`, `answers`, `sample`. Empty without boundaries,
    and while they are being read."""
    return list(_areas(boundaries().index, around, datetime.now(UTC).date().isoformat()))


@lru_cache(maxsize=_REMEMBERED)
def _areas(index: BoundaryIndex, around: Around, day: str) -> tuple[Feature, ...]:
    """By index (which never changes), place and day: boundaries begin and end."""
    holding = {hit.boundary.key for hit in index.find(around.point, PSAP_LAYER, day)[:1]}
    near = index.find(Circle(around.point, min(around.metres, NEIGHBOURS_METRES)), PSAP_LAYER, day)
    found = []
    for hit in near:
        rings = [(polygon.outer, polygon.holes) for polygon in index.rings(hit.boundary)]
        geometry = cut(around, rings)
        if geometry is not None:
            told = {
                "kind": "psap",
                "name": hit.boundary.display_name,
                "answers": hit.boundary.key in holding,
                "sample": hit.boundary.sample,
            }
            found.append({"type": "Feature", "properties": told, "geometry": geometry})
    return tuple(sorted(found, key=lambda one: not one["properties"]["answers"]))
