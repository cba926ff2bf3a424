"""A small map drawn in letters: every sign but blanks, dashes and bars is a place with a position.

One column is 10 metres to the east, one line 20 metres to the south (letters are twice as high as wide).

    1     2
    a-----b
"""

import math
from typing import Final

Position = tuple[float, float]

ORIGIN: Final[Position] = (44.0, -72.0)
COLUMN_METRES: Final = 10.0
LINE_METRES: Final = 20.0
DEGREE_METRES: Final = 111_195.0


def drawn(text: str, origin: Position = ORIGIN) -> dict[str, Position]:
    """The position of every sign, as (latitude, longitude)."""
    places = {}
    for south, line in enumerate(text.strip("\n").splitlines()):
        for east, sign in enumerate(line):
            if sign not in " -|":
                assert sign not in places, f"{sign} is drawn twice"
                places[sign] = moved(origin, -south * LINE_METRES, east * COLUMN_METRES)
    return places


def moved(start: Position, north: float, east: float) -> Position:
    """The position so many metres away."""
    lat = start[0] + north / DEGREE_METRES
    return lat, start[1] + east / DEGREE_METRES / math.cos(math.radians(start[0]))


def metres_east(one: Position, other: Position) -> float:
    """How far `other` lies to the east of `one`; negative to the west."""
    return (other[1] - one[1]) * DEGREE_METRES * math.cos(math.radians(one[0]))


def metres_north(one: Position, other: Position) -> float:
    """How far `other` lies to the north of `one`; negative to the south."""
    return (other[0] - one[0]) * DEGREE_METRES
