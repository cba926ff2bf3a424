"""Suggestions that read the same: one door told twice is shown once, and two doors are told apart in words.

A large building, a park or a careless map has one address, postal code and all, at places far from each other. Whoever
has to choose must see how the places differ, and nobody may be given the first of them because it came first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import atan2, cos, degrees, radians
from typing import Final

from callpoint.addresses.reference.doors import FAR_APART_METRES
from callpoint.addresses.same_door import metres_between
from callpoint.addresses.verdict import LatLon, Suggestion

# What an address in one line leaves out and people still know a place by, the nearer first.
_NAMED: Final = {"A5": "neighbourhood", "A4": "district", "A2": "county", "PCN": "post office"}
_COMPASS: Final = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
_SECTOR: Final = 360 / len(_COMPASS)
_METRES_PER_KILOMETRE: Final = 1000


def told_apart(suggestions: Iterable[Suggestion], most: int) -> tuple[Suggestion, ...]:
    """At most `most` of them, in the order given and without doubles; of those alike `why` says what differs."""
    alike: dict[str, list[Suggestion]] = {}
    kept: list[Suggestion] = []
    for one in suggestions:
        twins = alike.setdefault(one.civic.formatted(), [])
        if len(kept) < most and not any(_is_double(one, other) for other in twins):
            twins.append(one)
            kept.append(one)
    return tuple([_among(one, alike[one.civic.formatted()]) for one in kept])


def _is_double(one: Suggestion, other: Suggestion) -> bool:
    if one.point is None or other.point is None:
        return True
    return metres_between(one.point, other.point) <= FAR_APART_METRES


def _among(one: Suggestion, twins: Sequence[Suggestion]) -> Suggestion:
    if len(twins) == 1:
        return one
    return replace(one, why=f"{one.why}; {_by_name(one, twins) or _by_position(one, twins)}")


def _by_name(one: Suggestion, twins: Sequence[Suggestion]) -> str:
    """By the name every one of them has and no two share; "" where there is none."""
    for element, word in _NAMED.items():
        names = {getattr(twin.civic, element).casefold() for twin in twins} - {""}
        if len(names) == len(twins):
            return f"{word}: {getattr(one.civic, element)}"
    return ""


def _by_position(one: Suggestion, twins: Sequence[Suggestion]) -> str:
    first = twins[0]
    if one.point is None or first.point is None:
        raise ValueError("suggestions without a position are doubles and have no twins")
    at = f"the one at {one.point[0]:.5f}, {one.point[1]:.5f}"
    return at if one is first else f"{at}, {distance_and_direction(first.point, one.point)} of the first"


def distance_and_direction(start: LatLon, end: LatLon) -> str:
    """How far and which way `end` lies from `start`: "250 m north-east", "3.7 km west". Points of one town."""
    metres = metres_between(start, end)
    north, east = end[0] - start[0], (end[1] - start[1]) * cos(radians(start[0]))
    sector = round(degrees(atan2(east, north)) / _SECTOR) % len(_COMPASS)
    short = metres < _METRES_PER_KILOMETRE
    far = f"{metres:.0f} m" if short else f"{metres / _METRES_PER_KILOMETRE:.1f} km"
    return f"{far} {_COMPASS[sector]}"
