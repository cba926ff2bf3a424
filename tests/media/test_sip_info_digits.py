"""Digits in the body of a SIP INFO, as phones write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.media.sip_info_digits import PLAIN_TYPE, RELAY_TYPE, SipInfoDigits
from callpoint.media.telephone_event import DIGITS


@pytest.mark.parametrize(
    ("content_type", "body", "digit", "duration"),
    [
        (RELAY_TYPE, b"Signal=1\r\nDuration=160\r\n", "1", 160),
        (RELAY_TYPE, b"Signal= 5\nDuration= 250", "5", 250),
        (RELAY_TYPE, b"signal=#\r\nduration=90", "#", 90),
        (RELAY_TYPE, b"Signal=*", "*", None),
        (RELAY_TYPE, b"Duration=100\r\nSignal=9\r\n", "9", 100),
        (RELAY_TYPE, b"Signal=10\r\nDuration=160", "*", 160),
        (RELAY_TYPE, b"Signal=11\r\nDuration=160", "#", 160),
        (RELAY_TYPE, b"Signal=a\r\nDuration=long", "A", None),
        ("Application/DTMF-Relay; charset=utf-8", b"Signal=2\r\n", "2", None),
        (PLAIN_TYPE, b"3", "3", None),
        (PLAIN_TYPE, b" * \r\n", "*", None),
        (PLAIN_TYPE, b"Signal=7\r\nDuration=100", "7", 100),
    ],
)
def test_digits(content_type: str, body: bytes, digit: str, duration: int | None) -> None:
    assert SipInfoDigits.parse(content_type, body) == SipInfoDigits(digit, duration)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/sdp", b"Signal=1"),
        ("", b"1"),
        (RELAY_TYPE, b""),
        (RELAY_TYPE, b"Signal="),
        (RELAY_TYPE, b"Signal=!\r\nDuration=1"),
        (RELAY_TYPE, b"Signal=12"),
        (RELAY_TYPE, b"Duration=160"),
        (PLAIN_TYPE, b"123"),
        (PLAIN_TYPE, b"x"),
        (PLAIN_TYPE, b"\xff"),
        (RELAY_TYPE, b"Signal=1\r\n" + b" " * 300),
    ],
)
def test_what_is_no_digit(content_type: str, body: bytes) -> None:
    assert SipInfoDigits.parse(content_type, body) is None


@given(st.builds(SipInfoDigits, st.sampled_from(DIGITS), st.integers(0, 10_000)))
def test_reading_what_was_written(info: SipInfoDigits) -> None:
    assert SipInfoDigits.parse(RELAY_TYPE, str(info).encode()) == info


@given(st.binary(max_size=300))
def test_no_body_raises(body: bytes) -> None:
    for content_type in (RELAY_TYPE, PLAIN_TYPE):
        info = SipInfoDigits.parse(content_type, body)
        assert info is None or info.digit in DIGITS
