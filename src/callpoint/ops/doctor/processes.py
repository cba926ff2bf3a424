"""The processes: does everybody answer, and if nobody does, could they start?"""

import http.client
import json
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from callpoint.media.control_place import control_socket
from callpoint.ops.config import Address, Config
from callpoint.ops.doctor.check import Check, Subject, within
from callpoint.ops.doctor.finding import Finding, FindingKind
from callpoint.ops.doctor.sip_question import ask
from callpoint.ops.ports import NeededPort, holder_of, needed_ports
from callpoint.ops.probes import control_answers
from callpoint.sip.hop import Hop

LIMIT_SECONDS: Final = 30.0
ANSWER_SECONDS: Final = 2.0
WORKER_FILE: Final = "worker.json"
WORKER_SILENT_SECONDS: Final = 10.0  # it gives a sign of life every second
WORKER_BEHIND_SECONDS: Final = 60.0
OURS: Final = ("callpoint", "granian")  # how our processes call themselves
WILDCARDS: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}

NOT_RUNNING = FindingKind(
    "processes.not-running",
    "notice",
    "None of the processes answers: Callpoint is not running on these ports.",
    "Start `callpoint up`, or name the running one's --config and --port-offset.",
)
PORT_TAKEN = FindingKind(
    "processes.port-taken",
    "error",
    "Another program has a port that Callpoint needs.",
    "Stop that program, or move Callpoint's ports (--port-offset, or the settings of `[sip]` and `[web]`).",
)
NODE_SILENT = FindingKind(
    "processes.node-silent",
    "error",
    "The node does not answer SIP at an address it is configured to listen on: calls that come there are lost.",
    "Read the node's log; it is started again by `callpoint up`. After a change of configuration, restart it. While "
    "strangers flood it, it leaves doctor unanswered as well (sip.stranger_rate).",
)
NODE_MUTE = FindingKind(
    "processes.node-mute",
    "notice",
    "The node holds its address, but sip.stranger_rate lets it answer trunks only, so that doctor cannot tell more.",
    "Set sip.stranger_rate to 1 or more, or place a call by `callpoint dial 933` from a trunk's address.",
)
WEB_SILENT = FindingKind(
    "processes.web-silent",
    "error",
    "The web server does not answer: no pages, no REST, SCIM, HELD or LoST. Calls go on.",
    "Read the web server's log; it is started again by `callpoint up` once the central database answers.",
)
WEB_UNWELL = FindingKind(
    "processes.web-unwell",
    "warning",
    "The web server answers, and says that something it needs does not work.",
    "Look at what it names: the central database or the worker.",
)
DISPATCHER_SILENT = FindingKind(
    "processes.dispatcher-silent",
    "error",
    "The dispatcher does not answer: nobody is shown calls and alarms as they happen. Calls go on.",
    "Read the dispatcher's log; it is started again by `callpoint up`.",
)
DISPATCHER_UNWELL = FindingKind(
    "processes.dispatcher-unwell",
    "warning",
    "The dispatcher answers, and says that it cannot read the journal.",
    "See what doctor says of the journal.",
)
MEDIA_SILENT = FindingKind(
    "processes.media-silent",
    "warning",
    "The media process does not answer: nobody can listen to calls or record them. Calls go on.",
    "Read the media process's log; it is started again by `callpoint up`.",
)
WORKER_SILENT = FindingKind(
    "processes.worker-silent",
    "error",
    "The worker gives no sign of life: changes do not reach the node, and facts do not become call records.",
    "Read the worker's log; it is started again by `callpoint up` once the central database answers.",
)
WORKER_TROUBLE = FindingKind(
    "processes.worker-trouble",
    "warning",
    "A task of the worker cannot do its work, or is far behind.",
    "Look at what the task says: mostly the central database or the disk.",
)
ANSWERS = FindingKind("processes.answers", "ok", "A process answers at its address.")
PORTS_FREE = FindingKind("processes.ports-free", "ok", "The ports of a start are free.")


@dataclass(frozen=True)
class Door:
    """One address and the question asked there; `ask` gives "" or why there is no answer."""

    port: NeededPort
    ask: Callable[[], str]
    silent: FindingKind


@dataclass(frozen=True)
class Health:
    """An answer of `/healthz`; `status` 0 without one."""

    status: int
    body: str


def look(subject: Subject) -> Iterator[Finding]:
    """Every address, media and the worker; when nothing answers at all, whether a start would find its ports free."""
    config = subject.config
    troubles = [(door, door.ask()) for door in doors(config)]
    if all(trouble for _, trouble in troubles):
        # The worker has no door, and its last sign of life stays readable for a while after it was stopped.
        yield from _asleep(config)
        return
    worker = worker_trouble(subject)
    for door, trouble in troubles:
        yield _at_the_door(door, trouble, config.sip.stranger_rate)
    yield from _unwell(config)
    yield _media(config)
    yield WORKER_SILENT.found(worker) if worker else ANSWERS.found("The worker gives signs of life.")
    yield from _tasks(subject)


def doors(config: Config) -> list[Door]:
    """Every fixed port of an installation without the lab."""
    by_purpose: dict[str, tuple[Callable[[Address], str], FindingKind]] = {
        "web": (lambda address: _http_trouble(config, address), WEB_SILENT),
        "streams": (lambda address: _http_trouble(config, address), DISPATCHER_SILENT),
        "SIP over UDP": (lambda address: _sip_trouble("udp", address), NODE_SILENT),
        "SIP over TCP": (lambda address: _sip_trouble("tcp", address), NODE_SILENT),
        "SIP over TLS": (lambda address: _sip_trouble("tls", address), NODE_SILENT),
    }
    found = []
    for port in needed_ports(config, with_lab=False):
        question, silent = by_purpose[port.purpose]
        found.append(Door(port, lambda q=question, a=port.address: q(a), silent))  # type: ignore[misc]
    return found


def _at_the_door(door: Door, trouble: str, stranger_rate: float) -> Finding:
    where = f"{door.port.purpose} {door.port.address}"
    holder = holder_of(door.port.protocol, door.port.address.port)
    if holder and not holder.startswith(OURS):
        return PORT_TAKEN.found(f"{where} is held by {holder}.")
    if not trouble:
        return ANSWERS.found(f"{where} answers.")
    if holder and door.silent is NODE_SILENT and stranger_rate < 1:
        return NODE_MUTE.found(f"{where} is held by {holder}, which answers no stranger.")
    by = f"; {holder} holds the port" if holder else ""
    return door.silent.found(f"{where} does not answer: {trouble}{by}.")


def _asleep(config: Config) -> Iterator[Finding]:
    yield NOT_RUNNING.found("Nothing answers: Callpoint is not running on these ports.")
    taken = [port for port in needed_ports(config, with_lab=False) if not _is_free(port)]
    for port in taken:
        holder = holder_of(port.protocol, port.address.port) or "a program of another user"
        yield PORT_TAKEN.found(f"{port.purpose} {port.address} ({port.protocol.upper()}) is held by {holder}.")
    if not taken:
        yield PORTS_FREE.found("All ports that a start needs are free.")


def _is_free(port: NeededPort) -> bool:
    kind = socket.SOCK_DGRAM if port.protocol == "udp" else socket.SOCK_STREAM
    with suppress(OSError):
        family, _, _, _, target = socket.getaddrinfo(
            port.address.host, port.address.port, type=kind, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers do
            probe.bind(target)
            return True
    return False


# --- SIP


def _sip_trouble(transport: Literal["udp", "tcp", "tls"], address: Address) -> str:
    host = WILDCARDS.get(address.host, address.host)
    try:
        numeric = within(ANSWER_SECONDS, lambda: str(socket.getaddrinfo(host, address.port)[0][4][0]))
    except OSError as error:  # a TimeoutError is one, too
        return f"{host} has no address ({error.strerror or error})"
    hop = Hop(transport, numeric, address.port)
    return ask(hop, ANSWER_SECONDS, "localhost", _believing() if transport == "tls" else None).trouble


def _believing() -> ssl.SSLContext:
    """Whether the certificate is a good one is asked in `certificates`; here only whether somebody answers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


# --- HTTP


def _http_trouble(config: Config, address: Address) -> str:
    health = _health(config, address)
    return "" if health.status in (200, 503) else health.body or f"it says {health.status}"


def _health(config: Config, address: Address) -> Health:
    """What `/healthz` says, asked under a name the pages answer to; without an answer the body is the reason."""
    named = [host for host in config.hosts if host != "*" and not host.startswith(".")]
    host = WILDCARDS.get(address.host, address.host)
    connection = http.client.HTTPConnection(host, address.port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/healthz", headers={"Host": named[0]} if named else {})
        response = connection.getresponse()
        body = response.read(4096).decode("utf-8", "replace")
        return Health(response.status, body if response.status in (200, 503) else "")
    except TimeoutError:
        return Health(0, f"no answer within {ANSWER_SECONDS:g} s")
    except (OSError, http.client.HTTPException) as error:
        return Health(0, getattr(error, "strerror", None) or str(error) or type(error).__name__)
    finally:
        connection.close()


def _unwell(config: Config) -> Iterator[Finding]:
    servers = (
        (WEB_UNWELL, "web server", Address(config.web.host, config.web.port)),
        (DISPATCHER_UNWELL, "dispatcher", Address(config.web.streams_host, config.web.streams_port)),
    )
    for kind, name, address in servers:
        health = _health(config, address)
        if health.status == 503:
            yield kind.found(f"The {name} says: {_complaint(health.body)}.")


def _complaint(body: str) -> str:
    """The words of a report; the worker's part of the web server's is told by its own findings."""
    try:
        report: dict[str, Any] = json.loads(body)
    except ValueError:
        return "it is not well"
    texts = [f"{key}: {value}" for key, value in report.items() if isinstance(value, str) and value != "ok"]
    return "; ".join(text for text in texts if not text.startswith(("status", "version"))) or "the worker is silent"


# --- media


def _media(config: Config) -> Finding:
    if control_answers(control_socket(config.data), ANSWER_SECONDS):
        return ANSWERS.found("The media process answers.")
    return MEDIA_SILENT.found("The media process does not answer at its control socket.")


# --- worker


def _worker_report(subject: Subject) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((subject.data / WORKER_FILE).read_text("utf-8"))
    return found


def worker_trouble(subject: Subject) -> str:
    """Why the worker does not count as running, "" when it does."""
    try:
        at = datetime.fromisoformat(_worker_report(subject)["at"])
        silent = (subject.now - at).total_seconds()
    except FileNotFoundError:
        return "The worker has not run here yet."
    except (OSError, ValueError, KeyError, TypeError) as error:
        return f"The worker's status cannot be read: {error}."
    return f"The worker was last seen {silent:,.0f} s ago." if silent > WORKER_SILENT_SECONDS else ""


def _tasks(subject: Subject) -> Iterator[Finding]:
    try:
        tasks = _worker_report(subject)["tasks"]
        states = [(name, str(task["trouble"]), float(task["behind_seconds"])) for name, task in tasks.items()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return  # worker_trouble has told why it cannot be read, or will at the next look
    for name, trouble, behind in states:
        if trouble:
            yield WORKER_TROUBLE.found(f"The worker's task {name} says: {trouble}.")
        elif behind > WORKER_BEHIND_SECONDS:
            yield WORKER_TROUBLE.found(f"The worker's task {name} has had no rest for {behind:,.0f} s.")


CHECKS = (Check("the processes", look, limit=LIMIT_SECONDS),)
