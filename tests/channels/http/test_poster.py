"""Posting to real sockets: what each answer means, and that no address is reached that must not be."""

import asyncio
import socket
import ssl
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from callpoint.channels.http import guarded_network
from callpoint.channels.http.line import Answer
from callpoint.channels.http.poster import Poster, expect_success, header_text, retry_after
from callpoint.channels.notice import DeliveryError
from callpoint.channels.settings import HttpSettings
from tests.channels.http.loopback import LOOPBACK
from tests.channels.waiting import eventually
from tests.transport.certificates import Authority
from tests.transport.http_server import ByteServer, answer


async def posted(url: str, settings: HttpSettings = LOOPBACK, tls: ssl.SSLContext | None = None) -> Answer:
    poster = Poster(settings, tls)
    try:
        return await poster.post(url, b"{}", {"Content-Type": "application/json"})
    finally:
        await poster.close()


async def trouble(url: str, settings: HttpSettings = LOOPBACK) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await posted(url, settings)
    return caught.value


async def test_what_is_posted_arrives_and_the_answer_comes_back() -> None:
    with ByteServer(answer(b"taken", "202 Accepted", "X-Id: 7")) as server:
        got = await posted(server.url + "hook?a=b%20c")
    assert (got.status, got.text, got.headers["x-id"]) == (202, "taken", "7")
    [request] = server.requests
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /hook?a=b%20c HTTP/1.1")
    assert f"host: 127.0.0.1:{server.port}".encode() in head.lower()
    assert b"user-agent: callpoint/" in head.lower()
    assert body == b"{}"


async def test_connections_are_used_again() -> None:
    peers = set()

    def behave(connection: socket.socket, request: bytes) -> None:
        peers.add(connection.getpeername())
        while request:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            request = connection.recv(65536)

    with ByteServer(behave) as server:
        poster = Poster(LOOPBACK)
        for _ in range(3):
            assert (await poster.post(server.url, b"", {})).status == 200
        await poster.close()
    assert len(peers) == 1


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:{port}/", "127.0.0.1 is at 127.0.0.1"),
        ("http://localhost:{port}/", "localhost is at"),
        ("http://[::ffff:127.0.0.1]:{port}/", "is at 127.0.0.1"),
        ("http://2130706433:{port}/", "is at 127.0.0.1"),
        ("http://0x7f.1:{port}/", "is at 127.0.0.1"),
        ("http://0:{port}/", "is at 0.0.0.0"),
    ],
)
async def test_own_addresses_are_refused_in_every_spelling(url: str, words: str) -> None:
    with ByteServer(answer(b"secret")) as server:
        error = await trouble(url.format(port=server.port), HttpSettings(plain=True))
    assert error.permanent
    assert words in str(error)
    assert "webhooks.allowed_networks" in str(error)
    assert server.requests == []


async def test_a_name_is_looked_up_once_so_that_it_cannot_change_its_mind(monkeypatch: pytest.MonkeyPatch) -> None:
    with ByteServer(answer(b"taken")) as server:
        looked_up: list[str] = []

        def resolved(host: str, port: int) -> list[str]:
            looked_up.append(host)
            return ["127.0.0.1"] if len(looked_up) == 1 else ["10.0.0.1"]

        monkeypatch.setattr(guarded_network, "_resolved", resolved)
        assert (await posted(f"http://rebind.example:{server.port}/")).status == 200
    assert looked_up == ["rebind.example"]
    assert b"host: rebind.example" in server.requests[0].lower()


async def test_a_name_whose_name_server_hangs_takes_one_thread_however_many_ask(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(guarded_network, "RESOLVERS", 2)
    hangs, asked = threading.Event(), []

    def resolved(host: str, port: int) -> list[str]:
        asked.append(host)
        if host == "hangs.example":
            hangs.wait(60)
        return ["127.0.0.1"]

    monkeypatch.setattr(guarded_network, "_resolved", resolved)
    with ByteServer(answer(b"taken")) as server:
        network = guarded_network.GuardedNetwork(LOOPBACK.allowed_networks)
        waiting = [asyncio.create_task(network.connect("hangs.example", server.port, None, 60)) for _ in range(20)]
        try:
            await eventually(lambda: asked == ["hangs.example"])
            _, other = await network.connect("good.example", server.port, None, 60)
            other.close()
            waiting[0].cancel()  # whoever gives up takes it from nobody
        finally:
            hangs.set()
        found = await asyncio.gather(*waiting, return_exceptions=True)
        assert isinstance(found[0], asyncio.CancelledError)
        streams = [one for one in found if not isinstance(one, BaseException)]
        assert len(streams) == 19
        for _, writer in streams:
            writer.close()
        network.close()
    assert asked == ["hangs.example", "good.example"]


async def test_only_the_good_ones_of_a_name_s_addresses_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with ByteServer(answer(b"taken")) as server:
        monkeypatch.setattr(guarded_network, "_resolved", lambda host, port: ["10.0.0.1", "::1", "127.0.0.1"])
        assert (await posted(f"http://mixed.example:{server.port}/")).status == 200


async def test_a_redirection_is_not_followed() -> None:
    with (
        ByteServer(answer(b"secret")) as inside,
        ByteServer(answer(b"", "302 Found", f"Location: {inside.url}")) as server,
    ):
        got = await posted(server.url)
    with pytest.raises(DeliveryError, match="redirections are not followed") as caught:
        expect_success(got, "it")
    assert caught.value.permanent
    assert inside.requests == []


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://hooks.example.com/", "must begin with https://"),
        ("ftp://hooks.example.com/", "must begin with https://"),
        ("file:///etc/passwd", "must begin with https://"),
        ("https://user:pass@hooks.example.com/", "no user"),
        ("https:///path", "must name a host"),
        ("https://hooks.example.com:99999/", "a port below 65536"),
        ("https://hooks.example.com/\r\nX: y", "cannot be used"),
        ("", "must begin with https://"),
    ],
)
async def test_urls_that_will_not_do_are_refused_for_good(url: str, words: str) -> None:
    error = await trouble(url, HttpSettings())
    assert error.permanent
    assert words in str(error)


async def test_nobody_there_may_be_there_later() -> None:
    free = socket.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    error = await trouble(f"http://127.0.0.1:{port}/")
    assert (error.permanent, error.uncertain) == (False, False)


async def test_a_name_that_is_none_may_be_one_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(guarded_network, "_resolved", unknown)
    error = await trouble("http://nowhere.example/")
    assert "cannot be resolved" in str(error)
    assert not error.permanent


async def test_a_server_that_hangs_is_left_after_its_time_and_may_have_taken_it() -> None:
    with ByteServer(lambda connection, request: connection.recv(1) and None) as server:
        error = await trouble(server.url, replace(LOOPBACK, seconds=0.3))
    assert "has not answered within 0.3 s" in str(error)
    assert (error.permanent, error.uncertain) == (False, True)


async def test_a_server_that_hangs_up_may_have_taken_it() -> None:
    with ByteServer(lambda connection, request: None) as server:
        error = await trouble(server.url)
    assert (error.permanent, error.uncertain) == (False, True)


async def test_of_an_endless_answer_only_the_beginning_is_read() -> None:
    def endless(connection: socket.socket, request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 500 Oh\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    with ByteServer(endless) as server:
        got = await posted(server.url)
    assert len(got.body) == 65_536


async def test_a_certificate_must_be_good_for_the_name(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    files = authority.files("127.0.0.1")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(str(files.certificate), str(files.key))
    believing = ssl.create_default_context(cafile=str(authority.path))
    with ByteServer(answer(b"taken"), tls) as server:
        assert (await posted(server.url, tls=believing)).status == 200
        assert "cannot be reached" in str(await trouble(server.url))
    with ByteServer(answer(b"taken"), tls) as server:
        with pytest.raises(DeliveryError, match="cannot be reached"):
            await posted(f"https://localhost:{server.port}/", tls=believing)
        assert server.requests == []


async def test_a_line_its_server_ends_as_it_is_used_again_is_replaced() -> None:
    served: list[bytes] = []

    def behave(connection: socket.socket, request: bytes) -> None:
        served.append(request)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        connection.recv(65536)  # the next request, and then the end without an answer

    with ByteServer(behave) as server:
        poster = Poster(LOOPBACK)
        for _ in range(3):
            assert (await poster.post(server.url, b"", {})).status == 200
        await poster.close()
    assert len(served) == 3


async def test_an_answer_that_breaks_off_is_not_asked_for_again() -> None:
    served: list[bytes] = []

    def behave(connection: socket.socket, request: bytes) -> None:
        while request:
            served.append(request)
            if len(served) == 2:
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Le")
                return
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            request = connection.recv(65536)

    with ByteServer(behave) as server:
        poster = Poster(LOOPBACK)
        assert (await poster.post(server.url, b"", {})).status == 200
        with pytest.raises(DeliveryError, match="broke off") as caught:
            await poster.post(server.url, b"", {})
        await poster.close()
    assert caught.value.uncertain
    assert len(served) == 2


@pytest.mark.parametrize(
    "nonsense", [b"SSH-2.0-x\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x00" * 100, b"HTTP/1.1 200 OK\r\n: x\r\n\r\n"]
)
async def test_what_is_no_answer_is_uncertain(nonsense: bytes) -> None:
    with ByteServer(lambda connection, request: connection.sendall(nonsense)) as server:
        error = await trouble(server.url)
    assert (error.permanent, error.uncertain) == (False, True)


async def test_a_chunked_answer_after_a_provisional_one_is_read() -> None:
    said = (
        b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
    )
    with ByteServer(lambda connection, request: connection.sendall(said)) as server:
        assert (await posted(server.url)).text == "ok"


async def test_lines_that_were_idle_for_too_long_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    peers = set()

    def behave(connection: socket.socket, request: bytes) -> None:
        peers.add(connection.getpeername())
        while request:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            request = connection.recv(65536)

    monkeypatch.setattr("callpoint.channels.http.poster.IDLE_SECONDS", -1.0)
    with ByteServer(behave) as server:
        poster = Poster(LOOPBACK)
        for _ in range(3):
            await poster.post(server.url, b"", {})
        await poster.close()
    assert len(peers) == 3


async def test_whoever_waits_for_a_place_has_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with ByteServer(lambda connection, request: connection.recv(1) and None) as server:
        poster = Poster(replace(LOOPBACK, connections=1, seconds=20.0))
        first = asyncio.create_task(poster.post(server.url, b"", {}))
        await eventually(lambda: server.requests)
        monkeypatch.setattr(poster, "_settings", replace(LOOPBACK, seconds=0.1))
        with pytest.raises(DeliveryError, match="has not answered") as caught:
            await poster.post(server.url, b"", {})
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        await poster.close()
    assert not caught.value.uncertain
    assert len(server.requests) == 1


async def test_many_at_once_share_the_connections() -> None:
    with ByteServer(answer(b"taken")) as server:
        poster = Poster(replace(LOOPBACK, connections=4))
        answers = await asyncio.gather(*(poster.post(server.url, b"", {}) for _ in range(20)))
        await poster.close()
    assert [one.status for one in answers] == [200] * 20


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
def test_these_may_pass(status: int) -> None:
    with pytest.raises(DeliveryError) as caught:
        expect_success(Answer(status, {"retry-after": "7"}, b"busy"), "it")
    assert (caught.value.permanent, caught.value.retry_after) == (False, 7.0)
    assert f"it answered {status}: busy" in str(caught.value)


@pytest.mark.parametrize("status", [300, 301, 302, 307, 308, 400, 401, 403, 404, 410, 413, 422])
def test_these_do_not(status: int) -> None:
    with pytest.raises(DeliveryError) as caught:
        expect_success(Answer(status, {}, b""), "it")
    assert caught.value.permanent


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_these_are_good(status: int) -> None:
    expect_success(Answer(status, {}, b""), "it")


@pytest.mark.parametrize(
    ("field", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("999999", 3600.0),
        ("Mon, 09 Mar 2026 19:06:00 GMT", 60.0),
        ("Mon, 09 Mar 2026 19:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("Mon, 09 Mar 2026 19:06:00 +99999999999999999999", None),
        ("Mon, 09 Mar 99999999999999999999 19:06:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(field: str, seconds: float | None) -> None:
    assert retry_after(field, datetime(2026, 3, 9, 19, 5, tzinfo=UTC)) == seconds


def test_headers_carry_nothing_that_ends_them() -> None:
    assert header_text("call-1/7/0/3") == "call-1/7/0/3"
    assert header_text("a\r\nB: c é%") == "a%0D%0AB:%20c%20%C3%A9%25"
