"""The judge: real PSAP boundaries of a whole state, held against a check that shares no code with the index."""

import time
from pathlib import Path

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from pyogrio.raw import read
from tests.routing.chart import SOS, TODAY

from callpoint.datasets.boundary import ServiceBoundary
from callpoint.i3.shapes import Point
from callpoint.routing.boundaries import BoundaryIndex

POINTS = 100_000

Floats = NDArray[np.float64]
Kansas = tuple[BoundaryIndex, list[bytes]]


@pytest.fixture(scope="module")
def kansas(shared_data: Path) -> Kansas:
    meta, _, geometry, columns = read(
        shared_data / "geo" / "kansas_psap_boundaries.gpkg", columns=["DISPLAY", "AGENCYID"]
    )
    names = dict(zip(meta["fields"].tolist(), columns, strict=True))
    boundaries = [
        ServiceBoundary(f"KS{number}", SOS, display, agency_id=agency)
        for number, (display, agency) in enumerate(zip(names["DISPLAY"], names["AGENCYID"], strict=True))
    ]
    return BoundaryIndex(boundaries, list(geometry)), list(geometry)


def edges_of(wkb: list[bytes]) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Every edge of every ring as start and end (x, y), and the number of its boundary."""
    starts, ends, owners = [], [], []
    for number, geometry in enumerate(shapely.from_wkb(wkb)):
        for ring in shapely.get_rings(shapely.get_parts(geometry)):
            corners = shapely.get_coordinates(ring)
            starts.append(corners[:-1])
            ends.append(corners[1:])
            owners.append(np.full(len(corners) - 1, number))
    return np.concatenate(starts), np.concatenate(ends), np.concatenate(owners)


def brute_force(wkb: list[bytes], points: Floats) -> dict[int, set[int]]:
    """Which boundaries hold each point: the other way round, every edge looks for the points its ray would cross."""
    start, end, owner = edges_of(wkb)
    order = np.argsort(points[:, 1])
    x, y = points[order, 0], points[order, 1]
    low, high = np.minimum(start[:, 1], end[:, 1]), np.maximum(start[:, 1], end[:, 1])
    first, last = np.searchsorted(y, low, "left"), np.searchsorted(y, high, "left")
    count = last - first
    edge = np.repeat(np.arange(len(start)), count)
    point = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    fraction = (y[point] - start[edge, 1]) / (end[edge, 1] - start[edge, 1])
    met = start[edge, 0] + fraction * (end[edge, 0] - start[edge, 0])
    crossed = met > x[point]
    pairs, crossings = np.unique(
        np.column_stack((order[point[crossed]], owner[edge[crossed]])), axis=0, return_counts=True
    )
    inside: dict[int, set[int]] = {}
    for number, boundary in pairs[crossings % 2 == 1].tolist():
        inside.setdefault(number, set()).add(boundary)
    return inside


def test_a_hundred_thousand_points(kansas: Kansas) -> None:
    index, wkb = kansas
    west, south, east, north = shapely.total_bounds(shapely.from_wkb(wkb))
    points = np.random.default_rng(911).uniform((west - 0.5, south - 0.5), (east + 0.5, north + 0.5), (POINTS, 2))
    expected = brute_force(wkb, points)
    number_of = {boundary.id: number for number, boundary in enumerate(index.boundaries)}
    for number, (lon, lat) in enumerate(points.tolist()):
        hits = index.find(Point(lat, lon), SOS, TODAY)
        assert {number_of[hit.boundary.id] for hit in hits} == expected.get(number, set()), (lat, lon)
    served = len(expected)
    assert served > POINTS / 2
    assert all(len(boundaries) == 1 for boundaries in expected.values()), "two PSAPs for one point inside the state"
    state = shapely.union_all(shapely.from_wkb(wkb))
    shapely.prepare(state)
    inside = shapely.contains_xy(state, points)
    assert served == np.count_nonzero(inside), "a point inside without a PSAP, or one outside with one"


def test_corners_of_the_borders_belong_to_every_side(kansas: Kansas) -> None:
    index, wkb = kansas
    start, _, owner = edges_of(wkb)
    sides: dict[tuple[float, float], set[str]] = {}
    for (lon, lat), number in zip(start.tolist(), owner.tolist(), strict=True):
        sides.setdefault((lon, lat), set()).add(f"KS{number}")
    shared = 0
    for edge in np.random.default_rng(911).integers(0, len(start), 2000).tolist():
        lon, lat = start[edge].tolist()
        hits = {hit.boundary.id for hit in index.find(Point(lat, lon), SOS, TODAY)}
        assert sides[lon, lat] <= hits
        shared += len(hits) > 1
    assert shared > 1000


def test_a_point_is_looked_up_before_a_call_could_notice(kansas: Kansas) -> None:
    index, _ = kansas
    points = [
        Point(lat, lon) for lon, lat in np.random.default_rng(1).uniform((-102, 37), (-95, 40), (3000, 2)).tolist()
    ]
    times = []
    for point in points:
        began = time.perf_counter()
        index.find(point, SOS, TODAY)
        times.append(time.perf_counter() - began)
    assert sorted(times)[len(times) // 2] < 0.001
