"""HTTP exchanges against real sockets: what comes back, and that nothing keeps the caller longer than allowed."""

import socket
import ssl
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from callpoint.transport import http_exchange
from callpoint.transport.http_exchange import HttpError, exchange
from tests.transport.certificates import Authority
from tests.transport.http_server import Behaviour, ByteServer, answer

# Between what is allowed (0.4 s) and what a server would like to take (10 s).
TOTAL = 0.4
MUCH_LATER = 4.0


@dataclass(frozen=True)
class Asked:
    url: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def drip(first: bytes) -> Behaviour:
    """Sends `first` at once and then a byte every 50 ms: each read of the client succeeds in time."""

    def behave(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(first)
        for _ in range(200):
            time.sleep(0.05)
            connection.sendall(b"x")

    return behave


def silence(connection: socket.socket, _request: bytes) -> None:
    connection.recv(1)  # until the client hangs up


def test_status_headers_and_body_come_back() -> None:
    with ByteServer(answer("réponse".encode(), "404 Not Found", "X-Kind: Test")) as server:
        response = exchange(Asked(server.url), total_seconds=5)
    assert (response.status, response.body.decode()) == (404, "réponse")
    assert response.headers["x-kind"] == "Test"


def test_method_headers_and_body_go_out() -> None:
    with ByteServer(answer(b"", "204 No Content")) as server:
        asked = Asked(server.url + "lost?a=b%20c", "POST", {"Content-Type": "application/lost+xml"}, b"<x/>")
        assert exchange(asked, total_seconds=5).body == b""
    [request] = server.requests
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.decode().lower().split("\r\n")
    assert lines[0] == "post /lost?a=b%20c http/1.1"
    assert {"content-type: application/lost+xml", "content-length: 4", f"host: 127.0.0.1:{server.port}"} <= {*lines}
    assert "accept-encoding: identity" in lines
    assert body == b"<x/>"


@pytest.mark.parametrize(
    "behaviour",
    [
        silence,
        drip(b""),
        drip(b"HTTP/1.1 200 OK\r\nX-Long: "),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"),
        drip(b"HTTP/1.1 200 OK\r\n\r\n"),
        drip(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n"),
    ],
    ids=["silent", "first bytes", "a header", "a body of known length", "a body of any length", "a chunk"],
)
def test_a_server_that_drips_or_is_silent_ends_with_the_deadline(behaviour: Behaviour) -> None:
    with ByteServer(behaviour) as server:
        start = time.monotonic()
        with pytest.raises(HttpError, match=r"no answer of 127\.0\.0\.1:\d+ within 0.4 s"):
            exchange(Asked(server.url), total_seconds=TOTAL)
        assert TOTAL <= time.monotonic() - start < MUCH_LATER


def test_a_server_that_never_shakes_hands_ends_with_the_deadline() -> None:
    with ByteServer(silence) as server:
        start = time.monotonic()
        with pytest.raises(HttpError, match=r"within 0\.4 s"):
            exchange(Asked(server.url.replace("http:", "https:")), total_seconds=TOTAL)
        assert time.monotonic() - start < MUCH_LATER


def test_a_server_that_reads_nothing_ends_with_the_deadline() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    with listener:
        start = time.monotonic()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        with pytest.raises(HttpError, match=r"within 0\.4 s"):
            exchange(Asked(url, "POST", {}, b"x" * 50_000_000), total_seconds=TOTAL)
        assert time.monotonic() - start < MUCH_LATER


def test_a_name_that_resolves_too_slowly_ends_with_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_exchange.socket, "getaddrinfo", lambda *_a, **_k: time.sleep(2) or [])
    start = time.monotonic()
    with pytest.raises(HttpError, match=r"no answer of slow\.example within 0\.2 s"):
        exchange(Asked("http://slow.example/"), total_seconds=0.2)
    assert time.monotonic() - start < 1.5


def test_the_next_address_of_a_name_gets_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def two(host: str, port: int, *args: object, **kwargs: object) -> object:
        if host != "two.example":
            return real(host, port, *args, **kwargs)  # type: ignore[call-overload]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ("127.0.0.9", "127.0.0.1")]

    monkeypatch.setattr(http_exchange.socket, "getaddrinfo", two)
    with ByteServer(answer(b"second")) as server:
        assert exchange(Asked(f"http://two.example:{server.port}/"), total_seconds=5).body == b"second"


def test_a_body_of_exactly_the_size_allowed_is_taken_and_one_byte_more_is_not() -> None:
    with ByteServer(answer(b"x" * 1000)) as server:
        assert len(exchange(Asked(server.url), total_seconds=5, max_bytes=1000).body) == 1000
        with pytest.raises(HttpError, match="1000 bytes, more than the 999"):
            exchange(Asked(server.url), total_seconds=5, max_bytes=999)


def test_a_body_without_a_length_is_cut_off_at_the_size_allowed() -> None:
    def endless(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65_536)

    with ByteServer(endless) as server, pytest.raises(HttpError, match="more than the 500000 bytes"):
        exchange(Asked(server.url), total_seconds=20, max_bytes=500_000)


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    with ByteServer(answer(b"elsewhere")) as other:
        location = f"Location: {other.url}"
        with ByteServer(answer(b"", "302 Found", location)) as server:
            response = exchange(Asked(server.url), total_seconds=5)
    assert (response.status, response.headers["location"]) == (302, other.url)
    assert other.requests == []


def test_a_compressed_answer_is_refused() -> None:
    behaviour = answer(b"\x1f\x8b", "200 OK", "Content-Encoding: gzip")
    with ByteServer(behaviour) as server, pytest.raises(HttpError, match="compressed"):
        exchange(Asked(server.url), total_seconds=5)


def test_proxies_and_passwords_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password secret\n")
    netrc.chmod(0o600)
    with ByteServer(answer(b"proxy")) as proxy, ByteServer(answer(b"server")) as server:
        monkeypatch.setenv("NETRC", str(netrc))
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        assert exchange(Asked(server.url), total_seconds=5).body == b"server"
    assert proxy.requests == []
    assert b"authorization" not in server.requests[0].lower()


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/", "file:///etc/hostname", "127.0.0.1/x", "http://", "", "http://[::1", "http://a b/"]
)
def test_only_http_and_https_addresses_are_asked(url: str) -> None:
    with pytest.raises(HttpError):
        exchange(Asked(url), total_seconds=1)


@pytest.mark.parametrize(
    "asked",
    [
        Asked("http://127.0.0.1:1/", "GET", {"X-Bad": "a\r\nInjected: yes"}),
        Asked("http://127.0.0.1:1/", "BAD METHOD"),
        Asked("http://127.0.0.1:1/", "GET", {"Ünsinn": "x"}),
        Asked("http://127.0.0.1:99999/"),
    ],
)
def test_a_request_that_cannot_be_written_is_refused(asked: Asked) -> None:
    with pytest.raises(HttpError):
        exchange(asked, total_seconds=1)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 banana\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"\x00" * 300_000,
    ],
)
def test_what_is_no_http_is_an_error_of_the_exchange(sent: bytes) -> None:
    with ByteServer(lambda connection, _request: connection.sendall(sent)) as server, pytest.raises(HttpError):
        exchange(Asked(server.url), total_seconds=5)


def test_a_closed_port_and_an_unknown_name_are_errors_of_the_exchange() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(HttpError, match=f"127.0.0.1:{port} cannot be asked"):
        exchange(Asked(f"http://127.0.0.1:{port}/"), total_seconds=5)
    with pytest.raises(HttpError, match=r"nobody\.invalid"):
        exchange(Asked("http://nobody.invalid/"), total_seconds=10)


def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    files = Authority(tmp_path).files("127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    with ByteServer(answer(b"secret"), context) as server:
        with pytest.raises(HttpError, match=r"(?i)certificate"):
            exchange(Asked(server.url), total_seconds=5)
        assert server.requests == []


def test_a_certificate_that_chains_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority(tmp_path)
    files = authority.files("127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    trusting = ssl.create_default_context(cafile=str(authority.path))
    monkeypatch.setattr(http_exchange, "_tls", lambda: trusting)
    with ByteServer(answer(b"secret"), context) as server:
        assert exchange(Asked(server.url), total_seconds=5).body == b"secret"
