"""Reading a CSV file whatever program wrote it: encoding, delimiter, header spelling. A row at a time."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

from callpoint.directory.export import restored
from callpoint.directory.imports.encoding import TableError, encoding_of, lines_of

__all__ = ["DELIMITERS", "LONGEST_CELL", "REJECTED_COLUMNS", "Row", "Table", "TableError", "plain"]

DELIMITERS: Final = ",;\t|"
# What a spreadsheet's cell can hold; a longer one is a sign of a quote never closed: the rest of the file.
LONGEST_CELL: Final = 32_767
MOST_COLUMNS: Final = 1000
"""Somebody has to choose among them; files of people have a few dozen."""
MOST_LINES: Final = 2_000_000
"""Also blank ones, of which a file can hold fifty million: a spreadsheet writes 1,048,576 lines at the most."""
REJECTED_COLUMNS: Final = ("Row", "Column", "Problem", "Suggestion")
"""What a file of rejected rows has behind the columns of the file they came from; passed over when it comes back."""


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet shows it, and its cells by field name (only columns that are known).

    `all` are the cells as they stand in the file, and `trouble` says why the row as a whole cannot be read.
    """

    number: int
    cells: Mapping[str, str]
    all: Sequence[str] = ()
    trouble: str = ""

    def get(self, field: str) -> str:
        """The cell of a field; "" when the file has no such column."""
        return self.cells.get(field, "")


class Table:
    """A CSV file with a header. `columns` maps our field names to the headers in the file.

    `aliases` maps a header as `plain` writes it to a field name; with `mapping` (field name to header, as somebody
    confirmed it) that holds instead. `stream` can be sought in and is read from its beginning. Raises `TableError`.
    """

    def __init__(self, stream: BinaryIO, aliases: Mapping[str, str], mapping: Mapping[str, str] | None = None) -> None:
        self.encoding = encoding_of(stream)
        self._ends_with_line_end = True
        self._number = 0
        lines = self._watched(lines_of(stream, self.encoding))
        first = self._first_line(lines)
        self.delimiter = _delimiter(first)
        self._reader = csv.reader(_again(first, lines), delimiter=self.delimiter, strict=True)
        header = next(self._lines(), None)
        if header is None or not any(name.strip() for name in header):
            raise TableError("the file is empty; its first line must name the columns")
        if len(header) > MOST_COLUMNS:
            raise TableError(f"has {len(header):,} columns; take out those that are not needed, to {MOST_COLUMNS:,}", 1)
        self.headers = _told_apart(header)
        self._returned = tuple(self.headers[-len(REJECTED_COLUMNS) :]) == REJECTED_COLUMNS
        fields = _by_mapping(self.headers, mapping) if mapping is not None else self._by_alias(header, aliases)
        self.columns = {field: name for field, name in zip(fields, self.headers, strict=True) if field is not None}
        named = zip(self.own_headers, header, fields, strict=False)
        self.ignored = [name for name, cell, field in named if field is None and cell.strip()]
        self._fields = fields

    def missing(self, needed: Sequence[str]) -> list[str]:
        """Which of the needed fields have no column."""
        return [field for field in needed if field not in self.columns]

    @property
    def signature(self) -> tuple[str, ...]:
        """The header line as people mean it, without the columns we add to rejected rows."""
        return tuple(plain(name) for name in self.own_headers)

    @property
    def own_headers(self) -> tuple[str, ...]:
        """The headers without the columns we add to rejected rows."""
        return self.headers[: -len(REJECTED_COLUMNS)] if self._returned else self.headers

    def __iter__(self) -> Iterator[Row]:
        for line in self._lines():
            if not any(cell.strip() for cell in line):
                continue
            cells = [restored(cell) if cell[:1] == "'" else cell for cell in line]
            known = {field: cell for field, cell in zip(self._fields, cells, strict=False) if field}
            yield Row(self._number, known, cells, self._trouble(cells))

    def _trouble(self, cells: Sequence[str]) -> str:
        columns = len(self._fields)
        if len(cells) > columns and any(cell.strip() for cell in cells[columns:]):
            return (
                f"has more cells ({len(cells)}) than the header has columns ({columns});"
                " put quotes around cells that hold the delimiter"
            )
        if len(cells) < columns and not self._ends_with_line_end:
            return (
                f"the file ends in the middle of this row, after {len(cells)} of {columns} cells; send the whole file"
            )
        return ""

    def _lines(self) -> Iterator[list[str]]:
        try:
            for cells in self._reader:
                self._number += 1
                if self._number > MOST_LINES:
                    raise TableError(f"has more than {MOST_LINES:,} lines; take out the blank ones", self._number)
                if any(len(cell) > LONGEST_CELL for cell in cells):
                    raise self._endless(cells)
                yield cells
        except csv.Error as error:
            raise TableError(
                f"cannot be read ({error}); look for a quote that is not closed", self._number + 1
            ) from error

    def _endless(self, cells: Sequence[str]) -> TableError:
        at, length = next((at, len(cell)) for at, cell in enumerate(cells) if len(cell) > LONGEST_CELL)
        name = self.headers[at] if self._number > 1 and at < len(self.headers) else f"number {at + 1}"
        told = f"the cell of column {name!r} has {length:,} characters; look for a quote that is not closed"
        return TableError(told, self._number)

    def _first_line(self, lines: Iterator[str]) -> str:
        """The line of the headers; Excel's `sep=;` before it counts as a row."""
        first = self._first_filled(lines)
        if re.fullmatch(r"sep=[,;\t|]\s*", first):
            self._number += 1
            first = self._first_filled(lines)
        return first

    def _first_filled(self, lines: Iterator[str]) -> str:
        for line in lines:
            if line.strip():
                return line
            self._number += 1
            if self._number > MOST_LINES:
                break
        return ""

    def _watched(self, lines: Iterator[str]) -> Iterator[str]:
        for line in lines:
            self._ends_with_line_end = line.endswith(("\n", "\r"))
            yield line

    def _by_alias(self, header: Sequence[str], aliases: Mapping[str, str]) -> list[str | None]:
        fields: list[str | None] = [aliases.get(plain(name)) for name in header]
        found: dict[str, str] = {}
        for field, name in zip(fields, header, strict=True):
            if field in found:
                raise TableError(f"the columns {found[field]!r} and {name.strip()!r} mean the same; take one out", 1)
            if field is not None:
                found[field] = name.strip()
        return fields


def plain(header: str) -> str:
    """A header reduced to what people mean: lower case, single blanks, no mark of a comment line ("## ") before it."""
    return re.sub(r"[\s_\-/.]+", " ", header.lstrip("# ").lower()).strip()


def _told_apart(header: Sequence[str]) -> tuple[str, ...]:
    """The headers' bare names; one without a name, or with a name that stood there before, gets its number."""
    seen: dict[str, int] = {}
    names = []
    for place, cell in enumerate(header, 1):
        name = restored(cell.strip()) or f"column {place}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)


def _by_mapping(headers: Sequence[str], mapping: Mapping[str, str]) -> list[str | None]:
    fields = {header: field for field, header in mapping.items()}
    if lost := [header for header in fields if header not in headers]:
        raise TableError(f"there is no column {lost[0]!r}, which was chosen; choose the columns again", 1)
    return [fields.get(header) for header in headers]


def _delimiter(first_line: str) -> str:
    header = re.sub(r'"[^"]*"', "", first_line.lstrip())
    return max(DELIMITERS, key=header.count)


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    if first:
        yield first
    yield from rest
