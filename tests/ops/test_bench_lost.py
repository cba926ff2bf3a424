"""The LoST bench's own parts: boundaries that tile the land, and that the whole of it runs."""

import random

import pytest
import shapely

from callpoint.i3.shapes import Point
from callpoint.ops.bench import lost
from callpoint.ops.bench.drawn_boundaries import CORNERS, EAST, NORTH, SOUTH, WEST, drawn_boundaries
from callpoint.routing.boundaries import BoundaryIndex

NOW = "2026-06-01T00:00:00Z"


def test_drawn_boundaries_are_sound_and_detailed() -> None:
    boundaries, areas = drawn_boundaries(60)
    assert len(boundaries) == len(areas) >= 60
    assert len({boundary.id for boundary in boundaries}) == len(boundaries)
    polygons = shapely.from_wkb(areas)
    assert shapely.is_valid(polygons).all()
    assert (shapely.get_num_coordinates(polygons) == 4 * CORNERS + 1).all()
    assert drawn_boundaries(60)[1] == areas


def test_every_place_has_exactly_one_psap() -> None:
    index = BoundaryIndex(*drawn_boundaries(60))
    chance = random.Random(1)
    for _ in range(500):
        place = Point(chance.uniform(SOUTH + 2, NORTH - 2), chance.uniform(WEST + 2, EAST - 2))
        assert len(index.find(place, "urn:service:sos", NOW)) == 1


def test_none_at_all() -> None:
    assert drawn_boundaries(0) == ((), [])


@pytest.mark.stack
def test_the_whole_of_it_runs() -> None:
    report = lost.run(quick=True)
    assert report.figures["wrong"] == 0
    assert report.figures["per_second"] > 0
    assert {aim.figure for aim in report.aims} <= set(report.figures)
