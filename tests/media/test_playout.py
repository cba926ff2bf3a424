"""The jitter buffer, stepped by hand: what is early waits, what is lost is silence, what drifts is followed."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.media.playout import DELAY, FRAME, LONGEST, WINDOW, PlayoutBuffer
from callpoint.speech.mu_law import Pcm

SOURCE = 7
START = 0xFFFFFFFF - 3 * FRAME  # timestamps wrap while the tests run


def packet(number: int, samples: int = FRAME) -> Pcm:
    """Sound that tells which it is."""
    return np.full(samples, number + 1, np.int16)


def put(buffer: PlayoutBuffer, number: int, source: int = SOURCE) -> None:
    buffer.put(source, (START + number * FRAME) & 0xFFFFFFFF, packet(number))


def said(frame: Pcm) -> int:
    """Which packet a frame is; 0 for silence, -1 for parts of several."""
    return int(frame[0]) if (frame == frame[0]).all() else -1


def test_sound_comes_out_in_order_after_the_delay_and_over_the_wrap_of_time() -> None:
    buffer = PlayoutBuffer()
    heard = []
    for number in range(200):
        put(buffer, number)
        heard.append(said(buffer.take()))
    assert heard == [0, 0, *range(1, 199)]
    assert (buffer.late, buffer.skipped) == (0, 0)


def test_what_is_lost_is_silence_and_nothing_else_moves() -> None:
    buffer = PlayoutBuffer()
    heard = []
    for number in range(20):
        if number not in (5, 6, 11):
            put(buffer, number)
        heard.append(said(buffer.take()))
    assert heard[2:] == [0 if number in (5, 6, 11) else number + 1 for number in range(18)]


def test_packets_out_of_order_are_put_right() -> None:
    buffer = PlayoutBuffer()
    heard = []
    order = [0, 2, 1, 3, 5, 4, *range(6, 12)]
    for number in order:
        put(buffer, number)
        heard.append(said(buffer.take()))
    assert heard[2:] == list(range(1, 11))


def test_one_that_was_overtaken_is_left_out() -> None:
    buffer = PlayoutBuffer()
    for number in (0, 1, 2, 3):
        put(buffer, number)
    for _ in range(4):
        buffer.take()
    put(buffer, 0)
    assert buffer.late == 1
    assert [said(buffer.take()) for _ in range(2)] == [3, 4]


def test_after_a_pause_of_the_network_the_delay_is_made_anew() -> None:
    """Packets 5 to 14 are 300 ms late all together, and everything after comes as late."""
    buffer = PlayoutBuffer()
    heard = []
    for tick in range(60):
        if tick < 5 or tick >= 20:
            put(buffer, tick if tick < 5 else tick - 15)
        heard.append(said(buffer.take()))
    assert heard[-20:] == list(range(heard[-20], heard[-20] + 20))
    assert buffer.waiting <= DELAY + FRAME


@pytest.mark.parametrize("every", [50, 97])
def test_a_faster_clock_of_the_peer_is_followed_by_leaving_out(every: int) -> None:
    """One packet more in `every` (2 % and 1 %, a hundred times what clocks do): the delay stays small."""
    buffer = PlayoutBuffer()
    number = 0
    for tick in range(6000):
        for _ in range(2 if tick % every == 0 else 1):
            put(buffer, number)
            number += 1
        buffer.take()
        assert buffer.waiting <= DELAY + FRAME * (2 + 2 * WINDOW // every)
    assert buffer.skipped >= FRAME * (6000 // every - 6)
    assert buffer.late == 0


@pytest.mark.parametrize("every", [50, 97])
def test_a_slower_clock_of_the_peer_is_followed_by_silence(every: int) -> None:
    buffer = PlayoutBuffer()
    number, silent = 0, 0
    for tick in range(6000):
        if tick % every:
            put(buffer, number)
            number += 1
        silent += said(buffer.take()) == 0
    # Each missing packet costs its own time; the packet that comes too late is left out with it.
    assert silent <= 2 * (6000 // every) + 2 * (DELAY // FRAME)
    assert buffer.waiting <= DELAY + FRAME


def test_a_burst_after_the_first_packet_leaves_no_delay_behind() -> None:
    buffer = PlayoutBuffer()
    put(buffer, 0)
    for _ in range(2):
        buffer.take()
    for number in range(1, 10):
        put(buffer, number)
    for number in range(10, 10 + 2 * WINDOW + 10):
        put(buffer, number)
        buffer.take()
    assert buffer.waiting <= DELAY + FRAME


def test_a_new_source_and_a_jump_of_time_begin_anew() -> None:
    buffer = PlayoutBuffer()
    for number in range(10):
        put(buffer, number)
        buffer.take()
    put(buffer, 4000, source=8)
    assert [said(buffer.take()) for _ in range(3)] == [0, 0, 4001]
    put(buffer, 9000, source=8)
    assert [said(buffer.take()) for _ in range(3)] == [0, 0, 9001]


def test_silence_suppression_keeps_the_time() -> None:
    """A peer that sends nothing while nobody speaks: its next words come in their time, nothing is cut."""
    buffer = PlayoutBuffer()
    heard = []
    for tick in range(3 * WINDOW):
        if tick < 20 or tick > 2 * WINDOW:
            put(buffer, tick)
        heard.append(said(buffer.take()))
    assert [tick for tick, what in enumerate(heard) if what][20:] == list(range(2 * WINDOW + 3, 3 * WINDOW))
    assert (buffer.late, buffer.skipped) == (0, 0)


@pytest.mark.parametrize("samples", [80, 240, 320, 480])
def test_other_packet_times(samples: int) -> None:
    buffer = PlayoutBuffer()
    sound = np.arange(1, 1 + samples * 40, dtype=np.int32).astype(np.int16)
    heard: list[Pcm] = []
    put_until = 0
    for tick in range(samples * 40 // FRAME - 4):
        while put_until <= tick * FRAME:
            buffer.put(SOURCE, START + put_until, sound[put_until : put_until + samples])
            put_until += samples
        heard.append(buffer.take())
    joined = np.concatenate(heard)[DELAY:]
    assert np.array_equal(joined, sound[: len(joined)])


def test_forgetting() -> None:
    buffer = PlayoutBuffer()
    for number in range(5):
        put(buffer, number)
    buffer.clear()
    assert [said(buffer.take()) for _ in range(8)] == [0] * 8
    put(buffer, 5)
    assert [said(buffer.take()) for _ in range(3)] == [0, 0, 6]


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 0xFFFFFFFF), st.integers(0, 2 * LONGEST), st.integers(0, 5)),
        max_size=60,
    )
)
def test_whatever_comes_each_tick_has_its_frame_and_memory_is_bounded(packets: list[tuple[int, int, int, int]]) -> None:
    buffer = PlayoutBuffer()
    for source, timestamp, samples, ticks in packets:
        buffer.put(source, timestamp, np.ones(samples, np.int16))
        assert buffer.waiting <= 2 * LONGEST
        for _ in range(ticks):
            assert buffer.take().shape == (FRAME,)


def test_uneven_arrival_within_the_delay_is_not_heard() -> None:
    """Each packet is under way up to 40 ms longer than the first; a seed makes the same network each time."""
    chance = random.Random(911)
    arrivals = sorted((number + (chance.uniform(0, 1.9) if number else 0.0), number) for number in range(500))
    buffer, heard, at = PlayoutBuffer(), [], 0
    for tick in range(490):
        while at < len(arrivals) and arrivals[at][0] <= tick:
            put(buffer, arrivals[at][1])
            at += 1
        heard.append(said(buffer.take()))
    assert heard[2:] == list(range(1, 489))
