"""What a shape covers of the ground, in degrees, to be laid over boundaries.

Altitudes say nothing about who answers, so a sphere is its circle, an ellipsoid its ellipse, a prism its base.
Rounded outlines are drawn through points on the ellipsoid, near enough together that no chord strays from its arc
by more than CHORD_METRES: a fixed number of points would be 12 m off for a circle of ten kilometres.
"""

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from callpoint.i3.shapes import ArcBand, Circle, Ellipse, Ellipsoid, Point, Polygon, Prism, Shape, Sphere, uncertainty
from callpoint.routing.geodesic import destinations
from callpoint.routing.rings import Box

Floats = NDArray[np.float64]

CHORD_METRES: Final = 0.5
_FEWEST: Final = 24
_MOST: Final = 720
# Who is only known to be within such a circle is not located: whole states would be weighed against each other,
# and the middle of it decides as well as anything.
WIDEST_METRES: Final = 100_000.0


# Beyond what the sphere of `uncertainty` and the rounding of outlines can be wrong by.
_MARGIN: Final = 1.02
_MARGIN_METRES: Final = 2.0
_METRES_PER_DEGREE: Final = 110_500.0  # of latitude, where it is shortest
_NARROWEST: Final = 0.02  # the cosine of 88.9 degrees


@dataclass(frozen=True)
class Ground:
    """Where `shape` is: a point in degrees, `reach` metres from it to the farthest edge, 0 when it is a point.

    What lies around the point lies there without a jump: beyond the 180th meridian longitudes go on beyond 180.
    """

    lat: float
    lon: float
    reach: float
    shape: Shape

    def surroundings(self) -> Box:
        """A box that surely holds the shape, found without drawing it."""
        metres = self.reach * _MARGIN + _MARGIN_METRES if self.reach else 0.0
        north = metres / _METRES_PER_DEGREE
        far = min(90.0, abs(self.lat) + north)
        east = north / max(math.cos(math.radians(far)), _NARROWEST)
        return Box(self.lon - east, self.lat - north, self.lon + east, self.lat + north)

    def area(self) -> Any:
        """The shape as a valid shapely geometry of (longitude, latitude); None when it has no area."""
        drawn = _area(self.shape) if self.reach else None
        if drawn is None:
            return None
        drawn = drawn if shapely.is_valid(drawn) else shapely.make_valid(drawn)
        return drawn if shapely.area(drawn) > 0 else None


def ground(shape: Shape) -> Ground | None:
    """None for a shape with numbers that are nowhere. One wider than WIDEST_METRES counts as its centre."""
    try:
        centre, reach = shape.centre, uncertainty(shape)
    except (ValueError, ZeroDivisionError, OverflowError, IndexError):  # no reader lets such numbers in
        return None
    if not (abs(centre.lat) <= 90 and abs(centre.lon) <= 540):
        return None
    return Ground(centre.lat, centre.lon, reach if 0 < reach <= WIDEST_METRES else 0.0, shape)


def extent(geometry: Any) -> float:
    """The area on the unit sphere, with edges that are straight in degrees; lines and points have none.

    Extents of parts side by side add up to that of the whole.
    """
    total = 0.0
    for polygon in shapely.get_parts(geometry):
        if shapely.get_type_id(polygon) != shapely.GeometryType.POLYGON or shapely.is_empty(polygon):
            continue
        total += _ring_extent(shapely.get_exterior_ring(polygon))
        for hole in range(shapely.get_num_interior_rings(polygon)):
            total -= _ring_extent(shapely.get_interior_ring(polygon, hole))
    return total


def _ring_extent(ring: Any) -> float:
    """The integral of the sine of latitude around the ring, exact for each edge."""
    lon, lat = np.radians(shapely.get_coordinates(ring)).T
    middle, half = (lat[1:] + lat[:-1]) / 2, np.diff(lat) / 2
    heights = np.sin(middle) * np.sinc(half / np.pi) - np.sin(lat[0])  # from the first corner, to lose no digits
    return abs(float(np.diff(lon) @ heights))


def _area(shape: Shape) -> Any:
    match shape:
        case Circle() | Sphere():
            return _oval(shape.centre, shape.radius, shape.radius, 0.0)
        case Ellipse() | Ellipsoid():
            return _oval(shape.centre, shape.semi_major, shape.semi_minor, shape.orientation)
        case ArcBand():
            return _band(shape)
        case Prism():
            return _ring(shape.base)
        case Polygon():
            return _ring(shape)
        case _:
            return None


def _oval(centre: Point, major: float, minor: float, orientation: float) -> Any:
    """RFC 5491 §5.2.3 and §5.2.4; the angle is that of the major axis from north."""
    if not (0 < minor < math.inf and 0 < major < math.inf):
        return None
    turn = np.linspace(0, 2 * math.pi, _corners(max(major, minor), 2 * math.pi), endpoint=False)
    along, across = major * np.cos(turn), minor * np.sin(turn)
    bearings = orientation + np.degrees(np.arctan2(across, along))
    return _polygon(*destinations(centre.lat, centre.lon, bearings, np.hypot(along, across)))


def _band(band: ArcBand) -> Any:
    """RFC 5491 §5.2.5: between two arcs; a full turn is a ring with a hole."""
    inner, outer, opening = band.inner_radius, band.outer_radius, band.opening_angle
    if not (0 <= inner < outer < math.inf and 0 < opening <= 360):
        return None
    if opening == 360:
        whole = _oval(band.origin, outer, outer, 0.0)
        return whole if not inner else shapely.difference(whole, _oval(band.origin, inner, inner, 0.0))
    count = _corners(outer, math.radians(opening))
    bearings = np.linspace(band.start_angle, band.start_angle + opening, count)
    bearings = np.concatenate((bearings, bearings[::-1]))
    radii = np.repeat([outer, inner], count)
    return _polygon(*destinations(band.origin.lat, band.origin.lon, bearings, radii))


def _ring(polygon: Polygon) -> Any:
    centre = polygon.centre
    if len(set(polygon.points)) < 3:
        return None
    lats = np.array([point.lat for point in polygon.points])
    lons = np.array([point.lon for point in polygon.points])
    return _polygon(lats, centre.lon + (lons - centre.lon + 180) % 360 - 180)


def _polygon(lats: Floats, lons: Floats) -> Any:
    return shapely.polygons(np.column_stack((lons, lats)))


def _corners(radius: float, angle: float) -> int:
    """How many points of an arc keep its chords within CHORD_METRES."""
    step = 2 * math.acos(max(0.0, 1 - CHORD_METRES / radius)) if radius > CHORD_METRES else math.pi / 2
    return max(2, _FEWEST * math.ceil(angle / (2 * math.pi)), min(_MOST, math.ceil(angle / step) + 1))
