"""Reading the answers of LoST servers, as leniently as questions."""

from collections.abc import Callable
from typing import Final

from lxml import etree

from callpoint.i3.document import child, children, language_of, local_name, read_root
from callpoint.i3.errors import DocumentError
from callpoint.i3.lost.boundary import BoundaryValue
from callpoint.i3.lost.boundary_xml import read_boundary
from callpoint.i3.lost.elements import attribute, is_lost, planned, read_path
from callpoint.i3.lost.mapping_xml import read_mapping
from callpoint.i3.lost.media_type import CONTENT_TYPE, decoded
from callpoint.i3.lost.problem_xml import read_errors, read_warnings
from callpoint.i3.lost.problems import LostDocumentError
from callpoint.i3.lost.qnames import read_names
from callpoint.i3.lost.responses import (
    FindServiceResponse,
    GetServiceBoundaryResponse,
    ListServicesByLocationResponse,
    ListServicesResponse,
    LocationValidation,
    Redirect,
    Response,
)

# Boundaries by value: a state's coast line has some hundred thousand positions of 22 bytes.
MAX_RESPONSE_BYTES: Final = 8 * 1024 * 1024


def read_response(body: bytes, content_type: str = CONTENT_TYPE) -> Response:
    """The answer in `body`; LostDocumentError (of kind serverError) for what is none.

    Errors and redirects are answers as well: see the type of what comes back.
    """
    try:
        root = read_root(decoded(body, content_type), MAX_RESPONSE_BYTES)
        reader = _READERS.get(local_name(root)) if is_lost(root) else None
        if reader is None:
            raise LostDocumentError("serverError", f"{local_name(root)[:80]!r} is not a LoST response")
        return reader(root)
    except LostDocumentError:
        raise
    except DocumentError as error:
        raise LostDocumentError("serverError", str(error)) from error


def _read_find_service(root: etree._Element) -> FindServiceResponse:
    mappings = tuple(map(read_mapping, filter(is_lost, children(root, "mapping"))))
    if not mappings:
        raise LostDocumentError("serverError", "findServiceResponse without a mapping")
    validation = child(root, "locationValidation")
    return FindServiceResponse(
        mappings,
        read_path(root),
        None if validation is None else _read_validation(root, validation),
        read_warnings(root),
        _read_used(root),
    )


def _read_validation(root: etree._Element, element: etree._Element) -> LocationValidation:
    return LocationValidation(
        read_names(child(element, "valid")),
        read_names(child(element, "invalid")),
        read_names(child(element, "unchecked")),
        planned(element, "revalidateAfter") or planned(root, "revalidateAfter"),
    )


def _read_used(root: etree._Element) -> str:
    used = child(root, "locationUsed")
    return "" if used is None else attribute(used, "id")


def _read_boundary(root: etree._Element) -> GetServiceBoundaryResponse:
    boundary = read_boundary(root)
    if not isinstance(boundary, BoundaryValue):
        raise LostDocumentError("serverError", "getServiceBoundaryResponse without a readable boundary")
    return GetServiceBoundaryResponse(boundary, read_path(root), read_warnings(root))


def _read_services(root: etree._Element) -> tuple[str, ...]:
    listed = child(root, "serviceList")
    return () if listed is None else tuple("".join(map(str, listed.itertext())).split())


def _read_list(root: etree._Element) -> ListServicesResponse:
    return ListServicesResponse(_read_services(root), read_path(root), read_warnings(root))


def _read_list_by_location(root: etree._Element) -> ListServicesByLocationResponse:
    return ListServicesByLocationResponse(_read_services(root), read_path(root), read_warnings(root), _read_used(root))


def _read_redirect(root: etree._Element) -> Redirect:
    target = attribute(root, "target")
    if not target:
        raise LostDocumentError("serverError", "redirect without a target")
    return Redirect(target, attribute(root, "source"), attribute(root, "message"), language_of(root))


_READERS: Final[dict[str, Callable[[etree._Element], Response]]] = {
    "findServiceResponse": _read_find_service,
    "getServiceBoundaryResponse": _read_boundary,
    "listServicesResponse": _read_list,
    "listServicesByLocationResponse": _read_list_by_location,
    "errors": read_errors,
    "redirect": _read_redirect,
}
