"""`callpoint bench lost`: how fast the LoST server answers, over HTTP, against a nation of detailed boundaries.

The server is the production one (granian, our application) in a process of its own; this process asks it over loopback.
A single connection measures what one client waits; several together, what one worker process answers at most. Both
share this machine with the client. dec112's C server took 29 ms for a findService on a machine like the one aimed at.
"""

import http.client
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Final

from callpoint.i3.civic import Civic
from callpoint.i3.lost import (
    CONTENT_TYPE,
    FindService,
    FindServiceResponse,
    RequestLocation,
    read_response,
    write_request,
)
from callpoint.i3.shapes import Circle, Point, Shape
from callpoint.ops.bench import boundaries
from callpoint.ops.bench.drawn_boundaries import EAST, NORTH, SEED, SOUTH, WEST
from callpoint.ops.bench.probe import milliseconds
from callpoint.ops.bench.report import Aim, Report
from callpoint.ops.bench.usage import usage

BOUNDARIES: Final = 6_000
ASKED: Final = 3_000
TOGETHER: Final = 4
SECONDS: Final = 10.0
QUICK: Final = 50
START_SECONDS: Final = 120.0

_HEAD: Final = f"POST /lost HTTP/1.1\r\nHost: localhost\r\nContent-Type: {CONTENT_TYPE}\r\nContent-Length: "

AIMS: Final = (
    Aim("point_p50_ms", "at most", 2, "findService for a point p50 at most 2 ms against 6,000 detailed boundaries"),
    Aim("per_second", "at least", 1_500, "1,500 findService answers a second by one worker process"),
    Aim("wrong", "at most", 0, "every answer names a PSAP"),
    Aim("index_rss_mib", "at most", 800, "a process with the boundaries of a nation takes at most 800 MB"),
)


def run(quick: bool = False) -> Report:
    """All of it; `quick` a fiftieth."""
    report = Report("lost", AIMS)
    scale = QUICK if quick else 1
    began = time.perf_counter()
    with served(BOUNDARIES // scale) as (port, pid):
        report.figures["boundaries"] = BOUNDARIES // scale
        report.figures["start_s"] = round(time.perf_counter() - began, 1)
        wrong = 0
        for name, bodies in _questions(ASKED // scale):
            times, failed = _one_by_one(port, bodies)
            wrong += failed
            p50, p99 = milliseconds(times)
            report.figures[f"{name}_p50_ms"], report.figures[f"{name}_p99_ms"] = round(p50, 3), round(p99, 3)
        report.figures["wrong"] = wrong
        before = usage(pid).cpu_seconds
        rate, answered = _together(port, SECONDS / scale)
        report.figures["per_second"] = round(rate)
        report.figures["cpu_ms_per_answer"] = round((usage(pid).cpu_seconds - before) * 1000 / max(answered, 1), 3)
        report.figures["server_rss_mib"] = round(usage(pid).rss_mib, 1)
    report.figures |= _without_the_wire(scale)
    return report


def _without_the_wire(scale: int) -> dict[str, float]:
    """The look-up alone, as the node does it for a call with coordinates, and what the boundaries take of memory."""
    figures = boundaries.measure(BOUNDARIES // scale, boundaries.ASKED // scale)
    return {f"index_{name.removeprefix('index_')}": value for name, value in figures.items() if name != "boundaries"}


@contextmanager
def served(count: int) -> Iterator[tuple[int, int]]:
    """The server's port, and the process ID of its worker, once it answers."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = int(found.getsockname()[1])
    process = subprocess.Popen([sys.executable, "-m", "callpoint.ops.bench.lost_server", str(port), str(count)])
    try:
        end = time.monotonic() + START_SECONDS
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the server of the bench did not start")
            time.sleep(0.05)
        yield port, _worker_of(process.pid)
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/lost")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False


def _worker_of(pid: int) -> int:
    """granian's one worker, a child of its server; the server itself where /proc does not say."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
            found = [int(child) for child in children.read().split()]
    except OSError:
        return pid
    return max(found, key=lambda child: usage(child).rss_mib, default=pid)


def _questions(count: int) -> Iterator[tuple[str, list[bytes]]]:
    random = Random(SEED)  # noqa: S311 - nothing here is secret

    def anywhere() -> Point:
        return Point(random.uniform(SOUTH + 1, NORTH - 1), random.uniform(WEST + 1, EAST - 1))

    yield "point", [_shape(anywhere()) for _ in range(count)]
    yield "circle", [_shape(Circle(anywhere(), random.uniform(50.0, 2_000.0))) for _ in range(count)]
    yield "boundary_by_value", [_shape(anywhere(), by_value=True) for _ in range(count // 5)]
    yield "town", [_civic(number) for number in range(count // 5)]


def _shape(shape: Shape, *, by_value: bool = False) -> bytes:
    location = RequestLocation("a", shape=shape)
    return write_request(
        FindService((location,), "urn:service:sos", service_boundary="value" if by_value else "reference")
    )


_TOWNS: Final = (("VT", "Montpelier", "05602"), ("KS", "Topeka", "66603"), ("CO", "Denver", "80202"))


def _civic(number: int) -> bytes:
    state, town, code = _TOWNS[number % len(_TOWNS)]
    civic = Civic(country="US", A1=state, A3=town, RD="Main", STS="Street", HNO=str(number + 1), PC=code)
    return write_request(FindService((RequestLocation("a", civic=civic),), "urn:service:sos", validate_location=True))


class Client:
    """One connection kept open, with as little work of its own as can be."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, body: bytes) -> bytes:
        """The body of the answer, b"" for one that is not 200. Raises OSError."""
        self._socket.sendall(f"{_HEAD}{len(body)}\r\n\r\n".encode() + body)
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more()
        length = int(received[:end].lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        rest = received[end + 4 :]
        while len(rest) < length:
            rest += self._more()
        return rest if received.startswith(b"HTTP/1.1 200") else b""

    def _more(self) -> bytes:
        found = self._socket.recv(1 << 20)
        if not found:
            raise ConnectionError("the server closed the connection")
        return found

    def close(self) -> None:
        self._socket.close()


def _one_by_one(port: int, bodies: list[bytes]) -> tuple[list[float], int]:
    client = Client(port)
    times, wrong = [], 0
    client.ask(bodies[0])
    for body in bodies:
        began = time.perf_counter()
        answer = client.ask(body)
        times.append(time.perf_counter() - began)
        wrong += not isinstance(read_response(answer), FindServiceResponse)
    client.close()
    return times, wrong


def _together(port: int, seconds: float) -> tuple[float, int]:
    """Answers a second over several connections at once, and how many there were."""
    ((_, bodies), *_) = _questions(500)
    counts = [0] * TOGETHER
    end = time.perf_counter() + seconds

    def ask_on(number: int) -> None:
        client = Client(port)
        while time.perf_counter() < end:
            if client.ask(bodies[(counts[number] * TOGETHER + number) % len(bodies)]):
                counts[number] += 1
        client.close()

    threads = [threading.Thread(target=ask_on, args=(number,)) for number in range(TOGETHER)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - began), sum(counts)
