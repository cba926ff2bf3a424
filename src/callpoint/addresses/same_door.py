"""Which known addresses are one door, told several times."""

from collections.abc import Iterable
from math import cos, hypot, radians
from typing import Final

from callpoint.addresses.comparison import Match
from callpoint.addresses.postal import place_key
from callpoint.addresses.reference.doors import FAR_APART_METRES
from callpoint.addresses.verdict import LatLon

_METRES_PER_DEGREE: Final = 111_320.0


def metres_between(one: LatLon, other: LatLon) -> float:
    """As the crow flies, for points of one town (the earth taken flat)."""
    north = (one[0] - other[0]) * _METRES_PER_DEGREE
    east = (one[1] - other[1]) * _METRES_PER_DEGREE * cos(radians(one[0]))
    return hypot(north, east)


def doors(matches: Iterable[Match]) -> list[Match]:
    """One match for each door, in the order given; of several tellings the cheapest, and a point before a range.

    Two sets may tell one door in different words, and one set may hold it twice. Two municipalities of one set are
    two doors, however near: somebody drew the border on purpose.
    """
    kept: list[Match] = []
    for match in sorted(matches, key=_rank):
        if not any(_same(match, one) for one in kept):
            kept.append(match)
    return kept


def _rank(match: Match) -> tuple[float, bool]:
    return match.cost, match.hit.accuracy != "point"


def _same(one: Match, other: Match) -> bool:
    first, second = one.hit, other.hit
    if first.street.key != second.street.key or _number(one) != _number(other):
        return False
    places = place_key(first.civic.A3), place_key(second.civic.A3)
    if places[0] != places[1] and all(places) and first.dataset == second.dataset:
        return False
    return metres_between(first.point, second.point) <= FAR_APART_METRES


def _number(match: Match) -> tuple[str, str, str]:
    civic = match.hit.civic
    return civic.HNP, civic.HNO, civic.HNS
