"""A small world around one node: a phone, PSAPs and a relay center on loopback, all over real sockets.

The actors are plain `SipEndpoint`s with scripts; the node is the real one with a directory in memory.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from callpoint.i3.civic import Civic
from callpoint.node.config import NodeConfig
from callpoint.node.node import Node
from callpoint.node.recorder import Recorder
from callpoint.node.services import Dialogs, Services
from callpoint.node.voice import Voice
from callpoint.routing.identity import near_miss_key
from callpoint.routing.records import Identity, LocationRecord, Organization, Provider, Psap, Target, Trunk
from callpoint.sip.events import AckReceived, CancelReceived, Event, RequestReceived, ResponseReceived
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request, Response
from callpoint.sip.timers import Timers
from callpoint.speech.engine import ToneEngine
from callpoint.speech.prompt_cache import PromptCache
from callpoint.speech.renderer import Renderer
from callpoint.transport.endpoint import SipEndpoint, token

SDP = (
    b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    b"m=audio 40000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"
)
ANSWER_SDP = SDP.replace(b"40000", b"50000")
MONTPELIER = Civic(country="US", A1="VT", A3="Montpelier", RD="State", STS="Street", HNO="115", FLR="2", PC="05633")
SECONDS = 5.0  # how long a test waits for something that takes milliseconds


@dataclass
class MemoryJournal:
    """The journal's face, in a list."""

    facts: list[tuple[str, str, str, dict[str, Any]]] = field(default_factory=list)
    dialogs: dict[str, str] = field(default_factory=dict)

    def append(self, call_id: str, organization: str, kind: str, data: Mapping[str, Any]) -> None:
        self.facts.append((call_id, organization, kind, dict(data)))

    def save_dialogs(self, call_id: str, state: str) -> None:
        self.dialogs[call_id] = state

    def close_dialogs(self, call_id: str) -> None:
        self.dialogs.pop(call_id, None)

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        return [data for _, _, name, data in self.facts if name == kind]

    @property
    def kinds(self) -> list[str]:
        return [kind for _, _, kind, _ in self.facts]


@dataclass
class MemoryView:
    """A directory in memory."""

    relay: tuple[Target, ...] = ()
    psap: Psap | None = None
    people: dict[str, Identity] = field(default_factory=dict)
    trunk_list: tuple[Trunk, ...] = ()

    def organization(self, slug: str) -> Organization | None:
        return Organization("demo", "Demo") if slug == "demo" else None

    def person(self, organization: str, identity: str) -> Identity | None:
        return self.people.get(identity)

    def near_misses(self, organization: str, identity: str) -> Sequence[str]:
        return [known for known in self.people if near_miss_key(known) == near_miss_key(identity)]

    def provider(self) -> Provider:
        return Provider(relay_center=self.relay, unregistered_fee="100.00", name="Test provider")

    def trunks(self) -> Sequence[Trunk]:
        return self.trunk_list

    def psap_for(self, civic: object, shape: object) -> Psap | None:
        return self.psap


class Actor:
    """One SIP peer. `requests` and `responses` hold what came; `on_invite` is its script for calls."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.requests: list[Request] = []
        self.responses: list[Response] = []
        self.acks: list[Request] = []
        self.cancels = 0
        self.obeys_cancel = True
        self.on_invite: Callable[[Actor, RequestReceived], None] = answer
        self.on_other: Callable[[Actor, RequestReceived], None] = agree
        self._news = asyncio.Event()
        self.endpoint = SipEndpoint(self._event, timers=Timers(t1=0.1))
        self.port = 0

    async def open(self, transport: str = "udp", host: str = "127.0.0.1") -> "Actor":
        self.port = await self.endpoint.listen(transport, host, 0)  # type: ignore[arg-type]
        return self

    def _event(self, event: Event) -> None:
        if isinstance(event, RequestReceived):
            self.requests.append(event.request)
            (self.on_invite if event.request.method == "INVITE" else self.on_other)(self, event)
        elif isinstance(event, ResponseReceived):
            self.responses.append(event.response)
        elif isinstance(event, AckReceived):
            self.acks.append(event.request)
        elif isinstance(event, CancelReceived):
            self.cancels += 1
            if self.obeys_cancel and not event.invite_tx.answered:
                self.endpoint.respond(event.invite_tx, event.invite_tx.response(487))
        self._news.set()

    async def until(self, condition: Callable[[], object], seconds: float = SECONDS) -> None:
        """Waits for `condition`; fails the test with what was seen when it does not come true."""
        try:
            async with asyncio.timeout(seconds):
                while not condition():
                    self._news.clear()
                    waiter = asyncio.ensure_future(self._news.wait())
                    await asyncio.wait({waiter}, timeout=0.02)
                    waiter.cancel()
        except TimeoutError:
            seen = [request.start_line for request in self.requests] + [r.start_line for r in self.responses]
            raise AssertionError(f"{self.name} waited in vain; it saw {seen}") from None

    async def response(self, status: int) -> Response:
        await self.until(lambda: any(r.status == status for r in self.responses))
        return next(r for r in self.responses if r.status == status)

    async def request(self, method: str) -> Request:
        await self.until(lambda: any(r.method == method for r in self.requests))
        return next(r for r in self.requests if r.method == method)


def answer(actor: Actor, event: RequestReceived) -> None:
    """180, then 200 with audio."""
    contact = actor.endpoint.contact(actor.name, event.source)
    ringing = event.tx.response(180)
    ringing.set("Contact", contact)
    actor.endpoint.respond(event.tx, ringing)
    ok = event.tx.response(200)
    ok.set("Contact", contact)
    if not event.request.has("X-No-Answer-Body"):
        ok.set("Content-Type", "application/sdp")
        ok.body = ANSWER_SDP
    actor.endpoint.respond(event.tx, ok)


def refuse_with(status: int) -> Callable[[Actor, RequestReceived], None]:
    def script(actor: Actor, event: RequestReceived) -> None:
        actor.endpoint.respond(event.tx, event.tx.response(status))

    return script


def ring(actor: Actor, event: RequestReceived) -> None:
    ringing = event.tx.response(180)
    ringing.set("Contact", actor.endpoint.contact(actor.name, event.source))
    actor.endpoint.respond(event.tx, ringing)


def stay_silent(actor: Actor, event: RequestReceived) -> None:
    """Not even a 100 (the layer would send one): what is queued is thrown away."""
    actor.endpoint._layer.take_outgoing()


def agree(actor: Actor, event: RequestReceived) -> None:
    ok = event.tx.response(200)
    actor.endpoint.respond(event.tx, ok)


class World:
    """One node, one phone, one PSAP, one relay center."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.journal = MemoryJournal()
        self.view = MemoryView()
        self.node: Node
        self.endpoint: SipEndpoint
        self.services: Services
        self.hop: Hop
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> "World":
        self.psap = await self.actor("psap")
        self.relay = await self.actor("relay")
        self.phone = await self.actor("phone")
        self.view.psap = Psap("Montpelier dispatch", (Target("psap", f"sip:127.0.0.1:{self.psap.port};transport=udp"),))
        self.view.relay = (Target("relay", f"sip:127.0.0.1:{self.relay.port};transport=udp", "i3", "relay_center"),)
        self.view.people["E1001"] = Identity(
            "demo",
            "device_user_id",
            "E1001",
            name="Ada Example",
            callback_number="+18025550101",
            assigned_location=LocationRecord("1", MONTPELIER, point=(44.26, -72.58), verdict="valid", dataset="test"),
        )
        self.view.trunk_list = (Trunk("main", "demo", source_networks=("127.0.0.1/32", "::1/128")),)
        await self.start_node()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def actor(self, name: str, transport: str = "udp") -> Actor:
        actor = Actor(name)
        self._stack.push_async_callback(actor.endpoint.close)
        return await actor.open(transport)

    async def start_node(self, port: int = 0, reroute: float = 0.3) -> None:
        config = NodeConfig(
            data_dir=self.folder, listen=(), host_name="node.example", reroute_seconds=reroute, stranger_rate=5.0
        )
        recorder = Recorder(self.journal)  # type: ignore[arg-type]
        self.node = Node(self.view, recorder)
        self.endpoint = SipEndpoint(
            self.node.on_event, timers=Timers(t1=0.1), screen=self.node.screen, on_unparsable=self.node.unparsable
        )
        dialogs = Dialogs()
        renderer = Renderer(PromptCache(self.folder / "prompts"), [ToneEngine()])
        voice = Voice(self.endpoint, dialogs, renderer, (20000, 20199), 3)
        self.services = Services(config, self.endpoint, recorder, self.view.provider, voice, dialogs)
        self.node.attach(self.services)
        self._stack.push_async_callback(self.endpoint.close)
        self._stack.callback(renderer.close)
        bound = await self.endpoint.listen("udp", "127.0.0.1", port)
        self.hop = Hop("udp", "127.0.0.1", bound)

    def invite(self, uri: str = "sip:911@callpoint.example", identity: str | None = "E1001", **headers: str) -> Request:
        """An INVITE as a contact-center platform sends it."""
        invite = Request("INVITE", uri)
        invite.extend([("Max-Forwards", "70"), ("From", f"<sip:agent@corp.example>;tag={token()}"), ("To", f"<{uri}>")])
        invite.extend([("Call-ID", f"{token()}@corp.example"), ("CSeq", "1 INVITE")])
        invite.add("Contact", self.phone.endpoint.contact("agent", self.hop))
        if identity is not None:
            invite.add("X-Employee-ID", identity)
        for name, value in headers.items():
            invite.add(name.replace("_", "-"), value)
        invite.set("Content-Type", "application/sdp")
        invite.body = SDP
        return invite
