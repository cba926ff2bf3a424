"""Everything is started in its order, told ready when it answers, and stopped. The processes here are stand-ins."""

import asyncio
import json
import os
import signal
import socket
import stat
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from callpoint.media.control_place import control_socket
from callpoint.ops.config import Address, Config, Sip, Web
from callpoint.ops.config_source import load
from callpoint.ops.errors import OperatorError
from callpoint.ops.installation import Installation, run_installation, write_atomically
from callpoint.ops.probes import sip_answers

HTTP = """
import http.server, sys
class Healthy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Healthy).serve_forever()
"""
SIP = """
import socket, sys
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", int(sys.argv[1])))
while True:
    _, source = server.recvfrom(65535)
    server.sendto(b"SIP/2.0 200 OK\\r\\n\\r\\n", source)
"""
CONTROL = """
import pathlib, socket, sys
path = pathlib.Path(sys.argv[1])
path.parent.mkdir(parents=True, exist_ok=True)
path.unlink(missing_ok=True)
server = socket.socket(socket.AF_UNIX)
server.bind(str(path))
server.listen()
while True:
    link, _ = server.accept()
    asked = link.makefile("rb").readline()
    link.sendall(b'{"id": 1, "result": {}}\\n')
"""
SLEEP = "import time; time.sleep(600)"
# Fails the first time, as a database that is not there yet.
PREPARE = """
import pathlib, sys
seen = pathlib.Path(sys.argv[1])
first = not seen.exists()
seen.touch()
sys.exit(1 if first else 0)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def until(condition: Callable[[], bool], limit: float = 20.0) -> None:
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.02)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return replace(
        Config(data=tmp_path),
        web=Web(port=free_port(), streams_port=free_port()),
        sip=Sip(udp=(Address("127.0.0.1", free_port()),), tcp=(), tls=()),
    )


@pytest.fixture
def stand_ins(config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = {
        "web": (HTTP, str(config.web.port)),
        "dispatcher": (HTTP, str(config.web.streams_port)),
        "node": (SIP, str(config.sip.udp[0].port)),
        "media": (CONTROL, str(control_socket(tmp_path))),
        "worker": (SLEEP,),
        "prepare": (PREPARE, str(tmp_path / "prepared")),
    }
    monkeypatch.setattr(
        Installation, "command", lambda self, name, *more: (sys.executable, "-c", *programs[name], *more)
    )
    monkeypatch.setattr("callpoint.ops.installation.PREPARE_AGAIN_SECONDS", 0.05)


@pytest.mark.usefixtures("stand_ins")
async def test_it_is_ready_when_all_answers_and_stops_clean(config: Config, tmp_path: Path) -> None:
    ready, stop = tmp_path / "ready.json", asyncio.Event()
    told: list[tuple[str, str]] = []
    announced: list[dict[str, Any]] = []
    installation = Installation(config, ready_file=ready)
    running = asyncio.create_task(
        run_installation(installation, lambda *line: told.append(line), stop, announced.append)
    )
    await until(lambda: bool(announced))
    document = json.loads(ready.read_text())
    assert document == announced[0]
    assert document == {
        "web": f"http://127.0.0.1:{config.web.port}",
        "streams": f"http://127.0.0.1:{config.web.streams_port}",
        "sip": str(config.sip.udp[0]),
        "sips": None,
    }
    assert stat.S_IMODE(ready.stat().st_mode) == 0o600
    assert any("not ready; trying again" in line for _, line in told)
    assert (tmp_path / "operator-token").is_file()
    stop.set()
    await asyncio.wait_for(running, 10)
    assert not ready.exists()
    for port in (config.web.port, config.web.streams_port):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.usefixtures("stand_ins")
async def test_a_taken_port_stops_the_start_before_anything_runs(config: Config) -> None:
    taken = rf"{config.web.port} \(web, TCP\) is taken by"
    with socket.create_server(("127.0.0.1", config.web.port)), pytest.raises(OperatorError, match=taken):
        await run_installation(Installation(config), lambda *_: None, asyncio.Event(), lambda _: None)


def test_the_ready_document_of_a_demo_tells_all_its_doors(tmp_path: Path) -> None:
    config = load(environment={}, data_dir=tmp_path, port_offset=10)
    demo = Installation(config, with_lab=True, sample=True, admin=("admin@demo.example", "secret"))
    assert demo.ready_document() == {
        "web": "http://127.0.0.1:8921",
        "streams": "http://127.0.0.1:8922",
        "sip": "127.0.0.1:5070",
        "sips": "127.0.0.1:5071",
        "lab": "http://127.0.0.1:8923",
        "psap_sip": "127.0.0.1:5080",
        "relay_sip": "127.0.0.1:5082",
        "admin": {"email": "admin@demo.example", "password": "secret"},
        "organization": "demo",
    }


def test_children_get_the_same_data_directory_offset_and_configuration(tmp_path: Path) -> None:
    config = load(environment={}, data_dir=tmp_path, port_offset=7)
    command = Installation(config, Path("my.toml")).command("node")
    assert command[1:] == (
        *("-m", "callpoint", "node", "--data", str(tmp_path)),
        *("--port-offset", "7", "--config", "my.toml"),
    )
    assert Installation(config).command("prepare", "--sample")[-1] == "--sample"


def test_node_and_dispatcher_of_a_demo_without_relay_center_and_gateway_get_the_labs(tmp_path: Path) -> None:
    config = load(environment={}, data_dir=tmp_path)
    demo = Installation(config, with_lab=True)
    assert demo.plan("node").environment == {
        "CALLPOINT_SIP_FALLBACK_RELAY": "sip:911@127.0.0.1:5072",
        "CALLPOINT_VOICE_GATEWAY": "sip:127.0.0.1:5074",
    }
    # Without it the dispatcher refuses to call anybody: it hands calls out to the node only when there is a gateway.
    assert demo.plan("dispatcher").environment == {"CALLPOINT_VOICE_GATEWAY": "sip:127.0.0.1:5074"}
    assert demo.plan("web").environment == {}
    assert Installation(config).plan("node").environment == {}
    settings = {"CALLPOINT_SIP_FALLBACK_RELAY": "sip:911@relay.example", "CALLPOINT_VOICE_GATEWAY": "sip:gw.example"}
    own = load(environment=settings, data_dir=tmp_path)
    assert Installation(own, with_lab=True).plan("node").environment == {}
    assert Installation(own, with_lab=True).plan("dispatcher").environment == {}


def test_a_file_is_written_whole_and_private_over_an_old_one(tmp_path: Path) -> None:
    target = tmp_path / "ready"
    target.write_text("old and longer")
    target.chmod(0o644)
    write_atomically(target, "new")
    assert target.read_text() == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["ready"]


async def test_the_processes_are_seen_by_their_names_in_our_group_and_come_back_when_killed(tmp_path: Path) -> None:
    """The real node, media, dispatcher and lab; the node is killed with the signal nothing can catch."""
    config = load(environment={}, data_dir=tmp_path, port_offset=free_port() % 10_000 + 12_000)
    stop = asyncio.Event()
    told: list[str] = []
    installation = Installation(config, with_lab=True)
    running = asyncio.create_task(
        run_installation(installation, lambda name, line: told.append(f"{name}: {line}"), stop, lambda _: None)
    )
    try:
        await until(lambda: bool(children("callpoint node")) and bool(children("callpoint lab")), 30)
        await until(lambda: bool(children("callpoint dispatcher")) and bool(children("callpoint media")), 30)
        await until(lambda: sip_answers(config.sip.udp[0], limit=0.2), 30)
        (pid,) = children("callpoint node")
        assert os.getpgid(pid) == os.getpgrp()
        os.kill(pid, signal.SIGKILL)
        await until(lambda: not sip_answers(config.sip.udp[0], limit=0.05))
        await until(lambda: sip_answers(config.sip.udp[0], limit=0.2), 30)
        assert children("callpoint node") != [pid]
    finally:
        stop.set()
        await asyncio.wait_for(running, 30)
    assert not children("callpoint node")


def children(title: str) -> list[int]:
    """Processes of our own process group that `ps` shows under `title`."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                words = (process / "cmdline").read_bytes().rstrip(b"\0 ").decode()
                if words == title and os.getpgid(int(process.name)) == os.getpgrp():
                    found.append(int(process.name))
            except OSError:
                continue  # it ended while we looked
    return found
