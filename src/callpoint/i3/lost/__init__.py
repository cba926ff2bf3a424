"""LoST (RFC 5222): who serves a place. Questions and answers as values, read leniently and written by the book.

A server has `read_request` and `write_response`, a client `write_request` and `read_response`. Of the planned
changes of draft-ietf-ecrit-lost-planned-changes, `FindService.as_of` and `LocationValidation.revalidate_after` are
carried; its polling interface is not.
"""

from callpoint.i3.lost.boundary import Area, BoundaryReference, BoundaryValue, Ring, ServiceBoundary
from callpoint.i3.lost.media_type import CONTENT_TYPE, is_content_type
from callpoint.i3.lost.problems import ErrorKind, Errors, LostDocumentError, Problem, WarningKind, Warnings
from callpoint.i3.lost.request_reader import MAX_REQUEST_BYTES, read_request
from callpoint.i3.lost.request_writer import write_request
from callpoint.i3.lost.requests import (
    CIVIC,
    GEODETIC,
    FindService,
    GetServiceBoundary,
    ListServices,
    ListServicesByLocation,
    Request,
    RequestLocation,
    location_problem,
    location_used,
)
from callpoint.i3.lost.response_reader import MAX_RESPONSE_BYTES, read_response
from callpoint.i3.lost.response_writer import write_response
from callpoint.i3.lost.responses import (
    NO_CACHE,
    NO_EXPIRATION,
    Answer,
    DisplayName,
    FindServiceResponse,
    GetServiceBoundaryResponse,
    ListServicesByLocationResponse,
    ListServicesResponse,
    LocationValidation,
    Mapping,
    Redirect,
    Response,
)
from callpoint.i3.source_name import has_passed, is_source

__all__ = [
    "CIVIC",
    "CONTENT_TYPE",
    "GEODETIC",
    "MAX_REQUEST_BYTES",
    "MAX_RESPONSE_BYTES",
    "NO_CACHE",
    "NO_EXPIRATION",
    "Answer",
    "Area",
    "BoundaryReference",
    "BoundaryValue",
    "DisplayName",
    "ErrorKind",
    "Errors",
    "FindService",
    "FindServiceResponse",
    "GetServiceBoundary",
    "GetServiceBoundaryResponse",
    "ListServices",
    "ListServicesByLocation",
    "ListServicesByLocationResponse",
    "ListServicesResponse",
    "LocationValidation",
    "LostDocumentError",
    "Mapping",
    "Problem",
    "Redirect",
    "Request",
    "RequestLocation",
    "Response",
    "Ring",
    "ServiceBoundary",
    "WarningKind",
    "Warnings",
    "has_passed",
    "is_content_type",
    "is_source",
    "location_problem",
    "location_used",
    "read_request",
    "read_response",
    "write_request",
    "write_response",
]
