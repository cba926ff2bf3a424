"""Reading a CSV file whatever program wrote it: encoding, delimiter, header spelling."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

DELIMITERS: Final = ",;\t"
# A cell longer than this is a sign of a quote never closed; the file would otherwise be one huge cell.
LONGEST_CELL: Final = 4096


class TableError(ValueError):
    """The file cannot be read as a table; says why and what to do. `row` is the line, 0 when none is to blame."""

    def __init__(self, message: str, row: int = 0) -> None:
        super().__init__(message)
        self.row = row


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet shows it, and its cells by field name (only columns that are known)."""

    number: int
    cells: Mapping[str, str]

    def get(self, field: str) -> str:
        """The cell of a field; "" when the file has no such column."""
        return self.cells.get(field, "")


class Table:
    """A CSV file with a header. `columns` maps our field names to the headers in the file.

    `aliases` maps a header as `plain` writes it to a field name. Raises `TableError`.
    """

    def __init__(self, stream: BinaryIO, aliases: Mapping[str, str]) -> None:
        text = _decode(stream.read())
        self._reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
        self._number = 0
        header = next(self._lines(), None)
        if header is None:
            raise TableError("the file is empty; its first line must name the columns")
        fields = [aliases.get(plain(name)) for name in header]
        self.columns: dict[str, str] = {}
        for field, name in zip(fields, header, strict=True):
            if field in self.columns:
                raise TableError(
                    f"the columns {self.columns[field]!r} and {name.strip()!r} mean the same; take one out", 1
                )
            if field is not None:
                self.columns[field] = name.strip()
        self.ignored = [name.strip() for name, field in zip(header, fields, strict=True) if field is None]
        self._fields = fields

    def missing(self, needed: Sequence[str]) -> list[str]:
        """Which of the needed fields have no column."""
        return [field for field in needed if field not in self.columns]

    def __iter__(self) -> Iterator[Row]:
        for cells in self._lines():
            number = self._number
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(self._fields) and any(cell.strip() for cell in cells[len(self._fields) :]):
                raise TableError(
                    "has more cells than the header has columns; put quotes around cells with commas", number
                )
            yield Row(number, {field: cell for field, cell in zip(self._fields, cells, strict=False) if field})

    def _lines(self) -> Iterator[list[str]]:
        try:
            for cells in self._reader:
                self._number += 1
                if any(len(cell) > LONGEST_CELL for cell in cells):
                    raise TableError("a cell never ends; look for a quote that is not closed", self._number)
                yield cells
        except csv.Error as error:
            raise TableError(f"cannot be read ({error}); look at its quotes", self._number + 1) from error


def plain(header: str) -> str:
    """A header reduced to what people mean: lower case, single blanks, no mark of a comment line ("## ") before it."""
    return re.sub(r"[\s_\-/.]+", " ", header.lstrip("# ").lower()).strip()


def _decode(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TableError(
            "is not UTF-8, most likely Latin-1 or Windows-1252; save it as 'CSV UTF-8' and import it again", line
        ) from error
    if "\0" in text:
        raise TableError("is not a text file, perhaps a spreadsheet or UTF-16; save it as 'CSV UTF-8'")
    return text


def _delimiter(text: str) -> str:
    header = re.sub(r'"[^"]*"', "", text.lstrip().split("\n", 1)[0])
    return max(DELIMITERS, key=header.count)
