"""The signature: what proves it, and what does not."""

import hashlib
import hmac

import pytest

from callpoint.channels.webhook.signature import is_signed, sign

SECRET, BODY, AT = "s3cret", b'{"a": "\xc3\xa9"}', 1_767_225_600


def test_it_is_hmac_sha256_over_time_and_body() -> None:
    expected = hmac.new(b"s3cret", b"1767225600." + BODY, hashlib.sha256).hexdigest()
    assert sign(SECRET, BODY, AT) == f"t=1767225600,v1={expected}"


def test_a_good_one_is_good_for_five_minutes() -> None:
    header = sign(SECRET, BODY, AT)
    assert is_signed(SECRET, BODY, header, AT)
    assert is_signed(SECRET, BODY, header, AT + 300)
    assert is_signed(SECRET, BODY, header.replace(",", ", "), AT - 300)
    assert not is_signed(SECRET, BODY, header, AT + 301)
    assert not is_signed(SECRET, BODY, header, AT - 301)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=1767225600",
        "v1=00",
        "t=1767225600,v1=",
        "t=1767225600,v1=é",
        "t=x,v1=00",
        f"t={'9' * 5000},v1=00",
        sign("another", BODY, AT),
        sign(SECRET, b"{}", AT),
        sign(SECRET, BODY, AT).replace("t=1767225600", "t=1767225601"),
    ],
)
def test_anything_else_is_not(header: str) -> None:
    assert not is_signed(SECRET, BODY, header, AT)
