"""The stage in a thread of its own, for tests whose own thread belongs to a browser. It can go and come back."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

from tests.dispatcher.screens.stage import Stage, staged

from callpoint.routing.alert_records import AlertPlan


class StageThread:
    """`start` on a port, `stop`, `start` again on the same one."""

    def __init__(self, folder: Path, *plans: AlertPlan) -> None:
        self.stage: Stage
        self.port = 0
        self._folder = folder
        self._plans = plans
        self._loop: asyncio.AbstractEventLoop
        self._stop: asyncio.Event
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run(ready)), daemon=True)
        self._thread.start()
        assert ready.wait(30)

    def stop(self) -> None:
        if self._thread is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(30)
            assert not self._thread.is_alive()
            self._thread = None

    def within(self, do: Callable[[], object]) -> None:
        """Has something done in the stage's own loop."""
        done = threading.Event()
        self._loop.call_soon_threadsafe(lambda: (do(), done.set()))
        assert done.wait(30)

    async def _run(self, ready: threading.Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        async with staged(self._folder, *self._plans, port=self.port) as self.stage:
            self.port = self.stage.port
            ready.set()
            await self._stop.wait()
