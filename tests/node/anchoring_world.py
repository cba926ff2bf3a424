"""The world of `world.py` with a media process that only signals, and two parties whose descriptions are real ones."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from callpoint.node.media_link import MediaLink
from callpoint.sip.dialog import Dialog
from callpoint.sip.events import RequestReceived
from callpoint.sip.message import Request
from callpoint.sip.sdp import Media, Sdp
from callpoint.transport.control import ControlServer, Params, Peer
from tests.node.world import Actor, World

HOST = "127.0.0.1"
MIXER = {"caller": {"host": HOST, "port": 6000}, "psap": {"host": HOST, "port": 6002}}
EVENTS = "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"


@dataclass
class FakeMedia:
    """Listens at `media/control.sock` under a folder; keeps what the node tells. `rooms` is what it says it holds."""

    folder: Path
    told: list[tuple[str, Params]] = field(default_factory=list)
    rooms: list[str] = field(default_factory=list)
    hangs: bool = False

    def __post_init__(self) -> None:
        methods = {name: self._telling(name) for name in ("remote_changed", "released", "call_ended")}
        self._server = ControlServer(self.folder / "media" / "control.sock", methods | self._answers())

    async def start(self) -> "FakeMedia":
        await self._server.start()
        return self

    async def die(self) -> None:
        await self._server.close()

    @property
    def peer(self) -> Peer:
        """The node's end of the link, once it is there."""
        [peer] = self._server.peers
        return peer

    @property
    def linked(self) -> bool:
        return len(self._server.peers) == 1

    async def ask(self, method: str, **params: Any) -> Params:
        return await self.peer.ask(method, 20.0, **params)

    def of_kind(self, method: str) -> list[Params]:
        return [params for name, params in self.told if name == method]

    def _answers(self) -> dict[str, Any]:
        async def ping(peer: Peer, params: Params) -> None:
            while self.hangs:
                await asyncio.sleep(0.01)

        async def rooms(peer: Peer, params: Params) -> Params:
            return {"calls": self.rooms}

        return {"ping": ping, "rooms": rooms}

    def _telling(self, name: str) -> Any:
        async def told(peer: Peer, params: Params) -> None:
            self.told.append((name, params))

        return told


class Party:
    """One end of the call, which describes its session as a phone does: one o= line, a version for each change."""

    def __init__(self, actor: Actor, name: str, port: int, codecs: str = "0 8 101", more: str = "") -> None:
        self.actor = actor
        self.name = name
        self.port = port
        self.codecs = codecs
        self.direction = "sendrecv"
        self.more = more  # further m= sections
        self.version = 7
        self.heard: list[bytes] = []  # all descriptions it got
        self.refusals: list[int] = []  # what it answers the next re-INVITEs with
        self.silent = False
        self.dialog: Dialog
        actor.on_invite = self._on_invite

    def describe(self, codecs: str = "", protocol: str = "RTP/AVP") -> bytes:
        self.version += 1
        codecs = codecs or self.codecs
        return (
            f"v=0\r\no={self.name} 77 {self.version} IN IP4 {HOST}\r\ns=-\r\nc=IN IP4 {HOST}\r\nt=0 0\r\n"
            f"m=audio {self.port} {protocol} {codecs}\r\n{EVENTS if '101' in codecs else ''}a={self.direction}\r\n"
            f"{self.more}"
        ).encode()

    @property
    def audio(self) -> Media:
        """What it was told of its far end's audio last."""
        audio = Sdp.parse(self.heard[-1]).media[0]
        assert audio.kind == "audio"
        return audio

    @property
    def hears_from(self) -> int:
        """The port its far end's audio is at."""
        return self.audio.port

    @property
    def versions(self) -> list[tuple[str, str]]:
        """(user name and session id, version) of all it was told."""
        lines = [line for body in self.heard for line in body.decode().split("\r\n") if line.startswith("o=")]
        return [(" ".join(line.split()[:2]), line.split()[2]) for line in lines]

    def take(self, body: bytes) -> None:
        if body:
            self.heard.append(body)

    def _on_invite(self, actor: Actor, event: RequestReceived) -> None:
        if self.silent:
            return
        if self.refusals:
            actor.endpoint.respond(event.tx, event.tx.response(self.refusals.pop(0)))
            return
        body = event.request.body
        if b"--" in body[:2] or b"multipart" in (event.request.get("Content-Type") or "").encode():
            body = body[body.index(b"v=0") : body.index(b"\r\n--", body.index(b"v=0"))] + b"\r\n"
        self.take(body)
        actor.say(200, event.tx, body=self.answer(body) if body else self.describe())

    def answer(self, offer: bytes) -> bytes:
        """The first speech codec of ours that was offered, and digits; the direction turned round."""
        offered = Sdp.parse(offer).media[0]
        kept = [text for text in offered.formats if text in self.codecs.split()]
        speech = [text for text in kept if text != "101"][:1]
        turned = {"sendonly": "recvonly", "recvonly": "sendonly"}.get(offered.direction, offered.direction)
        before, self.direction = self.direction, turned if self.direction == "sendrecv" else self.direction
        try:
            return self.describe(" ".join(speech + [text for text in kept if text == "101"]))
        finally:
            self.direction = before

    async def reinvite(self, hop: Any, body: bytes, wait: bool = True) -> int:
        """A re-INVITE of its own; the status it got, with the answer taken and acknowledged."""
        finals = len(self.actor.finals("INVITE"))
        tx = self.actor.send(self.dialog, "INVITE", hop, body=body)
        final = await self.actor.answer_to("INVITE", finals + 1)
        if final.status < 300:
            self.take(final.body)
            ack = self.dialog.request("ACK", cseq=tx.request.cseq.number)
            if not body:
                ack.set("Content-Type", "application/sdp")
                ack.body = self.answer(final.body)
            self.actor.endpoint.acknowledge(tx, ack, hop)
        return final.status


class AnchoringWorld:
    """A node with its link to a media process, and calls between a caller (40000) and a PSAP (50000)."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.media = FakeMedia(world.folder)
        self.link: MediaLink
        self._task: asyncio.Task[None]
        self._stack = AsyncExitStack()
        self.caller = Party(world.phone, "alice", 40000)
        self.psap = Party(world.psap, "dispatch", 50000)

    async def __aenter__(self) -> "AnchoringWorld":
        await self.media.start()
        self._stack.push_async_callback(self._close)
        await self.start_link()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _close(self) -> None:
        await self.stop_link()
        await self.media.die()

    async def start_link(self) -> None:
        self.link = MediaLink(self.world.folder / "media" / "control.sock", self.world.services.anchorage)
        self._task = asyncio.create_task(self.link.run())
        await self.until(lambda: self.media.linked)

    async def stop_link(self) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def restart_node(self, **settings: Any) -> None:
        """Killed and back, with what its journal holds."""
        saved = dict(self.world.journal.dialogs)
        await self.stop_link()
        await self.world.restart_node(**settings)
        assert self.world.node.restore(saved) == len(saved)
        await self.until(lambda: not self.media.linked)
        await self.start_link()

    async def until(self, condition: Callable[[], object], seconds: float = 10.0) -> None:
        await self.world.phone.until(condition, seconds)

    async def call(self, invite: Request | None = None) -> str:
        """A call that was answered; its call_id."""
        invite = invite or self.world.invite()
        if invite.body:
            invite.body = self.caller.describe()
        known = set(self.world.services.anchorage.calls)
        talk = await self.world.established(invite)
        self.caller.dialog, self.psap.dialog = talk.phone, talk.psap
        if not self.caller.heard:
            self.caller.take(talk.ok.body)
        await self.until(lambda: self.world.services.anchorage.calls.keys() - known)
        [call_id] = self.world.services.anchorage.calls.keys() - known
        return call_id

    async def anchored(self, invite: Request | None = None) -> str:
        call_id = await self.call(invite)
        await self.anchor(call_id)
        return call_id

    async def anchor(self, call_id: str) -> Params:
        answer = await self.media.ask("anchor", call_id=call_id, organization="demo", **MIXER)
        self.media.rooms.append(call_id)
        return answer

    @property
    def ways(self) -> tuple[int, int]:
        """The ports caller and PSAP send their audio to."""
        return self.caller.hears_from, self.psap.hears_from

    async def direct_again(self) -> None:
        await self.until(lambda: self.ways == (50000, 40000))
        await self.until(lambda: not any(a.busy for a in self.anchorings))

    @property
    def anchorings(self) -> list[Any]:
        calls = self.world.services.anchorage.calls.values()
        return [bridge.anchoring for bridge in calls if bridge.anchoring is not None]

    def steps(self) -> list[str]:
        return [str(data["step"]) for data in self.world.journal.of_kind("monitor")]

    def reasons(self) -> list[str]:
        return [str(data["why"]) for data in self.world.journal.of_kind("monitor")]

    def still_a_call(self) -> bool:
        return not self.world.journal.of_kind("ended")
