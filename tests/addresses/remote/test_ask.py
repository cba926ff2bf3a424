"""Providers asked over real sockets, by servers that answer as those services do, or as they should not."""

import socket
import time
from functools import partial
from typing import Any

import pytest
from tests.addresses.remote.answers import ASKED, OTTAWA, census_answer, census_match, nominatim_answer, nominatim_house
from tests.addresses.remote.test_lost_validation import MAPPING
from tests.transport.http_server import ByteServer, answer

from callpoint.addresses.remote import (
    Census,
    Evidence,
    Exchange,
    HttpRequest,
    LostValidation,
    Nominatim,
    Provider,
    RemoteError,
    ask,
)
from callpoint.i3.civic import Civic
from callpoint.i3.lost import (
    CONTENT_TYPE,
    FindService,
    FindServiceResponse,
    LocationValidation,
    read_request,
    write_response,
)
from callpoint.transport.http_exchange import exchange

JSON = "Content-Type: application/json; charset=utf-8"


def query_of(request: bytes) -> tuple[str, dict[str, str]]:
    """Path and query of a request as a server reads them."""
    target = request.split(b" ", 2)[1].decode()
    path, _, query = target.partition("?")
    pairs = (pair.partition("=") for pair in query.split("&"))
    return path, {name: _unquoted(value) for name, _, value in pairs}


def _unquoted(text: str) -> str:
    parts = text.encode().split(b"%")
    return (parts[0] + b"".join(bytes.fromhex(part[:2].decode()) + part[2:] for part in parts[1:])).decode()


def test_nominatim_is_searched_and_believed() -> None:
    with ByteServer(answer(nominatim_answer(nominatim_house()), "200 OK", JSON)) as server:
        evidence = ask(Nominatim(server.url, "ops@example.com", "Callpoint tests"), ASKED, exchange)
        path, query = query_of(server.requests[0])
    assert evidence is not None
    assert evidence.confirms_door
    assert path == "/search"
    assert (query["street"], query["city"], query["email"]) == ("115 State Street", "Montpelier", "ops@example.com")
    assert b"user-agent: callpoint tests" in server.requests[0].lower()


def test_names_with_accents_arrive_as_they_are() -> None:
    civic = Civic(country="CA", A1="QC", A3="Montréal", HNO="1", STP="rue", RD="Côte-des-Neiges & Fils + 100%")
    with ByteServer(answer(b"[]")) as server:
        assert ask(Nominatim(server.url), civic, exchange) is None
        _, query = query_of(server.requests[0])
    assert query["city"] == "Montréal"
    assert query["street"] == "1 rue Côte-des-Neiges & Fils + 100%"


def test_the_census_is_asked_and_believed() -> None:
    with ByteServer(answer(census_answer(census_match()), "200 OK", JSON)) as server:
        evidence = ask(Census(server.url), ASKED, exchange)
        path, query = query_of(server.requests[0])
    assert evidence is not None
    assert (evidence.accuracy, evidence.confirms_door) == ("range", True)
    assert path == "/locations/address"
    assert (query["zip"], query["benchmark"]) == ("05633", "Public_AR_Current")


def test_a_lost_server_validates_what_it_reads() -> None:
    def behave(connection: socket.socket, request: bytes) -> None:
        question = read_request(request.partition(b"\r\n\r\n")[2])
        assert isinstance(question, FindService)
        civic = question.locations[0].civic
        known = civic is not None and civic.HNO == "115"
        validation = LocationValidation(
            valid=("country", "A1", "A3", "RD", "STS", *(["HNO"] if known else [])),
            invalid=() if known else ("HNO",),
            unchecked=("PC",),
        )
        body = write_response(FindServiceResponse((MAPPING,), ("lvf.example",), validation))
        answer(body, "200 OK", f"Content-Type: {CONTENT_TYPE}")(connection, request)

    with ByteServer(behave) as server:
        provider = LostValidation(server.url + "lost")
        right = ask(provider, ASKED, exchange)
        wrong = ask(provider, Civic.from_fields(ASKED.to_fields() | {"HNO": "99999"}), exchange)
    assert right is not None
    assert right.confirms_door
    assert wrong is not None
    assert wrong.elements["HNO"] == "invalid"
    assert not wrong.confirms_door


@pytest.mark.parametrize("provider", [Nominatim, Census, LostValidation])
@pytest.mark.parametrize(
    ("status", "body", "header"),
    [
        ("200 OK", b"<html><body>Please log in</body></html>", "Content-Type: text/html"),
        ("302 Found", b"", "Location: http://127.0.0.1:1/"),
        ("429 Too Many Requests", b"slow down", "Retry-After: 1"),
        ("500 Internal Server Error", b"", "X-Empty: yes"),
        ("200 OK", b"x" * 600_000, "X-Huge: yes"),
        ("200 OK", b"\x1f\x8b\x08", "Content-Encoding: gzip"),
    ],
)
def test_what_is_no_answer_is_a_remote_error(provider: type[Any], status: str, body: bytes, header: str) -> None:
    with ByteServer(answer(body, status, header)) as server, pytest.raises(RemoteError):
        ask(provider(server.url), ASKED, exchange)


def test_time_is_limited_whatever_the_server_does() -> None:
    def drip(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(200):
            time.sleep(0.05)
            connection.sendall(b" ")

    with ByteServer(drip) as server:
        start = time.monotonic()
        with pytest.raises(RemoteError, match=r"Nominatim gave no answer: .* within 0\.3 s"):
            ask(Nominatim(server.url), ASKED, exchange, total_seconds=0.3)
        assert time.monotonic() - start < 3


def test_nobody_there_is_a_remote_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(RemoteError, match="US Census geocoder gave no answer"):
        ask(Census(f"http://127.0.0.1:{port}"), ASKED, exchange)
    with pytest.raises(RemoteError, match="no http or https"):
        ask(Nominatim("file:///etc"), ASKED, exchange)


class NeverAsked:
    def __call__(self, request: HttpRequest, *, total_seconds: float, max_bytes: int) -> Any:
        raise AssertionError(f"asked {request.url}")


def test_an_address_the_provider_does_not_serve_is_not_sent_anywhere() -> None:
    nobody: Exchange = NeverAsked()
    assert ask(Census(), OTTAWA, nobody) is None
    assert ask(Nominatim(), Civic(country="DE", A3="Kiel", RD="Scharweg"), nobody) is None
    assert ask(LostValidation(""), ASKED, nobody) is None


def test_only_the_address_goes_out() -> None:
    """Who is there, on which floor, and what was said besides is nobody's business outside."""
    inside = {"FLR": "2", "ROOM": "212", "NAM": "Jane Roe", "LOC": "by the stairs", "UNIT": "5", "SEAT": "9"}
    civic = Civic.from_fields(ASKED.to_fields() | inside)
    with ByteServer(answer(b"[]")) as server:
        for provider in (Nominatim(server.url), Census(server.url), LostValidation(server.url)):
            _quietly(partial(ask, provider, civic, exchange))
    assert len(server.requests) == 3
    for request in server.requests:
        assert not [value for value in (b"212", b"Jane", b"stairs") if value in request]


def _quietly(asked: "partial[Evidence | None]") -> None:
    try:
        asked()
    except RemoteError:
        return


def test_providers_have_one_shape() -> None:
    providers: list[Provider] = [Nominatim(), Census(), LostValidation("https://lost.example/")]
    assert len({provider.name for provider in providers}) == 3
