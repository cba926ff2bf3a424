"""Boundaries for tests: squares of degrees, found without any geometry library.

```
        -73.0          -72.5          -72.0
 44.5     ┌──────────────┬──────────────┐
          │     west     │     east     │
 44.0     └──────────────┴──────────────┘
```
Montpelier (44.26, -72.58) lies in the west, Barre (44.20, -72.50) on the border, Danville (44.41, -72.14) in the east.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from callpoint.addresses.postal import PostalTables
from callpoint.addresses.postal.areas import FsaArea, ZipArea
from callpoint.datasets.boundary import ServiceBoundary
from callpoint.directory.mapping.serving import Boundaries, Sources
from callpoint.i3.shapes import Point, Shape
from callpoint.routing.boundary_psaps import psap_names

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
WEST = ServiceBoundary("west", "urn:service:sos", "Western dispatch", "sip:911@west.example")
EAST = ServiceBoundary("east", "urn:service:sos", "Eastern dispatch", "sip:911@east.example")
WESTERN, EASTERN = (44.26, -72.58), (44.41, -72.14)
MIDDLES = PostalTables(
    [
        ZipArea("05633", "VT", "Montpelier", (), (), "Washington", (44.25, -72.57), "UNIQUE", True),
        ZipArea("05828", "VT", "Danville", (), (), "Caledonia", (44.4, -72.1), "STANDARD", True),
        ZipArea("05999", "VT", "Nowhere", (), (), "", None, "STANDARD", True),
    ],
    [FsaArea("K1A", "ON", "Ottawa", ("ottawa",), (45.42, -75.7))],
)


@dataclass(frozen=True)
class Found:
    boundary: ServiceBoundary


@dataclass
class Squares:
    """Half degrees of longitude from -73.0 on, each with its boundary."""

    boundaries: Sequence[ServiceBoundary] = (WEST, EAST)
    asked: int = 0

    def find(self, shape: Shape, service: str, at: str) -> Sequence[Found]:
        assert isinstance(shape, Point)
        assert service == "urn:service:sos"
        self.asked += 1
        if not 44.0 <= shape.lat < 44.5:
            return ()
        square = int((shape.lon + 73.0) // 0.5)
        found = self.boundaries[square] if 0 <= square < len(self.boundaries) else None
        in_force = found and found.effective <= at and (not found.expires or at < found.expires)
        return (Found(found),) if found and in_force else ()

    def sources(self, at: datetime = NOW) -> Sources:
        names = psap_names(self.boundaries)
        return Sources(Boundaries(self.find, names), at.strftime("%Y-%m-%dT%H:%M:%SZ"), MIDDLES)


NOTHING = Sources(None, "2026-11-23T12:00:00Z", MIDDLES)
