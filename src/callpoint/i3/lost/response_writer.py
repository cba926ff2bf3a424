"""Answers written by the book, in the order of the schema (RFC 5222 §15)."""

from functools import singledispatch

from lxml import etree

from callpoint.i3.document import add, set_attribute
from callpoint.i3.errors import DocumentError
from callpoint.i3.lost.boundary_xml import add_boundary
from callpoint.i3.lost.elements import (
    add_path,
    add_planned,
    open_root,
    require_source,
    require_token,
    require_word,
    set_message,
    tag,
    write_document,
)
from callpoint.i3.lost.mapping_xml import add_mapping
from callpoint.i3.lost.problem_xml import add_warnings, fill_errors
from callpoint.i3.lost.problems import Errors, Warnings
from callpoint.i3.lost.qnames import prefixes_for, write_names
from callpoint.i3.lost.responses import (
    FindServiceResponse,
    GetServiceBoundaryResponse,
    ListServicesByLocationResponse,
    ListServicesResponse,
    LocationValidation,
    Redirect,
    Response,
)


def write_response(response: Response) -> bytes:
    """The document of `response`; DocumentError where the schema has no place for it.

    The schema itself lacks two kinds of RFC 5222 §13, SRSInvalid and locationValidationUnavailable; they are
    written as its text has them.
    """
    return write_document(_root(response))


@singledispatch
def _root(response: Response) -> etree._Element:
    raise DocumentError(f"{type(response).__name__} is not a LoST response")


@_root.register
def _(response: FindServiceResponse) -> etree._Element:
    root = open_root("findServiceResponse")
    if not response.mappings:
        raise DocumentError("a response needs a mapping")
    for mapping in response.mappings:
        add_mapping(root, mapping)
    if response.validation is not None:
        _add_validation(root, response.validation)
    _add_common(root, response.warnings, response.path)
    _add_used(root, response.location_used)
    return root


@_root.register
def _(response: GetServiceBoundaryResponse) -> etree._Element:
    root = open_root("getServiceBoundaryResponse")
    add_boundary(root, response.boundary)
    _add_common(root, response.warnings, response.path)
    return root


@_root.register
def _(response: ListServicesResponse) -> etree._Element:
    root = open_root("listServicesResponse")
    _add_services(root, response.services)
    _add_common(root, response.warnings, response.path)
    return root


@_root.register
def _(response: ListServicesByLocationResponse) -> etree._Element:
    root = open_root("listServicesByLocationResponse")
    _add_services(root, response.services)
    _add_common(root, response.warnings, response.path)
    _add_used(root, response.location_used)
    return root


@_root.register
def _(response: Errors) -> etree._Element:
    root = open_root("errors")
    fill_errors(root, response)
    return root


@_root.register
def _(response: Redirect) -> etree._Element:
    root = open_root("redirect")
    root.set("target", require_source(response.target))
    root.set("source", require_source(response.source))
    set_message(root, response.message, response.language)
    return root


def _add_common(root: etree._Element, warnings: tuple[Warnings, ...], path: tuple[str, ...]) -> None:
    if not path:
        raise DocumentError("a response names the servers it came by")
    for one in warnings:
        add_warnings(root, one)
    add_path(root, path)


def _add_used(root: etree._Element, id: str) -> None:  # noqa: A002 - the attribute's own name
    if id:
        set_attribute(etree.SubElement(root, tag("locationUsed")), "id", require_token(id, "id"))


def _add_services(root: etree._Element, services: tuple[str, ...]) -> None:
    add(root, tag("serviceList"), " ".join(require_word(service, "service") for service in services))


def _add_validation(root: etree._Element, validation: LocationValidation) -> None:
    told = {"valid": validation.valid, "invalid": validation.invalid, "unchecked": validation.unchecked}
    prefixes = prefixes_for(name for names in told.values() for name in names)
    element = etree.SubElement(root, tag("locationValidation"), nsmap=prefixes)
    for name, names in told.items():
        if names:
            add(element, tag(name), write_names(names, prefixes))
    add_planned(element, "revalidateAfter", validation.revalidate_after)
