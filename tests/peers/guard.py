"""A guard who listens in by phone: a socket with sound, seated as the node seats a phone it has called."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.lab.stage import until
from tests.peers.node import Node
from tests.peers.process import ForeignProcess
from tests.peers.tones import Samples, from_mu_law

from callpoint.media.media_port import MediaPort
from callpoint.media.ports import PortRange
from callpoint.media.tones import tone
from callpoint.routing.alert_records import AlertPlan, Monitoring
from callpoint.transport.control import ControlClient, ControlError

HOST = "127.0.0.1"
GUARD_TONE = 1320
GUARDS_MAY_JOIN = AlertPlan("demo", monitoring=Monitoring(mode="join"))
PATIENCE = 30.0


class MediaProcess(ForeignProcess):
    """`callpoint media` on the data of a node."""

    def __init__(self, node: Node) -> None:
        words = ["--data", node.data, "--config", node.folder / "callpoint.toml"]
        super().__init__([sys.executable, "-m", "callpoint", "media", *words], node.folder / "media-process")
        self.socket = node.data / "media" / "control.sock"


@dataclass
class Guard:
    """A guard's phone: says its tone all the time, keeps what it hears."""

    port: MediaPort
    link: ControlClient
    session: str = ""
    sound: bytearray = field(default_factory=bytearray)

    @classmethod
    async def ready(cls, link: ControlClient) -> "Guard":
        guard = cls(await MediaPort.open(HOST, PortRange(37_000, 37_400)), link)
        guard.port.on_audio = guard.sound.extend
        guard.port.play(tone([GUARD_TONE], 120.0))
        return guard

    async def sit_down(self, call_id: str) -> None:
        seat = await self.link.ask("seat_phone", 30.0, call_id=call_id, organization="demo", who="Gus", mode="listen")
        self.session = seat["session"]
        self.port.set_remote(seat["host"], seat["port"], 0, 101)
        self.port.start()
        local = self.port.local
        await self.link.ask(
            "seat_remote",
            session=self.session,
            host=local.host,
            port=local.port,
            payload_type=0,
            event_type=101,
            ptime=20,
        )

    def heard(self) -> Samples:
        return from_mu_law(bytes(self.sound))


async def linked(path: Path) -> AsyncIterator[ControlClient]:
    """A link to the media process at `path`, once the node has one too; closed with the generator."""
    link = ControlClient(path)
    task = asyncio.create_task(link.run())
    try:
        await until(lambda: link.connected, PATIENCE)
        await node_is_linked(link)
        yield link
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def node_is_linked(link: ControlClient) -> None:
    """A call nobody knows is refused by the node, once the media process can ask it."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                await link.ask("seat_phone", call_id="none", organization="demo", who="nobody")
            except ControlError as refused:
                if "no answered call" in str(refused):
                    return
            await asyncio.sleep(0.05)
