"""The area one answer holds for (RFC 5222 §5.5), as polygons, as addresses, or as a key to ask for it."""

from dataclasses import dataclass

from callpoint.i3.civic import Civic

LatLon = tuple[float, float]
Ring = tuple[LatLon, ...]
"""(latitude, longitude) in WGS 84 degrees, ended by its first position."""


@dataclass(frozen=True, slots=True)
class Area:
    """One polygon: inside `exterior`, outside of every ring of `interiors`."""

    exterior: Ring
    interiors: tuple[Ring, ...] = ()


@dataclass(frozen=True, slots=True)
class BoundaryValue:
    """The boundary itself: `areas` in the profile geodetic-2d, `civics` in the profile civic.

    Both tell the same boundary in two ways; several areas (or addresses) are one boundary of several pieces.
    """

    areas: tuple[Area, ...] = ()
    civics: tuple[Civic, ...] = ()


@dataclass(frozen=True, slots=True)
class BoundaryReference:
    """A boundary kept by the server `source` under `key`, for getServiceBoundary (RFC 5222 §5.6)."""

    source: str
    key: str


ServiceBoundary = BoundaryValue | BoundaryReference
