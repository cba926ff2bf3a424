"""Service boundaries that never were, as detailed as real ones: the same ones every time.

A grid over the 48 states. Every border is drawn once, as ragged as one along rivers and parcels, and belongs to both
sides, so that each place has exactly one PSAP.
"""

import math
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from callpoint.datasets.boundary import ServiceBoundary

SEED: Final = 911
SOUTH, WEST, NORTH, EAST = 25.0, -124.0, 49.0, -67.0
# Corners of a border between two neighbours; four of them make a boundary of about two thousand.
CORNERS: Final = 500

Floats = NDArray[np.float64]


def drawn_boundaries(count: int) -> tuple[tuple[ServiceBoundary, ...], list[bytes]]:
    """At least `count` boundaries and their polygons as WKB (none for 0), in rows from the south-west on."""
    if not count:
        return (), []
    rows, columns = _grid(count)
    across = _borders(rows + 1, columns, (EAST - WEST) / columns, (NORTH - SOUTH) / rows)
    upward = _borders(columns + 1, rows, (NORTH - SOUTH) / rows, (EAST - WEST) / columns)
    boundaries, areas = [], []
    for row in range(rows):
        for column in range(columns):
            number = row * columns + column
            boundaries.append(_boundary(number))
            areas.append(shapely.Polygon(_ring(across, upward, row, column, rows, columns)).wkb)
    return tuple(boundaries), areas


def _grid(count: int) -> tuple[int, int]:
    rows = max(1, round(math.sqrt(count * (NORTH - SOUTH) / (EAST - WEST))))
    return rows, math.ceil(count / rows)


def _boundary(number: int) -> ServiceBoundary:
    return ServiceBoundary(
        f"psap-{number}",
        "urn:service:sos",
        f"PSAP {number}",
        f"sip:911@psap-{number}.bench.example",
        updated_at="2026-01-01T00:00:00Z",
        dataset="bench",
        dataset_version="1",
        sample=True,
    )


def _borders(lines: int, parts: int, length: float, room: float) -> Floats:
    """[line, part, corner, (along, aside)] in degrees: a walk that comes back to the line at both ends of a part."""
    random = np.random.default_rng(SEED)
    steps = random.normal(size=(lines, parts, CORNERS))
    walk = np.cumsum(steps - steps.mean(axis=2, keepdims=True), axis=2)
    walk *= 0.2 * room / np.maximum(np.abs(walk).max(axis=2, keepdims=True), 1e-9)
    along = np.linspace(0.0, length, CORNERS + 1)
    # Near its ends a border keeps close to its line, so that it does not cross those it meets there.
    most = 0.4 * np.minimum(along, length - along)
    aside = np.clip(np.concatenate((np.zeros((lines, parts, 1)), walk), axis=2), -most, most)
    return np.stack((np.broadcast_to(along, aside.shape), aside), axis=3)


def _ring(across: Floats, upward: Floats, row: int, column: int, rows: int, columns: int) -> Floats:
    """Counter-clockwise (longitude, latitude) from the south-western corner."""
    width, height = (EAST - WEST) / columns, (NORTH - SOUTH) / rows
    west, south = WEST + column * width, SOUTH + row * height
    bottom = across[row, column] + (west, south)
    top = across[row + 1, column] + (west, south + height)
    left = upward[column, row][:, ::-1] + (west, south)
    right = upward[column + 1, row][:, ::-1] + (west + width, south)
    return np.concatenate((bottom, right[1:], top[::-1][1:], left[::-1][1:]))
