"""Where along a road a number lies, and on which side of it."""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from callpoint.addresses.reference.polyline import Position, length_metres
from callpoint.addresses.reference.road_shape import SIDE_METRES, locate, pieces_of
from tests.addresses.reference.drawn_map import drawn, metres_east, metres_north, moved

MAP = drawn("""
a         b         c


          d
""")
EAST = [[MAP["a"], MAP["c"]]]


def wkb(*parts: list[Position]) -> bytes:
    lines = [shapely.LineString([(lon, lat) for lat, lon in part]) for part in parts]
    found: bytes = shapely.to_wkb(lines[0] if len(lines) == 1 else shapely.MultiLineString(lines))
    return found


def test_a_line_keeps_its_direction() -> None:
    (piece,) = pieces_of(wkb([MAP["c"], MAP["b"], MAP["d"]]))
    assert piece[0] == pytest.approx(MAP["c"])
    assert piece[-1] == pytest.approx(MAP["d"])


def test_pieces_that_meet_are_one() -> None:
    (piece,) = pieces_of(wkb([MAP["a"], MAP["b"]], [MAP["b"], MAP["d"]]))
    assert [piece[0], piece[-1]] == [pytest.approx(MAP["a"]), pytest.approx(MAP["d"])]


def test_pieces_drawn_against_each_other_are_not_turned_around() -> None:
    assert len(pieces_of(wkb([MAP["a"], MAP["b"]], [MAP["d"], MAP["b"]]))) == 2


def test_points_on_a_straight_line_are_left_out() -> None:
    (piece,) = pieces_of(wkb([MAP["a"], MAP["b"], MAP["c"]]))
    assert len(piece) == 2


def test_numbers_lie_in_order_and_off_the_crossings() -> None:
    wests = [metres_east(MAP["a"], locate(EAST, number, 1, 99, "L")) for number in range(1, 100, 2)]
    assert wests == sorted(wests)
    assert wests[0] == pytest.approx(10, abs=0.2)
    assert wests[-1] == pytest.approx(190, abs=0.2)
    assert metres_east(MAP["a"], locate(EAST, 50, 1, 99, "R")) == pytest.approx(100, abs=0.2)


def test_falling_numbers_lie_the_other_way_round() -> None:
    assert metres_east(MAP["a"], locate(EAST, 99, 99, 1, "L")) == pytest.approx(10, abs=0.2)
    assert metres_east(MAP["a"], locate(EAST, 1, 99, 1, "L")) == pytest.approx(190, abs=0.2)


def test_a_short_road_is_not_turned_inside_out() -> None:
    short = [[MAP["a"], moved(MAP["a"], 0, 12)]]
    first, last = (metres_east(MAP["a"], locate(short, number, 1, 9, "L")) for number in (1, 9))
    assert 0 < first < last < 12


def test_a_road_without_length_is_a_point() -> None:
    assert locate([[MAP["a"], MAP["a"]]], 5, 1, 9, "L") == MAP["a"]


@given(st.sampled_from("LR"), st.integers(1, 99), st.floats(-3000, 3000), st.floats(-3000, 3000))
def test_a_number_lies_on_its_side(side: str, number: int, north: float, east: float) -> None:
    """By the cross product: positive is left of the direction of the line."""
    if abs(north) + abs(east) < 40:
        return
    end = moved(MAP["a"], north, east)
    at = locate([[MAP["a"], end]], number, 1, 99, side)
    x, y = metres_east(MAP["a"], at), metres_north(MAP["a"], at)
    distance = (east * y - north * x) / length_metres([[MAP["a"], end]])
    assert distance == pytest.approx(SIDE_METRES if side == "L" else -SIDE_METRES, abs=0.3)
