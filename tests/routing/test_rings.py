"""Point in polygon by runs of a border, held against GEOS on wild shores."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.routing.chart import coast

from callpoint.routing.clipping import MOST_CORNERS, part_in
from callpoint.routing.rings import CORNERS_A_RUN, Box, RingArrays, Rings, build_rings, unwrapped


def rings_of(*geometries: object) -> Rings:
    return Rings(build_rings([shapely.to_wkb(geometry) for geometry in geometries]))


SHORE = coast(0, 0, 10, 3 * CORNERS_A_RUN + 7, 1) - coast(3, 3, 4, 500, 2)
ISLANDS = shapely.MultiPolygon([coast(n * 3, 20, 2, 40 + n, n) for n in range(4)])
DRAWN = (SHORE, ISLANDS, shapely.Polygon(), shapely.box(0, 0, 1, 1))


@settings(max_examples=500)
@given(st.floats(-1, 12), st.floats(-1, 23))
def test_as_geos_has_it(x: float, y: float) -> None:
    rings = rings_of(*DRAWN)
    for number, geometry in enumerate(DRAWN):
        assert rings.holds(number, x, y) == bool(shapely.intersects_xy(geometry, x, y))


def test_every_corner_and_middle_of_an_edge_is_on_the_border() -> None:
    rings = rings_of(SHORE)
    for ring in shapely.get_rings(SHORE):
        corners = shapely.get_coordinates(ring)
        assert all(rings.holds(0, x, y) for x, y in corners.tolist())
    square = rings_of(shapely.box(0, 0, 1, 3))
    assert square.holds(0, 0.5, 0)
    assert square.holds(0, 1, 1.5)
    assert not square.holds(0, np.nextafter(1, 2), 1.5)


@pytest.mark.parametrize("corners", [3, CORNERS_A_RUN, CORNERS_A_RUN + 1, 2 * CORNERS_A_RUN, 5 * CORNERS_A_RUN + 1])
def test_runs_follow_each_other_around_the_ring(corners: int) -> None:
    arrays = build_rings([shapely.to_wkb(coast(0, 0, 1, corners, 5))])
    assert arrays.run_first[0] == 0
    assert arrays.run_last[-1] == len(arrays.x) - 1 == corners
    assert (arrays.run_last[:-1] == arrays.run_first[1:]).all()
    for first, last, west, east in zip(
        arrays.run_first, arrays.run_last, arrays.run_west, arrays.run_east, strict=True
    ):
        assert last - first <= CORNERS_A_RUN
        assert (west, east) == (arrays.x[first : last + 1].min(), arrays.x[first : last + 1].max())


def test_boxes_of_areas() -> None:
    rings = rings_of(*DRAWN)
    for number, geometry in enumerate(DRAWN):
        box = [side[number] for side in rings.boxes()]
        assert np.array_equal(box, shapely.bounds(geometry), equal_nan=True)
    assert len(rings) == len(DRAWN)


def test_polygons_come_back_as_they_were() -> None:
    rings = rings_of(*DRAWN)
    for number, geometry in enumerate(DRAWN):
        polygons = [shapely.Polygon(outer, holes) for outer, *holes in rings.polygons(number)]
        assert shapely.MultiPolygon(polygons).equals(geometry)


def test_arrays_by_name() -> None:
    arrays = build_rings([shapely.to_wkb(SHORE)])
    again = Rings(RingArrays.of_parts(arrays.parts()))
    assert again.holds(0, 2, 2) == shapely.intersects_xy(SHORE, 2, 2)
    assert again.touch() == Rings(arrays).touch()
    with pytest.raises(KeyError):
        RingArrays.of_parts({"x": arrays.x})


def test_a_third_dimension_is_left_out() -> None:
    high = shapely.force_3d(shapely.box(0, 0, 1, 1), 50.0)
    assert rings_of(high).holds(0, 0.5, 0.5)


@pytest.mark.parametrize(
    ("longitudes", "expected"),
    [
        ([170, 179, -179, -170, 170], [170, 179, 181, 190, 170]),
        ([-170, -179, 179, -170], [-170, -179, -181, -170]),
        ([-180, 180, 180, -180], [-180, 180, 180, -180]),
        ([10, 20, 10], [10, 20, 10]),
    ],
)
def test_unwrapping(longitudes: list[float], expected: list[float]) -> None:
    assert unwrapped(np.array(longitudes, float)).tolist() == expected


# Of numbers like 1e-308 GEOS, which judges here, makes wrong intersections.
CORNER = st.floats(-1, 11).map(lambda degrees: round(degrees, 9))
BOX = st.tuples(CORNER, CORNER, st.floats(0.01, 6), st.floats(0.01, 6))


@settings(max_examples=200, deadline=None)
@given(BOX)
def test_the_part_in_a_box_is_that_of_the_whole(corner: tuple[float, float, float, float]) -> None:
    west, south, wide, high = corner
    box = Box(west, south, west + wide, south + high)
    rings = rings_of(SHORE)
    part = part_in(rings, 0, box, rings.runs_in(0, box))
    window = shapely.box(west, south, west + wide, south + high)
    assert shapely.area(part) == pytest.approx(shapely.area(shapely.intersection(SHORE, window)), abs=1e-9)
    assert shapely.is_valid(part)


def test_rings_far_from_the_box_are_not_drawn_but_those_around_it_are() -> None:
    rings = rings_of(ISLANDS | (shapely.box(-5, 15, 20, 25) - shapely.box(-4, 16, 19, 24)))
    first = shapely.get_parts(ISLANDS)[0]
    x, y = shapely.get_coordinates(shapely.centroid(first))[0].tolist()
    box = Box(x - 0.1, y - 0.1, x + 0.1, y + 0.1)
    assert shapely.area(part_in(rings, 0, box, rings.runs_in(0, box))) == pytest.approx(0.04)


def test_a_border_with_very_many_corners_is_thinned() -> None:
    shore = coast(0, 0, 1, 40 * MOST_CORNERS, 9)
    rings, box = rings_of(shore), Box(-1, -1, 2, 2)
    part = part_in(rings, 0, box, rings.runs_in(0, box))
    assert shapely.get_num_coordinates(part) < 2 * MOST_CORNERS
    assert shapely.area(part) == pytest.approx(shapely.area(shore), rel=0.02)
