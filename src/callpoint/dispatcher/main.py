"""The dispatcher as a process."""

import asyncio
import contextlib
import socket
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from callpoint.dispatcher.app import HEARTBEAT_SECONDS, dispatcher_app
from callpoint.dispatcher.journal_watch import JournalWatch

DRAIN_SECONDS = 1  # streams never end by themselves; at the stop they are cut after this


@dataclass(frozen=True)
class DispatcherConfig:
    """`token` is what operators show; port 0 is any free one."""

    journal: Path
    token: str
    host: str = "127.0.0.1"
    port: int = 8912
    heartbeat: float = HEARTBEAT_SECONDS


def run(config: DispatcherConfig) -> None:
    """Blocks until SIGTERM or SIGINT. Raises OSError when the port is taken."""
    asyncio.run(serve(config, listen(config)))


def listen(config: DispatcherConfig) -> socket.socket:
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    return socket.create_server((config.host, config.port), family=family)


async def serve(config: DispatcherConfig, listening: socket.socket) -> None:
    """Serves on a socket until a signal comes or the task is cancelled."""
    watch = JournalWatch(config.journal)
    await watch.look()
    server = make_server(config, watch)
    watching = asyncio.create_task(watch.run())
    try:
        await server.serve([listening])
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching


def make_server(config: DispatcherConfig, watch: JournalWatch) -> uvicorn.Server:
    app = dispatcher_app(watch, config.token, config.heartbeat)
    return uvicorn.Server(
        uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=DRAIN_SECONDS)
    )
