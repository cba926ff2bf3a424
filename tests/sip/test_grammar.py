"""The grammar all values share: lists, quotes, parameters, numbers, hosts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.grammar import (
    drop_param,
    find_param,
    format_params,
    is_token,
    join_host_port,
    number,
    parse_params,
    quote,
    replace_param,
    split,
    split_host_port,
    unquote,
)


@pytest.mark.parametrize(
    ("text", "separator", "parts"),
    [
        ("", ",", [""]),
        ("a", ",", ["a"]),
        (" a , b ", ",", ["a", "b"]),
        ("a,,b,", ",", ["a", "", "b", ""]),
        ('"a,b",c', ",", ['"a,b"', "c"]),
        ('"a\\",b",c', ",", ['"a\\",b"', "c"]),
        ("<a,b>,c", ",", ["<a,b>", "c"]),
        ('<a">,"<b",c>', ",", ['<a">', '"<b"', "c>"]),
        ('"a,b', ",", ['"a,b']),
        ("<a,b", ",", ["<a,b"]),
        ('x,"a\\', ",", ["x", '"a\\']),
        (';a;b=";"', ";", ["", "a", 'b=";"']),
        ("a>,b", ",", ["a>", "b"]),
    ],
)
def test_split(text: str, separator: str, parts: list[str]) -> None:
    assert split(text, separator) == parts


@given(st.text('a,;"\\<> ', max_size=30), st.sampled_from(",;"))
def test_splitting_loses_nothing_but_blanks(text: str, separator: str) -> None:
    assert separator.join(split(text, separator)).replace(" ", "") == text.replace(" ", "")


@given(st.text(max_size=30))
def test_quoting_is_undone(text: str) -> None:
    quoted = quote(text)
    assert unquote(quoted) == text
    # Quoted text is one item whatever stands in it.
    assert split(f"{quoted},b", ",") == [quoted, "b"]


@pytest.mark.parametrize(
    ("text", "inner"), [("a b", "a b"), ('"a', "a"), ('"', ""), ('""', ""), ('"\\"', "\\"), ('"a\\\\b"', "a\\b")]
)
def test_unquote(text: str, inner: str) -> None:
    assert unquote(text) == inner


@pytest.mark.parametrize(("text", "value"), [("0", 0), (" 70 ", 70), ("0068", 68), ("255", 255), ("0" * 9000 + "7", 7)])
def test_numbers(text: str, value: int) -> None:
    assert number(text, 255, "it") == value


@pytest.mark.parametrize(
    "text", ["", " ", "-1", "+1", "1_0", "1e2", "0x1", "256", "٣", "²", "1 2", "1" * 9000, "99999999999999999999"]
)
def test_no_numbers(text: str) -> None:
    with pytest.raises(RemoteProtocolError, match="Bad it"):
        number(text, 255, "it")


def test_parameters() -> None:
    params = parse_params(' ; a = 1 ;B;; c="x;y\\"" ;a=2')
    assert params == (("a", "1"), ("B", None), ("c", '"x;y\\""'), ("a", "2"))
    assert format_params(params) == ';a=1;B;c="x;y\\"";a=2'
    assert (find_param(params, "a"), find_param(params, "b"), find_param(params, "c"), find_param(params, "d")) == (
        "1",
        "",
        'x;y"',
        None,
    )
    assert replace_param(params, "A", "9") == (("A", "9"), ("B", None), ("c", '"x;y\\""'))
    assert replace_param((), "x", None) == (("x", None),)
    assert drop_param(params, "A") == (("B", None), ("c", '"x;y\\""'))
    assert parse_params("") == ()


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("h", "h", None),
        (" h : 5060 ", "h", 5060),
        ("[2001:db8::1]", "2001:db8::1", None),
        ("[::ffff:192.0.2.1]:0", "::ffff:192.0.2.1", 0),
        ("[fe80::1%eth0]", "fe80::1%eth0", None),
        ("[2001:db8:::192.0.2.1]", "2001:db8:::192.0.2.1", None),
        ("my_pbx.local:65535", "my_pbx.local", 65_535),
    ],
)
def test_hosts(text: str, host: str, port: int | None) -> None:
    assert split_host_port(text, "it") == (host, port)
    assert split_host_port(join_host_port(host, port), "it") == (host, port)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":5060",
        "h:",
        "h:65536",
        "h:-1",
        "a b",
        "[]",
        "[1.2.3.4]",
        "[::1]x",
        "[::1]:",
        "[::1",
        "::1",
        "h\u00e9",
        "a/b",
        "<h>",
    ],
)
def test_no_hosts(text: str) -> None:
    with pytest.raises(RemoteProtocolError):
        split_host_port(text, "it")


def test_tokens() -> None:
    assert is_token("!interesting-Method0123456789_*+`.%indeed'~")
    assert not any(is_token(text) for text in ("", "a b", "a/b", "a:b", "ä", '"', "a\n"))
