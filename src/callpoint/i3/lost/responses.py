"""What a LoST server answers, as values."""

from dataclasses import dataclass
from typing import Final

from callpoint.i3.lost.boundary import BoundaryValue, ServiceBoundary
from callpoint.i3.lost.problems import Errors, Warnings

NO_CACHE: Final = "NO-CACHE"
NO_EXPIRATION: Final = "NO-EXPIRATION"


@dataclass(frozen=True, slots=True)
class DisplayName:
    text: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Mapping:
    """Who serves a place, and until when that may be believed (RFC 5222 §5).

    `expires` is xs:dateTime, NO_CACHE or NO_EXPIRATION (RFC 5222 §5.2); `source` and `source_id` together name the
    record, `last_updated` (xs:dateTime) its age (RFC 5222 §5.1).
    """

    source: str
    source_id: str
    last_updated: str
    expires: str
    service: str = ""
    uris: tuple[str, ...] = ()
    display_names: tuple[DisplayName, ...] = ()
    service_number: str = ""
    boundary: ServiceBoundary | None = None


@dataclass(frozen=True, slots=True)
class LocationValidation:
    """What became of each element of an address (RFC 5222 §8.4.2).

    Names of elements of the civic name spaces stand bare ("A1", "STP"), foreign ones as "{name space}name".
    `revalidate_after` (xs:dateTime) tells when a planned change may alter it
    (draft-ietf-ecrit-lost-planned-changes), "" for none known.
    """

    valid: tuple[str, ...] = ()
    invalid: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()
    revalidate_after: str = ""


@dataclass(frozen=True, slots=True)
class FindServiceResponse:
    """At least one mapping (RFC 5222 §8.4); `location_used` is the id of the location it is
    for (RFC 5222 §7), "" untold."""

    mappings: tuple[Mapping, ...]
    path: tuple[str, ...]
    validation: LocationValidation | None = None
    warnings: tuple[Warnings, ...] = ()
    location_used: str = ""


@dataclass(frozen=True, slots=True)
class GetServiceBoundaryResponse:
    boundary: BoundaryValue
    path: tuple[str, ...]
    warnings: tuple[Warnings, ...] = ()


@dataclass(frozen=True, slots=True)
class ListServicesResponse:
    services: tuple[str, ...]
    path: tuple[str, ...]
    warnings: tuple[Warnings, ...] = ()


@dataclass(frozen=True, slots=True)
class ListServicesByLocationResponse:
    services: tuple[str, ...]
    path: tuple[str, ...]
    warnings: tuple[Warnings, ...] = ()
    location_used: str = ""


@dataclass(frozen=True, slots=True)
class Redirect:
    """Ask `target`, an application unique string, instead (RFC 5222 §13.3)."""

    target: str
    source: str
    message: str = ""
    language: str = "en"


Answer = FindServiceResponse | GetServiceBoundaryResponse | ListServicesResponse | ListServicesByLocationResponse
Response = Answer | Errors | Redirect
