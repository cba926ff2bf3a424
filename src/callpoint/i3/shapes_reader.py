"""Shapes out of GML and GeoShape elements (RFC 5491 §5), as peers really send them.

Read are any of the three GML name spaces, srsName in any case or missing, `coordinates` with commas or
degrees:minutes:seconds, `posList` or `pos` in rings that are open or run clockwise, lengths in other units.
A reference system we cannot convert is refused, because a shifted location is worse than none.
"""

import math
import re
from collections.abc import Callable, Iterator
from typing import Final

from lxml import etree

from callpoint.i3.document import child, local_name, namespace, text_of
from callpoint.i3.errors import DocumentError, ReferenceSystemError
from callpoint.i3.namespaces import SHAPE_SPELLINGS
from callpoint.i3.numbers import read_number
from callpoint.i3.shapes import (
    ArcBand,
    Circle,
    Ellipse,
    Ellipsoid,
    Point,
    Polygon,
    Prism,
    Shape,
    Sphere,
    check,
)

# By the last part of the unit's name, lower case.
_TO_METRES: Final = {"9001": 1.0, "m": 1.0, "metre": 1.0, "meter": 1.0, "9036": 1000.0, "9002": 0.3048} | {
    "": 1.0,
    "metres": 1.0,
    "meters": 1.0,
    "9003": 1200 / 3937,
}
_TO_DEGREES: Final = {"": 1.0, "9102": 1.0, "9122": 1.0, "degree": 1.0, "degrees": 1.0, "9101": 180 / math.pi}
# 4269 (NAD 83) lies within two metres of WGS 84 in the US and Canada.
_KNOWN_SYSTEMS: Final = ("", "4326", "4979", "4269", "wgs84", "wgs-84")
_LON_FIRST_SYSTEM: Final = "crs84"
_DMS: Final = re.compile(r"(\d{1,3}):(\d{1,2})(?::(\d{1,2}(?:\.\d*)?))?([NSEWnsew])", re.ASCII)
MAX_READ_POINTS: Final = 10_000  # a county's boundary has some thousands

System = str
"""The part of srsName that names the reference system, lower case."""


def is_shape(element: etree._Element) -> bool:
    return namespace(element) in (*SHAPE_SPELLINGS, "") and local_name(element) in _READERS


def read_shape(element: etree._Element) -> Shape:
    """The shape of an element `is_shape` knows; DocumentError when no place on earth can be read from it.

    What is read can be written, but for polygons of too many points (`shapes.simplified`): rings come closed and
    counter-clockwise, flat shapes lose an altitude, solid ones without altitude become flat.
    """
    shape = _READERS[local_name(element)](element, _system(element))
    check(shape, MAX_READ_POINTS)
    return shape


def system_of(element: etree._Element) -> System:
    """The reference system an element names, "" for none; ReferenceSystemError for one we cannot convert."""
    return _system(element)


def _system(element: etree._Element, outer: System = "") -> System:
    name = element.get("srsName", "").strip().lower()
    if not name:
        return outer
    system = re.split(r"[:/#]", name)[-1]
    if system != _LON_FIRST_SYSTEM and system not in _KNOWN_SYSTEMS:
        raise ReferenceSystemError(f"reference system {name[:80]!r} is not known here")
    return system


def _numbers(text: str) -> list[float]:
    return [_coordinate(word) for word in text.replace(",", " ").split()]


def _coordinate(word: str) -> float:
    match = _DMS.fullmatch(word)
    if match is None:
        return read_number(word)
    degrees, minutes, seconds, side = match.groups()
    size = int(degrees) + int(minutes) / 60 + float(seconds or 0) / 3600
    return -size if side in "SWsw" else size


def _point(numbers: list[float], system: System) -> Point:
    if len(numbers) not in (2, 3):
        raise DocumentError(f"position of {len(numbers)} numbers")
    first, second, *alt = numbers
    # Beyond 90 degrees there is no latitude: the sender took the order of maps, longitude first.
    lon_first = system == _LON_FIRST_SYSTEM or (abs(first) > 90 >= abs(second))
    lat, lon = (second, first) if lon_first else (first, second)
    return Point(lat, lon, alt[0] if alt else None)


def _position(element: etree._Element, system: System) -> Point:
    for name in ("pos", "coordinates"):
        found = child(element, name)
        if found is not None:
            return _point(_numbers(text_of(found)), _system(found, system))
    nested = child(element, "Point")
    if nested is None:
        raise DocumentError(f"{local_name(element)} without a position")
    return _position(nested, _system(nested, system))


def _flat(point: Point) -> Point:
    return Point(point.lat, point.lon)


def _measure(element: etree._Element, name: str, units: dict[str, float]) -> float:
    found = child(element, name)
    if found is None:
        raise DocumentError(f"{local_name(element)} without {name}")
    unit = re.split(r"[:/#]", found.get("uom", "").strip().lower())[-1]
    if unit not in units:
        raise DocumentError(f"unit {unit[:40]!r} is not known here")
    return read_number(text_of(found)) * units[unit]


def _length(element: etree._Element, name: str) -> float:
    return _measure(element, name, _TO_METRES)


def _angle(element: etree._Element, name: str) -> float:
    angle = _measure(element, name, _TO_DEGREES)
    return angle if 0 <= angle <= 360 else angle % 360


def _read_circle(element: etree._Element, system: System) -> Circle:
    return Circle(_flat(_position(element, system)), _length(element, "radius"))


def _read_sphere(element: etree._Element, system: System) -> Circle | Sphere:
    centre, radius = _position(element, system), _length(element, "radius")
    return Circle(centre, radius) if centre.alt is None else Sphere(centre, radius)


def _axes(element: etree._Element) -> tuple[float, float, float]:
    """Both half axes and the orientation; where the minor axis is the longer one they change places."""
    major, minor = _length(element, "semiMajorAxis"), _length(element, "semiMinorAxis")
    orientation = _angle(element, "orientation")
    return (major, minor, orientation) if major >= minor else (minor, major, (orientation + 90) % 360)


def _read_ellipse(element: etree._Element, system: System) -> Ellipse:
    return Ellipse(_flat(_position(element, system)), *_axes(element))


def _read_ellipsoid(element: etree._Element, system: System) -> Ellipse | Ellipsoid:
    centre, (major, minor, orientation) = _position(element, system), _axes(element)
    if centre.alt is None:
        return Ellipse(centre, major, minor, orientation)
    return Ellipsoid(centre, major, minor, _length(element, "verticalAxis"), orientation)


def _read_arc_band(element: etree._Element, system: System) -> ArcBand:
    radii = sorted((_length(element, "innerRadius"), _length(element, "outerRadius")))
    angles = _angle(element, "startAngle"), _angle(element, "openingAngle")
    return ArcBand(_flat(_position(element, system)), radii[0], radii[1], *angles)


def _read_polygon(element: etree._Element, system: System) -> Polygon:
    ring = next((e for e in element.iter() if local_name(e) == "LinearRing"), None)
    if ring is None:
        raise DocumentError("polygon without a ring")
    points = read_ring(ring, system)
    altitudes = [point.alt for point in points if point.alt is not None]
    alt = min(altitudes) if len(altitudes) == len(points) else None
    level = tuple(Point(point.lat, point.lon, alt) for point in points)
    return Polygon(level).closed_counter_clockwise()


def read_ring(ring: etree._Element, system: System = "") -> tuple[Point, ...]:
    """The positions of a LinearRing as they stand; DocumentError for none and for what is no position.

    `system` is the reference system of what stands around it.
    """
    points = tuple(_ring_points(ring, _system(ring, system)))
    if not points:
        raise DocumentError("ring without points")
    return points


def _ring_points(ring: etree._Element, system: System) -> Iterator[Point]:
    listed = child(ring, "posList")
    if listed is not None:
        system = _system(listed, system)
        numbers = _numbers(text_of(listed))
        step = _dimension(listed.get("srsDimension", ""), system, len(numbers))
        yield from (_point(numbers[i : i + step], system) for i in range(0, len(numbers), step))
        return
    for element in ring:
        name = local_name(element)
        if name == "pos":
            yield _point(_numbers(text_of(element)), _system(element, system))
        elif name == "pointProperty":
            yield _position(element, system)
        elif name == "coordinates":
            yield from (_point(_numbers(pair), system) for pair in text_of(element).split())


def _dimension(told: str, system: System, count: int) -> int:
    """Numbers a position: what is told, else what the reference system says, else what divides their count."""
    wanted = int(told) if told in ("2", "3") else 3 if system == "4979" else 2
    return wanted if count % wanted == 0 else 5 - wanted


def _read_prism(element: etree._Element, system: System) -> Polygon | Prism:
    base = child(element, "base")
    polygon = None if base is None else child(base, "Polygon")
    if polygon is None:
        raise DocumentError("prism without a base")
    shape = _read_polygon(polygon, _system(polygon, system))
    return shape if shape.points[0].alt is None else Prism(shape, _length(element, "height"))


_READERS: Final[dict[str, Callable[[etree._Element, System], Shape]]] = {
    "Point": _position,
    "Circle": _read_circle,
    "Ellipse": _read_ellipse,
    "ArcBand": _read_arc_band,
    "Polygon": _read_polygon,
    "Sphere": _read_sphere,
    "Ellipsoid": _read_ellipsoid,
    "Prism": _read_prism,
}
