"""What a load found: rows, problems by line, gaps and overlaps. Kept inside the data set, for whoever asks later."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

from callpoint.datasets.dates import iso_utc
from callpoint.datasets.feature import Feature

# A wrong column map makes every row wrong; the first thousand say it as well as a million.
PROBLEMS_KEPT: Final = 1000

Outcome = Literal["rejected", "mended"]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One row with something wrong. `line` is the line of a CSV file, or the feature's ID in a GeoPackage layer.

    `message` is a clause about the row, without a full stop: "has no house number".
    """

    line: int
    message: str
    layer: str = ""
    outcome: Outcome = "rejected"


@dataclass(frozen=True, slots=True)
class Seam:
    """A gap between areas of one service, or an overlap of two: an area of `area_km2` around (lat, lon) `point`.

    `agencies` are the display names concerned: those around a gap, the two that overlap. `at` is a moment from
    which it holds (ISO 8601), "" for a set whose areas all hold always.
    """

    service: str
    agencies: tuple[str, ...]
    area_km2: float
    point: tuple[float, float]
    at: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self) | {"agencies": list(self.agencies), "point": list(self.point)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Seam":
        """The other way; TypeError, KeyError or ValueError when the document is not one of ours."""
        latitude, longitude = document["point"]
        return cls(**(dict(document) | {"agencies": tuple(document["agencies"]), "point": (latitude, longitude)}))


@dataclass(frozen=True)
class LoadReport:
    """The whole of it. `counts` are what was built ("streets": 1203); `columns` says which column was read as what.
    `rows_are` says what the numbers of problems count. Of very many gaps and overlaps the largest are kept.
    """

    read: int = 0
    loaded: int = 0
    rejected: int = 0
    mended: int = 0
    problems: tuple[RowProblem, ...] = ()
    notes: tuple[str, ...] = ()
    gaps: tuple[Seam, ...] = ()
    overlaps: tuple[Seam, ...] = ()
    seams_left_out: int = 0
    rows_are: Literal["line", "feature"] = "line"
    column_map: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    ignored_columns: tuple[str, ...] = ()
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return plain | {
            "problems": [asdict(one) for one in self.problems],
            "notes": list(self.notes),
            "gaps": [one.to_json() for one in self.gaps],
            "overlaps": [one.to_json() for one in self.overlaps],
            "columns": dict(self.columns),
            "ignored_columns": list(self.ignored_columns),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "LoadReport":
        """The other way; TypeError or ValueError when the document is not one of ours."""
        lists = {
            "problems": tuple(RowProblem(**one) for one in document["problems"]),
            "notes": tuple(document["notes"]),
            "gaps": tuple(map(Seam.from_json, document["gaps"])),
            "overlaps": tuple(map(Seam.from_json, document["overlaps"])),
            "ignored_columns": tuple(document["ignored_columns"]),
        }
        return cls(**(dict(document) | lists))


class LoadLog:
    """The report while it is being written. Builders tell each feature's fate; `counts` is theirs to fill."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.read = 0
        self.loaded = 0
        self.rejected = 0
        self.mended = 0
        self.newest = ""
        self.gaps: tuple[Seam, ...] = ()
        self.overlaps: tuple[Seam, ...] = ()
        self.seams_left_out = 0
        self._problems: list[RowProblem] = []
        self._notes: list[str] = []

    def took(self, feature: Feature) -> None:
        """The feature is in the data set; its date of record counts for the version."""
        self.loaded += 1
        written = feature.fields.get("DateUpdate")
        if written:
            self.newest = max(self.newest, iso_utc(written))

    def reject(self, line: int, message: str, layer: str = "") -> None:
        """The row is not in the data set. The message is a clause without a full stop, for people."""
        self.rejected += 1
        self._keep(RowProblem(line, message, layer))

    def mend(self, line: int, message: str, layer: str = "") -> None:
        """The row is in the data set, not as it was written; tell `took` as well."""
        self.mended += 1
        self._keep(RowProblem(line, message, layer, "mended"))

    def note(self, sentence: str) -> None:
        """Something about the file as a whole; said once."""
        if sentence not in self._notes:
            self._notes.append(sentence)

    def report(self, **about: Any) -> LoadReport:
        """The report so far; `about` fills what only the loader knows (columns, seconds)."""
        return LoadReport(
            read=self.read,
            loaded=self.loaded,
            rejected=self.rejected,
            mended=self.mended,
            problems=tuple(self._problems),
            notes=tuple(self._notes),
            gaps=self.gaps,
            overlaps=self.overlaps,
            seams_left_out=self.seams_left_out,
            **about,
        )

    def _keep(self, problem: RowProblem) -> None:
        if len(self._problems) < PROBLEMS_KEPT:
            self._problems.append(problem)
