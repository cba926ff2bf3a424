"""Pieces of e-mails, judged by the standard library's reader."""

import quopri
from email.header import decode_header, make_header

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callpoint.channels.email.mime_text import display_name, header_value, quoted_printable

PRINTABLE = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), max_size=200)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("911 call: Ana", "911 call: Ana"),
        ("Étage", "=?utf-8?b?w4l0YWdl?="),
        ("=?utf-8?b?x?=", "=?utf-8?b?PT91dGYtOD9iP3g/PQ==?="),  # never left to be taken for an encoded word
        ("", ""),
    ],
)
def test_header_values(text: str, value: str) -> None:
    assert header_value(text) == value


@settings(deadline=None)
@given(PRINTABLE)
def test_any_line_is_read_back(text: str) -> None:
    value = header_value(text)
    assert value.isascii()
    unfolded = value.replace("\r\n", "")
    assert "\n" not in unfolded
    assert "\r" not in unfolded
    if not text.isascii():
        assert str(make_header(decode_header(value.replace("\r\n ", " ")))) == text
        assert all(len(line) <= 67 for line in value.split("\r\n "))


def test_long_lines_are_folded_at_blanks() -> None:
    value = header_value("word " * 40 + "end")
    assert all(len(line) <= 66 for line in value.split("\r\n "))
    assert value.replace("\r\n", "") == "word " * 40 + "end"


def test_no_character_is_cut_in_two() -> None:
    for word in header_value("😀" * 40).split("\r\n "):
        [(octets, charset)] = decode_header(word)
        assert set(str(octets, str(charset))) == {"😀"}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Front desk", "Front desk"),
        ("Desk, front", '"Desk, front"'),
        ('The "desk" \\', '"The \\"desk\\" \\\\"'),
        ("a@b <c>", '"a@b <c>"'),
        ("Günther", "=?utf-8?b?R8O8bnRoZXI=?="),
    ],
)
def test_names_before_addresses(name: str, shown: str) -> None:
    assert display_name(name) == shown


@settings(deadline=None)
@given(st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\r"), max_size=500))
def test_any_text_is_read_back_from_short_lines(text: str) -> None:
    encoded = quoted_printable(text)
    assert all(len(line) <= 76 for line in encoded.split(b"\r\n"))
    assert b"\n" not in encoded.replace(b"\r\n", b"")
    assert quopri.decodestring(encoded.replace(b"\r\n", b"\n")).decode() == text
