"""The line of a road, out of what a file has, and where on it a number lies."""

from collections.abc import Sequence
from typing import Final

import shapely

from callpoint.addresses.reference.polyline import Piece, Position, along, length_metres
from callpoint.addresses.reference.road_ranges import share_of

# Half a metre: finer than any building stands away from the line that interpolation draws.
_SIMPLIFY_DEGREES: Final = 5e-6
# A house stands beside the roadway, so that its point is told to be on its side and not across the street.
SIDE_METRES: Final = 8.0
# The first and last house stand around the corner, not in the middle of the crossing.
_CORNER_METRES: Final = 10.0


def pieces_of(wkb: bytes) -> list[list[Position]]:
    """The pieces of a line in the direction it was drawn, joined where they meet, bends below half a metre gone."""
    given = shapely.from_wkb(wkb)
    joined = shapely.simplify(shapely.line_merge(given, directed=True), _SIMPLIFY_DEGREES)
    # Joining drops lines without length, and with them the only position there is.
    parts = shapely.get_parts(given if joined.is_empty else joined)
    return [[(lat, lon) for lon, lat in shapely.get_coordinates(part).tolist()] for part in parts if not part.is_empty]


def locate(pieces: Sequence[Piece], number: int, start: int, end: int, side: str) -> Position:
    """Where `number` lies on a side whose numbers go from `start` to `end` along the line."""
    length = length_metres(pieces)
    corner = min(_CORNER_METRES, length / 4) / length if length else 0.0
    share = corner + share_of(number, start, end) * (1 - 2 * corner)
    return along(pieces, share, SIDE_METRES if side == "L" else -SIDE_METRES)
