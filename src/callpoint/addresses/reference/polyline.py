"""Lines of road: kept as a few bytes, walked by a share of their length, with a step to the side.

A line is one or several pieces (a road interrupted by a river), each a run of (latitude, longitude) in
degrees, WGS 84. Over the length of a road segment the earth is flat enough to count in metres on a plane.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

Position = tuple[float, float]
Piece = Sequence[Position]

METRES_PER_DEGREE: Final = 111_195.0
# A millionth of a degree is 11 cm: finer than any centre line was drawn.
_STEPS_PER_DEGREE: Final = 1_000_000


def encode(pieces: Iterable[Piece]) -> bytes:
    """The pieces as bytes: numbers of points and steps from point to point, each of variable length."""
    out = bytearray()
    lat = lon = 0
    for piece in pieces:
        _put(out, len(piece))
        for here in piece:
            north, east = round(here[0] * _STEPS_PER_DEGREE), round(here[1] * _STEPS_PER_DEGREE)
            _put(out, _unsigned(north - lat))
            _put(out, _unsigned(east - lon))
            lat, lon = north, east
    return bytes(out)


def decode(data: bytes) -> list[list[Position]]:
    """The pieces `encode` was given, to 11 cm."""
    numbers = _numbers(data)
    pieces: list[list[Position]] = []
    lat = lon = 0
    for count in numbers:
        piece = []
        for _ in range(count):
            lat += _signed(next(numbers))
            lon += _signed(next(numbers))
            piece.append((lat / _STEPS_PER_DEGREE, lon / _STEPS_PER_DEGREE))
        pieces.append(piece)
    return pieces


def along(pieces: Sequence[Piece], share: float, to_the_left: float) -> Position:
    """The position after `share` (0 to 1) of the whole length, `to_the_left` metres off (negative: to the right).

    Left and right are those of somebody walking from the first point to the last.
    """
    scale = math.cos(math.radians(pieces[0][0][0]))
    stretches = [stretch for piece in pieces for stretch in _stretches(piece, scale)]
    left = min(max(share, 0.0), 1.0) * sum(length for _, _, length in stretches)
    for start, end, length in stretches:
        if left <= length and length > 0:
            return _beside(start, end, left / length, to_the_left / length, scale)
        left -= length
    return _at_the_end(stretches, to_the_left, scale) or pieces[0][0]


def length_metres(pieces: Sequence[Piece]) -> float:
    """Length of all pieces, the gaps between them not counted."""
    if not pieces or not pieces[0]:
        return 0.0
    scale = math.cos(math.radians(pieces[0][0][0]))
    return sum(length for piece in pieces for _, _, length in _stretches(piece, scale))


def metres_between(one: Position, other: Position) -> float:
    """Distance on the plane; good to a few parts in a thousand within a town."""
    scale = math.cos(math.radians(one[0]))
    return math.hypot(other[0] - one[0], (other[1] - one[1]) * scale) * METRES_PER_DEGREE


def _stretches(piece: Piece, scale: float) -> list[tuple[Position, Position, float]]:
    return [
        (start, end, math.hypot(end[0] - start[0], (end[1] - start[1]) * scale) * METRES_PER_DEGREE)
        for start, end in pairwise(piece)
    ]


def _beside(start: Position, end: Position, share: float, offset_share: float, scale: float) -> Position:
    north, east = end[0] - start[0], (end[1] - start[1]) * scale
    # A quarter turn to the left of (north, east) is (east, -north).
    lat = start[0] + north * share + east * offset_share
    lon = start[1] + (east * share - north * offset_share) / scale
    return lat, lon


def _at_the_end(stretches: list[tuple[Position, Position, float]], to_the_left: float, scale: float) -> Position | None:
    """Where rounding carried us past the last stretch."""
    for start, end, length in reversed(stretches):
        if length > 0:
            return _beside(start, end, 1.0, to_the_left / length, scale)
    return None


def _put(out: bytearray, number: int) -> None:
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)


def _numbers(data: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in data:
        number |= (byte & 0x7F) << shift
        if byte & 0x80:
            shift += 7
        else:
            yield number
            number = shift = 0


def _unsigned(step: int) -> int:
    return step << 1 if step >= 0 else (-step << 1) - 1


def _signed(number: int) -> int:
    return number >> 1 if not number & 1 else -((number + 1) >> 1)
