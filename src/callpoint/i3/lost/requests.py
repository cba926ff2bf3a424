"""The four questions of LoST as values."""

from dataclasses import dataclass
from typing import Final, Literal

from callpoint.i3.civic import Civic
from callpoint.i3.lost.problems import Problem
from callpoint.i3.shapes import Shape

GEODETIC: Final = "geodetic-2d"  # RFC 5222 §12.2
CIVIC: Final = "civic"  # RFC 5222 §12.3
PROFILES: Final = (GEODETIC, CIVIC)

BoundaryForm = Literal["reference", "value"]


@dataclass(frozen=True, slots=True)
class RequestLocation:
    """One way of saying where (RFC 5222 §12.1).

    `civic` or `shape` is what was understood. With neither, `fault` tells what is wrong with a location in a
    profile we know, and without a fault the profile is a strange one. `id` is what locationUsed names.
    """

    id: str = ""
    profile: str = ""
    civic: Civic | None = None
    shape: Shape | None = None
    fault: Problem | None = None

    @property
    def understood(self) -> bool:
        return self.civic is not None or self.shape is not None


@dataclass(frozen=True, slots=True)
class FindService:
    """Who serves this place? (RFC 5222 §8)

    `locations` in the order of preference of the client. `service` is a URN, "" where the client left it out;
    `path` the servers the question has passed, the first asked first (RFC 5222 §6). `as_of` asks for the state at
    another time, xs:dateTime (draft-ietf-ecrit-lost-planned-changes), "" for now.
    """

    locations: tuple[RequestLocation, ...]
    service: str = ""
    validate_location: bool = False
    service_boundary: BoundaryForm = "reference"
    recursive: bool = False
    path: tuple[str, ...] = ()
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class GetServiceBoundary:
    """The boundary behind a reference (RFC 5222 §9)."""

    key: str


@dataclass(frozen=True, slots=True)
class ListServices:
    """Which services are below `service`; "" for the top (RFC 5222 §10)."""

    service: str = ""
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListServicesByLocation:
    """The same for one place; asking on is the default here (RFC 5222 §11)."""

    locations: tuple[RequestLocation, ...]
    service: str = ""
    recursive: bool = True
    path: tuple[str, ...] = ()


Request = FindService | GetServiceBoundary | ListServices | ListServicesByLocation


def location_used(locations: tuple[RequestLocation, ...]) -> RequestLocation | None:
    """The first location that could be read: the one an answer is for (RFC 5222 §12.1); None without any."""
    return next((location for location in locations if location.understood), None)


def location_problem(locations: tuple[RequestLocation, ...]) -> Problem:
    """What to answer where `location_used` finds none: the first fault, else that all profiles are strange."""
    for location in locations:
        if location.fault is not None:
            return location.fault
    strange = tuple(dict.fromkeys(location.profile for location in locations))
    message = f"A location is understood in the profiles {' and '.join(PROFILES)}."
    return Problem("locationProfileUnrecognized", message, unsupported_profiles=strange)
