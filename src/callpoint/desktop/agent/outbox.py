"""Posts people made here, sent in their order until the server has taken each of them."""

import asyncio
import logging

from callpoint.desktop.agent.api import OnsiteApi, RefusedError, RejectedError, UnavailableError
from callpoint.desktop.agent.backoff import Backoff
from callpoint.desktop.agent.memory import Memory, Post
from callpoint.desktop.agent.reporter import Reporter

logger = logging.getLogger(__name__)


class Outbox:
    """What is in it stands in `memory`, so it outlives the program."""

    def __init__(self, api: OnsiteApi, memory: Memory, reporter: Reporter, backoff: Backoff) -> None:
        self._api = api
        self._memory = memory
        self._reporter = reporter
        self._backoff = backoff
        self._wake = asyncio.Event()
        self._tell()

    def add(self, post: Post) -> None:
        """Takes `post` up; it is sent at once if the server is there."""
        self._memory.add(post)
        self._tell()
        self._wake.set()

    def try_now(self) -> None:
        """The server is back."""
        self._wake.set()

    async def run(self) -> None:
        """Never returns."""
        while True:
            self._wake.clear()
            pause = await self._send(self._memory.posts[0]) if self._memory.posts else None
            if pause != 0.0:
                await self._wait(pause)

    async def _send(self, post: Post) -> float | None:
        """Seconds until the next try: 0 goes on at once, None waits for the server to be back."""
        try:
            await self._api.post(post.kind, post.body())
        except UnavailableError as error:
            return self._backoff.next(error.retry_after)
        except RefusedError:
            return None
        except RejectedError as error:
            logger.warning("the server does not take %s of %s: %s", post.kind, post.alert, error)
            self._reporter.update(rejected=post.alert)
        self._backoff.reset()
        self._memory.done(post)
        self._tell()
        return 0.0

    async def _wait(self, pause: float | None) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), pause)
        except TimeoutError:
            return

    def _tell(self) -> None:
        posts = self._memory.posts
        waiting = frozenset(post.alert for post in posts if post.kind == "acknowledge")
        self._reporter.update(waiting=waiting, unsent=len(posts))
