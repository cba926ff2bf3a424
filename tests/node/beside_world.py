"""The world of `world`, with all that the node does beside 911: a voice gateway, a media process that only answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from callpoint.media.media_port import MediaPort
from callpoint.media.ports import PortRange
from callpoint.node.audio_leg import far_audio
from callpoint.node.beside import Beside
from callpoint.node.recorder import Listener, Recorder
from callpoint.routing.alert_records import AlertPlan, Monitoring
from callpoint.routing.records import Psap, Target, Trunk
from callpoint.sip.dialog import Dialog
from callpoint.sip.events import RequestReceived
from callpoint.sip.message import Request
from callpoint.speech.engine import ToneEngine
from callpoint.speech.prompt_cache import PromptCache
from callpoint.speech.renderer import Renderer
from callpoint.transport.control import ControlError, LinkLostError
from tests.node.world import SDP, Actor, World

PORTS = PortRange(22000, 22199)
GATEWAY_NUMBER = "+18025550177"


@dataclass
class MediaStandIn:
    """Answers like the media process, and keeps what it was asked. `trouble` is what it refuses everything with."""

    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    hearers: dict[str, Callable[[dict[str, Any]], None]] = field(default_factory=dict)
    lost: list[Callable[[], None]] = field(default_factory=list)
    port: int = 0
    trouble: ControlError | None = None
    gone: bool = False

    def hear(self, what: str, hearer: Callable[[dict[str, Any]], None]) -> None:
        self.hearers[what] = hearer

    def hear_lost(self, hearer: Callable[[], None]) -> None:
        self.lost.append(hearer)

    async def ask(self, method: str, seconds: float = 5.0, **params: Any) -> dict[str, Any]:
        self.asked.append((method, params))
        if self.gone:
            raise LinkLostError("nobody answers at control.sock")
        if self.trouble is not None:
            raise self.trouble
        return {"session": "S1", "host": "127.0.0.1", "port": self.port} if method == "seat_phone" else {}

    def params_of(self, method: str) -> list[dict[str, Any]]:
        return [params for name, params in self.asked if name == method]

    def tell(self, what: str, **params: Any) -> None:
        self.hearers[what](params)

    def die(self) -> None:
        self.gone = True
        for hearer in self.lost:
            hearer()


class BesideWorld(World):
    """`gateway` is who call-outs reach; `beside` what the node does beside 911. Trunk "main" is the phone's."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.media = MediaStandIn()
        self.beside: Beside
        self.plan: AlertPlan | None = None
        self.psap_list: tuple[Psap, ...] = ()
        self.version = 1
        self.voice: dict[str, Any] = {}

    async def __aenter__(self) -> "BesideWorld":
        self.gateway = await self.actor("gateway")
        await super().__aenter__()
        return self

    async def start_node(self, port: int = 0, **settings: Any) -> None:
        await super().start_node(port, **settings)
        listeners: list[Listener] = []
        recorder = Recorder(self.journal, listeners=listeners)
        self.services.recorder = recorder
        self.node._recorder = recorder
        config = replace(
            self.services.config,
            rtp_ports=(22200, 22399),
            ring_seconds=5.0,
            **{"voice_gateway": f"sip:127.0.0.1:{self.gateway.port};transport=udp", **self.voice},
        )
        renderer = Renderer(PromptCache(self.folder / "prompts"), [ToneEngine()])
        self._stack.callback(renderer.close)
        self.beside = Beside(config, self.services, self, renderer, self.media)
        self._stack.push_async_callback(self.beside.close)
        listeners.extend(self.beside.listeners)
        self.node.attach(self.services, self.beside.others, self.beside.sources.name_of, self.beside.window.arrived)

    # --- the directory as `beside` asks it

    def psaps(self) -> Sequence[Psap]:
        return self.psap_list or ((self.view.psap,) if self.view.psap is not None else ())

    def targets(self) -> tuple[Target, ...]:
        return tuple(target for psap in self.psaps() for target in psap.targets) + self.view.relay

    def trunks(self) -> Sequence[Trunk]:
        return self.view.trunk_list

    def person(self, organization: str, identity: str) -> Any:
        return self.view.person(organization, identity)

    def alert_plan(self, organization: str) -> AlertPlan | None:
        return self.plan if self.plan is not None and self.plan.organization == organization else None

    def monitoring(self, **changes: Any) -> None:
        """What the organization lets guards do."""
        self.plan = AlertPlan("demo", monitoring=Monitoring(**{"mode": "join", **changes}))

    async def forgotten(self) -> None:
        """Waits until no dialog, task or attempt is kept; transactions live on for a while."""
        await self.phone.until(lambda: not any(self.kept_of_calls().values()))

    def kept_of_calls(self) -> dict[str, object]:
        return {name: count for name, count in self.kept().items() if name not in ("transactions", "timers")}

    def facts(self, kind: str) -> list[dict[str, Any]]:
        return self.journal.of_kind(kind)


class AnsweringPhone:
    """Whoever picks up behind the gateway, with real audio."""

    def __init__(self, actor: Actor, port: MediaPort) -> None:
        self.actor = actor
        self.port = port
        self.heard = bytearray()
        port.on_audio = self.heard.extend
        self.dialog: Dialog
        self.event: RequestReceived
        self.reinvites: list[Request] = []
        self.refuses_reinvites = False

    @classmethod
    async def behind(cls, actor: Actor) -> "AnsweringPhone":
        phone = cls(actor, await MediaPort.open("127.0.0.1", PORTS))
        actor.on_invite = phone.take
        return phone

    def take(self, actor: Actor, event: RequestReceived) -> None:
        """180 and 200 at once; a re-INVITE moves its audio where it is told."""
        if event.request.to.tag is not None:
            self.reinvites.append(event.request)
            if self.refuses_reinvites:
                actor.endpoint.respond(event.tx, event.tx.response(488))
                return
        else:
            self.event = event
            actor.say(180, event.tx)
        ok = actor.say(200, event.tx, body=self.sdp())
        if event.request.to.tag is None:
            self.dialog = Dialog.as_callee(event.request, ok, event.source)
        self.hear(event.request)

    def sdp(self) -> bytes:
        return SDP.replace(b"40000", str(self.port.local.port).encode())

    def hear(self, request: Request) -> None:
        far = far_audio(request)
        self.port.set_remote(far.host, far.port, far.payload_type, far.event_type)
        self.port.start()

    def press(self, digits: str) -> None:
        self.port.send_digits(digits)

    def press_by_info(self, digit: str) -> None:
        body = f"Signal={digit}\r\nDuration=160\r\n".encode()
        self.actor.send(self.dialog, "INFO", self.event.source, body=body, Content_Type="application/dtmf-relay")

    def hang_up(self) -> None:
        self.actor.send(self.dialog, "BYE", self.event.source)

    def close(self) -> None:
        self.port.close()


def told_states(told: Sequence[Mapping[str, Any]]) -> list[str]:
    return [str(step["state"]) for step in told]
