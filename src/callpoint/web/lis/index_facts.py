"""What follows from the boundaries as they are loaded, worked out once: keys for references, and planned changes."""

import hashlib
import math
import threading
from collections.abc import Iterator
from typing import Final

from callpoint.datasets.boundary import ServiceBoundary
from callpoint.i3.lost import Area, BoundaryValue, Ring
from callpoint.routing.boundaries import BoundaryIndex, BoundaryPolygon, in_force

_KEY_BYTES: Final = 16


def key_of(boundary: ServiceBoundary) -> str:
    """What getServiceBoundary asks for: opaque, and another one when the boundary is of another version."""
    named = "\0".join((boundary.dataset, boundary.dataset_version, boundary.id))
    return hashlib.blake2b(named.encode("utf-8", "surrogatepass"), digest_size=_KEY_BYTES).hexdigest()


class IndexFacts:
    """Of one index, which never changes. Safe to share between threads."""

    def __init__(self, index: BoundaryIndex) -> None:
        self.index = index
        self._by_key = {key_of(boundary): boundary for boundary in index.boundaries}
        moments = {moment for boundary in index.boundaries for moment in in_force(boundary)}
        self._changes = sorted(filter(math.isfinite, moments))

    def value_of(self, key: str) -> BoundaryValue | None:
        """The boundary behind a key of ours, None for a key we do not know (any more)."""
        boundary = self._by_key.get(key)
        return None if boundary is None else boundary_value(self.index, boundary)

    def changes(self, after: float, until: float) -> Iterator[float]:
        """When boundaries begin or end to be in force, in seconds since 1970, the next one first."""
        return (moment for moment in self._changes if after < moment <= until)


class FactsOfTheDay:
    """The facts of whatever index is the current one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._facts: IndexFacts | None = None

    def of(self, index: BoundaryIndex) -> IndexFacts:
        with self._lock:
            if self._facts is None or self._facts.index is not index:
                self._facts = IndexFacts(index)
            return self._facts


def boundary_value(index: BoundaryIndex, boundary: ServiceBoundary) -> BoundaryValue | None:
    """The polygons as LoST has them; None where nothing is left of them."""
    areas = tuple(filter(None, (_area(polygon) for polygon in index.rings(boundary))))
    return BoundaryValue(areas) if areas else None


def _area(polygon: BoundaryPolygon) -> Area | None:
    rings = [_ring(ring.tolist()) for ring in (polygon.outer, *polygon.holes)]
    return Area(rings[0], tuple(ring for ring in rings[1:] if len(ring) > 3)) if len(rings[0]) > 3 else None


def _ring(rows: list[list[float]]) -> Ring:
    """Longitudes that go on beyond 180 are turned back: LoST has no others."""
    return tuple([(lat, lon if -180 <= lon <= 180 else (lon + 180) % 360 - 180) for lat, lon in rows])
