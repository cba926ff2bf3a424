"""Questions written by the book: what any LoST server must understand (RFC 5222 §15)."""

from collections.abc import Sequence
from functools import singledispatch

from lxml import etree

from callpoint.i3.document import set_attribute
from callpoint.i3.errors import DocumentError
from callpoint.i3.lost.elements import add_path, add_planned, add_word, open_root, require_token, write_document
from callpoint.i3.lost.location_xml import add_location
from callpoint.i3.lost.requests import (
    FindService,
    GetServiceBoundary,
    ListServices,
    ListServicesByLocation,
    Request,
    RequestLocation,
)


def write_request(request: Request) -> bytes:
    """The document of `request`; DocumentError where the schema has no place for it.

    Heights are left out, as geodetic-2d has none (RFC 5222 §12.2); polygons keep to 16 positions (`shapes.check`).
    """
    return write_document(_root(request))


@singledispatch
def _root(request: Request) -> etree._Element:
    raise DocumentError(f"{type(request).__name__} is not a LoST request")


@_root.register
def _(request: FindService) -> etree._Element:
    root = open_root("findService")
    root.set("serviceBoundary", request.service_boundary)
    root.set("validateLocation", _boolean(request.validate_location))
    root.set("recursive", _boolean(request.recursive))
    _add_locations(root, request.locations)
    add_word(root, "service", request.service)
    add_path(root, request.path)
    add_planned(root, "asOf", request.as_of)
    return root


@_root.register
def _(request: GetServiceBoundary) -> etree._Element:
    root = open_root("getServiceBoundary")
    set_attribute(root, "key", require_token(request.key, "key"))
    return root


@_root.register
def _(request: ListServices) -> etree._Element:
    root = open_root("listServices")
    add_word(root, "service", request.service)
    add_path(root, request.path)
    return root


@_root.register
def _(request: ListServicesByLocation) -> etree._Element:
    root = open_root("listServicesByLocation")
    root.set("recursive", _boolean(request.recursive))
    _add_locations(root, request.locations)
    add_word(root, "service", request.service)
    add_path(root, request.path)
    return root


def _add_locations(root: etree._Element, locations: Sequence[RequestLocation]) -> None:
    if not locations:
        raise DocumentError("a request needs a location")
    for number, location in enumerate(locations, 1):
        add_location(root, location, number)


def _boolean(value: bool) -> str:
    return "true" if value else "false"
