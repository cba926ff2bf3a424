"""Files as programs write them and accidents leave them: read as they are meant, or refused with what to do."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from callpoint.directory.imports.encoding import LONGEST_LINE, encoding_of
from callpoint.directory.imports.files import MOST_ROWS
from callpoint.directory.imports.names import split_name
from callpoint.directory.imports.shape import Shape, shape_of
from callpoint.directory.imports.table import LONGEST_CELL, MOST_COLUMNS, Row, Table, TableError

HEAD = "Device User ID,First Name\n"
ACCENTS = HEAD + "E1,Zoë\nE2,Côté\n"


def table(data: bytes) -> Table:
    return Table(io.BytesIO(data), {"device user id": "id", "first name": "name"})


def read(data: bytes) -> tuple[TableError | None, list[Row]]:
    """The rows, or why there are none."""
    try:
        return None, list(table(data))
    except TableError as error:
        return error, []


def shape(tmp_path: Path, data: bytes, kind: str = "users") -> Shape:
    path = tmp_path / "upload.csv"
    path.write_bytes(data)
    return shape_of(path, kind)


@pytest.mark.parametrize(
    ("codec", "mark", "name", "guessed"),
    [
        ("utf-8", b"", "UTF-8", False),
        ("utf-8-sig", b"", "UTF-8", False),
        ("utf-16", b"", "UTF-16", False),
        ("utf-16-be", b"\xfe\xff", "UTF-16", False),
        ("utf-16-le", b"", "UTF-16", True),
        ("utf-16-be", b"", "UTF-16", True),
        ("utf-32", b"", "UTF-32", False),
        ("cp1252", b"", "Windows-1252", True),
        ("latin-1", b"", "Windows-1252", True),
    ],
)
def test_encodings(codec: str, mark: bytes, name: str, guessed: bool) -> None:
    read = table(mark + ACCENTS.encode(codec))
    assert (read.encoding.name, read.encoding.guessed) == (name, guessed)
    assert [row.get("name") for row in read] == ["Zoë", "Côté"]
    assert bool(read.encoding.note) == guessed


def test_what_windows_1252_leaves_undefined_is_latin_1() -> None:
    assert encoding_of(io.BytesIO(b"a,b\n\x81\xe9,1\n")).name == "Latin-1"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_and_line_ends(delimiter: str, end: str) -> None:
    text = delimiter.join(["Device User ID", "First Name"]) + end + delimiter.join(["E1", '"A, B; C|D\tE"']) + end
    (row,) = table(text.encode())
    assert (row.number, row.get("id"), row.get("name")) == (2, "E1", "A, B; C|D\tE")


def test_excel_s_line_that_names_the_delimiter() -> None:
    (row,) = table(b"sep=;\r\nDevice User ID;First Name\r\nE1;Ada\r\n")
    assert (row.number, row.get("name")) == (3, "Ada")


def test_blank_lines_before_the_header_count_as_rows() -> None:
    (row,) = table(b"\n \nDevice User ID,First Name\nE1,Ada\n")
    assert (row.number, row.get("name")) == (4, "Ada")


def workbook() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/worksheets/sheet1.xml", b"\0" * 30_000_000)  # packs to 30 kB: nobody must unpack it
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "the file is empty"),
        (b"\n\n\n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (workbook(), "the file is a ZIP file or an Excel workbook"),
        (b"%PDF-1.7\n...", "the file is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "the file is an old Excel workbook"),
        (b"\x1f\x8b\x08" + bytes(50), "the file is compressed (gzip)"),
        (b"a,b\n1,\x002\n", "the file is not a text file"),
        (b"a,b\n1,\x01\x022\n", "the file is not a text file"),
        ("a,b\n1,\0\n".encode("utf-16"), "row 2: holds a NUL character"),
        (b"\xff\xfea", "begins as UTF-16 and is not"),
        (HEAD.encode(), "a header line and no rows"),
        ((HEAD + 'E1,"Ada\nE2,Bob\n').encode(), "row 2: cannot be read"),
        ((HEAD + f"E1,{'x' * 1_000_000}\n").encode(), "row 2: a line of more than"),
        ((HEAD + f"E1,{'x' * 40_000}\n").encode(), "row 2: the cell of column 'First Name' has 40,000 characters"),
        ((HEAD + 'E1,"Ada\n' + "E2,Bob\n" * 20_000).encode(), "row 2: cannot be read"),
        ((HEAD + 'E1,"Ada" x\n').encode(), "row 2: cannot be read"),
    ],
)
def test_what_is_no_table_is_told(data: bytes, told: str, tmp_path: Path) -> None:
    (problem,) = shape(tmp_path, data).problems
    assert told in problem
    assert any(word in problem.lower() for word in ("save", "send", "look", "must", "unpack", "export")), "what to do"


def test_a_million_characters_stay_out_of_memory(tmp_path: Path) -> None:
    assert LONGEST_LINE >= LONGEST_CELL
    (problem,) = shape(tmp_path, b"a," + b"x" * 20_000_000).problems
    assert "missing line end" in problem


def test_too_many_rows(tmp_path: Path) -> None:
    (problem,) = shape(tmp_path, HEAD.encode() + b"E,\n" * (MOST_ROWS + 1)).problems
    assert problem == "row 200002: has more than 200,000 rows; split it, each part with the header line"
    assert shape(tmp_path, HEAD.encode() + b"E,\n" * 3).problems == ()


def test_ragged_rows_are_told_and_do_not_spoil_the_others(tmp_path: Path) -> None:
    found = shape(tmp_path, HEAD.encode() + b"E1,Ada,too,many\nE2\nE3,Cy,,\n")
    assert (found.problems, found.rows) == ((), 3)
    assert found.notes == (
        "row 2: has more cells (4) than the header has columns (2); put quotes around cells that hold the delimiter",
    )


def test_half_a_file_is_told_by_its_last_row() -> None:
    first, last = table(b"Device User ID,First Name,Email\nE1,Ada,a@b.example\nE2,Bo")
    assert (first.trouble, last.number) == ("", 3)
    assert last.trouble == "the file ends in the middle of this row, after 2 of 3 cells; send the whole file"
    short, whole = table(b"Device User ID,First Name,Email\nE1,Ada\nE2,Bob,\n")
    assert (short.trouble, whole.trouble) == ("", ""), "spreadsheets leave empty cells out at the end"


def test_the_shape_of_an_export(tmp_path: Path) -> None:
    data = "\ufeffEmployee ID;First Name;Skill;Phone;DID;\r\nE1;Ada;Sales;;;x\r\n".encode()
    found = shape(tmp_path, data)
    assert (found.encoding, found.delimiter, found.rows, found.remembered) == ("UTF-8", ";", 1, False)
    assert found.headers == ("Employee ID", "First Name", "Skill", "Phone", "DID", "column 6")
    assert found.mapping == {"device_user_id": "Employee ID", "first_name": "First Name", "phone_number": "Phone"}
    assert found.ignored == ("Skill", "DID", "column 6")
    assert found.first_rows == (("E1", "Ada", "Sales", "", "", "x"),)
    assert found.notes == ("the columns 'Phone' and 'DID' mean the same; choose the right one",)
    assert found.missing == ""


def test_a_shape_says_which_column_must_still_be_chosen(tmp_path: Path) -> None:
    assert "no column 'Device User ID'" in shape(tmp_path, b"Badge,Who\n1,Ada\n").missing
    assert shape(tmp_path, b"Building,Country\nA,US\n", "locations").missing == ""


def test_columns_of_one_name_are_told_apart(tmp_path: Path) -> None:
    assert shape(tmp_path, b"Phone,Phone,Phone\n1,2,3\n").headers == ("Phone", "Phone (2)", "Phone (3)")


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=400))
@example(b"\xff\xfe\x00\x00")
@example(b"\xff\xfe\x00\xd8")
@example(b'"\n')
@example(b"sep=,")
@example(b"sep=,\n\n")
@example(b'a\r"b')
@example("ÿþa,b".encode("latin-1"))
@example(b"a" * 5 + b"\0a" * 40)
def test_no_bytes_make_the_reader_raise_anything_else(data: bytes) -> None:
    error, rows = read(data)
    assert error is None or (str(error) and error.row >= 0)
    assert all(row.number >= 2 for row in rows)


@settings(max_examples=200, deadline=None)
@given(
    cells=st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=5,
    ),
    delimiter=st.sampled_from(",;\t|"),
    codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_program_has_written_is_read_back(cells: list[list[str]], delimiter: str, codec: str, end: str) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(["Device User ID", "First Name", "Third"])
    writer.writerows([["E", *row[1:]] for row in cells])
    error, rows = read(text.getvalue().encode(codec))
    if error is not None:  # control characters are what binary files are known by
        assert "not a text file" in str(error)
        return
    assert [row.all[1].removeprefix("'") for row in rows] == [row[1].removeprefix("'") for row in cells]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Ada Lovelace", "Ada", "Lovelace"),
        ("Lovelace, Ada", "Ada", "Lovelace"),
        ("van der Berg, Anna Maria", "Anna Maria", "van der Berg"),
        ("Anna Maria van der Berg", "Anna Maria", "van der Berg"),
        ("Marie St. Pierre", "Marie", "St. Pierre"),
        ("Martin Luther King Jr.", "Martin Luther", "King Jr."),
        ("Martin Luther King, Jr.", "Martin Luther", "King, Jr."),
        ("Jean-François Côté", "Jean-François", "Côté"),
        ("Cher", "Cher", ""),
        ("De Silva", "De", "Silva"),
        ("  Ada   Lovelace ", "Ada", "Lovelace"),
        ("", "", ""),
        (",", ",", ""),
    ],
)
def test_whole_names_are_taken_apart(name: str, first: str, last: str) -> None:
    assert split_name(name) == (first, last)


def test_more_columns_than_anybody_can_choose_among(tmp_path: Path) -> None:
    header = ",".join(f"c{number}" for number in range(MOST_COLUMNS))
    assert len(table(f"{header}\n1\n".encode()).headers) == MOST_COLUMNS
    told = shape(tmp_path, f"{header},one more\n1\n".encode())
    assert told.problems == ("row 1: has 1,001 columns; take out those that are not needed, to 1,000",)
    assert told.headers == ()


@pytest.mark.parametrize(("head", "late_head"), [(HEAD, ""), ("", HEAD)])
def test_a_file_of_blank_lines_is_given_up_soon(head: str, late_head: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty megabytes of them would keep a page waiting for a minute."""
    monkeypatch.setattr("callpoint.directory.imports.table.MOST_LINES", 1000)
    blank = "\n"
    few, _rows = read(f"{head}{blank * 990}{late_head}E1,Ada{blank}".encode())
    assert few is None
    error, rows = read(f"{head}{blank * 1000}{late_head}E1,Ada{blank}".encode())
    assert rows == []
    assert str(error) == "has more than 1,000 lines; take out the blank ones"
