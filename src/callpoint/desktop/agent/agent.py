"""The agent: everything the program does without a window, as tasks of one event loop."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from callpoint.desktop.agent.api import OnsiteApi, RefusedError, RejectedError, UnavailableError
from callpoint.desktop.agent.backoff import Backoff
from callpoint.desktop.agent.fetcher import Fetcher
from callpoint.desktop.agent.follower import Follower
from callpoint.desktop.agent.health import Link
from callpoint.desktop.agent.memory import Memory, Post
from callpoint.desktop.agent.outbox import Outbox
from callpoint.desktop.agent.reporter import Listener, Reporter
from callpoint.desktop.agent.situation import Situation

logger = logging.getLogger(__name__)

BEAT_SECONDS: Final = 30.0
JUMP_SECONDS: Final = 30.0  # more between two looks at both clocks is a sleep or a hand, not a correction
LOOK_SECONDS: Final = 1.0


class Agent:
    """Belongs to one event loop. `listener` hears every change. `wall` and `monotonic` are the computer's clocks.

    Nothing here raises towards its user: what fails is tried again, and the situation tells it.
    """

    def __init__(
        self,
        api: OnsiteApi,
        memory: Memory,
        cache: Path,
        program: str,
        listener: Listener,
        *,
        beat_seconds: float = BEAT_SECONDS,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        backoff: Callable[[], Backoff] = Backoff,
    ) -> None:
        self._api = api
        self._program = program
        self._beat_seconds = beat_seconds
        self._wall = wall
        self._listener = listener
        self._volume_checked = False
        self._beat_now = asyncio.Event()
        self._work: set[asyncio.Future[None]] = set()
        self.reporter = Reporter(self._heard, monotonic)
        self._fetcher = Fetcher(api, cache, self.reporter)
        self._outbox = Outbox(api, memory, self.reporter, backoff())
        self._follower = Follower(api, memory, self.reporter, self._connected, backoff())

    async def run(self) -> None:
        """Never returns; cancel it to end."""
        self._fetcher.clear_old()
        try:
            async with asyncio.TaskGroup() as tasks:
                for task in (self._follower.run(), self._outbox.run(), self._beat(), self._watch_clocks()):
                    tasks.create_task(task)
        finally:
            for work in self._work:
                work.cancel()
            await asyncio.gather(*self._work, return_exceptions=True)

    def acknowledge(self, alert: str, by: str) -> None:
        """Somebody here takes care of that alert."""
        self._outbox.add(Post("acknowledge", alert, by))

    def chat(self, alert: str, by: str, text: str) -> None:
        """A word to the other responders."""
        self._outbox.add(Post("chat", alert, by, text))

    def volume_checked(self, heard: bool) -> None:
        """Whether somebody has said that this computer can be heard; the server is told at once."""
        self._volume_checked = heard
        self._beat_now.set()

    def _connected(self) -> None:
        self._outbox.try_now()
        self._beat_now.set()

    def _heard(self, situation: Situation) -> None:
        self._listener(situation)
        for work in self._fetcher.wanted(situation.board):
            self._keep(work)

    def _keep(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _beat(self) -> None:
        """Signs of life, by which the portal knows which screens would be seen and heard."""
        while True:
            try:
                await asyncio.wait_for(self._beat_now.wait(), self._beat_seconds)
            except TimeoutError:
                logger.debug("time for a sign of life")
            self._beat_now.clear()
            if self.reporter.situation.link(self.reporter.monotonic()) is not Link.CONNECTED:
                continue
            try:
                await self._api.post("beat", {"volume_checked": self._volume_checked, "program": self._program})
            except (UnavailableError, RefusedError, RejectedError) as error:
                logger.info("the sign of life was not taken: %s", error)  # the stream is what decides

    async def _watch_clocks(self) -> None:
        """A computer that slept has a dead connection that looks alive: the clock on the wall went on without it."""
        apart = self._wall() - self.reporter.monotonic()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now_apart = self._wall() - self.reporter.monotonic()
            if abs(now_apart - apart) > JUMP_SECONDS:
                self._follower.hurry()
            apart = now_apart
