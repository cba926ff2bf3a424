"""The common ground of the documents: opaque elements, numbers, dates."""

import math
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.i3.date_time import is_date_time
from callpoint.i3.document import MAX_DOCUMENT_BYTES, from_opaque, read_root, to_opaque, write_root
from callpoint.i3.errors import DocumentError
from callpoint.i3.numbers import read_number, write_number


def opaque(body: str) -> str:
    return to_opaque(read_root(f"<r>{body}</r>".encode()))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<a xmlns='urn:a'/>tail", '<a xmlns="urn:a"></a>'),
        ("<g:pos xmlns:g='http://www.opengis.net/gml'>1</g:pos>", None),
        ("<p:a xmlns:p='urn:a' xmlns:unused='urn:u'>x<!-- c --><?p i?></p:a>", '<p:a xmlns:p="urn:a">x</p:a>'),
        ("<p:a xmlns:p='urn:a' z='1' b='2'/>", '<p:a xmlns:p="urn:a" b="2" z="1"></p:a>'),
        ("<a xmlns='relative'/>", ""),
        ("<no-name-space/>", ""),
        ("", ""),
    ],
)
def test_opaque_text_is_canonical(body: str, text: str | None) -> None:
    if text is None:  # a name space we know is called by our prefix
        text = '<gml:pos xmlns:gml="http://www.opengis.net/gml">1</gml:pos>'
    assert opaque(body) == text
    assert to_opaque(from_opaque(text)) == text


def test_prefixes_in_content_stay_bound() -> None:
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    text = opaque(f"<p:a xmlns:p='urn:a' xmlns:t='urn:t' {xsi} xsi:type='t:Kind'/>")
    (element,) = from_opaque(text)
    assert element.nsmap["t"] == "urn:t"
    assert to_opaque([element]) == text


@pytest.mark.parametrize(
    "text",
    [
        "<a>",
        "text</opaque><opaque>",
        "<a/>",
        "<x:a/>",
        "<a xmlns='u'><x:b/></a>",
        "<a xmlns='u' x:b=''/>",
        "x",
        "<x:a xmlns:x='urn:a'/>x",
        "\ud800",
        "<!DOCTYPE a>",
    ],
)
def test_text_that_is_no_elements(text: str) -> None:
    with pytest.raises(DocumentError):
        from_opaque(text)


def test_the_limit_is_exact() -> None:
    body = b"<a>" + b"x" * (MAX_DOCUMENT_BYTES - 7) + b"</a>"
    assert len(body) == MAX_DOCUMENT_BYTES
    assert read_root(body).tag == "a"
    with pytest.raises(DocumentError, match="are the limit"):
        read_root(body + b" ")


def test_written_with_a_declaration() -> None:
    assert write_root(read_root("<a>é</a>".encode())) == "<?xml version='1.0' encoding='UTF-8'?>\n<a>é</a>".encode()


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_and_back(number: float) -> None:
    text = write_number(number)
    assert "e" not in text.lower()
    assert read_number(text) == number


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
def test_numbers_no_document_carries(number: float) -> None:
    with pytest.raises(DocumentError):
        write_number(number)


@pytest.mark.parametrize(("text", "number"), [(" 1 ", 1), ("+.5", 0.5), ("5.", 5), ("1e3", 1000), ("-0", 0)])
def test_spellings_of_numbers(text: str, number: float) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["", ".", "1_0", "0x1", "nan", "inf", "1e999", "١", "1,5", "--1", "1 2"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(DocumentError):
        read_number(text)


DATES = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30))


@given(DATES, st.sampled_from(("Z", "+00:00", "-05:00", "+14:00")), st.sampled_from(("", ".5", ".123456789")))
def test_dates(when: datetime, zone: str, fraction: str) -> None:
    text = when.replace(microsecond=0).isoformat()
    assert is_date_time(text + fraction + zone)
    assert not is_date_time(text + fraction)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-23",
        "2026-02-30T00:00:00Z",
        "2026-11-23 02:00:00Z",
        "2026-11-23T02:00:00+15:00",
        "2026-11-23T02:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert not is_date_time(text)
