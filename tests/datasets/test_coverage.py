"""Gaps and overlaps of areas that should lie side by side, on small maps."""

import math
from typing import Any

import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from callpoint.datasets.coverage import Fault, overlaps_and_gaps, square_kilometres
from tests.cost import soon
from tests.datasets.making import SIDE, SOUTH, WEST, square

FIELD_KM2 = square_kilometres(square(0, 0))
METRE = 1 / 111_300 / SIDE  # of a field's side, north to south


def chessboard(columns: int, rows: int, *without: tuple[int, int]) -> list[Any]:
    return [square(x, y) for x in range(columns) for y in range(rows) if (x, y) not in without]


def test_a_whole_board_has_neither() -> None:
    assert overlaps_and_gaps(chessboard(4, 4)) == ([], [])


@pytest.mark.parametrize("areas", [[square(0, 0)], [square(0, 0), square(2, 2)]])
def test_areas_alone_or_apart_have_neither(areas: list[Any]) -> None:
    assert overlaps_and_gaps(areas) == ([], [])


def test_a_field_nobody_covers_is_a_gap_with_its_neighbours() -> None:
    #  6 7 .     . is covered by nobody,
    #  3 4 5     x is the gap, around it stand all that touch it
    #  0 x 2
    areas = [square(0, 0), square(2, 0), square(0, 1), square(1, 1), square(2, 1), square(1, -1, wide=1)]
    overlaps, gaps = overlaps_and_gaps(areas)
    assert overlaps == []
    assert [(one.members, one.km2) for one in gaps] == [((0, 1, 2, 3, 4, 5), pytest.approx(FIELD_KM2, abs=1e-3))]
    latitude, longitude = gaps[0].point
    assert square(1, 0).contains(shapely.Point(longitude, latitude))


def test_land_outside_of_all_is_no_gap() -> None:
    assert overlaps_and_gaps(chessboard(3, 3, (0, 0), (1, 0)))[1] == []


def test_an_area_that_reaches_over_its_neighbour_overlaps_it() -> None:
    overlaps, gaps = overlaps_and_gaps([square(0, 0, overhang=0.25), square(1, 0), square(2, 0)])
    assert gaps == []
    assert [(one.members, one.km2) for one in overlaps] == [((0, 1), pytest.approx(FIELD_KM2 / 4, abs=1e-3))]
    latitude, longitude = overlaps[0].point
    assert square(1, 0, wide=0.25).contains(shapely.Point(longitude, latitude))


def test_an_area_within_another_overlaps_it_whichever_comes_first() -> None:
    inner, outer = square(1, 1), square(0, 0, wide=3, high=3)
    for areas in ([inner, outer], [outer, inner]):
        overlaps, _ = overlaps_and_gaps(areas)
        assert [one.members for one in overlaps] == [(0, 1)]


def test_the_same_area_twice_overlaps_itself() -> None:
    overlaps, _ = overlaps_and_gaps([square(0, 0), square(1, 0), square(0, 0)])
    assert [one.members for one in overlaps] == [(0, 2)]


def test_three_at_one_place_are_three_pairs() -> None:
    overlaps, _ = overlaps_and_gaps([square(0, 0)] * 3)
    assert sorted(one.members for one in overlaps) == [(0, 1), (0, 2), (1, 2)]


def test_an_island_in_a_hole_leaves_a_ring_for_a_gap() -> None:
    around = square(0, 0, wide=5, high=5).difference(square(1, 1, wide=3, high=3))
    overlaps, gaps = overlaps_and_gaps([around, square(2, 2)])
    assert overlaps == []
    assert [one.km2 for one in gaps] == [pytest.approx(8 * FIELD_KM2, rel=1e-3)]
    assert gaps[0].members == (0, 1)


@pytest.mark.parametrize("metres", [0, 1e-7, 0.01, 3])
def test_a_crack_to_the_outside_hides_no_gap(metres: float) -> None:
    # The field in the middle is empty, and the one below it stops short of its neighbour in the east.
    areas = chessboard(3, 3, (1, 1), (1, 0))
    _, gaps = overlaps_and_gaps([*areas, square(1, 0, wide=1 - metres * METRE)])
    assert [one.km2 for one in gaps] == [pytest.approx(FIELD_KM2, rel=0.01)]
    assert len(gaps[0].members) == 8


def test_a_gate_to_the_outside_is_no_gap() -> None:
    areas = chessboard(3, 3, (1, 1), (1, 0))
    assert overlaps_and_gaps([*areas, square(1, 0, wide=1 - 50 * METRE)])[1] == []


def test_a_hole_filled_exactly_is_no_gap() -> None:
    around = square(0, 0, wide=3, high=3).difference(square(1, 1))
    assert overlaps_and_gaps([around, square(1, 1)]) == ([], [])


@pytest.mark.parametrize(("metres", "told"), [(0.5, False), (4, False), (6, True), (50, True)])
def test_strips_narrower_than_a_road_come_from_drawing(metres: float, told: bool) -> None:
    overlaps, _ = overlaps_and_gaps([square(0, 0, high=1 + metres * METRE), square(0, 1)])
    assert bool(overlaps) is told
    open_strip = [square(0, 0, high=1 - metres * METRE), square(0, 1), square(-1, 0, high=2), square(1, 0, high=2)]
    _, gaps = overlaps_and_gaps(open_strip)
    assert bool(gaps) is told


def test_spots_smaller_than_a_house_lot_are_left_out() -> None:
    lot = 25 * METRE
    _, gaps = overlaps_and_gaps([square(0, 0).difference(square(0, 0, wide=lot, high=lot).buffer(0)), square(5, 5)])
    hole = shapely.box(WEST + 0.004, SOUTH + 0.004, WEST + 0.004 + lot * SIDE, SOUTH + 0.004 + lot * SIDE)
    assert gaps == []
    assert overlaps_and_gaps([square(0, 0).difference(hole), square(5, 5)])[1] == []


def test_the_largest_comes_first() -> None:
    areas = [square(0, 0, overhang=0.1), square(1, 0, overhang=0.5), square(2, 0)]
    assert [one.members for one in overlaps_and_gaps(areas)[0]] == [(1, 2), (0, 1)]


def test_neighbours_whose_corners_do_not_match_still_fit() -> None:
    # The long side of one lies along two of others: no corner of it lies where they meet.
    assert overlaps_and_gaps([square(0, 0, wide=2), square(0, 1), square(1, 1)]) == ([], [])


@pytest.mark.parametrize("latitude", [0.0, 38.0, 49.0, 71.0])
def test_areas_are_those_on_the_ground(latitude: float) -> None:
    # 0.1 degree of a meridian is 11.1 km everywhere, of a parallel shorter by the cosine; WGS 84 differs by < 0.7 %.
    box = shapely.box(-100, latitude, -99.9, latitude + 0.1)
    expected = 11.132 * 11.13 * math.cos(math.radians(latitude + 0.05))
    assert square_kilometres(box) == pytest.approx(expected, rel=0.01)


def slow(areas: list[Any]) -> tuple[set[tuple[int, ...]], float]:
    """By definition: every pair is cut with each other, and the holes of the union are added up.

    A hole that only a corner without width parts from outside is closed, too: each area is grown by a millimetre.
    """
    pairs = {
        (i, j)
        for i in range(len(areas))
        for j in range(i + 1, len(areas))
        if square_kilometres(areas[i].intersection(areas[j])) > 0.01
    }
    grown = shapely.buffer(areas, METRE / 1000, join_style="mitre")
    holes = [shapely.Polygon(ring) for part in _parts(shapely.union_all(grown)) for ring in part.interiors]
    return pairs, sum(map(square_kilometres, holes))


def _parts(shape: Any) -> list[Any]:
    return list(shapely.get_parts(shape))


CELLS = st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 3), st.integers(1, 3))


@settings(max_examples=60, deadline=None)
@example([(0, 0, 2, 2), (1, 2, 3, 1), (2, 0, 2, 1), (4, 0, 1, 2)])
@given(st.lists(CELLS, min_size=1, max_size=9))
def test_it_finds_what_looking_at_every_pair_finds(cells: list[tuple[int, int, int, int]]) -> None:
    areas = [square(x, y, wide=wide, high=high) for x, y, wide, high in cells]
    pairs, open_km2 = slow(areas)
    overlaps, gaps = overlaps_and_gaps(areas)
    assert {one.members for one in overlaps} == pairs
    assert sum(one.km2 for one in gaps) == pytest.approx(open_km2, abs=0.01)


def test_a_large_board_is_quick() -> None:
    fine = [shapely.segmentize(one, SIDE / 50) for one in chessboard(30, 30, (7, 7), (20, 3))]
    overlaps, gaps = soon(lambda: overlaps_and_gaps(fine), 10)  # some 0.3 s on a free machine
    assert (len(overlaps), len(gaps)) == (0, 2)
    assert all(isinstance(one, Fault) for one in gaps)
