"""A file to load, told by its content and not by its name."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Literal, Protocol

from callpoint.datasets.column_maps import ColumnMap
from callpoint.datasets.csv_source import CsvSource
from callpoint.datasets.errors import DatasetError
from callpoint.datasets.feature import Feature
from callpoint.datasets.geopackage_source import GeoPackageSource
from callpoint.datasets.kinds import Kind
from callpoint.datasets.report import LoadLog
from callpoint.datasets.sqlite_health import check_whole

# How files of other kinds begin, and what their owner can do.
_OTHERS: Final = (
    (b"PK\x03\x04", "a ZIP archive or a spreadsheet", "Unpack it, or save the sheet as 'CSV UTF-8', and load that."),
    (b"\x1f\x8b", "packed by gzip", "Unpack it and load what is inside."),
    (b"\xff\xfe", "UTF-16 text", "Save it as 'CSV UTF-8' and load that."),
    (b"\xfe\xff", "UTF-16 text", "Save it as 'CSV UTF-8' and load that."),
    (b"{", "JSON", "Convert it to a GeoPackage first, for example by ogr2ogr out.gpkg IN."),
    (
        b"<",
        "XML or HTML, perhaps the page around a download",
        "Convert it to a GeoPackage, or download the file again.",
    ),
    (b"\x00\x00\x27\x0a", "a Shapefile", "Convert it to a GeoPackage first, for example by ogr2ogr out.gpkg IN."),
)
_SQLITE: Final = b"SQLite format 3\0"


class Source(Protocol):
    """A file being read. `total` and `position` are for progress: bytes of a CSV file, features of a GeoPackage.
    `rows_are` says what a feature's `line` counts.
    """

    rows_are: Literal["line", "feature"]
    total: int
    column_map: ColumnMap

    @property
    def position(self) -> int: ...

    def features(self, log: LoadLog) -> Iterator[Feature]:
        """Every feature that can be used, once; DatasetError when the file turns out to be damaged."""
        ...

    def close(self) -> None: ...


def open_source(path: Path, kind: Kind, chosen: Mapping[str, str]) -> Source:
    """Opens a GeoPackage or a CSV file. `chosen` is the operator's map, field to column.

    DatasetError when the file is neither, is damaged, or its columns are not known.
    """
    try:
        if path.is_dir():
            raise DatasetError(f"{path} is a directory.", "Give a GeoPackage or a CSV file.")
        if not path.is_file() and path.exists():  # opening a pipe waits for its writer, and a device never ends
            raise DatasetError(f"{path} is no file but a device or a pipe.", "Copy it into a file and load that.")
        with path.open("rb") as file:
            start = file.read(100)
        if not start:
            raise DatasetError(f"{path.name} is empty.", "Export it again.")
        if start.startswith(_SQLITE):
            return _geopackage(path, start, kind, chosen)
        for mark, what, remedy in _OTHERS:
            if start.startswith(mark):
                raise DatasetError(f"{path.name} is {what}, not a GeoPackage or a CSV file.", remedy)
        return CsvSource(path, kind, chosen)
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror}.", "Look at its name and its owner.") from error


def _geopackage(path: Path, start: bytes, kind: Kind, chosen: Mapping[str, str]) -> Source:
    if path.suffix.lower() != ".gpkg":  # GDAL goes by the ending, and would make a CSV file of it
        raise DatasetError(
            f"{path.name} is an SQLite database.", "If it is a GeoPackage, rename it so that it ends in .gpkg."
        )
    check_whole(path, start)
    return GeoPackageSource(path, kind, chosen)
