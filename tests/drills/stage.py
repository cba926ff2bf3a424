"""The stage of a drill: the node as a real process, answering points and a phone on loopback, all over real sockets."""

import asyncio
import datetime
import os
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.lab.stage import Caller, Talk, until
from tests.peers.node import TRUNK, Node, Places, directory
from tests.peers.tls import Certificate

from callpoint.lab.answering_point import AnsweringPoint, Station
from callpoint.lab.behaviour import Behaviour, Mode
from callpoint.lab.received_call import ReceivedCall
from callpoint.lab.user_agent import UserAgent
from callpoint.media.ports import PortRange
from callpoint.routing.records import Profile, Trunk
from callpoint.sip.hop import Hop
from callpoint.transport.tls import TlsFiles

HOST = "127.0.0.1"
STRANGER_HOST = "127.0.0.66"  # on the same machine, but in nobody's trunk
PSAP_TONE, RELAY_TONE = 600, 450
PERSON = (("X-Employee-ID", "E1001"),)
ONE_TRUNK = replace(TRUNK, source_networks=(f"{HOST}/32",))


class DrillNode(Node):
    """A node that can be killed without warning and started again on the same data and ports."""

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self.process.kill()
        self.process.wait()

    async def ready(self, seconds: float = 20.0) -> None:
        """As `wait_until_ready`, while the rest of the stage plays on."""
        await asyncio.to_thread(self.wait_until_ready, seconds)

    async def fact(self, kind: str, seconds: float = 10.0, **data: Any) -> dict[str, Any]:
        """The first fact of that kind whose data hold `data`, waited for."""

        def found() -> list[dict[str, Any]]:
            return [fact.data for fact in self.facts(kind) if data.items() <= fact.data.items()]

        await until(lambda: bool(found()), seconds)
        return found()[0]

    @property
    def hop(self) -> Hop:
        return Hop("udp", HOST, self.port)

    @property
    def resident_mib(self) -> float:
        """Memory it holds now."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@dataclass(frozen=True)
class Desk:
    """An answering point at its port."""

    point: AnsweringPoint
    port: int

    @property
    def uri(self) -> str:
        return f"sip:911@{HOST}:{self.port};transport=udp"

    @property
    def calls(self) -> list[ReceivedCall]:
        return self.point.calls

    def behave(self, mode: Mode) -> None:
        """From now on; an answer comes without ringing first."""
        self.point.behaviour = Behaviour(mode, 0.0)

    async def answered(self) -> ReceivedCall:
        """Its first call, once it talks."""
        await until(lambda: bool(self.calls) and self.calls[0].state == "answered")
        return self.calls[0]


class Stage:
    """Makes the players of one drill; `close` sends everybody home."""

    def __init__(self, folder: Path, prompts: Path) -> None:
        self._folder = folder
        self._prompts = prompts
        self._stack = AsyncExitStack()
        self.node: DrillNode

    async def desk(self, name: str = "psap", tone: int = PSAP_TONE, mode: Mode = Mode.ANSWER) -> Desk:
        """An answering point that is open."""
        station = Station(name, HOST, (), tone)
        point = AnsweringPoint(station, PortRange(38_000, 38_400), lambda: datetime.datetime.now(datetime.UTC))
        self._stack.push_async_callback(point.close)
        desk = Desk(point, await point.open(0))
        desk.behave(mode)
        return desk

    async def start(
        self,
        psap: Sequence[Desk | str] = (),
        relay: Sequence[Desk | str] = (),
        *,
        trunk: Trunk = ONE_TRUNK,
        profile: Profile = "i3",
        folder: Path | None = None,
        tls: tuple[Certificate, Path] | None = None,
        reroute_seconds: float = 1.0,
    ) -> DrillNode:
        """A node whose person E1001 is served by these targets, ready for calls."""
        places = Places([_uri(target) for target in psap], [_uri(target) for target in relay], profile)
        where = folder or self._folder / "node"
        changes = directory(places, trunk)
        self.node = DrillNode(where, changes, tls=tls, reroute_seconds=reroute_seconds, prompts=self._prompts)
        self._stack.callback(self.node.stop)
        self.node.start()
        await self.node.ready()
        return self.node

    async def caller(self, tls: TlsFiles | None = None) -> Caller:
        """A phone."""
        agent = UserAgent(tls=tls)
        self._stack.push_async_callback(agent.close)
        port = await agent.listen("udp", HOST)
        return Caller(agent, PortRange(39_000, 39_400), port)

    async def dial_911(self, hop: Hop | None = None) -> Talk:
        """E1001 dials 911; the call has just begun."""
        caller = await self.caller()
        talk = await caller.dial(hop or self.node.hop, headers=PERSON)
        self._stack.callback(talk.sound.close)
        return talk

    async def call_passes(self, desk: Desk, hop: Hop | None = None) -> None:
        """A normal call now: the desk gets it with location and callback number, and both hear each other."""
        before = len(desk.calls)
        talk = await self.dial_911(hop)
        await talk.becomes("answered")
        assert len(desk.calls) == before + 1
        received = desk.calls[-1]
        assert received.callback_number == "+18025550143"
        assert received.to_json()["civic"]["HNO"] == "115"
        await until(lambda: talk.sound.heard().tones.get(desk.point.station.tone, 0) >= 0.2)
        talk.call.hang_up()
        await until(lambda: received.state == "ended")

    async def close(self) -> None:
        await self._stack.aclose()


def _uri(target: Desk | str) -> str:
    return target if isinstance(target, str) else target.uri
