"""A taken port is told with its holder and the remedy; probes tell who answers."""

import http.server
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from callpoint.ops.config import Address, Config, Sip
from callpoint.ops.config_source import load
from callpoint.ops.errors import OperatorError
from callpoint.ops.ports import holder_of, needed_ports, require_free_ports
from callpoint.ops.probes import http_answers, sip_answers

FREE = {
    "CALLPOINT_WEB_PORT": "0",
    "CALLPOINT_WEB_STREAMS_PORT": "0",
    "CALLPOINT_SIP_UDP": "",
    "CALLPOINT_SIP_TCP": "",
    "CALLPOINT_SIP_TLS": "",
    "CALLPOINT_LAB_HTTP_PORT": "0",
    "CALLPOINT_LAB_PSAP_PORT": "0",
    "CALLPOINT_LAB_RELAY_PORT": "0",
    "CALLPOINT_LAB_PHONE_PORT": "0",
}


def nothing_fixed() -> Config:
    return load(environment=FREE)


def test_the_documented_ports_are_the_needed_ones() -> None:
    needed = {(port.protocol, port.address.port) for port in needed_ports(Config(), with_lab=True)}
    assert needed == {
        *(("tcp", port) for port in (8911, 8912, 8913, 5060, 5061, 5070, 5072, 5074)),
        *(("udp", port) for port in (5060, 5070, 5072, 5074)),
    }
    assert len(needed_ports(Config(), with_lab=False)) == 5
    assert needed_ports(nothing_fixed(), with_lab=True) == []


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_taken_port_is_told_with_its_holder_and_the_remedy(kind: socket.SocketKind, host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, kind) as taken:
        taken.bind((host, 0))
        if kind == socket.SOCK_STREAM:
            taken.listen(1)
        address = Address(host, taken.getsockname()[1])
        where = {"udp": (address,)} if kind == socket.SOCK_DGRAM else {"tcp": (address,)}
        config = replace(nothing_fixed(), sip=replace(Sip(udp=(), tcp=(), tls=()), **where))
        with pytest.raises(OperatorError) as caught:
            require_free_ports(config, with_lab=False)
        assert str(address) in caught.value.sentence
        assert f"(process {os.getpid()})" in caught.value.sentence
        assert "--port-offset" in caught.value.remedy
    require_free_ports(config, with_lab=False)


def test_an_address_of_another_host_is_no_taken_port() -> None:
    config = replace(nothing_fixed(), sip=Sip(udp=(Address("192.0.2.1", 5060),), tcp=(), tls=()))
    with pytest.raises(
        OperatorError, match=r"^192\.0\.2\.1:5060 \(SIP over UDP, UDP\) cannot be listened on"
    ) as caught:
        require_free_ports(config, with_lab=False)
    assert "address of this host" in caught.value.remedy


def test_the_holder_of_a_free_port_is_nobody() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert holder_of("tcp", port) == ""


@contextmanager
def udp_server(answer: bytes, asked: list[bytes]) -> Iterator[Address]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(10.0)

        def serve() -> None:
            data, source = server.recvfrom(65_535)
            asked.append(data)
            server.sendto(answer, source)

        thread = threading.Thread(target=serve)
        thread.start()
        yield Address("127.0.0.1", server.getsockname()[1])
        thread.join()


def test_a_sip_server_answers_with_any_status() -> None:
    asked: list[bytes] = []
    with udp_server(b"SIP/2.0 403 Forbidden\r\n\r\n", asked) as address:
        assert sip_answers(address)
    assert asked[0].startswith(b"OPTIONS sip:127.0.0.1:")
    assert b"\r\nContent-Length: 0\r\n\r\n" in asked[0]
    with udp_server(b"hello", asked) as address:
        assert not sip_answers(address)


def test_nobody_there_is_no_answer() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = Address("127.0.0.1", probe.getsockname()[1])
    assert not sip_answers(address, "udp", 0.2)
    assert not sip_answers(address, "tcp", 0.2)
    assert not http_answers(address, limit=0.2)


class Healthy(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthz" else 503)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_http_answers_only_with_200(tmp_path: Path) -> None:
    server = http.server.HTTPServer(("127.0.0.1", 0), Healthy)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        address = Address("127.0.0.1", server.server_address[1])
        assert http_answers(address)
        assert not http_answers(address, "/other")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
