"""The one clock of all mixed calls: a tick every 20 ms, counted from the start so that lateness does not add up."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final, Protocol

logger = logging.getLogger(__name__)

TICK_SECONDS: Final = 0.02
MAX_CATCH_UP: Final = 0.1
"""Held up for longer, the clock goes on from now: a burst of old sound helps nobody."""


class Ticking(Protocol):
    """What is driven by the clock."""

    def tick(self) -> None:
        """One packet time has passed."""

    def skip(self, ticks: int) -> None:
        """So many packet times passed without a tick."""


class MixClock:
    """Drives whatever is in it, and rests while there is nothing. `run` is its task; one that fails is told to
    `on_fault` and goes on being driven."""

    def __init__(self, on_fault: Callable[[Ticking, Exception], None]) -> None:
        self._driven: dict[int, Ticking] = {}
        self._on_fault = on_fault
        self._something = asyncio.Event()

    def add(self, ticking: Ticking) -> None:
        self._driven[id(ticking)] = ticking
        self._something.set()

    def discard(self, ticking: Ticking) -> None:
        self._driven.pop(id(ticking), None)

    async def run(self) -> None:
        """Until cancelled."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            if not self._driven:
                self._something.clear()
                await self._something.wait()
                due = loop.time()
            late = loop.time() - due
            if late > MAX_CATCH_UP:
                missed = int(late / TICK_SECONDS)
                logger.warning("held up for %.0f ms: %d packets of every call are missing", late * 1000, missed)
                due += missed * TICK_SECONDS
                self._each(lambda ticking: ticking.skip(missed))  # noqa: B023 - called before the next round
            self._each(lambda ticking: ticking.tick())
            due += TICK_SECONDS
            await asyncio.sleep(max(due - loop.time(), 0))

    def _each(self, drive: Callable[[Ticking], None]) -> None:
        for ticking in list(self._driven.values()):
            try:
                drive(ticking)
            except Exception as error:  # noqa: BLE001 - one call's fault must not silence the others
                self._on_fault(ticking, error)
