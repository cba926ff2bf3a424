"""Names of towns to read a map by, at the middle of their postal areas."""

from functools import lru_cache
from typing import Any, Final

from callpoint.addresses.postal import tables
from callpoint.addresses.postal.areas import ZipArea
from callpoint.addresses.same_door import metres_between
from callpoint.web.map.boxes import Around

MOST: Final = 12
_REGIONS_REMEMBERED: Final = 8

Town = tuple[str, float, float]


def towns(around: Around, region: str) -> list[dict[str, Any]]:
    """GeoJSON points of the nearest towns of a state or province: `kind` "town", `name`."""
    here = (around.lat, around.lon)
    near = [town for town in _towns(region) if around.holds(town[1], town[2])]
    near.sort(key=lambda town: metres_between(here, (town[1], town[2])))
    named = {name: (lat, lon) for name, lat, lon in reversed(near)}  # of several areas the nearest
    return [
        {
            "type": "Feature",
            "properties": {"kind": "town", "name": name},
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
        }
        for name, (lat, lon) in list(reversed(named.items()))[:MOST]
    ]


@lru_cache(maxsize=_REGIONS_REMEMBERED)
def _towns(region: str) -> tuple[Town, ...]:
    """Those the post delivers to; its own boxes and large recipients stand where the post office does."""
    return tuple(
        (area.city, *area.point)
        for area in tables().areas_of(region)
        if area.point is not None and area.city and not (isinstance(area, ZipArea) and area.kind != "STANDARD")
    )
