"""The world of `world.py` with a media process that only signals, and two parties whose descriptions are real ones."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from callpoint.node.media_link import MediaLink
from callpoint.node.sdp_memory import sdp_of
from callpoint.sip.dialog import Dialog
from callpoint.sip.events import RequestReceived
from callpoint.sip.message import Request
from callpoint.sip.sdp import Media, Sdp
from callpoint.transport.control import ControlError, ControlServer, Params, Peer
from tests.node.world import Actor, World

HOST = "127.0.0.1"
MIXER = {"caller": {"host": HOST, "port": 6000}, "psap": {"host": HOST, "port": 6002}}
MIXED, DIRECT = (6000, 6002), (50000, 40000)  # where the caller and the PSAP send their audio
EVENTS = "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"


@dataclass
class FakeMedia:
    """Listens at `media/control.sock` under a folder; keeps what the node tells. `rooms` is what it says it holds."""

    folder: Path
    told: list[tuple[str, Params]] = field(default_factory=list)
    rooms: list[str] = field(default_factory=list)
    hangs: bool = False
    refuses: bool = False  # pings
    pings: int = 0

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
            self.pings += 1
            while self.hangs:
                await asyncio.sleep(0.01)
            if self.refuses:
                raise ControlError("ping is not served here")

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
        self.offered: list[bytes] = []  # all descriptions it got, also those it refused
        self.heard: list[bytes] = []  # those that hold
        self.refusals: list[int] = []  # what it answers the next re-INVITEs with
        self.answers: list[bytes] = []  # what it answers the next offers with, in place of its usual answer
        self.headers: dict[str, str] = {}  # of its answers
        self.rewrite: Callable[[bytes], bytes] = lambda body: body  # what becomes of all it says
        self.silent = False
        self.unanswered: list[RequestReceived] = []
        self.dialog: Dialog
        actor.on_invite = self._on_invite

    def describe(self, codecs: str = "") -> bytes:
        """What it offers now."""
        return self.rewrite(self._described(codecs or self.codecs, self.direction))

    def _described(self, codecs: str, direction: str) -> bytes:
        self.version += 1
        return (
            f"v=0\r\no={self.name} 77 {self.version} IN IP4 {HOST}\r\ns=-\r\nc=IN IP4 {HOST}\r\nt=0 0\r\n"
            f"m=audio {self.port} RTP/AVP {codecs}\r\n{EVENTS if '101' in codecs else ''}a={direction}\r\n"
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
        lines = [line for body in self.offered for line in body.decode().split("\r\n") if line.startswith("o=")]
        return [(" ".join(line.split()[:2]), line.split()[2]) for line in lines]

    def versions_go_up(self) -> None:
        """RFC 3264 §8: one session, and each version one higher than the last unless the words are the same."""
        seen = self.versions
        assert len({session for session, _ in seen}) == 1, seen
        for (before, after), (old, new) in zip(pairwise(self.offered), pairwise(seen), strict=True):
            assert int(new[1]) - int(old[1]) == (0 if before == after else 1), seen

    def take(self, body: bytes) -> None:
        if body:
            self.offered.append(body)
            self.heard.append(body)

    def answer_now(self) -> None:
        """Answers the re-INVITE it had left unanswered."""
        self.silent = False
        while self.unanswered:
            self._on_invite(self.actor, self.unanswered.pop(0))

    def _on_invite(self, actor: Actor, event: RequestReceived) -> None:
        if self.silent:
            self.unanswered.append(event)
            return
        if self.refusals:
            self.offered.append(sdp_of(event.request) or b"")
            status = self.refusals.pop(0)
            actor.endpoint.respond(event.tx, event.tx.response(status))
            return
        offer = sdp_of(event.request) or b""
        self.take(offer)
        if not offer:
            answer = self.describe()
        elif self.answers:
            answer = self.answers.pop(0)
        else:
            answer = self.answer(offer)
        actor.say(200, event.tx, body=answer, **self.headers)

    def answer(self, offer: bytes) -> bytes:
        """The first speech codec of ours that was offered, and digits; the direction turned round."""
        offered = Sdp.parse(offer).media[0]
        kept = [text for text in offered.formats if text in self.codecs.split()]
        speech = [text for text in kept if text != "101"][:1]
        turned = {"sendonly": "recvonly", "recvonly": "sendonly"}.get(offered.direction, offered.direction)
        codecs = " ".join(speech + [text for text in kept if text == "101"])
        described = self._described(codecs, turned if self.direction == "sendrecv" else self.direction)
        return self.rewrite(_as_many(described, offer))

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

    def party(self, side: str) -> Party:
        return self.caller if side == "caller" else self.psap

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

    def start_linking(self) -> None:
        self.link = MediaLink(self.world.folder / "media" / "control.sock", self.world.services.anchorage)
        self._task = asyncio.create_task(self.link.run())

    async def start_link(self) -> None:
        self.start_linking()
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

    async def late_offer_call(self) -> str:
        """A call whose INVITE had no SDP."""
        invite = self.world.invite()
        invite.body = b""
        invite.remove("Content-Type")
        tx = self.world.phone.endpoint.request(invite, self.world.hop)
        ok = await self.world.phone.response(200)
        self.caller.take(ok.body)
        self.caller.dialog = Dialog.as_caller(tx.request, ok, self.world.hop)
        ack = self.caller.dialog.request("ACK", cseq=1)
        ack.set("Content-Type", "application/sdp")
        ack.body = self.caller.answer(ok.body)
        self.world.phone.endpoint.acknowledge(tx, ack, self.world.hop)
        await self.until(lambda: self.world.psap.acks)
        self.psap.take(self.world.psap.acks[0].body)
        [call_id] = self.world.services.anchorage.calls
        return call_id

    async def anchored(self, invite: Request | None = None) -> str:
        call_id = await self.call(invite)
        await self.anchor(call_id)
        return call_id

    async def refused(self, call_id: str) -> str:
        """Why the media process does not get the call; whoever had moved is back."""
        with pytest.raises(ControlError) as refused:
            await self.media.ask("anchor", call_id=call_id, organization="demo", **MIXER)
        return str(refused.value)

    def begin(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """`work`, beside the test; to be awaited by it."""
        task = asyncio.create_task(work)
        self._stack.callback(task.cancel)
        return task

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


def _as_many(answer: bytes, offer: bytes) -> bytes:
    """RFC 3264 §6: as many m= sections as the offer has, turned off where the offer's is."""
    offered = Sdp.parse(offer).media
    head, *sections = answer.decode().split("m=")
    for at, media in enumerate(offered):
        if at >= len(sections):
            sections.append(f"{media.kind} 0 {media.protocol} {' '.join(media.formats)}\r\n")
        elif not media.port:
            kind, _, rest = sections[at].split(" ", 2)
            sections[at] = f"{kind} 0 {rest}"
    return "m=".join([head, *sections]).encode()
