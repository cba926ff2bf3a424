"""The elements serviceBoundary and serviceBoundaryReference (RFC 5222 §5.5, §5.6).

A boundary of several pieces is one element with several polygons; holes are interior rings. Rings are written as
posList, a third of the size of single positions, which counts for coast lines of ten thousand points.
"""

from collections.abc import Iterator, Set
from itertools import pairwise
from typing import Final

from lxml import etree

from callpoint.i3.civic_xml import add_civic, read_civic
from callpoint.i3.document import add, children, local_name, namespace, set_attribute
from callpoint.i3.errors import DocumentError
from callpoint.i3.lost.boundary import Area, BoundaryReference, BoundaryValue, LatLon, Ring, ServiceBoundary
from callpoint.i3.lost.elements import attribute, is_lost, require_source, require_token, tag
from callpoint.i3.lost.requests import CIVIC, GEODETIC
from callpoint.i3.namespaces import GML, SHAPE_SPELLINGS
from callpoint.i3.shapes import Point, check
from callpoint.i3.shapes_reader import System, read_ring, system_of
from callpoint.i3.shapes_writer import FLAT

_DIGITS: Final = 7  # of a degree: a centimetre
_OUTER: Final = frozenset({"exterior", "outerBoundaryIs"})
_INNER: Final = frozenset({"interior", "innerBoundaryIs"})


def read_boundary(element: etree._Element) -> ServiceBoundary | None:
    """The boundary among the children of a mapping or response, None without a readable one.

    By value goes before by reference; a polygon that cannot be read makes the whole boundary unreadable, because
    with a piece missing it would tell a client to ask again where it need not, or not where it must.
    """
    value = _read_value(element)
    if value is not None:
        return value
    for reference in children(element, "serviceBoundaryReference"):
        source, key = attribute(reference, "source"), attribute(reference, "key")
        if key:
            return BoundaryReference(source, key)
    return None


def _read_value(element: etree._Element) -> BoundaryValue | None:
    areas: list[Area] = []
    civics = []
    for boundary in filter(is_lost, children(element, "serviceBoundary")):
        for piece in boundary:
            if local_name(piece) == "civicAddress":
                civics.append(read_civic(piece))
                continue
            try:
                areas += map(_read_area, filter(_is_polygon, piece.iter()))
            except DocumentError:
                return None
    return BoundaryValue(tuple(areas), tuple(civics)) if areas or civics else None


def _is_polygon(element: etree._Element) -> bool:
    return local_name(element) == "Polygon" and namespace(element) in SHAPE_SPELLINGS


def _read_area(polygon: etree._Element) -> Area:
    system = system_of(polygon)
    exterior = next(_rings(polygon, _OUTER, system), None)
    if exterior is None:
        raise DocumentError("polygon without an exterior")
    return Area(exterior, tuple(_rings(polygon, _INNER, system)))


def _rings(polygon: etree._Element, names: Set[str], system: System) -> Iterator[Ring]:
    for side in polygon:
        if local_name(side) in names:
            for ring in children(side, "LinearRing"):
                yield _closed(read_ring(ring, system))


def _closed(points: tuple[Point, ...]) -> Ring:
    for point in points:
        check(point)
    ring = tuple((point.lat, point.lon) for point in points)
    ring = ring if ring[0] == ring[-1] else (*ring, ring[0])
    if len(ring) < 4:  # three corners and the first again
        raise DocumentError(f"ring of {len(ring)} positions")
    return ring


def add_boundary(parent: etree._Element, boundary: ServiceBoundary) -> None:
    """Append the boundary; DocumentError for one without a piece and for rings that are none."""
    if isinstance(boundary, BoundaryReference):
        element = etree.SubElement(parent, tag("serviceBoundaryReference"), source=require_source(boundary.source))
        set_attribute(element, "key", require_token(boundary.key, "key"))
        return
    if not boundary.areas and not boundary.civics:
        raise DocumentError("a boundary without a piece")
    if boundary.areas:
        element = etree.SubElement(parent, tag("serviceBoundary"), profile=GEODETIC)
        for area in boundary.areas:
            _add_area(element, area)
    if boundary.civics:
        element = etree.SubElement(parent, tag("serviceBoundary"), profile=CIVIC)
        for civic in boundary.civics:
            add_civic(element, civic)


def _add_area(parent: etree._Element, area: Area) -> None:
    polygon = etree.SubElement(parent, f"{{{GML}}}Polygon", srsName=FLAT, nsmap={"gml": GML})
    _add_ring(polygon, "exterior", area.exterior)
    for ring in area.interiors:
        _add_ring(polygon, "interior", ring)


def _add_ring(polygon: etree._Element, side: str, ring: Ring) -> None:
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise DocumentError(f"ring of {len(ring)} positions, or not closed")
    if not all(-90 <= lat <= 90 and -180 <= lon <= 180 for lat, lon in ring):
        raise DocumentError("a ring that is not on the earth")
    holder = etree.SubElement(etree.SubElement(polygon, f"{{{GML}}}{side}"), f"{{{GML}}}LinearRing")
    turned = ring if (_signed_area(ring) >= 0) == (side == "exterior") else ring[::-1]
    add(holder, f"{{{GML}}}posList", " ".join(map(_position, turned)))


def _position(at: LatLon) -> str:
    return f"{_degrees(at[0])} {_degrees(at[1])}"


def _degrees(number: float) -> str:
    text = f"{number:.{_DIGITS}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _signed_area(ring: Ring) -> float:
    """Positive for counter-clockwise; exteriors run so, interiors the other way (RFC 5491 §5.2.2).

    Longitudes are taken the short way round from the first one, since the Aleutians lie on both sides of 180.
    """
    lat, lon = ring[0]
    corners = [((east - lon + 180) % 360 - 180, north - lat) for north, east in ring]
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(corners))
