"""The agent in a thread of its own, so that a window never waits for the network and the network never for a window."""

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Final

from callpoint.desktop.agent.agent import Agent
from callpoint.desktop.agent.api import OnsiteApi
from callpoint.desktop.agent.memory import Memory
from callpoint.desktop.agent.places import Places
from callpoint.desktop.agent.program import PROGRAM
from callpoint.desktop.agent.reporter import Listener
from callpoint.desktop.agent.settings import Settings

logger = logging.getLogger(__name__)

AGAIN_SECONDS: Final = 5.0  # after a failure that should not exist
STOP_SECONDS: Final = 5.0


class AgentThread:
    """`listener` is called in this thread. The methods may be called from any other; they return at once."""

    def __init__(self, settings: Settings, places: Places, listener: Listener) -> None:
        self._settings = settings
        self._places = places
        self._listener = listener
        self._loop = asyncio.new_event_loop()
        self._agent: Agent | None = None
        self._before_start: list[Callable[[Agent], None]] = []
        self._main: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._work, name="agent", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends it; what was not sent yet is kept on disk. Again is harmless."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._cancel)
            self._thread.join(STOP_SECONDS)

    def acknowledge(self, alert: str, by: str) -> None:
        self._ask(lambda agent: agent.acknowledge(alert, by))

    def chat(self, alert: str, by: str, text: str) -> None:
        self._ask(lambda agent: agent.chat(alert, by, text))

    def volume_checked(self, heard: bool) -> None:
        self._ask(lambda agent: agent.volume_checked(heard))

    def _ask(self, what: Callable[[Agent], None]) -> None:
        def do() -> None:
            if self._agent is not None:
                what(self._agent)
            else:
                self._before_start.append(what)

        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(do)

    def _cancel(self) -> None:
        if self._main is not None:
            self._main.cancel()

    def _work(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._main = self._loop.create_task(self._run())
        try:
            self._loop.run_until_complete(self._main)
        except asyncio.CancelledError:
            logger.debug("the agent ends")
        finally:
            self._loop.close()

    async def _run(self) -> None:
        while True:
            try:
                await self._once()
            except Exception:
                logger.exception("the agent failed and begins again")
                await asyncio.sleep(AGAIN_SECONDS)

    async def _once(self) -> None:
        whose = f"{self._settings.host} {self._settings.token_digest}"
        memory = Memory(self._places.state, whose)
        memory.load()
        async with OnsiteApi(self._settings, PROGRAM) as api:
            agent = Agent(api, memory, self._places.cache, PROGRAM, self._listener)
            self._agent = agent
            for what in self._before_start:
                what(agent)
            self._before_start.clear()
            try:
                await agent.run()
            finally:
                self._agent = None
