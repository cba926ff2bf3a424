"""Streets out of a data set: by key, by a name that looks alike, by ID. What was read is remembered."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from callpoint.addresses.reference.areas import Areas
from callpoint.addresses.reference.street_words import STREET_ELEMENTS
from callpoint.addresses.street_key import StreetKey
from callpoint.datasets.file import DatasetFile
from callpoint.i3.civic import Civic

# A name less like the one given than this is another name ("elm" and "oak" are 0 alike, "elm" and "em" 0.67).
LEAST_LIKENESS: Final = 0.55
# Streets kept in memory, 1 kB each at most, and lists of streets of an area, a few kB each.
_STREETS: Final = 1 << 15
_AREAS: Final = 512
_KEYS: Final = 1 << 14

_BY_ID: Final = (
    "SELECT s.id, s.PRM, s.PRD, s.STP, s.RD, s.STS, s.POD, s.POM, p.country, p.A1, p.A2, p.A3, "
    "s.name, s.type, s.direction, s.modifier, s.postals FROM street s JOIN place p ON p.id = s.place WHERE s.id = ?"
)
_CIVIC: Final = (*STREET_ELEMENTS, "country", "A1", "A2", "A3")


class StreetRow(NamedTuple):
    """One street: its elements without a number, its key, its postal areas."""

    id: int
    fields: dict[str, str]
    civic: Civic
    key: StreetKey
    postals: tuple[str, ...]


class AreaStreets(NamedTuple):
    """The streets of an area by their folded name, each name once."""

    names: tuple[str, ...]
    ids: tuple[tuple[int, ...], ...]


class Span(NamedTuple):
    """IDs `first` to `last`, both included."""

    first: int
    last: int


class StreetReader:
    """Reads one data set. Safe to share between threads, as `DatasetFile` is."""

    def __init__(self, file: DatasetFile, areas: Areas) -> None:
        self._query = file.query
        self._areas = areas
        self.street = lru_cache(maxsize=_STREETS)(self._read_street)
        self.span = lru_cache(maxsize=_KEYS)(self._read_span)
        self._area_streets = lru_cache(maxsize=_AREAS)(self._read_area)

    def with_key(self, key: StreetKey, region: str, place: str, postal: str) -> list[int]:
        """IDs of the streets of exactly this key, in the place and under the postal code, where they are given."""
        span = self.span(key, region)
        return self._within(span, region, place, postal) if span else []

    def named(self, name: str, region: str, place: str, postal: str) -> list[int]:
        """IDs of the streets of that folded name, whatever type and direction they have."""
        rows = self._query("SELECT min(first), max(last) FROM street_key WHERE name = ?", (name,))
        first, last = rows[0]
        return [] if first is None else self._within(Span(first, last), region, place, postal)

    def like(self, name: str, region: str, place: str, postal: str, limit: int) -> list[tuple[int, float]]:
        """IDs of streets whose name looks like `name`, the likest first, with the likeness from 0 to 1."""
        conditions = list(self._areas.narrow(region, place, postal))
        if not conditions:
            return []
        smallest = min(conditions, key=len)
        allowed = self._allowed([areas for areas in conditions if areas is not smallest])
        found: dict[int, float] = {}
        for area in smallest:
            streets = self._area_streets(area)
            matches = process.extract(
                name, streets.names, scorer=OSA.normalized_similarity, score_cutoff=LEAST_LIKENESS, limit=None
            )
            for _, likeness, at in matches:
                found.update((id_, likeness) for id_ in streets.ids[at] if allowed is None or id_ in allowed)
        return sorted(found.items(), key=lambda one: (-one[1], one[0]))[:limit]

    def _allowed(self, conditions: Sequence[list[int]]) -> set[int] | None:
        allowed: set[int] | None = None
        for areas in conditions:
            streets = {id_ for area in areas for ids in self._area_streets(area).ids for id_ in ids}
            allowed = streets if allowed is None else allowed & streets
        return allowed

    def _within(self, span: Span, region: str, place: str, postal: str) -> list[int]:
        found: set[int] | None = None
        for areas in self._areas.narrow(region, place, postal):
            ids = {id_ for area in areas for id_ in self._members(area, span)}
            found = ids if found is None else found & ids
        if found is None:
            statement = (
                "SELECT s.id FROM street s JOIN place p ON p.id = s.place "
                "WHERE s.id BETWEEN ? AND ? AND ? IN ('', p.A1) ORDER BY s.id"
            )
            return [id_ for (id_,) in self._query(statement, (*span, region))]
        return sorted(found)

    def _members(self, area: int, span: Span) -> list[int]:
        rows = self._query("SELECT street FROM street_area WHERE area = ? AND street BETWEEN ? AND ?", (area, *span))
        return [id_ for (id_,) in rows]

    def _read_street(self, id_: int) -> StreetRow:
        row = self._query(_BY_ID, (id_,))[0]
        elements = dict(zip(_CIVIC, row[1 : 1 + len(_CIVIC)], strict=True))
        fields = {name: text for name, text in elements.items() if text}
        name, kind, direction, modifier, postals = row[1 + len(_CIVIC) :]
        key = StreetKey(name, kind, direction, modifier)
        return StreetRow(id_, fields, Civic.from_fields(fields), key, tuple(postals.split()))

    def _read_span(self, key: StreetKey, region: str) -> Span | None:
        """Streets of one key lie side by side, and within them those of a region."""
        statement = "SELECT first, last FROM street_key WHERE name = ? AND type = ? AND direction = ? AND modifier = ?"
        rows = self._query(statement, (key.name, key.type, key.direction, key.modifier))
        if not rows or not region:
            return Span(*rows[0]) if rows else None
        statement = (
            "SELECT min(s.id), max(s.id) FROM street s JOIN place p ON p.id = s.place "
            "WHERE s.id BETWEEN ? AND ? AND p.A1 = ?"
        )
        first, last = self._query(statement, (*rows[0], region))[0]
        return None if first is None else Span(first, last)

    def _read_area(self, area: int) -> AreaStreets:
        statement = "SELECT s.name, s.id FROM street_area a JOIN street s ON s.id = a.street WHERE a.area = ?"
        by_name: dict[str, list[int]] = {}
        for name, id_ in self._query(statement, (area,)):
            by_name.setdefault(name, []).append(id_)
        return AreaStreets(tuple(by_name), tuple(map(tuple, by_name.values())))
