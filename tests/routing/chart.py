"""Small maps of service boundaries, drawn by hand."""

from collections.abc import Sequence

import numpy as np
import shapely

from callpoint.datasets.boundary import ServiceBoundary
from callpoint.i3.shapes import Point, Shape
from callpoint.routing.boundaries import BoundaryIndex

SOS = "urn:service:sos"
TODAY = "2026-11-23T12:00:00Z"

Drawn = tuple[ServiceBoundary, bytes]


def area(name: str, geometry: object, service: str = SOS, **fields: object) -> Drawn:
    """A boundary with that name as ID, and any shapely geometry."""
    plain = {"uri": f"sip:{name.lower()}@psap.example.net", "dataset": "chart", **fields}
    return ServiceBoundary(name, service, str(plain.pop("display_name", name)), **plain), shapely.to_wkb(geometry)  # type: ignore[arg-type]


def box(name: str, west: float, south: float, east: float, north: float, **fields: object) -> Drawn:
    """A boundary of four corners."""
    return area(name, shapely.box(west, south, east, north), **fields)  # type: ignore[arg-type]


def index(*drawn: Drawn) -> BoundaryIndex:
    return BoundaryIndex([boundary for boundary, _ in drawn], [wkb for _, wkb in drawn])


def found(chart: BoundaryIndex, shape: Shape, service: str = SOS, at: str = TODAY) -> list[str]:
    """The IDs of the hits, best first."""
    return [hit.boundary.id for hit in chart.find(shape, service, at)]


def found_at(chart: BoundaryIndex, lat: float, lon: float) -> list[str]:
    return found(chart, Point(lat, lon))


def coast(west: float, south: float, size: float, corners: int, seed: int) -> shapely.Polygon:
    """A square with a border as wild as a shore, which never crosses itself."""
    random = np.random.default_rng(seed)
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radius = size / 2 * (1 + 0.2 * np.sin(7 * turn) + 0.15 * random.random(corners))
    middle = np.array([west + size / 2, south + size / 2])
    return shapely.Polygon(middle + np.column_stack((radius * np.cos(turn), radius * np.sin(turn))))


def ids(boundaries: Sequence[ServiceBoundary]) -> list[str]:
    return [boundary.id for boundary in boundaries]
