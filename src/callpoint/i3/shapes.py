"""Shapes of a geodetic location (RFC 5491 §5): WGS 84 degrees, metres, degrees clockwise from north.

A shape says where somebody is and how surely. Values are taken as they are; `check` tells what a writer would
refuse. `centre` is the one point that stands for a shape where only a point is asked for.
"""

import math
from dataclasses import dataclass, replace
from functools import singledispatch
from itertools import pairwise
from typing import Final

from callpoint.i3.errors import DocumentError

# RFC 5491 §5.1: 15 corners and the first one again; more corners cost every receiver and tell no more.
MAX_POLYGON_POINTS: Final = 16
_METRES_PER_DEGREE: Final = 111_195.0  # of latitude, on the mean sphere


@dataclass(frozen=True, slots=True)
class Point:
    """`lat` and `lon` in degrees, `alt` in metres above the ellipsoid (RFC 5491 §5.2.1)."""

    lat: float
    lon: float
    alt: float | None = None

    @property
    def centre(self) -> "Point":
        return self


@dataclass(frozen=True, slots=True)
class Circle:
    """Within `radius` metres of `centre` (RFC 5491 §5.2.3)."""

    centre: Point
    radius: float


@dataclass(frozen=True, slots=True)
class Ellipse:
    """Half axes in metres; `orientation` of the major one in degrees from north (RFC 5491 §5.2.4)."""

    centre: Point
    semi_major: float
    semi_minor: float
    orientation: float


@dataclass(frozen=True, slots=True)
class ArcBand:
    """Between two radii in metres around `origin`, from `start_angle` on through `opening_angle` (RFC 5491 §5.2.5)."""

    origin: Point
    inner_radius: float
    outer_radius: float
    start_angle: float
    opening_angle: float

    @property
    def centre(self) -> Point:
        """The centroid, on the line that halves the opening (RFC 7459 §5.1.1.1). In a wide band it lies outside of it,
        near the antenna; a full ring has it there."""
        bearing = math.radians(self.start_angle + self.opening_angle / 2)
        distance = self._centroid_distance() / _METRES_PER_DEGREE
        shrink = max(math.cos(math.radians(self.origin.lat)), 1e-6)
        lon = self.origin.lon + distance * math.sin(bearing) / shrink
        lat = self.origin.lat + distance * math.cos(bearing)
        return Point(max(-90.0, min(90.0, lat)), _degrees_east(0.0, lon))

    @property
    def reach(self) -> float:
        """Metres from the centroid to the farthest edge: an end of one of the two arcs (RFC 7459 §5.2)."""
        distance, half = self._centroid_distance(), math.radians(self.opening_angle) / 2
        return max(
            math.hypot(radius * math.cos(half) - distance, radius * math.sin(half))
            for radius in (self.inner_radius, self.outer_radius)
        )

    def _centroid_distance(self) -> float:
        inner, outer = self.inner_radius, self.outer_radius
        if not outer:
            return 0.0
        half = math.radians(self.opening_angle) / 2
        narrowing = math.sin(half) / half if half else 1.0
        return 2 * narrowing * (outer**2 + outer * inner + inner**2) / (3 * (outer + inner))


@dataclass(frozen=True, slots=True)
class Polygon:
    """A ring of points: closed, and counter-clockwise seen from above (RFC 5491 §5.1, §5.2.2)."""

    points: tuple[Point, ...]

    @property
    def centre(self) -> Point:
        """The centroid of the area (RFC 7459 §5.1.1.2), so that corners close together weigh no more than others.

        A ring that encloses nothing, or crosses itself, has the mean of its corners.
        """
        points = self.points if self.points[0] == self.points[-1] else (*self.points, self.points[0])
        first = points[0]
        # Seen from the first corner; that a degree east is shorter than one north does not move a centroid.
        ring = [(_degrees_east(first.lon, point.lon), point.lat - first.lat) for point in points]
        east, north = _centroid(ring) or _mean(ring[:-1] or ring)
        return Point(first.lat + north, _degrees_east(0.0, first.lon + east))

    def closed_counter_clockwise(self) -> "Polygon":
        """The same ring as a writer wants it: ended by its first point, turned where it ran clockwise."""
        points = self.points if self.points[0] == self.points[-1] else (*self.points, self.points[0])
        return Polygon(points[::-1] if _signed_area(points) < 0 else points)


@dataclass(frozen=True, slots=True)
class Sphere:
    """Within `radius` metres of a point with altitude (RFC 5491 §5.2.6)."""

    centre: Point
    radius: float


@dataclass(frozen=True, slots=True)
class Ellipsoid:
    """An ellipse with a third half axis, `vertical`, in metres (RFC 5491 §5.2.7)."""

    centre: Point
    semi_major: float
    semi_minor: float
    vertical: float
    orientation: float


@dataclass(frozen=True, slots=True)
class Prism:
    """A level polygon with altitudes, drawn up by `height` metres (RFC 5491 §5.2.8)."""

    base: Polygon
    height: float

    @property
    def centre(self) -> Point:
        middle, alt = self.base.centre, self.base.points[0].alt
        return middle if alt is None else replace(middle, alt=alt + self.height / 2)


Shape = Point | Circle | Ellipse | ArcBand | Polygon | Sphere | Ellipsoid | Prism


def uncertainty(shape: Shape) -> float:
    """Metres from the centre to the farthest edge on the ground; 0 for a point."""
    match shape:
        case Circle() | Sphere():
            return shape.radius
        case Ellipse() | Ellipsoid():
            return shape.semi_major
        case ArcBand():
            return shape.reach
        case Polygon():
            centre = shape.centre
            return max(_distance(centre, point) for point in shape.points)
        case Prism():
            return uncertainty(shape.base)
        case _:
            return 0.0


def simplified(shape: Shape) -> Shape:
    """The shape itself, or the circle around a polygon with more corners than a document should carry."""
    if isinstance(shape, Polygon) and len(shape.points) > MAX_POLYGON_POINTS:
        return Circle(shape.centre, uncertainty(shape))
    if isinstance(shape, Prism) and len(shape.base.points) > MAX_POLYGON_POINTS and shape.centre.alt is not None:
        return Sphere(shape.centre, math.hypot(uncertainty(shape.base), shape.height / 2))
    return shape


@singledispatch
def check(shape: Shape, max_points: int = MAX_POLYGON_POINTS) -> None:
    """DocumentError where the shape breaks a rule of RFC 5491 §5; readers allow more points than writers."""
    raise DocumentError(f"{type(shape).__name__} is not a shape")


@check.register
def _(shape: Point, max_points: int = MAX_POLYGON_POINTS) -> None:
    numbers = (shape.lat, shape.lon, 0.0 if shape.alt is None else shape.alt)
    if not all(map(math.isfinite, numbers)) or abs(shape.lat) > 90 or abs(shape.lon) > 180:
        raise DocumentError(f"point {shape.lat} {shape.lon} is not on the earth")


@check.register
def _(shape: Circle, max_points: int = MAX_POLYGON_POINTS) -> None:
    _check_flat(shape.centre)
    _check_lengths(shape.radius)


@check.register
def _(shape: Ellipse, max_points: int = MAX_POLYGON_POINTS) -> None:
    _check_flat(shape.centre)
    _check_axes(shape.semi_major, shape.semi_minor, shape.orientation)


@check.register
def _(shape: ArcBand, max_points: int = MAX_POLYGON_POINTS) -> None:
    _check_flat(shape.origin)
    _check_lengths(shape.inner_radius, shape.outer_radius)
    _check_angles(shape.start_angle, shape.opening_angle)
    if shape.inner_radius > shape.outer_radius:
        raise DocumentError("the inner radius is larger than the outer one")


@check.register
def _(shape: Polygon, max_points: int = MAX_POLYGON_POINTS) -> None:
    points = shape.points
    for point in points:
        check(point)
    if not 4 <= len(points) <= max_points:
        raise DocumentError(f"polygon of {len(points)} points, 4 to {max_points} are allowed")
    if points[0] != points[-1]:
        raise DocumentError("the polygon is not closed")
    if len({point.alt for point in points}) > 1:
        raise DocumentError("the polygon is not level")
    if _signed_area(points) <= 0:
        raise DocumentError("the polygon does not run counter-clockwise")


@check.register
def _(shape: Sphere, max_points: int = MAX_POLYGON_POINTS) -> None:
    _check_solid(shape.centre)
    _check_lengths(shape.radius)


@check.register
def _(shape: Ellipsoid, max_points: int = MAX_POLYGON_POINTS) -> None:
    _check_solid(shape.centre)
    _check_lengths(shape.vertical)
    _check_axes(shape.semi_major, shape.semi_minor, shape.orientation)


@check.register
def _(shape: Prism, max_points: int = MAX_POLYGON_POINTS) -> None:
    check(shape.base, max_points)
    _check_solid(shape.base.points[0])
    _check_lengths(shape.height)


def _check_flat(point: Point) -> None:
    check(point)
    if point.alt is not None:
        raise DocumentError("a flat shape has no altitude")


def _check_solid(point: Point) -> None:
    check(point)
    if point.alt is None:
        raise DocumentError("a solid shape needs an altitude")


def _check_lengths(*lengths: float) -> None:
    if not all(0 <= length < math.inf for length in lengths):
        raise DocumentError(f"{lengths} are not lengths in metres")


def _check_angles(*angles: float) -> None:
    if not all(0 <= angle <= 360 for angle in angles):
        raise DocumentError(f"{angles} are not angles from 0 to 360 degrees")


def _check_axes(semi_major: float, semi_minor: float, orientation: float) -> None:
    _check_lengths(semi_major, semi_minor)
    _check_angles(orientation)
    if semi_minor > semi_major:
        raise DocumentError("the minor axis is longer than the major one")


def _centroid(ring: list[tuple[float, float]]) -> tuple[float, float] | None:
    """Of a closed ring in the plane; None without an area, or where loops against each other throw it outside."""
    pairs = [(a, b, a[0] * b[1] - b[0] * a[1]) for a, b in pairwise(ring)]
    area = sum(cross for _, _, cross in pairs)
    if not area:
        return None
    x = sum((a[0] + b[0]) * cross for a, b, cross in pairs) / (3 * area)
    y = sum((a[1] + b[1]) * cross for a, b, cross in pairs) / (3 * area)
    inside = min(a for a, _ in ring) <= x <= max(a for a, _ in ring) and min(b for _, b in ring) <= y
    return (x, y) if inside and y <= max(b for _, b in ring) else None


def _mean(corners: list[tuple[float, float]]) -> tuple[float, float]:
    return sum(x for x, _ in corners) / len(corners), sum(y for _, y in corners) / len(corners)


def _signed_area(points: tuple[Point, ...]) -> float:
    """Positive for counter-clockwise; taken from the first point, so that small rings far out keep their digits."""
    lat = points[0].lat
    east = [_degrees_east(points[0].lon, point.lon) for point in points]
    corners = [(x, point.lat - lat) for x, point in zip(east, points, strict=True)]
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(corners))


def _degrees_east(origin: float, lon: float) -> float:
    """From `origin` the short way round, across the 180th meridian too: the Aleutians lie on both sides."""
    east = lon - origin
    return east if -180 <= east <= 180 else (east + 180) % 360 - 180


def _distance(a: Point, b: Point) -> float:
    """Metres on the sphere, near enough for shapes of some kilometres."""
    east = _degrees_east(a.lon, b.lon) * math.cos(math.radians((a.lat + b.lat) / 2))
    return math.hypot(east, b.lat - a.lat) * _METRES_PER_DEGREE
