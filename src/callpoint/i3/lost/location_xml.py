"""The element location of a request (RFC 5222 §8.3.1, §12)."""

from typing import Final

from lxml import etree

from callpoint.i3.civic import Civic
from callpoint.i3.civic_xml import add_civic, read_civic
from callpoint.i3.document import local_name, namespace, set_attribute
from callpoint.i3.errors import DocumentError, ReferenceSystemError
from callpoint.i3.lost.elements import attribute, require_token, tag
from callpoint.i3.lost.problems import Problem
from callpoint.i3.lost.requests import CIVIC, GEODETIC, PROFILES, RequestLocation
from callpoint.i3.namespaces import CIVIC_SPELLINGS
from callpoint.i3.shapes import Circle, Ellipse, Ellipsoid, Point, Polygon, Prism, Shape, Sphere
from callpoint.i3.shapes_reader import is_shape, read_shape
from callpoint.i3.shapes_writer import add_shape

_ADDRESS: Final = frozenset((*CIVIC_SPELLINGS, ""))


def read_location(element: etree._Element) -> RequestLocation:
    """What a location element says; what is wrong with it becomes its `fault` and raises nothing.

    The first address and the first shape anywhere inside are looked at, so a whole PIDF-LO may stand in it; where
    both are there the profile decides, and where the profile's own is missing, the other one is as good.
    """
    id, profile = attribute(element, "id"), attribute(element, "profile")  # noqa: A001 - the attribute's own name
    if profile and profile.lower() not in PROFILES:
        return RequestLocation(id, profile)
    profile = profile.lower()
    address, shape = _find(element)
    if address is not None and (profile == CIVIC or shape is None):
        return _with_civic(id, profile or CIVIC, read_civic(address))
    if shape is not None:
        return _with_shape(id, profile or GEODETIC, shape)
    return RequestLocation(id, profile, fault=Problem("locationInvalid", "The location holds no address and no shape."))


def _find(element: etree._Element) -> tuple[etree._Element | None, etree._Element | None]:
    address = shape = None
    for inner in element.iterdescendants():
        if address is None and local_name(inner) == "civicAddress" and namespace(inner) in _ADDRESS:
            address = inner
        elif shape is None and is_shape(inner):
            shape = inner
        if address is not None and shape is not None:
            break
    return address, shape


def _with_civic(id: str, profile: str, civic: Civic) -> RequestLocation:  # noqa: A002 - the attribute's own name
    if not any(name != "other" for name in civic.to_fields()):
        return RequestLocation(id, profile, fault=Problem("locationInvalid", "The address is empty."))
    return RequestLocation(id, profile, civic=civic)


def _with_shape(id: str, profile: str, element: etree._Element) -> RequestLocation:  # noqa: A002 - as above
    try:
        return RequestLocation(id, profile, shape=read_shape(element))
    except ReferenceSystemError as error:
        return RequestLocation(id, profile, fault=Problem("SRSInvalid", _sentence(error)))
    except DocumentError as error:
        return RequestLocation(id, profile, fault=Problem("locationInvalid", _sentence(error)))


def _sentence(error: DocumentError) -> str:
    text = " ".join(str(error).split())
    return f"{text[:1].upper()}{text[1:]}."


def add_location(parent: etree._Element, location: RequestLocation, number: int) -> None:
    """Append a location element; `number` makes an id where it has none. DocumentError without a place in it."""
    if not location.understood:
        raise DocumentError("a location needs an address or a shape")
    element = etree.SubElement(parent, tag("location"))
    set_attribute(element, "id", require_token(location.id or f"location-{number}", "id"))
    element.set("profile", GEODETIC if location.civic is None else CIVIC)
    if location.civic is not None:
        add_civic(element, location.civic)
    elif location.shape is not None:
        add_shape(element, flattened(location.shape))


def flattened(shape: Shape) -> Shape:
    """The shape without its height, as geodetic-2d has it (RFC 5222 §12.2)."""
    match shape:
        case Point():
            return _ground(shape)
        case Polygon():
            return Polygon(tuple(map(_ground, shape.points)))
        case Prism():
            return Polygon(tuple(map(_ground, shape.base.points)))
        case Sphere():
            return Circle(_ground(shape.centre), shape.radius)
        case Ellipsoid():
            return Ellipse(_ground(shape.centre), shape.semi_major, shape.semi_minor, shape.orientation)
        case _:
            return shape


def _ground(point: Point) -> Point:
    return Point(point.lat, point.lon)
