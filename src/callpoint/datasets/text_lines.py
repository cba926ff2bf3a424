"""The records of a CSV file, one by one, whatever is wrong with the ones around them."""

import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

# A street address is a few hundred characters. Geometry as text may be long: the most detailed county boundaries
# have some 100,000 vertices of 40 characters.
LONGEST_RECORD: Final = 65_536
LONGEST_GEOMETRY: Final = 16_777_216
# A quoted cell may hold line breaks (notes of a clerk). A quote never closed would swallow the rest of the file.
MOST_LINES: Final = 20


@dataclass(frozen=True, slots=True)
class BrokenRecord:
    """A line that is no record, and why."""

    line: int
    message: str


class TextLines:
    """Records of the file as (line, text). Iterate once. `position` is how far it has been read, in bytes.

    `delimiter` may be set once the first record has told it: a quote opens a cell only after one.
    """

    def __init__(self, path: Path, longest: int) -> None:
        self._binary = path.open("rb")
        # Bytes that are no UTF-8 come through as surrogates and are read again, line by line, as Windows-1252.
        self._text = io.TextIOWrapper(self._binary, "utf-8-sig", errors="surrogateescape", newline=None)
        self._longest = longest
        self._line = 0
        self._ahead: deque[str] = deque()
        self.delimiter = ","
        self.first_not_utf8 = 0
        self.ends_well = True

    @property
    def position(self) -> int:
        return self._binary.tell()

    def close(self) -> None:
        self._text.close()

    def __iter__(self) -> Iterator[tuple[int, str] | BrokenRecord]:
        while (text := self._next()) is not None:
            line = self._line
            if len(text) > self._longest:
                yield BrokenRecord(line, f"is longer than {self._longest:,} characters")
            elif "\0" in text:
                yield BrokenRecord(line, "holds a NUL byte")
            elif text.count('"') % 2 and _quotes(text, self.delimiter) == "open":
                whole = self._joined(text)
                if whole is None:
                    yield BrokenRecord(line, "has a quote that is never closed")
                else:
                    yield line, whole
            else:
                yield line, text

    def _joined(self, text: str) -> str | None:
        """The record with the lines its quoted cell goes on over; None, and those lines unread, when it has no end."""
        taken: list[str] = []
        while len(taken) < MOST_LINES and (more := self._next()) is not None:
            taken.append(more)
            text += more
            if len(text) > self._longest:
                break
            if more.count('"') % 2:
                quotes = _quotes(text, self.delimiter)
                if quotes == "closed":
                    return text
                if quotes == "astray":  # the next quote is another record's: this one has none of its own
                    break
        self._line -= len(taken)
        self._ahead.extendleft(reversed(taken))
        return None

    def _next(self) -> str | None:
        text = self._ahead.popleft() if self._ahead else self._read()
        if text is not None:
            self._line += 1
        return text

    def _read(self) -> str | None:
        text = self._text.readline(self._longest + 2)
        if not text:
            return None
        self.ends_well = text.endswith("\n")
        part = text
        while len(part) > self._longest and not part.endswith("\n"):
            part = self._text.readline(self._longest + 2)  # the rest of the line is read, and kept by nobody
        if text.isascii() or not _has_surrogates(text):
            return text
        if not self.first_not_utf8:
            self.first_not_utf8 = self._line + 1
        return _windows(text)


def _quotes(text: str, delimiter: str) -> Literal["closed", "open", "astray"]:
    """Whether the quoted cells of a record are closed, one of them is not, or one goes on after its closing quote."""
    try:
        for _ in csv.reader([text], strict=True, delimiter=delimiter):
            pass
    except csv.Error as error:
        return "open" if "unexpected end of data" in str(error) else "astray"
    return "closed"


def _has_surrogates(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _windows(text: str) -> str:
    raw = text.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
