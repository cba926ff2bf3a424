"""The lab as a process: simulated PSAP, relay center, phones and their page on one event loop."""

import asyncio
import contextlib
import datetime
import signal
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import uvicorn

from callpoint.lab.answering_point import AnsweringPoint, Station
from callpoint.lab.http_api import lab_app
from callpoint.media.ports import PortRange
from callpoint.sip.hop import Hop


@dataclass(frozen=True)
class LabConfig:
    """Ports may be 0 for any free one; `node` is where call-backs are sent, None when there is no node."""

    host: str = "127.0.0.1"
    http_port: int = 8913
    psap_port: int = 5070
    relay_port: int = 5072
    node: Hop | None = None
    node_host: str = "callpoint.invalid"
    rtp_ports: tuple[int, int] = (33_000, 33_999)
    phone_port: int = 5074


# Tones far enough apart, and from those of a telephone's keypad, to be told apart by any detector.
PSAP_GREETING, PSAP_TONE = (520, 660, 780), 600
RELAY_GREETING, RELAY_TONE = (780, 660, 520), 450
PHONE_GREETING, PHONE_TONE = (400, 500, 400), 350


def stations(config: LabConfig) -> dict[str, Station]:
    """All stations by the name their JSON stands under; the phones are whoever a PSAP calls back or an alert calls."""
    host, node, node_host = config.host, config.node, config.node_host
    return {
        "psap": Station("psap", host, PSAP_GREETING, PSAP_TONE, node, node_host),
        "relay": Station("relay", host, RELAY_GREETING, RELAY_TONE, node, node_host),
        "phone": Station("phone", host, PHONE_GREETING, PHONE_TONE),
    }


class Lab:
    """The answering points and the page, opened and closed together."""

    def __init__(self, config: LabConfig) -> None:
        self._config = config
        ports = PortRange(*config.rtp_ports)
        self.points = {name: AnsweringPoint(s, ports, _utc_now) for name, s in stations(config).items()}
        settings = uvicorn.Config(
            lab_app(self.points),
            config.host,
            config.http_port,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        self._server = _QuietServer(settings)
        self._serving: asyncio.Task[None] | None = None
        self.ports: dict[str, int] = {}

    async def open(self) -> None:
        """Raises OSError when a port is taken."""
        family = socket.AF_INET6 if ":" in self._config.host else socket.AF_INET
        listening = socket.create_server((self._config.host, self._config.http_port), family=family)
        self.ports["http"] = listening.getsockname()[1]
        self.ports["psap"] = await self.points["psap"].open(self._config.psap_port)
        self.ports["relay"] = await self.points["relay"].open(self._config.relay_port)
        self.ports["phone"] = await self.points["phone"].open(self._config.phone_port)
        self._serving = asyncio.create_task(self._server.serve([listening]))

    async def close(self) -> None:
        self._server.should_exit = True
        if self._serving is not None:
            await self._serving
        for point in self.points.values():
            await point.close()


class _QuietServer(uvicorn.Server):
    """Signals belong to the process, which has more to close than the web server."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(config: LabConfig) -> None:
    """Runs until SIGTERM or SIGINT. Raises OSError when a port is taken."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    lab = Lab(config)
    await lab.open()
    try:
        await stop.wait()
    finally:
        await lab.close()


def run(config: LabConfig) -> None:
    """The process main: blocks until told to end."""
    asyncio.run(serve(config))


def _utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
