"""Which addresses may be reached: every special one by its registry, whatever it is dressed in."""

import ipaddress

import pytest

from callpoint.channels.http.reachable import may_be_reached, plain_form

FORBIDDEN = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.8.8.8",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.7",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.9",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "168.63.129.16",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::a00:1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "3fff::1",
    "5f00::1",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "172.15.0.1",
    "172.32.0.1",
    "100.128.0.1",
    "2606:4700::1111",
    "::ffff:1.1.1.1",
    "64:ff9b::101:101",
]


@pytest.mark.parametrize("text", FORBIDDEN)
def test_special_addresses_are_never_reached(text: str) -> None:
    assert not may_be_reached(plain_form(text), ())


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_are(text: str) -> None:
    assert may_be_reached(plain_form(text), ())


def test_an_operator_allows_a_network_and_no_other() -> None:
    allowed = (ipaddress.ip_network("10.20.0.0/16"), ipaddress.ip_network("fd12::/32"))
    assert may_be_reached(plain_form("10.20.1.1"), allowed)
    assert may_be_reached(plain_form("::ffff:10.20.1.1"), allowed)  # it is that address the packet goes to
    assert may_be_reached(plain_form("fd12::5"), allowed)
    assert not may_be_reached(plain_form("10.21.1.1"), allowed)
    assert not may_be_reached(plain_form("fd13::5"), allowed)


def test_what_is_no_address_is_told() -> None:
    with pytest.raises(ValueError, match=r"example\.com"):
        plain_form("example.com")
