"""A lane: places, pace, the urgent first, and what happens when the other side is dead."""

from callpoint.dispatcher.delivery import Delivery
from callpoint.dispatcher.lane import FAILURES_TO_SHUT, LONGEST_SHUT_SECONDS, Lane, Limits


def delivery(key: str, urgent: bool = False) -> Delivery:
    return Delivery(key, "acme", "c1", "c1", "emergency", "sms", "1", "Kim", "+1", 0.0, urgent=urgent)


def lane(at_once: int = 2, per_second: float = 1000.0) -> Lane:
    made = Lane(Limits(at_once, 5.0, per_second))
    for number in range(10):
        made.put(delivery(str(number)))
    return made


def take(one: Lane, now: float) -> str | None:
    found = one.take(now)
    return found.key if found is not None else None


def test_no_more_are_under_way_than_there_are_places() -> None:
    made = lane()
    assert [take(made, 0.0) for _ in range(3)] == ["0", "1", None]
    assert made.wakes(0.0) is None
    made.done(0.0, well=True)
    assert take(made, 0.0) == "2"
    assert made.waiting == 7


def test_the_urgent_pass_all_others() -> None:
    made = lane()
    made.put(delivery("now", urgent=True))
    assert take(made, 0.0) == "now"


def test_the_pace_is_kept_on_average_and_a_burst_after_silence_allowed() -> None:
    made = lane(at_once=100, per_second=2.0)
    assert [take(made, 0.0) for _ in range(3)] == ["0", "1", None]
    assert made.wakes(0.0) == 0.5
    assert [take(made, 0.5) for _ in range(2)] == ["2", None]
    assert [take(made, 60.0) for _ in range(3)] == ["3", "4", None]


def test_a_slow_pace_still_moves() -> None:
    made = lane(at_once=100, per_second=0.5)
    assert [take(made, 0.0), take(made, 1.0), take(made, 2.0), take(made, 3.0)] == ["0", None, "1", None]


def test_a_dead_side_is_left_alone_and_tried_one_at_a_time() -> None:
    made = lane(at_once=10)
    for _ in range(FAILURES_TO_SHUT):
        assert take(made, 0.0) is not None
        made.done(0.0, well=False)
    assert made.shut
    assert take(made, 0.5) is None
    assert made.wakes(0.5) == 0.5
    assert take(made, 1.0) == "5"
    assert take(made, 1.0) is None, "one tries whether it is back, no more"
    made.done(1.0, well=False)
    assert take(made, 2.9) is None, "the pause grows"
    assert take(made, 3.0) == "6"
    made.done(3.0, well=True)
    assert [take(made, 3.0) for _ in range(3)] == ["7", "8", "9"]


def test_the_pause_has_an_end() -> None:
    made = lane()
    now = 0.0
    for _ in range(9):
        now += LONGEST_SHUT_SECONDS
        if take(made, now) is not None:
            made.done(now, well=False)
    assert made.wakes(now) == LONGEST_SHUT_SECONDS


def test_what_says_nothing_of_the_other_side_changes_nothing() -> None:
    made = lane(at_once=10)
    for _ in range(FAILURES_TO_SHUT + 1):
        take(made, 0.0)
        made.done(0.0, well=None)
    assert not made.shut
