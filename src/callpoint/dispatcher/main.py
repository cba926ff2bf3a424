"""The dispatcher as a process."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from callpoint.dispatcher.alerting import Alerting, AlertingConfig
from callpoint.dispatcher.app import HEARTBEAT_SECONDS, dispatcher_app
from callpoint.dispatcher.journal_watch import JournalWatch
from callpoint.dispatcher.screens.open_files import ready_for_many

try:
    import uvloop
except ImportError:  # not made for every platform; asyncio's own loop does the same, slower
    _LOOP_FACTORY: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
else:
    _LOOP_FACTORY = uvloop.new_event_loop

logger = logging.getLogger(__name__)

DRAIN_SECONDS = 1  # streams never end by themselves; at the stop they are cut after this


@dataclass(frozen=True)
class DispatcherConfig:
    """`token` is what operators show; port 0 is any free one. Without `alerting` facts are streamed and no more."""

    journal: Path
    token: str
    host: str = "127.0.0.1"
    port: int = 8912
    heartbeat: float = HEARTBEAT_SECONDS
    alerting: AlertingConfig | None = None


def run(config: DispatcherConfig) -> None:
    """Blocks until SIGTERM or SIGINT. Raises OSError when the port is taken."""
    with asyncio.Runner(loop_factory=_LOOP_FACTORY) as runner:
        runner.run(serve(config, listen(config)))


def listen(config: DispatcherConfig) -> socket.socket:
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    listening = socket.create_server((config.host, config.port), family=family)
    ready_for_many(listening)
    return listening


async def serve(config: DispatcherConfig, listening: socket.socket) -> None:
    """Serves on a socket until a signal comes or the task is cancelled."""
    watch = JournalWatch(config.journal)
    await watch.look()
    async with contextlib.AsyncExitStack() as stack:
        alerting = Alerting(config.alerting) if config.alerting is not None else None
        server = make_server(config, watch, alerting)
        if alerting is not None:
            stack.push_async_callback(alerting.close)
            await alerting.start()
            await _beside(stack, server, alerting.run())
        await _beside(stack, server, watch.run())
        await server.serve([listening])


async def _beside(stack: contextlib.AsyncExitStack, server: uvicorn.Server, work: Coroutine[Any, Any, None]) -> None:
    """Has it run until the stack is left. If it fails the process ends, and whoever keeps it starts it afresh."""
    task = asyncio.create_task(work)

    def failed(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.critical("the dispatcher ends by a fault", exc_info=error)
            server.should_exit = True

    async def end() -> None:
        task.cancel()
        await asyncio.wait([task])

    task.add_done_callback(failed)
    stack.push_async_callback(end)


def make_server(config: DispatcherConfig, watch: JournalWatch, alerting: Alerting | None = None) -> uvicorn.Server:
    app = dispatcher_app(watch, config.token, config.heartbeat, alerting)
    return uvicorn.Server(
        uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=DRAIN_SECONDS)
    )
