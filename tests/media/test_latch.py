"""Where packets go: signalled, then heard; strangers only after silence."""

from callpoint.media.latch import RELEASE_AFTER, Address, Latch

SIGNALLED, BEHIND_NAT, STRANGER = Address("192.0.2.1", 4000), Address("192.0.2.9", 5000), Address("192.0.2.66", 6000)


def latch() -> Latch:
    made = Latch()
    made.signal(SIGNALLED)
    return made


def test_before_anything_is_known_nothing_is_sent() -> None:
    assert Latch().target is None


def test_the_signalled_address_until_the_peer_is_heard_elsewhere() -> None:
    made = latch()
    assert made.target == SIGNALLED
    assert made.accept(BEHIND_NAT, 10.0)
    assert made.target == BEHIND_NAT


def test_a_stranger_is_refused_while_the_peer_is_heard() -> None:
    made = latch()
    made.accept(BEHIND_NAT, 10.0)
    assert not made.accept(STRANGER, 10.5)
    assert made.accept(BEHIND_NAT, 10.5)
    assert not made.accept(STRANGER, 10.5 + RELEASE_AFTER - 0.01)
    assert made.target == BEHIND_NAT


def test_refused_packets_do_not_prolong_the_hold() -> None:
    made = latch()
    made.accept(BEHIND_NAT, 10.0)
    for step in range(9):
        assert not made.accept(STRANGER, 10.0 + step / 10)
    assert made.accept(STRANGER, 10.0 + RELEASE_AFTER)


def test_the_signalled_address_always_counts() -> None:
    made = latch()
    made.accept(BEHIND_NAT, 10.0)
    assert made.accept(SIGNALLED, 10.1)
    assert made.target == SIGNALLED


def test_a_new_address_in_the_sdp_replaces_what_was_heard() -> None:
    made = latch()
    made.accept(BEHIND_NAT, 10.0)
    made.signal(SIGNALLED)
    assert made.target == BEHIND_NAT
    made.signal(STRANGER)
    assert made.target == STRANGER


def test_on_hold_nobody_is_followed() -> None:
    made = latch()
    made.signal(None)
    assert made.accept(BEHIND_NAT, 10.0)
    assert made.target is None
