"""What may stand as a feature's place: degrees of WGS 84, of the shape its kind has."""

import math
from typing import Any, Final

import numpy as np
import shapely

from callpoint.datasets.kinds import Kind

# Geometry types a kind is made of, by their names in shapely and in GeoPackages.
SHAPES: Final[dict[Kind, frozenset[str]]] = {
    "address-points": frozenset({"Point", "MultiPoint"}),
    "roads": frozenset({"LineString", "MultiLineString"}),
    "psaps": frozenset({"Polygon", "MultiPolygon"}),
}


def point_problem(latitude: float, longitude: float) -> str:
    """Why this is no place on earth for an address; "" when it is one."""
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        return "has no position"
    if abs(latitude) > 90 and abs(longitude) <= 90:
        return f"latitude {latitude:g} and longitude {longitude:g} are swapped"
    if abs(latitude) > 90 or abs(longitude) > 180:
        return f"latitude {latitude:g}, longitude {longitude:g} are no degrees"
    if latitude == 0 and longitude == 0:
        return "lies at 0, 0, where nobody lives: its position was never set"
    return ""


def shape_problem(kind: Kind, geometry: Any) -> str:
    """Why a line or area cannot be used; "" when it can. `geometry` is a shapely geometry or None."""
    if geometry is None or geometry.is_empty:
        return "has no geometry"
    if geometry.geom_type not in SHAPES[kind]:
        return f"is a {geometry.geom_type}, not a {' or '.join(sorted(SHAPES[kind]))}"
    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        return "has a coordinate that is no number"
    west, south, east, north = geometry.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        return "has coordinates that are no degrees"
    return ""


def flat_wkb(geometry: Any) -> bytes:
    """WKB in two dimensions: no rule here asks for height."""
    wkb: bytes = shapely.to_wkb(shapely.force_2d(geometry))
    return wkb
