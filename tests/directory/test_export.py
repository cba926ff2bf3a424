"""CSV that no spreadsheet runs, and that comes back as it was."""

import csv
import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.directory.cast import Cast

from callpoint.directory import rules
from callpoint.directory.editing.people import save_person
from callpoint.directory.export import ROWS_AT_ONCE, cell, csv_pieces, neutralised, restored
from callpoint.directory.imports import import_users
from callpoint.directory.models import Person, acting
from callpoint.directory.tenancy import inside

STARTS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"


def table(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("start", STARTS)
def test_no_cell_begins_like_a_formula(start: str) -> None:
    for text in (f"{start}cmd|' /C calc'!A0", start, f"'{start}x", f"''{start}x"):
        assert neutralised(text) == f"'{text}"
        assert restored(neutralised(text)) == text


@pytest.mark.parametrize("text", ["", "Ada", "'t Hooft", "a=b", "O'Brien", "1-802-555-0142", " =x", "\u00e9", "''"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert neutralised(text) == text
    assert restored(text) == text


@given(st.text(alphabet="'" + STARTS + 'ab 1;",', max_size=8))
def test_every_text_comes_back(text: str) -> None:
    assert restored(neutralised(text)) == text
    assert neutralised(text)[:1] not in set(STARTS)


@pytest.mark.parametrize("number", ["+18025550142", "+15145550123", "+17875550100"])
def test_a_phone_number_can_be_dialled_and_read_back(number: str) -> None:
    written = cell(number)
    assert written == f"1-{number[2:5]}-{number[5:8]}-{number[8:]}"
    assert rules.phone_number(written) == number


@pytest.mark.parametrize("text", ["+1802555014", "+180255501421", "+442079460000", "+1802555014x"])
def test_what_only_looks_like_a_number_is_neutralised(text: str) -> None:
    assert cell(text) == f"'{text}"


def test_the_file_begins_with_a_mark_and_comes_in_pieces() -> None:
    rows = [(number, None, "a,b", 'say "x"', "two\nlines") for number in range(2 * ROWS_AT_ONCE + 1)]
    pieces = list(csv_pieces(["Number", "Empty", "=Comma", "Quote", "Lines"], rows))
    assert len(pieces) == 3
    assert pieces[0].startswith(b"\xef\xbb\xbfNumber,Empty,'=Comma,Quote,Lines\r\n")
    assert not any(piece.startswith(b"\xef\xbb\xbf") for piece in pieces[1:])
    read = table(b"".join(pieces))
    assert read[1:] == [[str(number), "", "a,b", 'say "x"', "two\nlines"] for number, *_ in rows]


def test_nothing_is_made_before_it_is_asked_for() -> None:
    asked: list[int] = []

    def rows() -> Iterator[tuple[int]]:
        for number in range(10 * ROWS_AT_ONCE):
            asked.append(number)
            yield (number,)

    pieces = csv_pieces(["Number"], rows())
    next(pieces)
    assert len(asked) == ROWS_AT_ONCE


def test_a_file_without_rows_has_its_header() -> None:
    assert b"".join(csv_pieces(["A", "B"], [])) == b"\xef\xbb\xbfA,B\r\n"


def test_people_written_out_and_imported_again_are_unchanged(people: Cast) -> None:
    hostile = ("=1+1", "@SUM(A1)", "-2", "'=x", "'t Hooft", "+1", "\u00c9mile; =1")
    with inside(people.acme), acting("test", "round trip"):
        for number, text in enumerate(hostile):
            fields = {"device_user_id": f"={number}", "first_name": text, "last_name": text}
            save_person(people.acme, fields | {"callback_number": f"802 555 01{number:02d}"})
        header = ("Device User ID", "First Name", "Last Name", "Callback Number")
        rows = Person.objects.values_list("device_user_id", "first_name", "last_name", "callback_number")
        data = b"".join(csv_pieces(header, rows))
    assert not any(text[:1] in set(STARTS) for row in table(data) for text in row)
    result = import_users(people.acme, io.BytesIO(data), dry_run=True, actor="test")
    assert (result.errors, result.new, result.changed) == ([], 0, 0)
    assert result.unchanged == len(hostile) + 2
