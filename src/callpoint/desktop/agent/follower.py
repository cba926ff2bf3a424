"""Follows the stream of alerts for as long as the program runs, over every loss of the server.

Theory of operation. A connection names the last event seen (kept on disk), so the server sends what was missed, and
then says that this was all (`unchanged`), or sends the whole `state` instead. Until then the board is held back. A
program that has just started knows only what came since the event it names, so it asks for the state once besides. A
connection that ends is tried again with growing pauses; a token that is not taken is asked with only now and then.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Final

from callpoint.desktop.agent.api import OnsiteApi, RefusedError, RejectedError, UnavailableError
from callpoint.desktop.agent.backoff import Backoff
from callpoint.desktop.agent.event_stream import EventReader, EventTooLargeError, ServerEvent
from callpoint.desktop.agent.health import GRACE
from callpoint.desktop.agent.memory import Memory
from callpoint.desktop.agent.reporter import Reporter
from callpoint.desktop.agent.server_clock import ServerClock, clock_of, moment

logger = logging.getLogger(__name__)

CATCH_UP_SECONDS: Final = 2.0  # a server that does not say when it has told everything: show what there is
STEADY_SECONDS: Final = 10.0  # a connection that lived so long was a good one: the next pause is short again


class Follower:
    """`on_connected` is called whenever a stream begins."""

    def __init__(
        self, api: OnsiteApi, memory: Memory, reporter: Reporter, on_connected: Callable[[], None], backoff: Backoff
    ) -> None:
        self._api = api
        self._memory = memory
        self._reporter = reporter
        self._on_connected = on_connected
        self._backoff = backoff
        self._knows_state = False
        self._asked_pause = 0.0  # the least the server last asked for: it knows how many others will come back
        self._hurry = asyncio.Event()

    def hurry(self) -> None:
        """The computer has slept, or its clock was set: the connection is not to be trusted, and no pause either."""
        self._hurry.set()

    async def run(self) -> None:
        """Never returns."""
        while True:
            self._hurry.clear()
            pause = await self._one_connection()
            await self._pause(pause)

    async def _one_connection(self) -> float:
        """Seconds to wait before the next one."""
        begun = self._reporter.monotonic()
        reading = asyncio.create_task(self._read())
        hurried = asyncio.create_task(self._hurry.wait())
        try:
            await asyncio.wait({reading, hurried}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            reading.cancel()
            hurried.cancel()
            await asyncio.gather(reading, hurried, return_exceptions=True)
        if self._reporter.monotonic() - begun > STEADY_SECONDS:
            self._backoff.reset()
        return self._outcome(reading)

    def _outcome(self, reading: asyncio.Task[None]) -> float:
        now, health = self._reporter.monotonic(), self._reporter.health
        try:
            reading.result()
        except asyncio.CancelledError:
            self._lost(now, "the computer has slept or its clock was set")
            return 0.0
        except RefusedError as error:
            logger.warning("the server refuses this installation: %s", error)
            self._reporter.update(health=health.refuse(now, str(error)))
            return self._backoff.refused()
        except UnavailableError as error:
            self._lost(now, str(error))
            return self._backoff.next(max(error.retry_after, self._asked_pause))
        except RejectedError as error:
            self._memory.saw("")  # if it was the number of the last event, the next question goes without
            self._lost(now, str(error))
            return self._backoff.next()
        except EventTooLargeError as error:
            self._lost(now, str(error))
            return self._backoff.next()
        self._lost(now, "the server ended the connection")
        return self._backoff.next(self._asked_pause)

    def _lost(self, now: float, why: str) -> None:
        logger.info("no connection: %s", why)
        self._reporter.update(health=self._reporter.health.broke(now, why))

    async def _pause(self, seconds: float) -> None:
        """Waits, and has it told meanwhile when a short loss becomes a long one."""
        until = self._reporter.monotonic() + seconds
        while (left := until - self._reporter.monotonic()) > 0 and not self._hurry.is_set():
            broken_at = self._reporter.health.broken_at
            said_in = GRACE - (self._reporter.monotonic() - broken_at) if broken_at is not None else left
            try:
                await asyncio.wait_for(self._hurry.wait(), min(left, said_in) if said_in > 0 else left)
            except TimeoutError:
                self._reporter.tell_again()

    async def _read(self) -> None:
        """One connection, to its end."""
        reader = EventReader(last_id=self._memory.last_id)
        async with self._api.stream(self._memory.last_id) as answer:
            now = self._reporter.monotonic()
            clock = clock_of(answer.headers.get("date", ""), now) or self._reporter.situation.clock
            self._reporter.update(health=self._reporter.health.heard(now), clock=clock)
            self._reporter.hold()
            given_up = asyncio.get_running_loop().call_later(CATCH_UP_SECONDS, self._reporter.release)
            self._on_connected()
            try:
                async for chunk in answer.aiter_bytes():
                    self._reporter.update(health=self._reporter.health.heard(self._reporter.monotonic()))
                    for event in reader.feed(chunk):
                        await self._take(event)
                    self._asked_pause = reader.retry or self._asked_pause
            finally:
                given_up.cancel()
                self._reporter.release()

    async def _take(self, event: ServerEvent) -> None:
        if event.name == "hello":
            self._greeted(event)
        elif event.name == "state":
            self._reporter.update(board=self._reporter.board.with_state(document(event.data)))
            self._knows_state = True
            self._reporter.release()
        elif event.name == "unchanged":
            if not self._knows_state:
                self._reporter.update(board=self._reporter.board.with_state(await self._api.state()))
                self._knows_state = True
            self._reporter.release()
        else:
            self._reporter.update(board=self._reporter.board.apply(event))
        if event.id:
            self._memory.saw(event.id)

    def _greeted(self, event: ServerEvent) -> None:
        said = document(event.data)
        at = moment(str(said.get("now", "")))
        clock = ServerClock(at, self._reporter.monotonic()) if at else self._reporter.situation.clock
        organization = str(said.get("organization_name") or said.get("organization") or "")
        self._reporter.update(clock=clock, organization=organization, screen=str(said.get("name") or ""))


def document(data: str) -> dict[str, object]:
    """The object in an event's data, {} if it is none."""
    try:
        plain = json.loads(data)
    except ValueError:
        return {}
    return plain if isinstance(plain, dict) else {}
