"""Who serves an address: the first source that says so, as a value; nothing is read or written here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from callpoint.addresses.postal import PostalTables
from callpoint.addresses.verdict import LatLon
from callpoint.datasets.boundary import ServiceBoundary
from callpoint.directory.models import LostMapping
from callpoint.i3.shapes import Point, Shape
from callpoint.routing.boundary_psaps import Names
from callpoint.routing.service_urns import PSAP_LAYER

BOUNDARY: Final = "boundary"
POSTAL_AREA: Final = "boundary (postal area)"
LOST: Final = "lost "
_CALLABLE: Final = ("sip:", "sips:")
_LONGEST_URI: Final = 255


class Hit(Protocol):
    """A boundary that holds a place, as `routing.boundaries.Hit`."""

    @property
    def boundary(self) -> ServiceBoundary: ...


@dataclass(frozen=True)
class Boundaries:
    """`find` is that of `routing.boundaries.BoundaryIndex`: every boundary that holds a shape, of a service, at a time,
    the best first. `names` are those of `routing.boundary_psaps`, so that a PSAP is called the same everywhere."""

    find: Callable[[Shape, str, str], Sequence[Hit]]
    names: Names


@dataclass(frozen=True)
class Serving:
    """A PSAP that serves an address. `told_by` is the address's `psap_source`; `source` and `source_id` name where
    its PSAP row is made from, should it have to be; `uris` are the SIP URIs published there, in order."""

    name: str
    told_by: str
    source: str
    source_id: str
    uris: tuple[str, ...]


@dataclass(frozen=True)
class Sources:
    """What addresses are mapped by: boundaries as of `at`, ISO 8601 in UTC to the second."""

    boundaries: Boundaries | None
    at: str
    tables: PostalTables

    def serving(self, address: Mapping[str, Any], lost: LostMapping | None, samples: bool = False) -> Serving | None:
        """Who serves an address of these column values; None leaves it to the fixed routes.

        Sample boundaries count only with `samples`, for the sample organization: they are never for real routing.
        """
        return (by_lost(lost) if lost is not None else None) or self._by_boundary(address, samples)

    def _by_boundary(self, address: Mapping[str, Any], samples: bool) -> Serving | None:
        if self.boundaries is None:
            return None
        if address["latitude"] is not None:
            point, told_by = (address["latitude"], address["longitude"]), BOUNDARY
        elif address["verdict"] == "area" and (middle := postal_middle(address, self.tables)) is not None:
            point, told_by = middle, POSTAL_AREA
        else:
            return None
        hits = self.boundaries.find(Point(*point), PSAP_LAYER, self.at)
        boundary = next((hit.boundary for hit in hits if samples or not hit.boundary.sample), None)
        if boundary is None:
            return None
        name = self.boundaries.names.get(boundary.key) or boundary.display_name or boundary.id
        return Serving(name[:255], told_by, BOUNDARY, boundary.id[:255], callable_uris([boundary.uri]))


def by_lost(mapping: LostMapping) -> Serving | None:
    """The PSAP an outside ECRF named. Its name tells where it comes from, so that it is nobody else's."""
    if not mapping.uris:
        return None
    source = f"{LOST}{mapping.host}"
    name = f"{mapping.display_name or 'PSAP'} (by {mapping.host})"
    return Serving(name[:255], source[:255], source[:255], mapping.source_id, tuple(mapping.uris))


def postal_middle(address: Mapping[str, Any], tables: PostalTables) -> LatLon | None:
    """The middle of the address's postal code: good for choosing a PSAP, never for sending anybody there."""
    if not address["pc"]:
        return None
    area = tables.zip(address["pc"]) if address["country"] == "US" else tables.fsa(address["pc"])
    return area.point if area is not None and address["a1"] == area.A1 else None


def callable_uris(uris: Sequence[str]) -> tuple[str, ...]:
    """Those a call can be sent to, each once, the scheme in lower case."""
    found: dict[str, None] = {}
    for uri in uris:
        scheme, colon, rest = uri.strip().partition(":")
        written = f"{scheme.lower()}{colon}{rest}"
        if written.startswith(_CALLABLE) and rest and len(written) <= _LONGEST_URI:
            found[written] = None
    return tuple(found)


def is_set_by_hand(address: Mapping[str, Any]) -> bool:
    """Whether somebody chose the PSAP for this address: that choice stays."""
    made = (BOUNDARY, POSTAL_AREA)
    return address["psap_id"] is not None and not (
        address["psap_source"] in made or address["psap_source"].startswith(LOST)
    )
