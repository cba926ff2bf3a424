"""Bodies of several parts: every byte of a part comes through, nested ones too."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sip import strategies

from callpoint.sip.errors import LocalProtocolError, RemoteProtocolError
from callpoint.sip.multipart import MAX_PARTS, Part, parse_multipart, write_multipart

SDP = Part((("Content-Type", "application/sdp"),), b"v=0\r\n")
PIDF = Part((("Content-Type", "application/pidf+xml"), ("Content-ID", "<loc@h>")), b"<presence/>")


def test_an_emergency_body() -> None:
    content_type, body = write_multipart([SDP, PIDF], "B1")
    assert content_type == 'multipart/mixed;boundary="B1"'
    assert body == (
        b"--B1\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\r\n"
        b"--B1\r\nContent-Type: application/pidf+xml\r\nContent-ID: <loc@h>\r\n\r\n<presence/>\r\n--B1--\r\n"
    )
    first, second = parse_multipart(content_type, body)
    assert (first, second) == (SDP, PIDF)
    assert (second.content_type, second.content_id, second.get("content-id")) == (
        "application/pidf+xml",
        "loc@h",
        "<loc@h>",
    )
    assert first.content_id is None


def test_a_nested_part_stays_bytes() -> None:
    inner_type, inner = write_multipart([SDP, PIDF], "inner", "alternative")
    outer_type, outer = write_multipart([Part((("Content-Type", inner_type),), inner), SDP], "outer")
    nested, last = parse_multipart(outer_type, outer)
    assert (nested.body, last) == (inner, SDP)
    assert nested.content_type == "multipart/alternative"
    assert parse_multipart(nested.get("c") or "", nested.body) == [SDP, PIDF]


def test_what_peers_write() -> None:
    body = (
        b"preamble\r\n--b  \r\n\r\nbare\r\n--b\r\nContent-Type: text/plain\n\nlf\n"
        b"--b\nX:\r\n folded\r\n\r\n\r\n--b--\r\nepilogue\r\n--b\r\n"
    )
    assert parse_multipart("MULTIPART/mixed; Boundary=b", body) == [
        Part((), b"bare"),
        Part((("Content-Type", "text/plain"),), b"lf"),
        Part((("X", "folded"),), b""),
    ]
    assert parse_multipart("multipart/mixed;boundary=b", b"--b\r\n\r\nopen end") == [Part((), b"open end")]
    assert parse_multipart("multipart/mixed;boundary=b", b"--b\r\n--b\r\n\r\n--b--") == [Part((), b""), Part((), b"")]
    assert parse_multipart("multipart/mixed;boundary=b", b"--b\r\n\r\n--bc\r\n--b--") == [Part((), b"--bc")]
    assert parse_multipart("multipart/mixed;boundary=b", b"--b\r\nonly: head\r\n--b--") == [
        Part((("only", "head"),), b"")
    ]


def test_a_part_without_a_type_is_text() -> None:
    assert Part((), b"x").content_type == "text/plain"
    assert Part((("Content-Type", "nonsense"),), b"x").content_type == ""


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/sdp", b""),
        ("multipart/mixed", b"--\r\n\r\n"),
        ("multipart/mixed;boundary=", b"--\r\n\r\n"),
        ("multipart/mixed;boundary=" + "b" * 71, b""),
        ("multipart/mixed;boundary=b", b"no delimiter"),
        ("", b""),
    ],
)
def test_no_multipart(content_type: str, body: bytes) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        parse_multipart(content_type, body)
    assert caught.value.status == 400


def test_too_many_parts() -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        parse_multipart("multipart/mixed;boundary=b", b"--b\r\n\r\nx\r\n" * (MAX_PARTS + 2))
    assert caught.value.status == 413


@pytest.mark.parametrize(
    ("parts", "boundary"),
    [
        ([], "b"),
        ([SDP], ""),
        ([SDP], "b" * 71),
        ([SDP], "ends in blank "),
        ([SDP], 'quo"te'),
        ([Part((), b"x\r\n--b\r\n")], "b"),
        ([Part((("X", "a\r\nY: b"),), b"")], "b"),
        ([Part((("X Y", "a"),), b"")], "b"),
    ],
)
def test_what_we_do_not_write(parts: list[Part], boundary: str) -> None:
    with pytest.raises(LocalProtocolError):
        write_multipart(parts, boundary)


parts = st.builds(
    Part,
    headers=st.lists(st.tuples(strategies.tokens, strategies.tokens), max_size=3).map(tuple),
    body=st.binary(max_size=60),
)
boundaries = st.from_regex(r"=_[a-z0-9]{8,20}", fullmatch=True)


@settings(max_examples=300)
@given(st.lists(parts, min_size=1, max_size=5), boundaries)
def test_what_is_written_is_read_again_as_the_same(given_parts: list[Part], boundary: str) -> None:
    content_type, body = write_multipart(given_parts, boundary)
    assert parse_multipart(content_type, body) == given_parts
