"""Screens put together: the hub, the doors and the two pages, as one part the dispatcher runs and mounts."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.routing import BaseRoute

from callpoint.dispatcher.screens.actions import Actions
from callpoint.dispatcher.screens.board import PREFIX as BOARD
from callpoint.dispatcher.screens.board import Board
from callpoint.dispatcher.screens.endpoints import SharedEndpoints, Who
from callpoint.dispatcher.screens.entrance import Entrance
from callpoint.dispatcher.screens.hub import POLL_SECONDS, Hub
from callpoint.dispatcher.screens.onsite import PREFIX as ONSITE
from callpoint.dispatcher.screens.onsite import Onsite
from callpoint.dispatcher.screens.plans import Plans, PlanSource
from callpoint.dispatcher.screens.presence import Presence
from callpoint.dispatcher.screens.requests import LONGEST_NAME, one_line, origin_of
from callpoint.dispatcher.screens.spoken_alerts import SpokenAlerts
from callpoint.dispatcher.screens.story import Story
from callpoint.dispatcher.screens.stream import StreamEndpoint
from callpoint.dispatcher.screens.viewer import Viewer
from callpoint.dispatcher.screens.wrong_tokens import WrongTokens
from callpoint.snapshot.facts import Fact

TICK_SECONDS = 1.0


@dataclass(frozen=True)
class ScreensConfig:
    """`journal` is the dispatcher's own, `pass_key` the secret it shares with the portal. `prompts` and `pictures`
    are folders. `public_url` is what people reach the dispatcher by, `portal_url` where passes are to be had."""

    journal: Path
    pass_key: str
    prompts: Path
    pictures: Path
    public_url: str = ""
    portal_url: str = ""
    poll_seconds: float = POLL_SECONDS


class Screens:
    """`start`, then `run` beside the server that serves `routes`; `close` when it is to stop.

    `hub.ring` is made for `OwnJournal.on_committed`, `entrance.watcher` for other routes of the board.
    """

    def __init__(
        self,
        config: ScreensConfig,
        source: PlanSource,
        actions: Actions,
        *,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        speech: SpokenAlerts | None = None,
    ) -> None:
        self.plans = Plans(source, config.pass_key)
        self.hub = Hub(config.journal, self.plans, now, config.poll_seconds)
        self.presence = Presence(actions, monotonic)
        self.speech = speech or SpokenAlerts(config.prompts)
        self.entrance = Entrance(self.plans, WrongTokens(monotonic), now, config.public_url, config.portal_url)
        self._actions = actions
        self._pictures = config.pictures
        self.hub.on_recalled = self.presence.recall
        self.hub.on_alert = self._prepare

    def routes(self) -> list[BaseRoute]:
        """Of `/onsite/` and `/board/`."""
        on_screen = StreamEndpoint(self.hub, self.entrance.screen, self._seen)
        on_board = StreamEndpoint(self.hub, self.entrance.watcher, self._seen)
        onsite = Onsite(self.entrance, self.presence, on_screen, self._shared(ONSITE, self.entrance.screen))
        board = Board(self.entrance, self.plans, on_board, self._shared(BOARD, self.entrance.watcher))
        return [*onsite.routes(), *board.routes()]

    async def start(self) -> None:
        """Reads what happened of late; screens may come before, and are told of it then."""
        await self.hub.start()

    async def run(self) -> None:
        """Until cancelled."""
        reading = asyncio.create_task(self.hub.run())
        try:
            while not reading.done():
                await self.presence.step()
                await asyncio.wait([reading], timeout=TICK_SECONDS)
            await reading
        finally:
            reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reading

    async def close(self) -> None:
        """Has every screen come again, and ends the voice."""
        self.hub.close()
        await self.speech.close()

    def _shared(self, prefix: str, who: Who) -> SharedEndpoints:
        return SharedEndpoints(prefix, who, self.hub, self.plans, self._actions, self.speech, self._pictures)

    def _seen(self, viewer: Viewer, request: Request, began: bool) -> None:
        if not viewer.is_watcher:
            program = one_line(request.query_params.get("program", ""))[:LONGEST_NAME]
            self.presence.stream(viewer, origin_of(request), program, began)

    def _prepare(self, fact: Fact, story: Story) -> None:
        """The voice begins before the first screen asks, unless nobody would hear it."""
        plan = self.plans.plan(fact.organization)
        if plan is not None and not story.quiet:
            self.speech.prepare(plan, story, self.hub.languages_listening(fact.organization))
