"""Points beside, on and almost on an edge."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from callpoint.routing.sides import Edge, on_border_or_crossings, side

NUMBER = st.floats(-180, 180)


@given(NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER)
def test_the_side_is_exact(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> None:
    exact = (Fraction(ax) - Fraction(x)) * (Fraction(by) - Fraction(y)) - (Fraction(ay) - Fraction(y)) * (
        Fraction(bx) - Fraction(x)
    )
    assert np.sign(side(Edge(ax, ay, bx, by), x, y)) == (exact > 0) - (exact < 0)


def test_a_point_one_step_beside_a_slanting_edge() -> None:
    edge = Edge(-73.1, 44.1, -72.3, 44.9)
    x, y = -72.7, 44.5
    nearest = side(edge, x, y)
    exact = (Fraction(-73.1) - Fraction(x)) * (Fraction(44.9) - Fraction(y)) - (Fraction(44.1) - Fraction(y)) * (
        Fraction(-72.3) - Fraction(x)
    )
    assert np.sign(nearest) == (exact > 0) - (exact < 0)
    assert side(edge, float(np.nextafter(x, 0)), y) < 0 < side(edge, float(np.nextafter(x, -180)), y)


SQUARE = [Edge(0, 0, 4, 0), Edge(4, 0, 4, 4), Edge(4, 4, 0, 4), Edge(0, 4, 0, 0)]


def test_crossings_of_a_square() -> None:
    assert on_border_or_crossings(SQUARE, 2, 2) == 1
    assert on_border_or_crossings(SQUARE, -1, 2) == 2
    assert on_border_or_crossings(SQUARE, 5, 2) == 0
    assert on_border_or_crossings(SQUARE, -1, 4) == 0
    assert on_border_or_crossings(SQUARE, -1, 0) == 2


def test_the_border_of_a_square() -> None:
    for x, y in ((0, 0), (4, 4), (0, 2), (4, 2), (2, 0), (2, 4), (4, 0), (0, 4)):
        assert on_border_or_crossings(SQUARE, x, y) is None


def test_a_ray_through_a_corner_counts_it_once() -> None:
    roof = [Edge(0, 0, 4, 0), Edge(4, 0, 2, 2), Edge(2, 2, 0, 0)]
    kite = [Edge(0, 0, 2, -2), Edge(2, -2, 4, 0), Edge(4, 0, 2, 2), Edge(2, 2, 0, 0)]
    assert on_border_or_crossings(roof, -1, 2) == 0
    assert on_border_or_crossings(kite, 1, 0) == 1
    assert on_border_or_crossings(kite, -1, 0) == 2
