"""Whether the server is there, and for how long to wait: by clocks stepped by hand."""

from datetime import UTC, datetime

import pytest

from callpoint.desktop.agent.backoff import FIRST, LONGEST, REFUSED, Backoff
from callpoint.desktop.agent.health import GRACE, Health, Link
from callpoint.desktop.agent.server_clock import ServerClock, clock_of, elapsed, moment


def test_a_short_loss_is_not_told_and_a_long_one_is() -> None:
    health = Health(begun=0.0).heard(10.0).broke(20.0, "gone")
    assert health.link(20.0 + GRACE - 0.1) is Link.CONNECTED
    assert health.link(20.0 + GRACE) is Link.LOST
    assert health.lost_for(30.0) == 20.0
    assert health.heard(31.0).link(31.0) is Link.CONNECTED


def test_tries_that_fail_do_not_begin_the_loss_anew() -> None:
    health = Health(begun=0.0).heard(1.0).broke(2.0, "gone").broke(6.0, "still gone")
    assert health.link(2.0 + GRACE) is Link.LOST
    assert health.why == "still gone"


def test_a_refusal_is_told_at_once_and_ends_with_a_word() -> None:
    health = Health(begun=0.0).refuse(1.0, "401")
    assert health.link(1.0) is Link.REFUSED
    assert health.heard(2.0).link(2.0) is Link.CONNECTED
    assert health.broke(2.0, "gone").link(1.0 + GRACE) is Link.LOST


def test_a_program_that_never_reached_its_server_counts_from_its_start() -> None:
    health = Health(begun=100.0)
    assert health.link(101.0) is Link.STARTING
    assert health.broke(101.0, "x").lost_for(130.0) == 30.0


def test_pauses_grow_to_a_limit_and_are_spread_by_chance() -> None:
    longest, shortest = Backoff(lambda: 1.0), Backoff(lambda: 0.0)
    pauses = [longest.next() for _ in range(12)]
    assert pauses[:3] == [FIRST, FIRST * 2, FIRST * 4]
    assert pauses[-1] == LONGEST
    assert [shortest.next() for _ in range(12)] == [pause / 2 for pause in pauses]
    longest.reset()
    assert longest.next() == FIRST


def test_what_the_server_asks_for_is_the_least_pause() -> None:
    assert Backoff(lambda: 0.0).next(at_least=7.0) == 7.0
    assert Backoff(lambda: 1.0).refused() == REFUSED


def test_the_timer_follows_the_servers_clock_whatever_this_computers_says() -> None:
    clock = clock_of("Mon, 05 Jan 2026 12:00:00 GMT", monotonic=50.0)
    assert clock == ServerClock(datetime(2026, 1, 5, 12, tzinfo=UTC), 50.0)
    assert elapsed("2026-01-05T11:59:00.000Z", clock.now(55.0)) == 65


@pytest.mark.parametrize("header", ["", "yesterday", "Mon, 99 Jan 2026 12:00:00 GMT"])
def test_a_date_that_is_none_gives_no_clock(header: str) -> None:
    assert clock_of(header, 1.0) is None


def test_moments_without_a_zone_are_utc_and_nonsense_is_none() -> None:
    assert moment("2026-01-05T12:00:00") == datetime(2026, 1, 5, 12, tzinfo=UTC)
    assert moment("soon") is None
    now = datetime(2026, 1, 5, 12, tzinfo=UTC)
    assert elapsed("soon", now) == 0
    assert elapsed("2026-01-05T13:00:00Z", now) == 0, "a call from the future has just begun"
