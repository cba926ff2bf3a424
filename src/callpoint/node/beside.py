"""What the node does with phones beside 911 and 933, joined: voice alerts, guards, calls back, signs of life.

Each part stands in a file of its own; here they are only made and given to each other. Nothing of it is asked by an
emergency call, and a fault of any of it costs none.
"""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Protocol

from callpoint.media.ports import PortRange
from callpoint.node import faults
from callpoint.node.call_out import CallOuts
from callpoint.node.callback_window import CallbackWindow, rebuild
from callpoint.node.calls_now import CallsNow
from callpoint.node.config import NodeConfig
from callpoint.node.control import NodeControl
from callpoint.node.dial_in import DialIn
from callpoint.node.guard_call import GuardCalls
from callpoint.node.guard_phone import GuardPhones, MediaRooms
from callpoint.node.liveness import Liveness
from callpoint.node.other_calls import OtherCalls
from callpoint.node.outbound_call import Gateway
from callpoint.node.phone_phrases import fixed_phrases
from callpoint.node.psap_callback import PsapCallbacks
from callpoint.node.psap_sources import PsapSources
from callpoint.node.recorder import Listener
from callpoint.node.services import Services
from callpoint.node.voice_line import VoiceLine
from callpoint.routing.alert_records import AlertPlan, MonitorMode
from callpoint.routing.records import Identity, Psap, Target, Trunk
from callpoint.speech.renderer import Renderer
from callpoint.transport.control import Params


class PublishedDirectory(Protocol):
    """What all of it asks of the directory (`snapshot.store.Snapshot`)."""

    @property
    def version(self) -> int: ...

    def psaps(self) -> Sequence[Psap]: ...

    def targets(self) -> tuple[Target, ...]: ...

    def trunks(self) -> Sequence[Trunk]: ...

    def person(self, organization: str, identity: str) -> Identity | None: ...

    def alert_plan(self, organization: str) -> AlertPlan | None: ...


class MediaProcess(MediaRooms, Protocol):
    """The link to the media process (`media_link.MediaLink`)."""

    def hear(self, what: str, hearer: Callable[[Params], None]) -> None: ...

    def hear_lost(self, hearer: Callable[[], None]) -> None: ...


class Beside:
    """`others`, `listeners` and `sources` are for the node and its recorder; `start`, `run` and `close` for `main`."""

    def __init__(
        self,
        config: NodeConfig,
        services: Services,
        directory: PublishedDirectory,
        renderer: Renderer,
        media: MediaProcess,
    ) -> None:
        endpoint, dialogs, recorder = services.endpoint, services.dialogs, services.recorder
        self._config = config
        self._renderer = renderer
        self._recorder = recorder
        ports = PortRange(*config.rtp_ports)
        gateway = Gateway(config.voice_gateway, config.voice_username, config.voice_password, config.voice_caller)
        line = VoiceLine(
            endpoint, dialogs, gateway, host=config.host_name, ports=ports, ring_seconds=config.ring_seconds
        )
        self.window = CallbackWindow()
        self.sources = PsapSources(directory, endpoint.resolver, endpoint.peer_names, endpoint.now)
        self.calls_now = CallsNow()
        self.guards = GuardPhones(media, renderer, recorder, lambda slug: _mode(directory.alert_plan(slug)))
        media.hear("session", self.guards.session_changed)
        media.hear("digit", self.guards.key_pressed)
        media.hear_lost(self.guards.media_lost)
        call_outs = CallOuts(line, renderer, recorder, config.max_call_outs, self.guards)
        guard_calls = GuardCalls(line, renderer, recorder, self.guards)
        self.control = NodeControl(config.data_dir / "node" / "control.sock", call_outs, guard_calls)
        self.liveness = Liveness(endpoint, directory, recorder, config.options_seconds)
        self.others: tuple[OtherCalls, ...] = (
            PsapCallbacks(services, directory, self.sources, self.window, renderer, ports),
            DialIn(endpoint, dialogs, recorder, directory, self.calls_now, self.guards, renderer, ports),
        )

    @property
    def listeners(self) -> tuple[Listener, ...]:
        """Who follows the facts of calls."""
        return self.window.note, self.calls_now.note, self.liveness.note

    async def start(self) -> None:
        """Opens the control socket. Calls go on without it, and the operator is told."""
        try:
            await self.control.start()
        except OSError as error:
            self._recorder.alarm(
                "node_control", f"Nobody can be called to be told of an alert: the control socket fails ({error})."
            )

    def work(self) -> list[Coroutine[Any, Any, None]]:
        """What runs for as long as the node does, or for a while after its start."""
        work: list[Coroutine[Any, Any, None]] = [self._told("reading the journal", self._remember())]
        if self._config.options_seconds > 0:
            work.append(self._told("asking targets for a sign of life", self.liveness.watch()))
        if self._config.voice_gateway:
            work.append(self._told("rendering what is said to people", self._render_ahead()))
        return work

    async def close(self) -> None:
        await self.control.close()
        await self.guards.close()

    async def _told(self, doing: str, work: Coroutine[Any, Any, None]) -> None:
        """A part beside the calls that died is no secret."""
        try:
            await work
        except Exception as error:  # noqa: BLE001 - whatever it was, the calls go on and somebody is told
            faults.tell(self._recorder, doing, error)

    async def _remember(self) -> None:
        await rebuild(self.window, self._config.data_dir / "node" / "journal.db")
        for call in self.window.calls():
            self.calls_now.name(call.call_id, call.person or call.device_user_id)

    async def _render_ahead(self) -> None:
        for text in fixed_phrases():
            await self._renderer.prompt(text)


def _mode(plan: AlertPlan | None) -> MonitorMode:
    return plan.monitoring.mode if plan is not None else "off"
