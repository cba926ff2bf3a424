"""Service boundaries: who serves a place, by the polygons the authorities publish."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from callpoint.datasets.boundary import ServiceBoundary
from callpoint.i3.shapes import Point, Shape
from callpoint.routing.clipping import part_in
from callpoint.routing.ground import Ground, extent, ground
from callpoint.routing.rings import Box, RingArrays, Rings, build_rings
from callpoint.routing.service_urns import answering_layer, layer_of

Floats = NDArray[np.float64]

# Of a share; what is smaller is the rounding where a shape ends at a border.
_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class Hit:
    """A boundary that holds a place: `share` of the shape's area lies in it, 1.0 for a point."""

    boundary: ServiceBoundary
    share: float


@dataclass(frozen=True, slots=True)
class BoundaryPolygon:
    """Rings as arrays of (latitude, longitude) rows, closed; longitudes may go on beyond 180 (`rings.unwrapped`)."""

    outer: Floats
    holes: tuple[Floats, ...]


class BoundaryIndex:
    """All boundaries of all layers. Never changes, so any number of threads may ask it at once.

    `wkb` are polygons or multipolygons in degrees, longitude first, one for each boundary; they should be valid. Raises
    shapely.errors.GEOSException for bytes that are no WKB, ValueError when there are not as many of them, and for
    a date that is none.
    """

    def __init__(self, boundaries: Sequence[ServiceBoundary], wkb: Iterable[bytes]) -> None:
        self._set_up(boundaries, build_rings(wkb))

    @classmethod
    def of_arrays(cls, boundaries: Sequence[ServiceBoundary], arrays: RingArrays) -> "BoundaryIndex":
        """From `arrays` of an index of the same boundaries, for processes that share them."""
        index = cls.__new__(cls)
        index._set_up(boundaries, arrays)
        return index

    def _set_up(self, boundaries: Sequence[ServiceBoundary], arrays: RingArrays) -> None:
        self.boundaries = tuple(boundaries)
        self.arrays = arrays
        self._rings = Rings(arrays)
        if len(self._rings) != len(self.boundaries):
            raise ValueError(f"{len(self.boundaries)} boundaries with {len(self._rings)} geometries")
        self._layer_names = [layer_of(boundary.service) for boundary in self.boundaries]
        self._layers = frozenset(self._layer_names)
        by_layer: dict[str, set[str]] = {}
        for layer, boundary in zip(self._layer_names, self.boundaries, strict=True):
            by_layer.setdefault(layer, set()).add(boundary.dataset)
        self._datasets = {layer: tuple(sorted(names)) for layer, names in by_layer.items()}
        self._in_force = [in_force(boundary) for boundary in self.boundaries]
        self._by_key: dict[tuple[str, str], int] = {}
        for number, boundary in enumerate(self.boundaries):
            self._by_key.setdefault(boundary.key, number)
        self._lay_out()

    def _lay_out(self) -> None:
        west, south, east, north = boxes = self._rings.boxes()
        self._extent = (float(np.nanmin(west)), float(np.nanmax(east))) if np.isfinite(west).any() else (0.0, 0.0)
        self._tree = shapely.STRtree(shapely.box(*boxes))
        self._rank = self._ranks((east - west) * (north - south))

    def __len__(self) -> int:
        return len(self.boundaries)

    def find(self, shape: Shape, service: str, at: str) -> tuple[Hit, ...]:
        """Every boundary that holds the point, or part of the area, at the moment `at` (ISO 8601): the best first.

        The best has the most of the area. Among equals (a point where boundaries overlap) no sample comes before a
        real one and none without a URI before one with; then the smaller (of a campus within a county, the campus),
        then by `id`. A point on a border belongs to both sides. The layer is that of `service`, or the next
        broader one there is (`service_urns`); none of both: no hit.

        ValueError when `at` is no date and time.
        """
        layer = answering_layer(service, self._layers)
        return self._find(shape, at, layer) if layer is not None else ()

    def services_at(self, shape: Shape, at: str) -> tuple[str, ...]:
        """The layers that hold the place, sorted."""
        return tuple(sorted({layer_of(hit.boundary.service) for hit in self._find(shape, at, None)}))

    def services(self) -> tuple[str, ...]:
        """The layers there are (`service_urns.layer_of`), sorted."""
        return tuple(sorted(self._layers))

    def datasets(self, layer: str) -> tuple[str, ...]:
        """The names of the data sets that have boundaries of the layer, sorted."""
        return self._datasets.get(layer, ())

    def rings(self, boundary: ServiceBoundary) -> tuple[BoundaryPolygon, ...]:
        """The polygons of a boundary of this index, as loaded; KeyError for another one."""
        polygons = self._rings.polygons(self._by_key[boundary.key])
        return tuple(
            BoundaryPolygon(outer[:, ::-1], tuple(hole[:, ::-1] for hole in holes)) for outer, *holes in polygons
        )

    def warm(self) -> None:
        """Touches everything a look-up may need, so that the first call waits for no page of memory."""
        self._rings.touch()
        for number in range(0, len(self), 97):
            for polygon in self._rings.polygons(number)[:1]:
                lon, lat = polygon[0][0].tolist()
                self._find(Point(lat, lon), "1970-01-01T00:00:00Z", None)

    def _find(self, shape: Shape, at: str, layer: str | None) -> tuple[Hit, ...]:
        moment = _moment(at)
        place = ground(shape)
        if place is None:
            return ()
        shares = self._shares(place, moment, layer)
        best_first = sorted(shares, key=lambda number: (-shares[number], self._rank[number]))
        return tuple([Hit(self.boundaries[number], shares[number]) for number in best_first])

    def _shares(self, place: Ground, moment: float, layer: str | None) -> dict[int, float]:
        box = place.surroundings()
        shares: dict[int, float] = {}
        crossed: list[tuple[int, float]] = []
        for turn in self._turns(box):
            around = Box(box.west + turn, box.south, box.east + turn, box.north)
            for number in self._candidates(around, moment, layer):
                if place.reach and self._rings.runs_in(number, around).any():
                    crossed.append((number, turn))
                elif self._rings.holds(number, place.lon + turn, place.lat):
                    shares[number] = 1.0
        if crossed:
            self._weigh(place, crossed, shares)
        rounded = {number: round(share, _DIGITS) for number, share in shares.items()}
        return {number: share for number, share in rounded.items() if share}

    def _weigh(self, place: Ground, crossed: list[tuple[int, float]], shares: dict[int, float]) -> None:
        """The shares of boundaries whose border runs near or through the shape; an area on both sides of the 180th
        meridian is added up."""
        area = place.area()
        whole = extent(area) if area is not None else 0.0
        for number, turn in crossed:
            if whole:
                share = self._covered(number, area, turn, whole) / whole
            else:
                share = float(self._rings.holds(number, place.lon + turn, place.lat))
            shares[number] = min(1.0, shares.get(number, 0.0) + share)

    def _covered(self, number: int, area: Any, turn: float, whole: float) -> float:
        """How much of the area, of which `whole` is the extent, lies in the boundary."""
        turned = shapely.transform(area, lambda corners: np.add(corners, (turn, 0.0))) if turn else area
        box = Box(*shapely.bounds(turned).tolist())
        touching = self._rings.runs_in(number, box)
        if not touching.any():  # no border near: all of it, or nothing
            return whole if self._rings.holds(number, box.west, box.south) else 0.0
        return extent(shapely.intersection(part_in(self._rings, number, box, touching), turned))

    def _candidates(self, box: Box, moment: float, layer: str | None) -> list[int]:
        """Boundaries of the layer, in force at the moment, whose own box touches `box`."""
        near = self._tree.query(shapely.box(box.west, box.south, box.east, box.north)).tolist()
        if layer is not None:
            near = [number for number in near if self._layer_names[number] == layer]
        return [number for number in near if self._in_force[number][0] <= moment < self._in_force[number][1]]

    def _turns(self, box: Box) -> list[float]:
        """By how many degrees to turn the place to where boundaries may lie: some maps go on beyond 180."""
        west, east = self._extent
        return [turn for turn in (0.0, -360.0, 360.0) if box.east + turn >= west and box.west + turn <= east]

    def _ranks(self, sizes: Floats) -> list[int]:
        """The place of each boundary in the order among equal shares."""

        def key(number: int) -> tuple[object, ...]:
            one = self.boundaries[number]
            return one.sample, not one.uri, float(np.nan_to_num(sizes[number])), one.id, one.dataset, number

        ranks = [0] * len(self)
        for rank, number in enumerate(sorted(range(len(self)), key=key)):
            ranks[number] = rank
        return ranks


def in_force(boundary: ServiceBoundary) -> tuple[float, float]:
    """From when until when, in seconds since 1970, without bounds where there are none; ValueError for a date that
    is none."""
    return (
        _moment(boundary.effective) if boundary.effective else -math.inf,
        _moment(boundary.expires) if boundary.expires else math.inf,
    )


def _moment(text: str) -> float:
    """Seconds since 1970; a time without a zone is UTC. ValueError for text that is no date and time."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()
