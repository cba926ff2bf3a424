"""Installations for the doctor's tests: a data directory with what a worker and a node would have left there."""

import datetime
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from callpoint.i3.civic import Civic
from callpoint.ops.config import Config, Sip, Web
from callpoint.ops.doctor.check import Subject
from callpoint.ops.doctor.finding import Finding
from callpoint.routing.records import Identity, LocationRecord, Organization, Provider, Psap, Target, Trunk
from callpoint.sip.message import Request, parse
from callpoint.snapshot.changes import AnyRecord, Put
from callpoint.snapshot.writer import SnapshotWriter

NOW = datetime.datetime(2026, 11, 20, 12, 0, tzinfo=datetime.UTC)
CIVIC = Civic.from_fields({"country": "US", "A1": "VT", "A3": "Barre", "RD": "Main", "STS": "Street", "HNO": "6"})
PSAP = Psap("Town dispatch", (Target("Town dispatch", "sip:192.0.2.1;transport=tcp"),))
HOME = LocationRecord("1", CIVIC, None, "valid", "sample", PSAP, "fixed")
RELAY = Target("Relay center", "sip:192.0.2.2;transport=tcp", "i3", "relay_center")
ORGANIZATION = Organization("demo", "Demo")
TRUNK = Trunk("SBC", "demo", ("192.0.2.0/24",))
ADA = Identity("demo", "device_user_id", "E1001", "Ada", callback_number="+18025550101", current_location=HOME)


def subject(data: Path, now: datetime.datetime = NOW, **sip: Any) -> Subject:
    """An installation in `data` without any fixed port, but for what `sip` says."""
    quiet: dict[str, Any] = {"udp": (), "tcp": (), "tls": ()}
    config = Config(data=data, web=Web(port=0, streams_port=0), sip=Sip(**(quiet | sip)))
    return Subject(config, now)


def publish(data: Path, *records: AnyRecord) -> Path:
    """A snapshot with these records; gives its path."""
    path = data / "node" / "snapshot.db"
    with SnapshotWriter(path) as writer:
        writer.apply([Put(record) for record in records])
    return path


def publish_all(data: Path, *more: AnyRecord) -> Path:
    """A snapshot nothing is wrong with, and `more`."""
    return publish(data, ORGANIZATION, Provider((RELAY,)), TRUNK, ADA, *more)


def located(uri: str) -> Identity:
    """Ada, served by a PSAP with that one target."""
    return replace(ADA, current_location=replace(HOME, psap=Psap("Town dispatch", (Target("Town dispatch", uri),))))


def ids(findings: Iterable[Finding]) -> list[str]:
    return [finding.id for finding in findings]


def one(findings: Iterable[Finding], wanted: str) -> Finding:
    """The only finding of that id; every one that is not "ok" has a remedy."""
    found = list(findings)
    assert all(finding.remedy for finding in found if finding.severity != "ok")
    (only,) = [finding for finding in found if finding.id == wanted]
    return only


@contextmanager
def sip_server(answer: Callable[[Request], Iterable[bytes]], kind: str = "udp") -> Iterator[int]:
    """A peer on loopback that answers each request with these messages; gives its port."""
    udp = kind == "udp"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM if udp else socket.SOCK_STREAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.05)
        if not udp:
            server.listen(5)
        stop = threading.Event()
        serve = _datagrams if udp else _streams
        thread = threading.Thread(target=serve, args=(server, answer, stop))
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            stop.set()
            thread.join()


def _datagrams(server: socket.socket, answer: Callable[[Request], Iterable[bytes]], stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            data, source = server.recvfrom(65_535)
        except TimeoutError:
            continue
        request = parse(data)
        assert isinstance(request, Request)
        for message in answer(request):
            server.sendto(message, source)


def _streams(server: socket.socket, answer: Callable[[Request], Iterable[bytes]], stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            connection, _ = server.accept()
        except TimeoutError:
            continue
        with connection:
            connection.settimeout(2.0)
            try:
                request = parse(connection.recv(65_535))
                assert isinstance(request, Request)
                for message in answer(request):
                    connection.sendall(message)
            except OSError:
                continue  # the one who asked has gone


def saying(status: int) -> Callable[[Request], list[bytes]]:
    """An answer with that status."""
    return lambda request: [bytes(request.response(status))]


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
