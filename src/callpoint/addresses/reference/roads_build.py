"""Road centre lines into a data set: each side of a stretch of road is a span of numbers on a street."""

from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from callpoint.addresses.reference.affixes import Affixes
from callpoint.addresses.reference.on_land import may_be_ours
from callpoint.addresses.reference.polyline import Position, encode, length_metres
from callpoint.addresses.reference.road_ranges import Range, read_ranges
from callpoint.addresses.reference.road_shape import pieces_of
from callpoint.addresses.reference.schema import ROADS
from callpoint.addresses.reference.street_table import RawLocality, RawStreet, StreetTable, UnusableStreet
from callpoint.datasets.building import Draft
from callpoint.datasets.feature import Feature
from callpoint.datasets.report import LoadLog

# Fields of a point whose names differ on a road; all of a place's stand once for each side there.
_ON_A_ROAD: Final = {"Post_Code": "PostCode", "Post_Comm": "PostComm"}
_OF_A_SIDE: Final = frozenset({"Country", "A1", "A2", "A3", "A4", "A5", "Post_Code", "Post_Comm", "MSAGComm"})
# Shorter ones have no direction, and so no left and right.
_SHORTEST_METRES: Final = 1.0


class UnusableRoad(Exception):
    """A row that confirms no number; the text says why."""


class _Row(NamedTuple):
    """A span, in the order of the table's key but for `seq`."""

    street: int
    low: int
    high: int
    parity: str
    falling: bool
    side: str
    affix: int
    locality: int
    line: int


def build_roads(features: Iterable[Feature], draft: Draft, log: LoadLog) -> None:
    """Fills `draft` with the sides of the roads; what cannot be used, or not as it stands, is told to `log`."""
    builder = _Builder(draft, log)
    for feature in features:
        try:
            builder.add(feature)
        except (UnusableRoad, UnusableStreet) as error:
            log.reject(feature.line, str(error), feature.layer)
    builder.write()


class _Builder:
    def __init__(self, draft: Draft, log: LoadLog) -> None:
        self._draft = draft
        self._log = log
        self._streets = StreetTable()
        self._affixes = Affixes()
        self._rows: list[_Row] = []
        self._lines = 0
        draft.script(ROADS)

    def add(self, feature: Feature) -> None:
        """Both sides; UnusableRoad or UnusableStreet tell why there is none."""
        ranges, problems = read_ranges(feature.fields)
        ranges = [one for one in ranges if feature.fields.get(f"Valid_{one.side}", "Y").upper()[:1] != "N"]
        if not ranges:
            raise UnusableRoad(_and(problems) or "has no numbers on either side")
        pieces = _pieces(feature)
        if len(pieces) > 1:
            problems.append(f"has a line of {len(pieces)} pieces that do not meet")
        if length_metres(pieces) < _SHORTEST_METRES:
            problems.append("has a line without length, so that all its numbers lie at one place")
        placed = [(one, self._street(feature.fields, one)) for one in ranges]
        self._lines += 1
        self._draft.execute("INSERT INTO line VALUES (?,?)", (self._lines, encode(pieces)))
        for one, street in placed:
            self._rows.append(self._row(feature.fields, one, street))
        self._log.took(feature)
        if problems:
            self._log.mend(feature.line, _and(problems), feature.layer)

    def write(self) -> None:
        """Everything into the tables."""
        ids = self._streets.write(self._draft)
        self._affixes.write(self._draft)
        rows = sorted(row._replace(street=int(ids[row.street])) for row in self._rows)
        self._draft.executemany("INSERT INTO span VALUES (?,?,?,?,?,?,?,?,?,?)", _numbered(rows))
        self._log.counts |= {"streets": len(self._streets), "lines": self._lines, "ranges": len(rows)}
        overlaps = sum(1 for _ in _overlaps(rows))
        if overlaps:
            self._log.counts["overlaps"] = overlaps
            self._log.note(f"{overlaps:,} ranges have numbers in common with another of their street.")

    def _street(self, fields: dict[str, str], one: Range) -> int:
        values = (fields.get(_of_side(name, one.side), "") for name in RawStreet._fields)
        return self._streets.street(tuple(values))

    def _row(self, fields: dict[str, str], one: Range, street: int) -> _Row:
        values = (fields.get(_of_side(name, one.side), "") for name in RawLocality._fields)
        return _Row(
            street=street,
            low=one.low,
            high=one.high,
            parity=one.parity,
            falling=one.start > one.end,
            side=one.side,
            affix=self._affixes.number(fields.get(f"AdNumPre_{one.side}", ""), ""),
            locality=self._streets.locality(tuple(values), street),
            line=self._lines,
        )


def _of_side(name: str, side: str) -> str:
    return f"{_ON_A_ROAD.get(name, name)}_{side}" if name in _OF_A_SIDE else name


def _pieces(feature: Feature) -> list[list[Position]]:
    pieces = pieces_of(feature.geometry) if feature.geometry is not None else []
    if not pieces:
        raise UnusableRoad("has no line")
    lat, lon = pieces[0][0]
    if not may_be_ours(lat, lon):
        raise UnusableRoad(f"lies at {lat:g}, {lon:g}, outside the US and Canada")
    return pieces


def _and(clauses: list[str]) -> str:
    return "; it ".join(clauses)


def _numbered(rows: list[_Row]) -> Iterator[tuple[object, ...]]:
    """Rows of the table; `seq` tells those of one key apart."""
    for key, alike in groupby(rows, key=lambda row: row[:3]):
        for seq, row in enumerate(alike):
            yield (*key, seq, *row[3:])


def _overlaps(rows: list[_Row]) -> Iterator[_Row]:
    """Ranges that share a number with the one before them on their street."""
    by_parity = sorted(rows, key=lambda row: (row.street, row.affix, row.parity, row.low))
    for one, other in pairwise(by_parity):
        if other[:1] == one[:1] and (one.affix, one.parity) == (other.affix, other.parity) and other.low <= one.high:
            yield other
