"""On which side of an edge a point lies, without a rounding error: the one question point-in-polygon comes down to."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Final, NamedTuple

# A bound of the rounding error of the determinant, relative to the sum of its two products: (3 + 16e)e with
# e = 2**-53 (Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric Predicates").
_ERROR: Final = (3 + 16 * 2.0**-53) * 2.0**-53


class Edge(NamedTuple):
    """A straight line from one corner of a ring to the next."""

    ax: float
    ay: float
    bx: float
    by: float


def side(edge: Edge, x: float, y: float) -> float:
    """Positive when the point lies to the left of the edge, negative to the right, 0 exactly on its line."""
    ax, ay, bx, by = edge
    left, right = (ax - x) * (by - y), (ay - y) * (bx - x)
    if abs(left - right) > _ERROR * (abs(left) + abs(right)):
        return left - right
    px, py = Fraction(x), Fraction(y)
    exact = (Fraction(ax) - px) * (Fraction(by) - py) - (Fraction(ay) - py) * (Fraction(bx) - px)
    return (exact > 0) - (exact < 0)


def on_border_or_crossings(edges: Iterable[Edge], x: float, y: float) -> int | None:
    """How many of the edges a ray from the point to the east crosses; None when the point lies on one of them.

    An edge counts from its lower end up to, not including, its upper one, so that a corner is counted once.
    """
    crossings = 0
    for edge in edges:
        ax, ay, bx, by = edge
        if max(ax, bx) < x or max(ay, by) < y or min(ay, by) > y:
            continue
        if ay == by:
            if min(ax, bx) <= x:
                return None
            continue
        if min(ax, bx) <= x:
            turn = side(edge, x, y)
            if turn == 0:
                return None
            if (turn > 0) != (by > ay):
                continue
        crossings += (ay > y) != (by > y)
    return crossings
