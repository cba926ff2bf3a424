"""Pairs of ports: even and odd, each used port resting before it comes again."""

import socket

import pytest

from callpoint.media.ports import NoPortError, PortRange

from .conftest import LOOPBACK

FIRST = 34100


def test_pairs_are_even_and_the_odd_one_is_kept() -> None:
    pair = PortRange(FIRST + 1, FIRST + 40).take(LOOPBACK)
    assert pair.port % 2 == 0
    assert pair.port > FIRST
    assert pair.rtcp.getsockname()[1] == pair.port + 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other, pytest.raises(OSError, match="in use"):
        other.bind((LOOPBACK, pair.port + 1))
    pair.close()


def test_a_port_given_back_rests() -> None:
    ports = PortRange(FIRST, FIRST + 19)
    first = ports.take(LOOPBACK)
    rests = first.port
    first.close()
    second = ports.take(LOOPBACK)
    assert second.port != rests
    second.close()


def test_a_port_of_another_program_is_passed_over() -> None:
    ports = PortRange(FIRST + 100, FIRST + 103)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind((LOOPBACK, FIRST + 101))
        pair = ports.take(LOOPBACK)
        assert pair.port == FIRST + 102
        with pytest.raises(NoPortError):
            ports.take(LOOPBACK)
        pair.close()


@pytest.mark.parametrize(("first", "last"), [(4000, 4000), (4001, 4002), (0, 0), (5000, 4000), (65534, 70000), (-2, 5)])
def test_ranges_without_a_pair_are_refused(first: int, last: int) -> None:
    with pytest.raises(ValueError, match="no pair"):
        PortRange(first, last)


def test_count() -> None:
    assert PortRange(4000, 4003).pairs == 2
    assert PortRange(4001, 4004).pairs == 1
    assert PortRange(65534, 65535).pairs == 1


def test_a_host_that_is_none_of_ours() -> None:
    with pytest.raises(OSError, match=r"192\.0\.2\.1"):
        PortRange(FIRST, FIRST + 3).take("192.0.2.1")
    with pytest.raises(ValueError, match="example"):
        PortRange(FIRST, FIRST + 3).take("example")
