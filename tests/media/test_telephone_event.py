"""RFC 4733 events: one digit, however its packets come."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.media.telephone_event import DIGITS, DigitReceiver, TelephoneEvent, event_payloads

SSRC = 77


def test_payload_bytes() -> None:
    event = TelephoneEvent(11, True, 10, 800)
    assert bytes(event) == bytes.fromhex("0b8a0320")
    assert TelephoneEvent.parse(bytes(event)) == event
    assert TelephoneEvent.parse(bytes(event) + b"more") == event
    assert TelephoneEvent.parse(b"\x01\x02\x03") is None


def test_the_packets_of_a_digit() -> None:
    events = list(event_payloads("#", 800, 160))
    assert [event.duration for event in events] == [160, 320, 480, 640, 800, 800, 800]
    assert [event.end for event in events] == [False] * 4 + [True] * 3
    assert {event.event for event in events} == {11}


@pytest.mark.parametrize("digit", ["", "12", "x", "E"])
def test_what_is_no_digit_is_refused(digit: str) -> None:
    with pytest.raises(ValueError, match="no digit"):
        list(event_payloads(digit, 800, 160))


@given(st.text(alphabet=DIGITS, min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_loss_and_repetition_make_neither_more_nor_fewer_digits(digits: str, chance: random.Random) -> None:
    receiver = DigitReceiver()
    heard = ""
    for number, digit in enumerate(digits):
        packets = list(event_payloads(digit, 800, 160))
        # At least one packet of each digit arrives, some twice.
        survivors = chance.sample(packets, chance.randint(1, len(packets)))
        for event in survivors + chance.choices(survivors, k=3):
            heard += receiver.receive(SSRC, 1000 + number * 1280, bytes(event)) or ""
    assert heard == digits


def test_the_same_digit_twice_is_two_digits() -> None:
    receiver = DigitReceiver()
    payload = bytes(TelephoneEvent(5, False, 10, 160))
    assert receiver.receive(SSRC, 1000, payload) == "5"
    assert receiver.receive(SSRC, 1000, payload) is None
    assert receiver.receive(SSRC, 2280, payload) == "5"


def test_a_late_packet_of_an_earlier_digit_is_no_new_one() -> None:
    receiver = DigitReceiver()
    assert receiver.receive(SSRC, 1000, bytes(TelephoneEvent(1, False, 10, 160))) == "1"
    assert receiver.receive(SSRC, 2280, bytes(TelephoneEvent(2, False, 10, 160))) == "2"
    assert receiver.receive(SSRC, 1000, bytes(TelephoneEvent(1, True, 10, 800))) is None


def test_only_the_end_is_enough() -> None:
    assert DigitReceiver().receive(SSRC, 1000, bytes(TelephoneEvent(9, True, 10, 800))) == "9"


@pytest.mark.parametrize("payload", [b"", b"\x01", bytes(TelephoneEvent(16, False, 10, 160)), b"\xff\xff\xff\xff"])
def test_flash_and_nonsense_are_no_digits(payload: bytes) -> None:
    assert DigitReceiver().receive(SSRC, 1, payload) is None
