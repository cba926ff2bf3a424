"""Alerting put together: the engine, the screens it is seen on, and the page behind the links of notices."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.routing import BaseRoute

from callpoint.channels.notice import Notice, OnReport, Sender
from callpoint.dispatcher.acknowledge_page import acknowledge_routes
from callpoint.dispatcher.composing import Addresses
from callpoint.dispatcher.engine import Engine
from callpoint.dispatcher.listening import Listening, ListeningConfig
from callpoint.dispatcher.own_journal import OwnJournal
from callpoint.dispatcher.screens.app import Screens, ScreensConfig
from callpoint.routing.alert_records import Channel, Recipient
from callpoint.snapshot.store import Snapshot

logger = logging.getLogger(__name__)

AGAIN_SECONDS: Final = 1.0

IsShown = Callable[[Notice, Recipient], bool]
MakeSenders = Callable[[OnReport, IsShown], Mapping[Channel, Sender]]


@dataclass(frozen=True)
class AlertingConfig:
    """`folder` is the dispatcher's own, `prompts` and `pictures` are folders, `public_url` is what people reach the
    dispatcher by and `portal_url` the pages. `link_key` signs links of notices, `pass_key` passes to the board.
    `make_senders` sets the channels up within the event loop. Without `listening` nobody listens to calls.
    """

    folder: Path
    node_journal: Path
    snapshot: Path
    prompts: Path
    pictures: Path
    link_key: str
    pass_key: str
    public_url: str
    portal_url: str
    make_senders: MakeSenders
    listening: ListeningConfig | None = None


class Alerting:
    """Make it within the event loop; `start`, then `run` beside the server that serves `routes`, then `close`."""

    def __init__(self, config: AlertingConfig) -> None:
        self._snapshot = Snapshot(config.snapshot, alarm=_log)
        journal = OwnJournal(config.folder / "journal.db")
        sources = {"node": config.node_journal, "requests": config.folder / "requests.db"}
        self.engine = Engine(
            journal,
            self._snapshot,
            sources,
            lambda engine: config.make_senders(engine.report, engine.screens.shows),
            addresses=Addresses(config.public_url, config.link_key),
        )
        screens = ScreensConfig(
            journal=journal.path,
            pass_key=config.pass_key,
            prompts=config.prompts,
            pictures=config.pictures,
            public_url=config.public_url,
            portal_url=config.portal_url,
        )
        self.screens = Screens(screens, self._snapshot, self.engine)
        self.screens.presence.on_live = self.engine.screens.sign
        journal.on_committed(self.screens.hub.ring)
        journal.on_refused(self.screens.hub.tell_unwritten)
        self._link_key = config.link_key
        self._listening = self._with_listening(config.listening) if config.listening is not None else None

    def routes(self) -> list[BaseRoute]:
        listening = self._listening.routes() if self._listening is not None else []
        return [*acknowledge_routes(self.engine, self._link_key), *listening, *self.screens.routes()]

    async def start(self) -> None:
        await self.engine.start()
        await self.screens.start()

    async def run(self) -> None:
        """Until cancelled. Each part is begun again when it fails: a fault of listening must not keep alerts back."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_kept("telling people", self.engine.run))
            tasks.create_task(_kept("screens", self.screens.run))
            if self._listening is not None:
                tasks.create_task(_kept("listening", self._listening.run))

    async def close(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(5.0):
                await self.screens.close()
        await self.engine.close()
        self._snapshot.close()

    def _with_listening(self, config: ListeningConfig) -> Listening:
        return Listening(config, self.engine, self.screens.entrance, self.screens.plans, self._snapshot)


async def _kept(name: str, run: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await run()
        except Exception:  # whatever it is, the others go on and this one is tried again
            logger.exception("a fault of %s", name)
        await asyncio.sleep(AGAIN_SECONDS)


def _log(name: str, text: str, cleared: bool) -> None:
    """Of the snapshot. The node, which reads the same file, has it stand in its journal as well."""
    logger.log(logging.INFO if cleared else logging.WARNING, "%s: %s", name, text)
