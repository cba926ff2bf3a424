"""Which characters the bytes of a file stand for, whatever program wrote it; and that it is a text file at all."""

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

# A line longer than this is no row: a file without line ends would otherwise be read into memory whole.
LONGEST_LINE: Final = 1_000_000
_PIECE: Final = 1 << 16
# Control characters no table holds; tab, line ends and form feed aside.
_CONTROL: Final = bytes(set(range(0x20)) - set(b"\t\n\r\x0b\x0c\x1a"))
# What Windows-1252 leaves undefined.
_UNDEFINED: Final = b"\x81\x8d\x8f\x90\x9d"
_SAVE_AS: Final = "open it in your spreadsheet program and save it as 'CSV UTF-8'"
# How files begin that are no tables, whatever they are called.
_OTHERS: Final = {
    b"PK\x03\x04": f"is a ZIP file or an Excel workbook (.xlsx) under another name; {_SAVE_AS}",
    b"PK\x05\x06": f"is an empty ZIP file under another name; {_SAVE_AS}",
    b"\xd0\xcf\x11\xe0": f"is an old Excel workbook (.xls) under another name; {_SAVE_AS}",
    b"%PDF": "is a PDF under another name; export the table as CSV from the program that made it",
    b"\x1f\x8b": "is compressed (gzip); unpack it first",
    b"BZh": "is compressed (bzip2); unpack it first",
    b"\xfd7zXZ": "is compressed (xz); unpack it first",
    b"7z\xbc\xaf": "is compressed (7-Zip); unpack it first",
    b"Rar!": "is compressed (RAR); unpack it first",
    b"SQLite format 3": "is a database, no table of text; export the table as CSV",
    b"\x89PNG": "is a picture; export the table as CSV",
    b"\xff\xd8\xff": "is a picture; export the table as CSV",
}
_MARKS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # begins as UTF-16's does, so it is looked for first
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class TableError(ValueError):
    """The file cannot be read as a table; says why and what to do. `row` is the line, 0 when none is to blame."""

    def __init__(self, message: str, row: int = 0) -> None:
        super().__init__(message)
        self.row = row

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Encoding:
    """A codec's name; `guessed` when nothing in the file says that it is this one."""

    codec: str
    guessed: bool = False

    @property
    def name(self) -> str:
        """As people know it."""
        return _NAMES.get(self.codec, self.codec.upper())

    @property
    def note(self) -> str:
        """What to tell about a guess; "" when there was nothing to guess."""
        if not self.guessed:
            return ""
        return (
            f"the file is not UTF-8 and was read as {self.name}; look at names with accents,"
            " and if they are wrong save the file as 'CSV UTF-8'"
        )


_NAMES: Final = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
}


def encoding_of(stream: BinaryIO) -> Encoding:
    """What the file is written in; it is read once and left at its beginning. Raises `TableError`."""
    stream.seek(0)
    head = stream.read(16)
    for begins, told in _OTHERS.items():
        if head.startswith(begins):
            raise TableError(told)
    try:
        for mark, codec in _MARKS.items():
            if head.startswith(mark):
                _require_codec(stream, codec)
                return Encoding(codec)
        return _unmarked(stream)
    finally:
        stream.seek(0)


def _require_codec(stream: BinaryIO, codec: str) -> None:
    line = _undecodable_line(stream, codec)
    if line:
        name = _NAMES.get(codec, codec.upper())
        raise TableError(f"begins as {name} and is not; it may be damaged or cut off. Save it as 'CSV UTF-8'", line)


def _unmarked(stream: BinaryIO) -> Encoding:
    census = [0] * 256
    even_zeros = total = 0
    for piece in _pieces(stream):
        if b"\0" in piece:
            even_zeros += piece[::2].count(0)
        for byte in set(piece):
            census[byte] += piece.count(byte)
        total += len(piece)
    if census[0]:
        return _without_mark(stream, even_zeros, census[0] - even_zeros, total)
    if any(census[byte] for byte in _CONTROL):
        raise TableError(f"is not a text file; {_SAVE_AS}")
    if not _undecodable_line(stream, "utf-8"):
        return Encoding("utf-8")
    return Encoding("latin-1" if any(census[byte] for byte in _UNDEFINED) else "cp1252", guessed=True)


def _without_mark(stream: BinaryIO, even_zeros: int, odd_zeros: int, total: int) -> Encoding:
    """UTF-16 without its mark has a zero in nearly every second byte of Western text, and hardly any in the others."""
    half = total / 2
    for codec, many, few in (("utf-16-le", odd_zeros, even_zeros), ("utf-16-be", even_zeros, odd_zeros)):
        if many > half * 0.6 and few < half * 0.05 and not _undecodable_line(stream, codec):
            return Encoding(codec, guessed=True)
    raise TableError(f"is not a text file; {_SAVE_AS}")


def _undecodable_line(stream: BinaryIO, codec: str) -> int:
    """The number of the first line that the codec cannot read; 0 when it can read all."""
    decoder, lines = codecs.getincrementaldecoder(codec)(), 1
    try:
        for piece in _pieces(stream):
            decoder.decode(piece)
            lines += piece.count(b"\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return lines + error.object[: error.start].count(b"\n")
    return 0


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    stream.seek(0)
    while piece := stream.read(_PIECE):
        yield piece


def lines_of(stream: BinaryIO, encoding: Encoding) -> Iterator[str]:
    """The file's lines with their ends, of any kind. Raises `TableError`."""
    stream.seek(0)
    wrapper = io.TextIOWrapper(stream, encoding.codec, newline="")
    number = 0
    try:
        while line := wrapper.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                raise TableError(
                    f"a line of more than {LONGEST_LINE:,} characters; look for a missing line end", number
                )
            if "\0" in line:
                raise TableError("holds a NUL character, so it is no text; save it as 'CSV UTF-8'", number)
            yield line
    finally:
        if not stream.closed:  # it may be, where only the header was asked for
            wrapper.detach()
