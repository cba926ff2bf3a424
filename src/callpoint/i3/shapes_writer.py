"""Shapes as GML and GeoShape elements, written by the book (RFC 5491 §5)."""

from functools import singledispatch
from typing import Final

from lxml import etree

from callpoint.i3.document import add
from callpoint.i3.errors import DocumentError
from callpoint.i3.namespaces import GEOSHAPE, GML
from callpoint.i3.numbers import write_number
from callpoint.i3.shapes import ArcBand, Circle, Ellipse, Ellipsoid, Point, Polygon, Prism, Shape, Sphere, check

FLAT: Final = "urn:ogc:def:crs:EPSG::4326"
SOLID: Final = "urn:ogc:def:crs:EPSG::4979"
METRE: Final = "urn:ogc:def:uom:EPSG::9001"
DEGREE: Final = "urn:ogc:def:uom:EPSG::9102"


def add_shape(parent: etree._Element, shape: Shape) -> None:
    """Append the element of `shape`; DocumentError where it breaks a rule (`shapes.check`)."""
    check(shape)
    _add(shape, parent)


def _open(parent: etree._Element, space: str, name: str, system: str) -> etree._Element:
    nsmap = {"gml": GML} if space == GML else {"gs": GEOSHAPE, "gml": GML}
    return etree.SubElement(parent, f"{{{space}}}{name}", srsName=system, nsmap=nsmap)


def _add_pos(parent: etree._Element, point: Point) -> None:
    add(parent, f"{{{GML}}}pos", _pos(point))


def _pos(point: Point) -> str:
    numbers = (point.lat, point.lon) if point.alt is None else (point.lat, point.lon, point.alt)
    return " ".join(map(write_number, numbers))


def _add_measures(parent: etree._Element, unit: str, **measures: float) -> None:
    for name, number in measures.items():
        add(parent, f"{{{GEOSHAPE}}}{name}", write_number(number)).set("uom", unit)


@singledispatch
def _add(shape: Shape, parent: etree._Element) -> None:
    raise DocumentError(f"{type(shape).__name__} is not a shape")


@_add.register
def _(shape: Point, parent: etree._Element) -> None:
    _add_pos(_open(parent, GML, "Point", FLAT if shape.alt is None else SOLID), shape)


@_add.register
def _(shape: Circle, parent: etree._Element) -> None:
    element = _open(parent, GEOSHAPE, "Circle", FLAT)
    _add_pos(element, shape.centre)
    _add_measures(element, METRE, radius=shape.radius)


@_add.register
def _(shape: Ellipse, parent: etree._Element) -> None:
    element = _open(parent, GEOSHAPE, "Ellipse", FLAT)
    _add_pos(element, shape.centre)
    _add_measures(element, METRE, semiMajorAxis=shape.semi_major, semiMinorAxis=shape.semi_minor)
    _add_measures(element, DEGREE, orientation=shape.orientation)


@_add.register
def _(shape: ArcBand, parent: etree._Element) -> None:
    element = _open(parent, GEOSHAPE, "ArcBand", FLAT)
    _add_pos(element, shape.origin)
    _add_measures(element, METRE, innerRadius=shape.inner_radius, outerRadius=shape.outer_radius)
    _add_measures(element, DEGREE, startAngle=shape.start_angle, openingAngle=shape.opening_angle)


@_add.register
def _(shape: Polygon, parent: etree._Element) -> None:
    element = _open(parent, GML, "Polygon", FLAT if shape.points[0].alt is None else SOLID)
    exterior = etree.SubElement(element, f"{{{GML}}}exterior")
    ring = etree.SubElement(exterior, f"{{{GML}}}LinearRing")
    for point in shape.points:
        _add_pos(ring, point)


@_add.register
def _(shape: Sphere, parent: etree._Element) -> None:
    element = _open(parent, GEOSHAPE, "Sphere", SOLID)
    _add_pos(element, shape.centre)
    _add_measures(element, METRE, radius=shape.radius)


@_add.register
def _(shape: Ellipsoid, parent: etree._Element) -> None:
    element = _open(parent, GEOSHAPE, "Ellipsoid", SOLID)
    _add_pos(element, shape.centre)
    _add_measures(
        element, METRE, semiMajorAxis=shape.semi_major, semiMinorAxis=shape.semi_minor, verticalAxis=shape.vertical
    )
    _add_measures(element, DEGREE, orientation=shape.orientation)


@_add.register
def _(shape: Prism, parent: etree._Element) -> None:
    element = _open(parent, GEOSHAPE, "Prism", SOLID)
    _add(shape.base, etree.SubElement(element, f"{{{GEOSHAPE}}}base"))
    _add_measures(element, METRE, height=shape.height)
