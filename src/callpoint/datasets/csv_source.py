"""A CSV file as features, whatever program wrote it.

Encoding (UTF-8 with or without its mark, else Windows-1252), line ends and delimiter are found by looking. A row
that cannot be used is told to the log with its line and the next one is read.
"""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal

import shapely

from callpoint.datasets.column_maps import ColumnMap, detect, needs
from callpoint.datasets.errors import DatasetError
from callpoint.datasets.feature import Feature, LatLon
from callpoint.datasets.geometry import flat_wkb, point_problem, shape_problem
from callpoint.datasets.kinds import Kind
from callpoint.datasets.report import LoadLog
from callpoint.datasets.text_lines import LONGEST_GEOMETRY, LONGEST_RECORD, BrokenRecord, TextLines

DELIMITERS: Final = ",;\t|"


class CsvSource:
    """One file. `features` may be iterated once. DatasetError when it has no header that can be used."""

    def __init__(self, path: Path, kind: Kind, chosen: Mapping[str, str]) -> None:
        self.kind: Kind = kind
        self.rows_are: Literal["line", "feature"] = "line"
        self.total = path.stat().st_size
        self._layer = path.stem
        self._lines = TextLines(path, LONGEST_RECORD if kind == "address-points" else LONGEST_GEOMETRY)
        # The limit is the interpreter's own, for all readers; raising it here takes nothing from those that check.
        csv.field_size_limit(max(csv.field_size_limit(), LONGEST_GEOMETRY))
        self._records = iter(self._lines)
        try:
            self._delimiter, self._header = self._read_header()
            self._lines.delimiter = self._delimiter
            self.column_map = self._map(chosen)
        except DatasetError:
            self.close()
            raise

    @property
    def position(self) -> int:
        """How much of `total` has been read."""
        return self._lines.position

    def close(self) -> None:
        self._lines.close()

    def features(self, log: LoadLog) -> Iterator[Feature]:
        """Every row that can be read. Rows that cannot are rejected in `log`, which counts them all."""
        at = [0]
        columns = {name: self._header.index(column) for name, column in self.column_map.columns.items()}
        for cells in csv.reader(self._texts(at, log), delimiter=self._delimiter):
            if not any(cells):
                continue
            log.read += 1
            problem = self._misshapen(cells)
            if problem:
                log.reject(at[0], problem)
                continue
            fields = dict(self.column_map.constants)
            fields |= {name: value for name, index in columns.items() if (value := cells[index].strip())}
            feature = self._placed(at[0], fields, log)
            if feature is not None:
                yield feature
        self._tell_of_the_whole(log)

    def _texts(self, at: list[int], log: LoadLog) -> Iterator[str]:
        for record in self._records:
            if isinstance(record, BrokenRecord):
                log.read += 1
                log.reject(record.line, record.message)
            else:
                at[0], text = record
                yield text

    def _misshapen(self, cells: list[str]) -> str:
        if len(cells) < len(self._header):
            return f"has {len(cells)} cells where the header has {len(self._header)}; it is cut off"
        if any(cell.strip() for cell in cells[len(self._header) :]):
            return f"has {len(cells)} cells where the header has {len(self._header)}; a cell lacks its quotes"
        return ""

    def _placed(self, line: int, fields: dict[str, str], log: LoadLog) -> Feature | None:
        wkt = fields.pop("WKT", "")
        if self.kind == "address-points":
            point, problem = _point(fields, wkt)
            feature = Feature(line, self._layer, fields, point)
        else:
            geometry, problem = _geometry(wkt)
            problem = problem or shape_problem(self.kind, geometry)
            feature = Feature(line, self._layer, fields, None, None if problem else flat_wkb(geometry))
        if problem:
            log.reject(line, problem)
            return None
        return feature

    def _tell_of_the_whole(self, log: LoadLog) -> None:
        if self._lines.first_not_utf8:
            log.note(
                f"The file is not UTF-8 (first in line {self._lines.first_not_utf8}); "
                "those lines were read as Windows-1252."
            )
        if not self._lines.ends_well:
            log.note("The last line does not end; if the file was cut off, its last number may be cut short as well.")

    def _read_header(self) -> tuple[str, list[str]]:
        for record in self._records:
            if isinstance(record, BrokenRecord):
                raise DatasetError(
                    f"The first line of the file {record.message}: it is not a table of text.",
                    "Save it as 'CSV UTF-8' and load that.",
                )
            _, text = record
            if text.strip():
                delimiter = max(DELIMITERS, key=text.count)
                header = next(csv.reader([text], delimiter=delimiter))
                return delimiter, [name.strip() for name in header]
        raise DatasetError("The file is empty.", "Its first line must name the columns.")

    def _map(self, chosen: Mapping[str, str]) -> ColumnMap:
        found = detect(self.kind, self._header, chosen)
        if found is None:
            names = ", ".join(filter(None, self._header))[:500]
            shown = "".join(one if one.isprintable() else "?" for one in names)  # not what moves a terminal's cursor
            raise DatasetError(
                f"The columns {shown} are not those of {self.kind} known here.",
                f"Say which is which by --map FIELD=COLUMN. Needed are: {needs(self.kind)}.",
            )
        for name, column in found.columns.items():
            if self._header.count(column) > 1:
                raise DatasetError(
                    f"The column {column!r} ({name}) stands twice in the file.", "Take one out or rename it."
                )
        return found


def _point(fields: dict[str, str], wkt: str) -> tuple[LatLon | None, str]:
    if wkt and not ("Latitude" in fields and "Longitude" in fields):
        geometry, problem = _geometry(wkt)
        problem = problem or shape_problem("address-points", geometry)
        if problem:
            return None, problem
        centre = geometry.centroid
        latitude, longitude = centre.y, centre.x
    else:
        try:
            latitude, longitude = float(fields.get("Latitude", "nan")), float(fields.get("Longitude", "nan"))
        except ValueError:
            return None, f"has no position: {fields.get('Latitude')!r}, {fields.get('Longitude')!r} are not numbers"
    problem = point_problem(latitude, longitude)
    return (None if problem else (latitude, longitude)), problem


def _geometry(wkt: str) -> tuple[Any, str]:
    if not wkt:
        return None, "has no geometry"
    try:
        return shapely.from_wkt(wkt.rpartition(";")[2]), ""  # PostGIS writes "SRID=4326;" before it
    except shapely.errors.GEOSException as error:
        return None, f"has a geometry that cannot be read ({str(error).splitlines()[0]})"
