"""The timer queue against a plain list, and the values of RFC 3261 §17."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.sip import timers
from callpoint.sip.timers import TimerQueue, Timers


def test_the_values_of_the_rfc() -> None:
    values = Timers()
    assert (values.t1, values.t2, values.t4, values.timeout) == (0.5, 4.0, 5.0, 32.0)
    assert values.timer_c > 180
    assert values.timer_d >= 32


def test_a_gap_doubles_up_to_t2() -> None:
    values = Timers()
    gaps = [values.t1]
    for _ in range(5):
        gaps.append(values.doubled(gaps[-1]))
    assert gaps == [0.5, 1.0, 2.0, 4.0, 4.0, 4.0]


def test_an_empty_queue_has_nothing_to_do() -> None:
    queue: TimerQueue[str] = TimerQueue()
    assert queue.next_due() is None
    assert queue.take_due(1e9) is None
    assert len(queue) == 0


def test_what_is_not_due_stays() -> None:
    queue: TimerQueue[str] = TimerQueue()
    queue.start(2.0, "later")
    assert queue.take_due(1.999) is None
    assert queue.take_due(2.0) == "later"


def test_equal_times_come_in_the_order_they_were_started() -> None:
    queue: TimerQueue[str] = TimerQueue()
    for name in "abc":
        queue.start(1.0, name)
    assert [queue.take_due(1.0) for _ in range(3)] == ["a", "b", "c"]


def test_stopping_twice_is_no_error() -> None:
    queue: TimerQueue[str] = TimerQueue()
    number = queue.start(1.0, "x")
    queue.stop(number)
    queue.stop(number)
    assert queue.next_due() is None


def test_stopped_timers_do_not_fill_the_heap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timers, "DEAD_PLACES_KEPT", 10)
    queue: TimerQueue[int] = TimerQueue()
    kept = queue.start(5.0, -1)
    for number in range(1000):
        queue.stop(queue.start(100.0 + number, number))
    assert len(queue._heap) <= 20
    assert len(queue) == 1
    assert queue.take_due(5.0) == -1
    queue.stop(kept)


@given(
    st.lists(st.tuples(st.integers(0, 50), st.booleans()), max_size=60),
    st.lists(st.integers(0, 60), max_size=10),
)
def test_the_queue_gives_what_a_sorted_list_would(starts: list[tuple[int, bool]], steps: list[int]) -> None:
    queue: TimerQueue[int] = TimerQueue()
    expected = []
    for index, (due, stopped) in enumerate(starts):
        number = queue.start(float(due), index)
        if stopped:
            queue.stop(number)
        else:
            expected.append((due, index))
    expected.sort()
    for now in [*sorted(steps), 100]:
        while expected and expected[0][0] <= now:
            assert queue.next_due() == expected[0][0]
            assert queue.take_due(now) == expected.pop(0)[1]
        assert queue.take_due(now) is None
    assert len(queue) == 0
