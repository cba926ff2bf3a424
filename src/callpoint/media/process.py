"""The media process: rooms for the calls that are listened to, at `media/control.sock`.

It keeps nothing on disk but recordings, and comes back empty: the node, which sees the link go, brings every call back
to direct by itself.
"""

import asyncio
import contextlib
import ipaddress
import logging
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from callpoint.media.anchoring import LegPlace
from callpoint.media.control_methods import ControlMethods
from callpoint.media.control_place import control_socket
from callpoint.media.guards import Guards, PlanOf
from callpoint.media.node_link import NodeLink
from callpoint.media.notifications import Notifications
from callpoint.media.ports import PortRange
from callpoint.media.retention import Plans, keep_removing
from callpoint.speech.renderer import Renderer
from callpoint.transport.control import ControlServer, Peer

try:
    import uvloop
except ImportError:  # not made for every platform; asyncio's own loop does the same, slower
    _LOOP_FACTORY: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
else:
    _LOOP_FACTORY = uvloop.new_event_loop

logger = logging.getLogger(__name__)

_SOMEWHERE_ELSE: Final = ("192.0.2.1", 9)
"""Nobody's address, kept for documentation. Nothing is sent; the system only says by which of ours it would be."""


@dataclass(frozen=True)
class MediaConfig:
    """`host` is where parties and guards send their audio; "" is this host's own address."""

    data_dir: Path
    host: str = ""
    ports: tuple[int, int] = (31_000, 31_999)
    max_calls: int = 30


def run(config: MediaConfig, plan_of: PlanOf, plans: Plans) -> None:
    """Blocks until SIGTERM or SIGINT. Raises OSError when the socket cannot be made."""
    with asyncio.Runner(loop_factory=_LOOP_FACTORY) as runner:
        runner.run(serve(config, plan_of, plans))


async def serve(config: MediaConfig, plan_of: PlanOf, plans: Plans, stop: asyncio.Event | None = None) -> None:
    """Until `stop` is set (a signal sets it)."""
    stop = stop or asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    renderer = Renderer.open(config.data_dir / "node" / "prompts")
    peers: set[Peer] = set()
    notifications = Notifications(lambda: peers)
    node = NodeLink(lambda: peers)
    guards = Guards(
        node, leg_place(config), config.max_calls, config.data_dir, plan_of, renderer.prompt, notifications.tell
    )
    server = ControlServer(
        control_socket(config.data_dir), ControlMethods(guards, notifications).table, on_lost=notifications.lost
    )
    peers = server.peers
    await server.start()
    tasks = [
        asyncio.create_task(guards.run()),
        asyncio.create_task(keep_removing(config.data_dir, plans)),
    ]
    try:
        await stop.wait()
    finally:
        await guards.close()
        for task in tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
        await server.close()
        renderer.close()


def leg_place(config: MediaConfig) -> LegPlace:
    """Where legs are opened. An address of this host is bound itself; any other (NAT in front of us) is advertised
    over all of them. Raises ValueError for what is neither an address nor a known name."""
    host = _numeric(config.host) if config.host else _own_address()
    bind = host if _is_ours(host) else "::" if ":" in host else "0.0.0.0"
    return LegPlace(bind, host, PortRange(*config.ports))


def _numeric(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        return socket.gethostbyname(host)
    except OSError as error:
        raise ValueError(f"{host} is no address, and nobody knows one for it") from error


def _own_address() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_SOMEWHERE_ELSE)
        except OSError:
            return "127.0.0.1"  # a host without a network
        host: str = probe.getsockname()[0]
        return host


def _is_ours(host: str) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.bind((host, 0))
        return True
    return False
