"""The piece of the world a map shows."""

import math
from dataclasses import dataclass
from typing import Final

from callpoint.i3.shapes import Point

METRES_PER_DEGREE: Final = 111_195.0  # of latitude, on the mean sphere


@dataclass(frozen=True, slots=True)
class Around:
    """Everything within `metres` north, south, east and west of a point, WGS 84 degrees."""

    lat: float
    lon: float
    metres: float

    @property
    def point(self) -> Point:
        return Point(self.lat, self.lon)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        north = self.metres / METRES_PER_DEGREE
        east = north / max(math.cos(math.radians(self.lat)), 0.1)
        return self.lon - east, max(self.lat - north, -90.0), self.lon + east, min(self.lat + north, 90.0)

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a position is in the box."""
        west, south, east, north = self.box
        return south <= lat <= north and west <= lon <= east
