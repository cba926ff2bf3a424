"""Values made harmless."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callpoint.channels.cleaning import lines, one_line, shortened


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  Ana \t Ruiz ", "Ana Ruiz"),
        ("Ana\r\nBcc: x@example.com", "Ana Bcc: x@example.com"),
        ("a\x00b\x07c\x1b[31m", "abc[31m"),
        ("a\u2028b\u2029c\x85d\vf", "a b c d f"),
        ("abc\u202edef\u2066ghi\u200bjkl\ufeff", "abcdefghijkl"),
        ("\ud800x\ue000", "\ufffdx\ufffd"),
        ("É 😀 é", "É 😀 é"),
        ("", ""),
    ],
)
def test_one_line(text: str, clean: str) -> None:
    assert one_line(text, 100) == clean


def test_a_huge_name_costs_no_more_than_a_line_and_says_it_was_cut() -> None:
    assert one_line("x" * 100_000, 50) == "x" * 49 + "…"
    assert one_line(" " * 100_000 + "x", 50) == "…"
    assert len(one_line("\u202e" * 1000 + "é" * 100_000, 300)) <= 300


def test_lines_keep_their_breaks_and_nothing_else() -> None:
    assert lines("\n\na  \r\nb\rc\u2028d\x00\n", 100) == "a\nb\nc\nd"
    assert lines("x" * 200, 100) == "x" * 99 + "…"


def test_shortening() -> None:
    assert shortened("abc", 3) == "abc"
    assert shortened("abcd", 3) == "ab…"
    assert shortened("a cd", 3) == "a…"


@settings(deadline=None)
@given(st.text(), st.integers(1, 50))
def test_whatever_it_was_it_is_a_line_of_printable_text(text: str, longest: int) -> None:
    line = one_line(text, longest)
    assert len(line) <= longest
    assert len(line.splitlines()) <= 1
    assert not any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in line)
    assert "\u202e" not in line
