"""The packets of a mixed call's leg: even, numbered without a gap, and the other party's keys in place of sound."""

import itertools
from collections.abc import Iterable

import numpy as np
import pytest

from callpoint.media.g711 import PCMA, PCMU, decode_a_law
from callpoint.media.leg_sender import EVENT_TICKS, REMEMBERED, LegSender
from callpoint.media.playout import FRAME
from callpoint.media.rtp_packet import RtpPacket
from callpoint.media.sender_stream import Format
from callpoint.media.telephone_event import TelephoneEvent
from callpoint.speech import mu_law
from callpoint.speech.mu_law import Pcm

EVENTS = 101


def sender(payload_type: int = PCMU, event_type: int | None = EVENTS, ptime: int = 20) -> LegSender:
    """One whose numbers wrap soon."""
    made = LegSender(lambda bits: (1 << bits) - 3)
    made.format = Format(payload_type, event_type, ptime)
    return made


def sound(value: int = 8000, samples: int = FRAME) -> Pcm:
    return np.full(samples, value, np.int16)


def read(packets: Iterable[bytes]) -> list[RtpPacket]:
    return [RtpPacket.parse(packet) for packet in packets]


def key(digit: int, end: bool, timestamp: int = 1000, ssrc: int = 9) -> RtpPacket:
    return RtpPacket(EVENTS, 1, timestamp, ssrc, bytes(TelephoneEvent(digit, end, 10, 320)))


def test_one_packet_a_tick_numbers_and_times_wrapping() -> None:
    leg = sender()
    packets = read(packet for _ in range(6) for packet in leg.sound(sound()))
    assert len(packets) == 6 == leg.packets_sent
    assert {(second.sequence - first.sequence) & 0xFFFF for first, second in itertools.pairwise(packets)} == {1}
    assert {(second.timestamp - first.timestamp) & 0xFFFFFFFF for first, second in itertools.pairwise(packets)} == {160}
    assert [packet.marker for packet in packets] == [True, *[False] * 5]
    assert mu_law.decode(packets[0].payload)[0] == pytest.approx(8000, abs=300)


@pytest.mark.parametrize(("ptime", "lengths"), [(10, [80] * 12), (20, [160] * 6), (30, [240] * 4), (60, [480] * 2)])
def test_packet_times_of_the_peer(ptime: int, lengths: list[int]) -> None:
    leg = sender(ptime=ptime)
    packets = read(packet for _ in range(6) for packet in leg.sound(sound()))
    assert [len(packet.payload) for packet in packets] == lengths
    steps = {(second.timestamp - first.timestamp) & 0xFFFFFFFF for first, second in itertools.pairwise(packets)}
    assert steps == {lengths[0]}


def test_a_law_where_the_peer_wants_it() -> None:
    [packet] = read(sender(PCMA).sound(sound(-5000)))
    assert packet.payload_type == PCMA
    assert decode_a_law(packet.payload)[0] == pytest.approx(-5000, abs=300)


def test_a_key_takes_the_place_of_sound_and_time_goes_on() -> None:
    leg = sender()
    [before] = read(leg.sound(sound()))
    events = []
    for packet in (key(5, False), key(5, False), key(5, True)):
        event = leg.event(packet)
        assert event is not None
        events.append(RtpPacket.parse(event))
        assert leg.sound(sound()) == []
    after = read(itertools.chain.from_iterable(leg.sound(sound()) for _ in range(3)))
    assert [packet.payload for packet in events] == [key(5, end).payload for end in (False, False, True)]
    assert {packet.timestamp for packet in events} == {(before.timestamp + 160) & 0xFFFFFFFF}
    assert [packet.marker for packet in events] == [True, False, False]
    assert after[0].marker
    assert (after[0].timestamp - before.timestamp) & 0xFFFFFFFF == 160 * 4
    everything = [before, *events, *after]
    assert {(second.sequence - first.sequence) & 0xFFFF for first, second in itertools.pairwise(everything)} == {1}


def test_the_end_that_is_repeated_does_not_silence_what_follows() -> None:
    leg = sender()
    leg.event(key(5, False))
    leg.event(key(5, True))
    leg.sound(sound())
    assert leg.event(key(5, True)) is not None
    leg.sound(sound())
    leg.event(key(5, True))
    leg.sound(sound())
    assert len(leg.sound(sound())) == 1


def test_a_key_whose_end_never_comes_is_over_by_itself() -> None:
    leg = sender()
    leg.event(key(5, False))
    assert [len(leg.sound(sound())) for _ in range(EVENT_TICKS + 1)] == [*[0] * EVENT_TICKS, 1]


def test_a_late_end_of_the_key_before_keeps_its_own_time() -> None:
    leg = sender()
    first = RtpPacket.parse(leg.event(key(1, False)) or b"")
    leg.sound(sound())
    second = RtpPacket.parse(leg.event(key(2, False, timestamp=2000)) or b"")
    late = RtpPacket.parse(leg.event(key(1, True)) or b"")
    assert late.timestamp == first.timestamp != second.timestamp
    assert leg.sound(sound()) == []  # the second is still under way


def test_of_many_keys_the_latest_are_remembered() -> None:
    leg = sender()
    for number in range(100):
        assert leg.event(key(1, True, timestamp=number * 1000)) is not None
    assert len(leg._events) == REMEMBERED


def test_a_peer_without_events_gets_none_and_keeps_its_sound() -> None:
    leg = sender(event_type=None)
    assert leg.event(key(5, False)) is None
    assert len(leg.sound(sound())) == 1


def test_what_is_no_event_is_not_passed_on() -> None:
    assert sender().event(RtpPacket(EVENTS, 1, 1000, 9, b"\x05")) is None


def test_time_without_packets_begins_a_new_spurt() -> None:
    leg = sender()
    [before] = read(leg.sound(sound()))
    leg.skip(1600)
    [after] = read(leg.sound(sound()))
    assert after.marker
    assert (after.timestamp - before.timestamp) & 0xFFFFFFFF == 160 + 1600
    assert (after.sequence - before.sequence) & 0xFFFF == 1
