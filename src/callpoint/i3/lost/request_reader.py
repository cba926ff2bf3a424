"""Reading the questions of LoST clients as they really come.

Taken are any prefix and none, elements in any order, white space anywhere, strange elements and attributes, a
PIDF-LO inside of location. What cannot be answered says itself which error it is (`LostDocumentError.kind`).
"""

from collections.abc import Callable
from typing import Final

from lxml import etree

from callpoint.i3.document import children, local_name, read_root
from callpoint.i3.errors import DocumentError
from callpoint.i3.lost.elements import attribute, flag, is_lost, planned, read_path, word_of
from callpoint.i3.lost.location_xml import read_location
from callpoint.i3.lost.media_type import CONTENT_TYPE, decoded
from callpoint.i3.lost.problems import LostDocumentError
from callpoint.i3.lost.requests import (
    FindService,
    GetServiceBoundary,
    ListServices,
    ListServicesByLocation,
    Request,
    RequestLocation,
)

# A question holds one place, perhaps with a whole PIDF-LO around it: those stay below 20 kB.
MAX_REQUEST_BYTES: Final = 64 * 1024
# Somebody with one place in more than a few shapes does not exist.
MAX_LOCATIONS: Final = 20


def read_request(body: bytes, content_type: str = CONTENT_TYPE) -> Request:
    """The question in `body` (RFC 5222 §8 to §11); LostDocumentError for what is none.

    `content_type` is the HTTP header, for its charset. A location that cannot be read is no error here but
    carries its own `fault`, because the next one may be good.
    """
    try:
        root = read_root(decoded(body, content_type), MAX_REQUEST_BYTES)
        reader = _READERS.get(local_name(root)) if is_lost(root) else None
        if reader is None:
            raise LostDocumentError("badRequest", f"{local_name(root)[:80]!r} is not a LoST request")
        return reader(root)
    except LostDocumentError:
        raise
    except DocumentError as error:
        raise LostDocumentError("badRequest", str(error)) from error


def _read_find_service(root: etree._Element) -> FindService:
    return FindService(
        _read_locations(root),
        service=word_of(root, "service"),
        validate_location=flag(root, "validateLocation", False),
        service_boundary="value" if attribute(root, "serviceBoundary").lower() == "value" else "reference",
        recursive=flag(root, "recursive", False),
        path=read_path(root),
        as_of=planned(root, "asOf"),
    )


def _read_get_service_boundary(root: etree._Element) -> GetServiceBoundary:
    key = attribute(root, "key")
    if not key:
        raise LostDocumentError("badRequest", "getServiceBoundary without a key")
    return GetServiceBoundary(key)


def _read_list_services(root: etree._Element) -> ListServices:
    return ListServices(word_of(root, "service"), read_path(root))


def _read_list_services_by_location(root: etree._Element) -> ListServicesByLocation:
    return ListServicesByLocation(
        _read_locations(root),
        service=word_of(root, "service"),
        recursive=flag(root, "recursive", True),
        path=read_path(root),
    )


def _read_locations(root: etree._Element) -> tuple[RequestLocation, ...]:
    elements = [element for element in children(root, "location") if is_lost(element)]
    if not elements:
        raise LostDocumentError("badRequest", "the request has no location")
    if len(elements) > MAX_LOCATIONS:
        raise LostDocumentError("badRequest", f"{len(elements)} locations, {MAX_LOCATIONS} are the limit")
    return tuple(map(read_location, elements))


_READERS: Final[dict[str, Callable[[etree._Element], Request]]] = {
    "findService": _read_find_service,
    "getServiceBoundary": _read_get_service_boundary,
    "listServices": _read_list_services,
    "listServicesByLocation": _read_list_services_by_location,
}
