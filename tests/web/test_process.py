"""The web server as it runs: granian, its threads, and a stop when told."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from callpoint.web.process import connections

pytestmark = pytest.mark.stack

PATIENCE = 30.0
SERVE = """
import sys
from pathlib import Path
from types import SimpleNamespace
from callpoint.directory.boot import migrate, start_django
start_django(Path("data"))
migrate()
from callpoint.web.process import main
sys.exit(main(SimpleNamespace(web=SimpleNamespace(host="127.0.0.1", port=int(sys.argv[1]), threads=2))))
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CALLPOINT_", "DJANGO_"))}
    process = subprocess.Popen([sys.executable, "-c", SERVE, str(port)], cwd=tmp_path, env=environment)
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            get(f"{url}/metrics")
            break
        except (urllib.error.URLError, ConnectionError):
            assert process.poll() is None, "the server ended by itself"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.05)
    yield url, process
    process.kill()
    process.wait()


def test_serves_and_stops(served: tuple[str, subprocess.Popen[bytes]]) -> None:
    url, process = served
    assert get(f"{url}/")[0] == 200
    status, body = get(f"{url}/healthz")
    assert (status, json.loads(body)["database"]) == (503, "ok")
    assert "--accent" in get(f"{url}/static/web/callpoint.css")[1]
    assert get(f"{url}/static/web/../../secret.key")[0] in (400, 404)
    assert get(f"{url}/nothing")[0] == 404
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0


def test_a_killed_server_leaves_no_worker_behind(served: tuple[str, subprocess.Popen[bytes]]) -> None:
    url, process = served
    get(f"{url}/")
    process.kill()
    process.wait()
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            get(f"{url}/")
        except (urllib.error.URLError, ConnectionError):
            return
        assert time.monotonic() < deadline, "a worker still serves without its server"
        time.sleep(0.1)


def test_those_who_connect_and_say_nothing_shut_nobody_out(served: tuple[str, subprocess.Popen[bytes]]) -> None:
    url, _ = served
    host, port = url.removeprefix("http://").split(":")
    with ExitStack() as open_ones:
        for _ in range(400):
            open_ones.enter_context(socket.create_connection((host, int(port)), PATIENCE))
        assert get(f"{url}/")[0] == 200


@pytest.mark.parametrize(("files", "kept"), [(-1, 4096), (1 << 20, 4096), (1024, 768), (300, 150)])
def test_connections_leave_files_for_the_rest(files: int, kept: int) -> None:
    assert connections(files) == kept


def test_senders_who_stop_in_the_middle_hold_nobody_up(served: tuple[str, subprocess.Popen[bytes]]) -> None:
    """Four of them once took all threads, and with them every page."""
    url, _ = served
    address = ("127.0.0.1", int(url.rsplit(":", 1)[1]))
    begun = (
        b"HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/lost+xml\r\nContent-Length: 5000\r\n\r\n<findService"
    )
    with ExitStack() as stack:
        for number in range(40):
            sender = stack.enter_context(socket.create_connection(address))
            sender.sendall((b"POST /lost " if number % 2 else b"POST /sign-in/ ") + begun)
        time.sleep(0.5)
        began = time.monotonic()
        assert get(f"{url}/")[0] == 200
        assert get(f"{url}/lost")[0] == 200
        assert time.monotonic() - began < PATIENCE / 3
