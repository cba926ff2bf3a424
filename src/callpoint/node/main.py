"""The node's process: opens what it needs, takes up calls of before, listens, and goes on until it is told to stop."""

import asyncio
import gc
import logging
import resource
import signal
from collections.abc import Callable
from functools import partial
from typing import Any

from callpoint.node.beside import Beside
from callpoint.node.config import NodeConfig
from callpoint.node.media_link import MediaLink
from callpoint.node.node import Node
from callpoint.node.recorder import Listener, Recorder
from callpoint.node.services import Dialogs, Services
from callpoint.node.targets_watch import watch_targets
from callpoint.node.voice import Voice
from callpoint.routing.records import Provider, Target
from callpoint.sip.timers import Timers
from callpoint.snapshot import fact_kinds
from callpoint.snapshot.boundaries import LiveBoundaries, LoadedBoundaries
from callpoint.snapshot.journal import Journal
from callpoint.snapshot.store import Snapshot
from callpoint.speech.renderer import Renderer
from callpoint.transport.endpoint import SipEndpoint
from callpoint.transport.tls import TlsFiles

try:
    import uvloop
except ImportError:  # not made for every platform; asyncio's own loop does the same, slower
    _LOOP_FACTORY: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
else:
    _LOOP_FACTORY = uvloop.new_event_loop

logger = logging.getLogger(__name__)

# Collections of the youngest objects only now and then: transactions live for 32 s and would be walked in vain.
GC_THRESHOLDS = (50_000, 20, 50)


def run(config: NodeConfig) -> None:
    """Blocks until SIGTERM or SIGINT. Raises OSError when an address cannot be bound."""
    with asyncio.Runner(loop_factory=_LOOP_FACTORY) as runner:
        runner.run(serve(config))


async def serve(config: NodeConfig, stop: asyncio.Event | None = None) -> None:
    """The node until `stop` is set (a signal sets it)."""
    stop = stop or asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    folder = config.data_dir / "node"
    folder.mkdir(parents=True, exist_ok=True)
    journal = Journal(folder / "journal.db", alarm=lambda *alarm: _tell(journal, *alarm))
    boundaries = LiveBoundaries(
        config.data_dir / "datasets",
        mapped=False,
        alarm=lambda *alarm: _tell(journal, *alarm),
        loaded_anew=_tell_boundaries,
    )
    boundaries.start()
    snapshot = Snapshot(
        folder / "snapshot.db",
        fallback=fallback_provider(config),
        boundaries=boundaries,
        alarm=lambda *alarm: _tell(journal, *alarm),
    )
    renderer = Renderer.open(folder / "prompts")
    listeners: list[Listener] = []
    recorder = Recorder(journal, listeners=listeners)
    asyncio.get_running_loop().set_exception_handler(partial(tell_fault, recorder))
    raise_descriptor_limit()
    node = Node(snapshot, recorder)
    endpoint = sip_endpoint(node, config)
    dialogs = Dialogs()
    voice = Voice(endpoint, dialogs, renderer, config.rtp_ports, config.max_read_back_calls)
    services = Services(config, endpoint, recorder, snapshot.provider, voice, dialogs)
    media = MediaLink(config.data_dir / "media" / "control.sock", services.anchorage)
    beside = Beside(config, services, snapshot, renderer, media)
    listeners.extend(beside.listeners)
    node.attach(services, beside.others, beside.sources.name_of, beside.window.arrived)
    restored = node.restore(journal.open_dialogs())
    for listen in config.listen:
        await endpoint.listen(listen.transport, listen.host, listen.port)
    logger.info("the node listens, %d calls taken up again", restored)
    await beside.start()
    names = watch_targets(snapshot, endpoint.resolver, recorder, config.gateways)
    tasks = [asyncio.create_task(one) for one in (renderer.warm_up(), names, media.run(), *beside.work())]
    _calm_collector()
    try:
        await stop.wait()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await beside.close()
        await endpoint.close()
        for part in (renderer, boundaries, snapshot, journal):
            part.close()


def sip_endpoint(node: Node, config: NodeConfig) -> SipEndpoint:
    """The node's endpoint, not yet listening. Raises OSError or ssl.SSLError for bad TLS files."""
    return SipEndpoint(
        node.on_event,
        timers=Timers(),
        tls=tls_files(config),
        advertised_host=config.advertised_host or None,
        screen=node.screen,
        on_unparsable=node.unparsable,
        new_token=node.new_token,
    )


def tell_fault(recorder: Recorder, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What nobody else caught: into the log as ever, and before the operator's eyes."""
    loop.default_exception_handler(context)
    recorder.alarm("internal_fault", f"{context.get('message', 'A fault')} The log has its trace; calls go on.")


def raise_descriptor_limit() -> None:
    """As many sockets as the system lets this process have: the usual 1024 are a flood of connections away."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        except (OSError, ValueError) as error:
            logger.warning("the limit of open files stays at %d: %s", soft, error)


def tls_files(config: NodeConfig) -> TlsFiles | None:
    """None when no TLS is configured: then no `sips:` target can be reached either, and doctor says so."""
    if config.tls_certificate is None:
        return None
    return TlsFiles(config.tls_certificate, config.tls_key, config.tls_authorities)


def fallback_provider(config: NodeConfig) -> Provider:
    """The relay center to use while no snapshot was ever seen (promise 2)."""
    targets = tuple(Target("relay center", uri, "i3", "relay_center") for uri in config.fallback_relay)
    return Provider(relay_center=targets, name="")


def _tell(journal: Journal, name: str, text: str, cleared: bool) -> None:
    """An alarm of the snapshot or the journal: into the log at once, and into the journal when it can."""
    logger.log(
        logging.WARNING if cleared else logging.CRITICAL, "%s %s: %s", "cleared" if cleared else "ALARM", name, text
    )
    journal.append("", "", fact_kinds.ALARM, {"alarm": name, "text": text, "cleared": cleared})


def _tell_boundaries(loaded: LoadedBoundaries) -> None:
    logger.info(
        "%d service boundaries are ready: read in %.1f s, warmed in %.1f s",
        len(loaded.index),
        loaded.read_seconds,
        loaded.warm_seconds,
    )


def _calm_collector() -> None:
    """What was made so far stays: the collector need not look at it again (measured: p99 of 206 ms fell to 39 ms)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
