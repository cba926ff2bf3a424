"""Who answers, who does not, and who has the ports: asked of stand-ins on real sockets."""

import http.server
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.ops.doctor_cases import NOW, free_port, ids, one, saying, sip_server, subject

from callpoint.media.control_place import control_socket
from callpoint.ops.config import Address, Web
from callpoint.ops.doctor import processes
from callpoint.ops.doctor.check import Subject
from callpoint.ops.probes import sip_answers
from callpoint.ops.self_signed import ensure_certificate

WELL = {"status": "ok", "journal_seq": 3}


@contextmanager
def http_server(status: int, report: Any) -> Iterator[int]:
    """Answers `/healthz` under the name localhost only; gives its port."""

    class Answering(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            well = self.path == "/healthz" and self.headers["Host"] == "localhost"
            self.send_response(status if well else 400)
            self.end_headers()
            self.wfile.write(json.dumps(report).encode() if not isinstance(report, bytes) else report)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def on_ports(data: Path, web: int = 0, streams: int = 0, **sip: Any) -> Subject:
    plain = subject(data, **sip)
    return Subject(replace(plain.config, web=Web(port=web, streams_port=streams)), NOW)


def at(port: int) -> tuple[Address, ...]:
    return (Address("127.0.0.1", port),)


def worker_alive(data: Path, seconds_ago: float = 1.0, **tasks: Any) -> None:
    status = {"at": (NOW - timedelta(seconds=seconds_ago)).isoformat(), "tasks": tasks}
    (data / "worker.json").write_text(json.dumps(status))


@pytest.fixture
def ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-ins of this test pass for our own processes."""
    monkeypatch.setattr(processes, "holder_of", lambda protocol, port: "callpoint node (process 1)")
    monkeypatch.setattr(processes, "control_answers", lambda path, limit: True)


@pytest.mark.usefixtures("ours")
def test_everybody_answers(tmp_path: Path) -> None:
    worker_alive(tmp_path, publish={"behind_seconds": 0.1, "trouble": ""})
    with (
        http_server(200, WELL) as web,
        http_server(200, WELL) as streams,
        sip_server(saying(403)) as udp,
        sip_server(saying(200), "tcp") as tcp,
    ):
        found = list(processes.look(on_ports(tmp_path, web, streams, udp=at(udp), tcp=at(tcp))))
    assert ids(found) == ["processes.answers"] * 6
    assert f"SIP over UDP 127.0.0.1:{udp} answers." in [finding.sentence for finding in found]


def test_nothing_runs_and_the_ports_are_free(tmp_path: Path) -> None:
    quiet = on_ports(tmp_path, free_port(), free_port(), udp=at(free_port(socket.SOCK_DGRAM)), tls=at(free_port()))
    worker_alive(tmp_path)  # its last word stays for a while
    assert ids(processes.look(quiet)) == ["processes.not-running", "processes.ports-free"]


def test_nothing_runs_and_somebody_else_has_a_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "ANSWER_SECONDS", 0.3)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        found = list(processes.look(on_ports(tmp_path, free_port(), free_port(), udp=at(port))))
    assert ids(found) == ["processes.not-running", "processes.port-taken"]
    assert f"SIP over UDP 127.0.0.1:{port} (UDP) is held by" in found[1].sentence
    assert f"(process {os.getpid()})" in found[1].sentence


def test_a_stranger_who_answers_in_our_place_is_told(tmp_path: Path) -> None:
    with sip_server(saying(200)) as port:
        found = list(processes.look(on_ports(tmp_path, udp=at(port))))
    assert f"(process {os.getpid()})" in one(found, "processes.port-taken").sentence


@pytest.mark.usefixtures("ours")
def test_each_process_that_is_missing_has_its_own_finding(tmp_path: Path) -> None:
    worker_alive(tmp_path, seconds_ago=60)
    with sip_server(saying(200)) as udp:
        running = on_ports(tmp_path, free_port(), free_port(), udp=at(udp), tcp=at(free_port()), tls=at(free_port()))
        found = list(processes.look(running))
    assert ids(found) == [
        "processes.web-silent",
        "processes.dispatcher-silent",
        "processes.answers",
        "processes.node-silent",
        "processes.node-silent",
        "processes.answers",
        "processes.worker-silent",
    ]
    assert "Connection refused; callpoint node (process 1) holds the port" in found[0].sentence
    assert "last seen 60 s ago" in found[-1].sentence


@pytest.mark.usefixtures("ours")
def test_a_node_that_answers_no_stranger_cannot_be_told_from_a_dead_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "ANSWER_SECONDS", 0.2)
    worker_alive(tmp_path)
    with http_server(200, WELL) as web, sip_server(lambda request: []) as udp:
        strict = on_ports(tmp_path, web, udp=at(udp), stranger_rate=0.0)
        assert ids(processes.look(strict)) == ["processes.answers", "processes.node-mute", *["processes.answers"] * 2]
        usual = on_ports(tmp_path, web, udp=at(udp))
        assert "no answer within 0.2 s" in one(processes.look(usual), "processes.node-silent").sentence


def test_a_media_process_that_is_missing_is_told_and_one_that_answers_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "holder_of", lambda protocol, port: "callpoint node (process 1)")
    monkeypatch.setattr(processes, "ANSWER_SECONDS", 1.0)
    worker_alive(tmp_path)
    with sip_server(saying(200)) as udp:
        running = on_ports(tmp_path, udp=at(udp))
        assert "control socket" in one(processes.look(running), "processes.media-silent").sentence
        path = control_socket(tmp_path)
        path.parent.mkdir()
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path))
            server.listen()
            thread = threading.Thread(target=answer_once, args=(server,))
            thread.start()
            sentences = [finding.sentence for finding in processes.look(running)]
            thread.join()
    assert "The media process answers." in sentences


def answer_once(server: socket.socket) -> None:
    link, _ = server.accept()
    with link:
        link.recv(1000)
        link.sendall(b'{"id": 1, "error": "ping is not served here"}\n')


@pytest.mark.stack
def test_the_real_node_answers_at_all_its_doors(tmp_path: Path) -> None:
    """The program itself, with a certificate it believes, seen from outside under its own name."""
    running = on_ports(tmp_path, udp=at(free_port(socket.SOCK_DGRAM)), tcp=at(free_port()), tls=at(free_port()))
    sip = running.config.sip
    ensure_certificate(*running.config.tls_files, ("localhost",), datetime.now(UTC))
    environment = {
        "CALLPOINT_SIP_UDP": str(sip.udp[0]),
        "CALLPOINT_SIP_TCP": str(sip.tcp[0]),
        "CALLPOINT_SIP_TLS": str(sip.tls[0]),
    }
    command = [sys.executable, "-m", "callpoint", "node", "--data", str(tmp_path)]
    node = subprocess.Popen(command, env={**os.environ, **environment}, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not sip_answers(sip.udp[0], limit=0.2) or not sip_answers(sip.tcp[0], "tcp", limit=0.2):
            assert time.monotonic() < deadline, "the node did not start"
        worker_alive(tmp_path)
        found = list(processes.look(running))
        assert ids(found) == [*["processes.answers"] * 3, "processes.media-silent", "processes.answers"]
        assert any(finding.sentence == f"SIP over TLS {sip.tls[0]} answers." for finding in found)
    finally:
        node.terminate()
        node.wait(20)
    assert ids(processes.look(running)) == ["processes.not-running", "processes.ports-free"]


@pytest.mark.usefixtures("ours")
def test_tls_that_does_not_shake_hands_is_silent(tmp_path: Path) -> None:
    with sip_server(saying(200)) as udp, http_server(200, WELL) as plain:
        found = list(processes.look(on_ports(tmp_path, udp=at(udp), tls=at(plain))))
    assert "SIP over TLS" in one(found, "processes.node-silent").sentence


@pytest.mark.usefixtures("ours")
@pytest.mark.parametrize(
    ("report", "words"),
    [
        ({"status": "trouble", "version": "1", "database": "no such table", "worker": {}}, "database: no such table"),
        ({"status": "trouble", "version": "1", "database": "ok", "worker": {"trouble": "x"}}, "the worker is silent"),
        (b"<html>", "it is not well"),
    ],
)
def test_a_web_server_in_trouble_says_why(tmp_path: Path, report: Any, words: str) -> None:
    with http_server(503, report) as web:
        found = list(processes.look(on_ports(tmp_path, web)))
    assert words in one(found, "processes.web-unwell").sentence
    assert "processes.web-silent" not in ids(found)


@pytest.mark.usefixtures("ours")
def test_a_dispatcher_in_trouble_and_a_strange_answer(tmp_path: Path) -> None:
    with http_server(503, {"status": "trouble", "journal": "locked"}) as streams, http_server(404, {}) as web:
        found = list(processes.look(on_ports(tmp_path, web, streams)))
    assert "journal: locked" in one(found, "processes.dispatcher-unwell").sentence
    assert "it says 404" in one(found, "processes.web-silent").sentence


# --- worker


def test_signs_of_life(tmp_path: Path) -> None:
    looked_at = on_ports(tmp_path)
    assert "not run here yet" in processes.worker_trouble(looked_at)
    for text in ("{", "[]", '{"at": "yesterday"}', '{"at": 7}'):
        (tmp_path / "worker.json").write_text(text)
        assert "cannot be read" in processes.worker_trouble(looked_at)
    worker_alive(tmp_path, seconds_ago=9)
    assert processes.worker_trouble(looked_at) == ""
    worker_alive(tmp_path, seconds_ago=11)
    assert "11 s ago" in processes.worker_trouble(looked_at)


@pytest.mark.usefixtures("ours")
def test_a_task_in_trouble_or_far_behind_is_told(tmp_path: Path) -> None:
    worker_alive(
        tmp_path,
        publish={"behind_seconds": 0.0, "trouble": "disk full"},
        ingest={"behind_seconds": 90.0, "trouble": ""},
        prompts={"behind_seconds": 5.0, "trouble": ""},
    )
    with sip_server(saying(200)) as udp:
        found = list(processes.look(on_ports(tmp_path, udp=at(udp))))
    told = [finding.sentence for finding in found if finding.id == "processes.worker-trouble"]
    assert told == [
        "The worker's task publish says: disk full.",
        "The worker's task ingest has had no rest for 90 s.",
    ]


@pytest.mark.usefixtures("ours")
def test_a_listener_on_all_addresses_is_asked_on_loopback(tmp_path: Path) -> None:
    worker_alive(tmp_path)
    with sip_server(saying(200)) as udp:
        found = list(processes.look(on_ports(tmp_path, udp=(Address("0.0.0.0", udp),))))
    assert ids(found) == ["processes.answers"] * 3


@pytest.mark.usefixtures("ours")
def test_an_address_nobody_has_is_told(tmp_path: Path) -> None:
    worker_alive(tmp_path)
    with sip_server(saying(200)) as udp:
        addresses = (*at(udp), Address("no-such-host.invalid", 5060))
        found = list(processes.look(on_ports(tmp_path, udp=addresses)))
    assert "no-such-host.invalid has no address" in one(found, "processes.node-silent").sentence
