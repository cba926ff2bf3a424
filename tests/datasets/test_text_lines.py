"""Records of a CSV file, whatever is wrong with their neighbours."""

from pathlib import Path

import pytest

from callpoint.datasets.text_lines import MOST_LINES, BrokenRecord, TextLines

LONGEST = 200


def read(tmp_path: Path, data: bytes) -> list[tuple[int, str]]:
    """Records as (line, text); a broken one as (line, "!" and why)."""
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    lines = TextLines(path, LONGEST)
    try:
        return [(one.line, f"!{one.message}") if isinstance(one, BrokenRecord) else one for one in lines]
    finally:
        lines.close()


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_any_line_end(tmp_path: Path, end: bytes) -> None:
    assert read(tmp_path, end.join([b"a,b", b"1,2", b"3,4"])) == [(1, "a,b\n"), (2, "1,2\n"), (3, "3,4")]


def test_the_mark_of_utf8_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbfa,b\n") == [(1, "a,b\n")]


def test_a_line_that_is_not_utf8_is_read_as_windows_1252(tmp_path: Path) -> None:
    data = "Montréal\n".encode() + "Trois-Rivières – Est\n".encode("cp1252") + b"\x81\n" + "Québec\n".encode()
    assert read(tmp_path, data) == [(1, "Montréal\n"), (2, "Trois-Rivières – Est\n"), (3, "\x81\n"), (4, "Québec\n")]


def test_which_line_is_the_first_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"a\nb\n\xe9\n\xe9\n")
    lines = TextLines(path, LONGEST)
    list(lines)
    assert (lines.first_not_utf8, lines.position) == (3, 8)
    lines.close()


def test_a_quoted_cell_may_go_on_over_lines(tmp_path: Path) -> None:
    data = b'1,"two\nlines",x\n2,b\n'
    assert read(tmp_path, data) == [(1, '1,"two\nlines",x\n'), (3, "2,b\n")]


def test_a_quote_never_closed_costs_its_own_line_only(tmp_path: Path) -> None:
    data = b'1,"open,x\n' + b"2,b\n" * (MOST_LINES + 5)
    records = read(tmp_path, data)
    assert records[0] == (1, "!has a quote that is never closed")
    assert records[1:] == [(line, "2,b\n") for line in range(2, MOST_LINES + 7)]


def test_an_unclosed_quote_before_a_line_with_quotes_costs_only_itself(tmp_path: Path) -> None:
    assert read(tmp_path, b'1,"open,x\n2,"b",c\n3,d\n') == [
        (1, "!has a quote that is never closed"),
        (2, '2,"b",c\n'),
        (3, "3,d\n"),
    ]


def test_an_unclosed_quote_in_the_last_line(tmp_path: Path) -> None:
    assert read(tmp_path, b'1,a\n2,"b') == [(1, "1,a\n"), (2, "!has a quote that is never closed")]


def test_a_sign_of_inches_within_a_cell_is_no_quote(tmp_path: Path) -> None:
    assert read(tmp_path, b'1,5" main\n2,b\n3,6" main\n') == [(1, '1,5" main\n'), (2, "2,b\n"), (3, '3,6" main\n')]


def test_a_cell_without_end_is_passed_over(tmp_path: Path) -> None:
    data = b"1,a\n2," + b"x" * 1_000_000 + b"\n3,c\n"
    assert read(tmp_path, data) == [(1, "1,a\n"), (2, f"!is longer than {LONGEST} characters"), (3, "3,c\n")]


def test_quoted_lines_that_grow_too_long_are_not_joined(tmp_path: Path) -> None:
    data = b'1,"' + b"x" * 150 + b"\n" + b"y" * 150 + b"\n2,b\n"
    assert [line for line, _ in read(tmp_path, data)] == [1, 2, 3]


@pytest.mark.parametrize("length", [LONGEST - 1, LONGEST])
def test_the_longest_record_is_still_one(tmp_path: Path, length: int) -> None:
    assert read(tmp_path, b"x" * (length - 1) + b"\ny\n") == [(1, "x" * (length - 1) + "\n"), (2, "y\n")]


def test_a_nul_byte_costs_its_line(tmp_path: Path) -> None:
    assert read(tmp_path, b"1,a\n2,\0\n3,c\n") == [(1, "1,a\n"), (2, "!holds a NUL byte"), (3, "3,c\n")]


def test_whether_the_last_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    for data, ends in ((b"a\nb\n", True), (b"a\nb", False), (b"", True)):
        path.write_bytes(data)
        lines = TextLines(path, LONGEST)
        list(lines)
        assert lines.ends_well is ends
        lines.close()
