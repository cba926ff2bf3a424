"""Rows out as CSV that people open in a spreadsheet and programs read back.

A spreadsheet runs a cell that begins like a formula, whoever typed it. Such cells get an apostrophe in front, which
`restored` takes away again: an ID of `=E1` comes back as it was. Phone numbers begin with a plus and must stay numbers
one can dial, so they are written without it, with hyphens that keep a spreadsheet from rounding them: 1-802-555-0142.
Every rule for phone numbers reads that as +18025550142.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

BOM: Final = "\ufeff"
"""By it spreadsheets know that a file is UTF-8."""
ROWS_AT_ONCE: Final = 500
"""In one piece of the answer: some tens of kilobytes."""
# Tab and line ends count, because spreadsheets skip them; full-width forms, because some take them for the plain ones.
_STARTS: Final = "=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20"
_RUNS: Final = re.compile(f"'*[{_STARTS}]")
_HELD: Final = re.compile(f"'+[{_STARTS}]")
_NORTH_AMERICAN: Final = re.compile(r"\+1(\d{3})(\d{3})(\d{4})")


def csv_pieces(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The file piece by piece: UTF-8 with a byte order mark, commas, CRLF. None is an empty cell."""
    buffer = io.StringIO(BOM, newline="")
    buffer.seek(0, io.SEEK_END)
    writer = csv.writer(buffer)
    writer.writerow([cell(title) for title in header])
    for number, row in enumerate(rows, start=1):
        writer.writerow([cell(value) for value in row])
        if number % ROWS_AT_ONCE == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def cell(value: object) -> str:
    """A value as the text of a cell that no spreadsheet runs."""
    text = "" if value is None else str(value)
    if number := _NORTH_AMERICAN.fullmatch(text):
        return "-".join(["1", *number.groups()])
    return neutralised(text)


def neutralised(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet would run it or `restored` would take one away."""
    return f"'{text}" if _RUNS.match(text) else text


def restored(text: str) -> str:
    """What `neutralised` was given; any other text as it is."""
    return text[1:] if _HELD.match(text) else text
