"""Lines kept as bytes and walked by a share of their length."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.addresses.reference.polyline import along, decode, encode, length_metres, metres_between
from tests.addresses.reference.drawn_map import drawn, metres_east, metres_north, moved

positions = st.tuples(st.floats(-89, 89), st.floats(-180, 180))
pieces = st.lists(st.lists(positions, min_size=1, max_size=20), max_size=4)
# Steps a centre line takes, in metres to the north and to the east.
steps = st.tuples(st.floats(-300, 300), st.floats(-300, 300)).filter(lambda step: math.hypot(*step) > 1)
shares = st.floats(0, 1)

STRAIGHT = drawn("""
a         b
""")
BENT = drawn("""
a         b

          c
""")


@given(pieces)
def test_lines_come_back_to_eleven_centimetres(lines: list[list[tuple[float, float]]]) -> None:
    back = decode(encode(lines))
    assert [len(line) for line in back] == [len(line) for line in lines]
    for line, again in zip(lines, back, strict=True):
        for (lat, lon), (lat_again, lon_again) in zip(line, again, strict=True):
            assert abs(lat - lat_again) <= 5.1e-7
            assert abs(lon - lon_again) <= 5.1e-7


def test_a_usual_line_takes_few_bytes() -> None:
    line = [moved((44.0, -72.0), north * 12.0, north * 7.0) for north in range(50)]
    assert len(encode([line])) <= 9 + 50 * 4


def test_the_middle_of_a_straight_line() -> None:
    middle = along([[STRAIGHT["a"], STRAIGHT["b"]]], 0.5, 0)
    assert metres_east(STRAIGHT["a"], middle) == pytest.approx(50, abs=0.1)
    assert metres_north(STRAIGHT["a"], middle) == pytest.approx(0, abs=0.1)


def test_a_share_counts_the_length_walked_around_a_corner() -> None:
    line = [[BENT["a"], BENT["b"], BENT["c"]]]
    assert length_metres(line) == pytest.approx(100 + 40, rel=1e-3)
    after_the_corner = along(line, 120 / 140, 0)
    assert metres_east(BENT["b"], after_the_corner) == pytest.approx(0, abs=0.2)
    assert metres_north(BENT["b"], after_the_corner) == pytest.approx(-20, abs=0.2)


def test_left_and_right_are_those_of_the_walker() -> None:
    east, west = [[STRAIGHT["a"], STRAIGHT["b"]]], [[STRAIGHT["b"], STRAIGHT["a"]]]
    assert metres_north(STRAIGHT["a"], along(east, 0.5, 8)) == pytest.approx(8, abs=0.1)
    assert metres_north(STRAIGHT["a"], along(east, 0.5, -8)) == pytest.approx(-8, abs=0.1)
    assert metres_north(STRAIGHT["a"], along(west, 0.5, 8)) == pytest.approx(-8, abs=0.1)
    south = [[BENT["b"], BENT["c"]]]
    assert metres_east(BENT["b"], along(south, 0.5, 8)) == pytest.approx(8, abs=0.1)


def test_the_gap_between_pieces_is_jumped() -> None:
    map_ = drawn("a    b          c    d")
    line = [[map_["a"], map_["b"]], [map_["c"], map_["d"]]]
    assert length_metres(line) == pytest.approx(100, rel=1e-3)
    assert metres_east(map_["a"], along(line, 0.25, 0)) == pytest.approx(25, abs=0.2)
    assert metres_east(map_["c"], along(line, 0.75, 0)) == pytest.approx(25, abs=0.2)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_a_line_without_length_is_its_point(share: float) -> None:
    at = STRAIGHT["a"]
    assert along([[at, at]], share, 8) == at
    assert along([[at]], share, 8) == at
    assert length_metres([[at]]) == 0
    assert length_metres([]) == 0


@given(st.lists(steps, min_size=1, max_size=12), shares, shares)
def test_a_greater_share_lies_farther_along(walk: list[tuple[float, float]], one: float, other: float) -> None:
    line = [(44.0, -72.0)]
    for north, east in walk:
        line.append(moved(line[-1], north, east))
    length = length_metres([line])
    here, there = along([line], one, 0), along([line], other, 0)
    # As the crow flies is never farther than along the line.
    assert metres_between(here, there) <= abs(one - other) * length * 1.01 + 0.01


@given(st.lists(steps, min_size=1, max_size=12), shares, st.floats(-20, 20))
def test_a_step_to_the_side_is_as_long_as_told(walk: list[tuple[float, float]], share: float, step: float) -> None:
    line = [(44.0, -72.0)]
    for north, east in walk:
        line.append(moved(line[-1], north, east))
    on, beside = along([line], share, 0), along([line], share, step)
    assert metres_between(on, beside) == pytest.approx(abs(step), abs=0.05 + abs(step) * 0.01)
