"""A small world around one node: a phone, PSAPs and a relay center on loopback, all over real sockets.

The actors are plain `SipEndpoint`s with scripts; the node is the real one with a directory in memory.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from callpoint.i3.civic import Civic
from callpoint.i3.shapes import Shape
from callpoint.node.config import NodeConfig
from callpoint.node.node import Node
from callpoint.node.recorder import Recorder
from callpoint.node.services import Dialogs, Services
from callpoint.node.voice import Voice
from callpoint.routing.identity import near_miss_key
from callpoint.routing.records import Identity, LocationRecord, Organization, Provider, Psap, Target, Trunk
from callpoint.routing.served_by import NO_BOUNDARIES, BoundaryAnswer
from callpoint.sip.dialog import Dialog
from callpoint.sip.events import (
    AckReceived,
    CancelReceived,
    ClientTransaction,
    Event,
    RequestReceived,
    ResponseReceived,
    ServerTransaction,
)
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request, Response
from callpoint.sip.timers import Timers
from callpoint.speech.engine import ToneEngine
from callpoint.speech.prompt_cache import PromptCache
from callpoint.speech.renderer import Renderer
from callpoint.transport.endpoint import SipEndpoint, token
from callpoint.transport.tls import TlsFiles

SDP = (
    b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    b"m=audio 40000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"
)
ANSWER_SDP = SDP.replace(b"40000", b"50000")
MONTPELIER = Civic(country="US", A1="VT", A3="Montpelier", RD="State", STS="Street", HNO="115", FLR="2", PC="05633")
QUICK = Timers(t1=0.005, t2=0.04, t4=0.02, timer_d=0.05)  # 64*T1 is 0.32 s: for what must be seen to end
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

    def psap_by_boundary(self, shape: Shape, at: str) -> BoundaryAnswer:
        return NO_BOUNDARIES

    def psap_for(self, civic: object, shape: object) -> Psap | None:
        return self.psap


class Actor:
    """One SIP peer. `requests` and `responses` hold what came; `on_invite` is its script for calls."""

    def __init__(self, name: str, timers: Timers | None = None, tls: TlsFiles | None = None) -> None:
        self.name = name
        self.invites: list[ServerTransaction] = []
        self.requests: list[Request] = []
        self.responses: list[Response] = []
        self.acks: list[Request] = []
        self.cancels = 0
        self.obeys_cancel = True
        self.on_invite: Callable[[Actor, RequestReceived], None] = answer
        self.on_other: Callable[[Actor, RequestReceived], None] = agree
        self._news = asyncio.Event()
        self.endpoint = SipEndpoint(self._event, timers=timers or Timers(t1=0.1), tls=tls)
        self.port = 0

    async def open(self, transport: str = "udp", host: str = "127.0.0.1") -> "Actor":
        self.port = await self.endpoint.listen(transport, host, 0)  # type: ignore[arg-type]
        return self

    def _event(self, event: Event) -> None:
        if isinstance(event, RequestReceived):
            self.requests.append(event.request)
            if event.request.method == "INVITE":
                self.invites.append(event.tx)
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

    async def request(self, method: str, number: int = 1) -> Request:
        """The first request of that method, or another by its number."""
        await self.until(lambda: len(self.of_method(method)) >= number)
        return self.of_method(method)[number - 1]

    async def answer_to(self, method: str, number: int = 1) -> Response:
        """The final answer to our first request of that method, or to another by its number."""
        await self.until(lambda: len(self.finals(method)) >= number)
        return self.finals(method)[number - 1]

    def of_method(self, method: str) -> list[Request]:
        return [request for request in self.requests if request.method == method]

    def finals(self, method: str) -> list[Response]:
        return [r for r in self.responses if r.cseq.method == method and r.status >= 200]

    def say(self, status: int, tx: ServerTransaction | None = None, body: bytes = b"", **headers: str) -> Response:
        """A response to `tx`, else to the last INVITE, as this peer's own dialog; `X_Name` stands for `X-Name`."""
        tx = tx or self.invites[-1]
        response = tx.response(status)
        response.set("Contact", self.endpoint.contact(self.name, tx.source))
        for name, value in headers.items():
            response.set(name.replace("_", "-"), value)
        if body:
            response.set("Content-Type", "application/sdp")
            response.body = body
        self.endpoint.respond(tx, response)
        return response

    def send(self, dialog: Dialog, method: str, hop: Hop, body: bytes = b"", **headers: str) -> ClientTransaction:
        """A request inside `dialog`; `body` is SDP unless `Content_Type` says otherwise."""
        request = dialog.request(method)
        for name, value in headers.items():
            request.set(name.replace("_", "-"), value)
        if body:
            if not request.has("Content-Type"):
                request.set("Content-Type", "application/sdp")
            request.body = body
        return self.endpoint.request(request, hop)


@dataclass
class Talk:
    """An answered call: the caller's INVITE, the answer the caller got, and the dialog of each end."""

    invite: Request
    ok: Response
    tx: ClientTransaction
    phone: Dialog
    psap: Dialog


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
        self.started = 0.0
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

    async def actor(
        self,
        name: str,
        transport: str = "udp",
        host: str = "127.0.0.1",
        timers: Timers | None = None,
        tls: TlsFiles | None = None,
    ) -> Actor:
        actor = Actor(name, timers, tls)
        self._stack.push_async_callback(actor.endpoint.close)
        return await actor.open(transport, host)

    async def restart_node(self, **settings: Any) -> None:
        """Another node at the same port, as after kill -9: what it knows is in the journal alone."""
        port = self.hop.port
        await self.endpoint.close()
        await self.start_node(port, **settings)

    async def start_node(
        self,
        port: int = 0,
        reroute: float = 0.3,
        timers: Timers | None = None,
        tls: TlsFiles | None = None,
        rtp_ports: tuple[int, int] = (20000, 20199),
    ) -> None:
        config = NodeConfig(
            data_dir=self.folder, listen=(), host_name="node.example", reroute_seconds=reroute, stranger_rate=5.0
        )
        recorder = Recorder(self.journal)  # type: ignore[arg-type]
        self.node = Node(self.view, recorder)
        self.endpoint = SipEndpoint(
            self.node.on_event,
            timers=timers or Timers(t1=0.1),
            tls=tls,
            screen=self.node.screen,
            on_unparsable=self.node.unparsable,
            new_token=self.node.new_token,
        )
        dialogs = Dialogs()
        renderer = Renderer(PromptCache(self.folder / "prompts"), [ToneEngine()])
        voice = Voice(self.endpoint, dialogs, renderer, rtp_ports, 3)
        self.services = Services(config, self.endpoint, recorder, self.view.provider, voice, dialogs)
        self.node.attach(self.services)
        self.started = self.endpoint.now()
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

    async def listen(self, transport: str, host: str = "127.0.0.1") -> Hop:
        """One more address of the node; the hop to it."""
        return Hop(transport, host, await self.endpoint.listen(transport, host, 0))  # type: ignore[arg-type]

    def aim(self, uri: str, profile: str = "i3") -> None:
        """The PSAP has that one target only."""
        self.view.psap = Psap("Montpelier dispatch", (Target("psap", uri, profile),))  # type: ignore[arg-type]

    async def established(self, invite: Request | None = None, hop: Hop | None = None) -> Talk:
        """A call that was answered and acknowledged."""
        invite, hop = invite or self.invite(), hop or self.hop
        calls = len(self.psap.of_method("INVITE"))
        tx = self.phone.endpoint.request(invite, hop)
        ok = await self.phone.response(200)
        phone = Dialog.as_caller(tx.request, ok, hop)
        self.phone.endpoint.acknowledge(tx, phone.request("ACK", cseq=invite.cseq.number), hop)
        await self.psap.until(lambda: self.psap.acks)
        arrived = self.psap.of_method("INVITE")[calls]
        psap = Dialog.as_callee(arrived, arrived.response(200, to_tag=self.psap.acks[0].to.tag))
        return Talk(invite, ok, tx, phone, psap)

    async def nothing_left(self, seconds: float = SECONDS) -> None:
        """Waits until the node keeps nothing of any call; fails with what it keeps."""
        with suppress(AssertionError):
            await self.phone.until(lambda: not any(self.kept().values()), seconds)
        assert not any(self.kept().values()), self.kept()

    def kept(self) -> dict[str, object]:
        return {
            "transactions": len(self.endpoint._layer),
            "timers": self.endpoint._layer.timers_running,
            "dialogs": len(self.services.dialogs),
            "call ids": len(self.services.dialogs._call_ids),
            "dialling": len(self.services.dialling_call_ids),
            "tests": len(self.services.voice._tests),
            "tasks": len(self.endpoint._tasks),
            "saved": len(self.journal.dialogs),
        }
