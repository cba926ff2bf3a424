"""The clock of all mixed calls: it does not drift, makes no bursts, and outlives whatever it drives."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from callpoint.media.mix_clock import TICK_SECONDS, MixClock, Ticking

from .conftest import until


class Counting:
    def __init__(self) -> None:
        self.ticks = 0
        self.skipped = 0
        self.first = ""
        self.fails = False

    def tick(self) -> None:
        self.ticks += 1
        self.first = self.first or "tick"
        if self.fails:
            raise RuntimeError("broken")

    def skip(self, ticks: int) -> None:
        self.skipped += ticks
        self.first = self.first or "skip"


class Clock:
    def __init__(self) -> None:
        self.faults: list[Ticking] = []
        self.clock = MixClock(lambda ticking, error: self.faults.append(ticking))


@pytest.fixture
async def running() -> AsyncIterator[Clock]:
    made = Clock()
    task = asyncio.create_task(made.clock.run())
    yield made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_ticks_and_those_it_skipped_add_up_to_the_time(running: Clock) -> None:
    counting = Counting()
    began = time.monotonic()
    running.clock.add(counting)
    await until(lambda: counting.ticks + counting.skipped >= 50)
    passed = time.monotonic() - began
    # However busy the machine is: never more than the time that has passed, give or take one tick at each end.
    assert counting.ticks + counting.skipped <= passed / TICK_SECONDS + 2


async def test_held_up_it_skips_instead_of_bursting(running: Clock) -> None:
    counting = Counting()
    running.clock.add(counting)
    await until(lambda: counting.ticks >= 3)
    before = counting.ticks
    time.sleep(0.6)
    await until(lambda: counting.skipped > 0)
    assert counting.skipped >= 20
    assert counting.ticks - before <= 10


async def test_after_a_rest_it_makes_nothing_up(running: Clock) -> None:
    first, second = Counting(), Counting()
    running.clock.add(first)
    await until(lambda: first.ticks >= 3)
    running.clock.discard(first)
    await asyncio.sleep(0.3)
    running.clock.add(second)
    await until(lambda: second.ticks >= 3)
    assert second.first == "tick"


async def test_one_that_fails_is_told_of_and_holds_up_no_other(running: Clock) -> None:
    broken, well = Counting(), Counting()
    broken.fails = True
    running.clock.add(broken)
    running.clock.add(well)
    await until(lambda: well.ticks >= 5 and broken.ticks >= 5)
    assert set(running.faults) == {broken}
    running.clock.discard(broken)
    running.clock.discard(broken)
    await asyncio.sleep(0)
    stopped = broken.ticks
    await until(lambda: well.ticks >= 15)
    assert broken.ticks <= stopped + 1
