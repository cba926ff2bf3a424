"""Starts a whole installation and keeps it: `callpoint up`, and with the lab and a sample, `callpoint demo`.

The node comes first and waits for nothing: with the central database away it serves from its last snapshot. The
database is brought up to date beside it, tried again until that works; only then web and worker start.
"""

import asyncio
import contextlib
import datetime
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from callpoint.media.control_place import control_socket
from callpoint.ops.backoff import DELAYS, NODE_DELAYS
from callpoint.ops.config import Address, Config
from callpoint.ops.data_dir import operator_token, sole_installation
from callpoint.ops.errors import OperatorError
from callpoint.ops.explain_command import plan_for
from callpoint.ops.ports import require_free_ports
from callpoint.ops.probes import control_answers, http_answers, sip_answers
from callpoint.ops.sample import SLUG, psap_uri
from callpoint.ops.self_signed import ensure_certificate
from callpoint.ops.supervisor import ProcessPlan, Say, Supervisor, run_child

READY_POLL_SECONDS = 0.2
PREPARE_AGAIN_SECONDS = 5.0


@dataclass(frozen=True)
class Installation:
    """What to start. `config_file` is handed on to the children, `sample` makes the organization `demo`."""

    config: Config
    config_file: Path | None = None
    ready_file: Path | None = None
    with_lab: bool = False
    sample: bool = False
    admin: tuple[str, str] | None = None  # e-mail and password told in the ready file

    def command(self, name: str, *more: str) -> tuple[str, ...]:
        """How a child is started: the same program, data directory and configuration."""
        words = [sys.executable, "-m", "callpoint", name, "--data", str(self.config.data)]
        words += ["--port-offset", str(self.config.port_offset)]
        if self.config_file is not None:
            words += ["--config", str(self.config_file)]
        return (*words, *more)

    def plan(self, name: str) -> ProcessPlan:
        delays = NODE_DELAYS if name == "node" else DELAYS
        return ProcessPlan(name, self.command(name), self._environment(name), delays)

    def _environment(self, name: str) -> dict[str, str]:
        """What the lab stands in for, for those who ask: the node calls, the dispatcher hands calls out to it."""
        if not self.with_lab or name not in ("node", "dispatcher"):
            return {}
        of_the_lab = {}
        if name == "node" and not self.config.sip.fallback_relay:
            of_the_lab["CALLPOINT_SIP_FALLBACK_RELAY"] = f"sip:911@{self.config.relay_sip}"
        if not self.config.voice.gateway:
            of_the_lab["CALLPOINT_VOICE_GATEWAY"] = f"sip:{self.config.phone_sip}"
        return of_the_lab

    def ready_document(self) -> dict[str, Any]:
        """What `--ready-file` gets (the shape is fixed: scripts of users read it)."""
        config = self.config
        addresses = {name: _first(getattr(config.sip, name)) for name in ("udp", "tcp", "tls")}
        document: dict[str, Any] = {"web": config.web_url, "streams": config.streams_url}
        document |= {"sip": addresses["udp"] or addresses["tcp"], "sips": addresses["tls"]}
        if self.with_lab:
            document |= {"lab": config.lab_url, "psap_sip": str(config.psap_sip), "relay_sip": str(config.relay_sip)}
        if self.admin is not None:
            document["admin"] = {"email": self.admin[0], "password": self.admin[1]}
        if self.sample:
            document["organization"] = SLUG
        return document


def _first(addresses: tuple[Address, ...]) -> str | None:
    return str(addresses[0]) if addresses else None


async def run_installation(
    installation: Installation, say: Say, stop: asyncio.Event, on_ready: Callable[[dict[str, Any]], None]
) -> None:
    """Starts everything, tells `on_ready` once all of it answers, and stops it all when `stop` is set.

    Raises OperatorError when a port is taken or the data directory is in use; nothing has been started then.
    """
    config = installation.config
    require_free_ports(config, installation.with_lab)
    with sole_installation(config.data):
        make_ready_to_start(config, say)
        await _kept_until(stop, installation, say, on_ready)


async def _kept_until(
    stop: asyncio.Event, installation: Installation, say: Say, on_ready: Callable[[dict[str, Any]], None]
) -> None:
    if installation.ready_file is not None:
        installation.ready_file.unlink(missing_ok=True)
    supervisor = Supervisor(say)
    first = ["node", "media", "dispatcher"] + (["lab"] if installation.with_lab else [])
    supervisor.keep([installation.plan(name) for name in first])
    rest = asyncio.create_task(_start_rest(installation, supervisor, say, on_ready))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({stopping, rest}, return_when=asyncio.FIRST_COMPLETED)
        if rest.done():
            rest.result()  # an error while starting the rest ends everything, and is told
        await stopping
    finally:
        rest.cancel()
        stopping.cancel()
        await asyncio.gather(rest, stopping, return_exceptions=True)
        await supervisor.stop()
        if installation.ready_file is not None:
            installation.ready_file.unlink(missing_ok=True)


def make_ready_to_start(config: Config, say: Say) -> None:
    """The files every process expects: the operator token, and a certificate where none is configured."""
    operator_token(config.data)
    if not config.sip.tls or config.sip.tls_certificate is not None:
        return
    certificate, key = config.tls_files
    names = {config.sip.advertised_host or "localhost", config.sip.host_name, "localhost", "127.0.0.1", "::1"}
    names |= {address.host for address in config.sip.tls}
    if ensure_certificate(certificate, key, tuple(sorted(names)), datetime.datetime.now(datetime.UTC)):
        say("callpoint", f"made a self-signed certificate for trials: {certificate}")


async def _start_rest(
    installation: Installation, supervisor: Supervisor, say: Say, on_ready: Callable[[dict[str, Any]], None]
) -> None:
    more = ("--sample",) if installation.sample else ()
    prepare = ProcessPlan("prepare", installation.command("prepare", *more))
    while await _child_to_its_end(prepare, say) != 0:
        say("callpoint", f"the central database is not ready; trying again in {PREPARE_AGAIN_SECONDS:g} s")
        await asyncio.sleep(PREPARE_AGAIN_SECONDS)
    supervisor.keep([installation.plan(name) for name in ("worker", "web")])
    while not await asyncio.to_thread(everything_answers, installation):
        await asyncio.sleep(READY_POLL_SECONDS)
    document = installation.ready_document()
    if installation.ready_file is not None:
        write_atomically(installation.ready_file, json.dumps(document) + "\n")
    on_ready(document)


async def _child_to_its_end(plan: ProcessPlan, say: Say) -> int:
    """Like `run_child`, but does not leave the child behind when we are told to stop meanwhile."""
    running: list[asyncio.subprocess.Process] = []
    try:
        return await run_child(plan, say, running.append)
    finally:
        for process in running:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()


def everything_answers(installation: Installation) -> bool:
    """Whether every door is open: pages, streams, media, SIP over the first UDP (else TCP) address, and the lab."""
    config = installation.config
    if not http_answers(Address(config.web.host, config.web.port), host=next(iter(config.hosts), "")):
        return False
    if not http_answers(Address(config.web.streams_host, config.web.streams_port)):
        return False
    if not control_answers(control_socket(config.data)):
        return False
    if installation.with_lab and not lab_answers(config):
        return False
    if installation.sample and not sample_is_published(config):
        return False
    if config.sip.udp:
        return sip_answers(config.sip.udp[0], "udp")
    return not config.sip.tcp or sip_answers(config.sip.tcp[0], "tcp")


def sample_is_published(config: Config) -> bool:
    """Whether the node would send the sample's first person to this lab's PSAP: the ports may have been moved."""
    try:
        plan = plan_for(config, SLUG, "E1001")
    except OperatorError:
        return False  # nothing has been published yet
    return bool(plan.targets) and plan.targets[0].uri == psap_uri(config)


def lab_answers(config: Config) -> bool:
    page = http_answers(Address(config.lab.host, config.lab.http_port))
    return page and sip_answers(config.psap_sip) and sip_answers(config.relay_sip)


def write_atomically(path: Path, text: str) -> None:
    """A reader sees the whole file or none; it is private, as it may hold a password."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    part.write_text(text, "utf-8")
    part.replace(path)
