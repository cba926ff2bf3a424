"""LoST over HTTP: methods, types, sizes, and that a client always gets an answer of ours."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

import pytest
from tests.web.lis.world import IN_EAST, World, question, uris

from callpoint.i3.lost import (
    CONTENT_TYPE,
    MAX_REQUEST_BYTES,
    Errors,
    FindServiceResponse,
    read_response,
    write_request,
)
from callpoint.web.lis.http import Environ, LostApplication, StartResponse


def rest(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    start_response("404 Not Found", [])
    return [b"Django's"]


class Client:
    """Speaks WSGI with an application."""

    def __init__(self, world: World) -> None:
        self.application = LostApplication(world.server, rest)

    def call(
        self,
        method: str = "POST",
        body: bytes = b"",
        content_type: str | None = CONTENT_TYPE,
        path: str = "/lost",
        length: str | None = None,
    ) -> tuple[int, dict[str, str], bytes]:
        environ: dict[str, Any] = {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": BytesIO(body)}
        if content_type is not None:
            environ["CONTENT_TYPE"] = content_type
        if length != "":
            environ["CONTENT_LENGTH"] = str(len(body)) if length is None else length
        started: list[tuple[str, list[tuple[str, str]]]] = []
        chunks = self.application(environ, lambda status, headers: started.append((status, headers)))
        ((status, headers),) = started
        return int(status.split()[0]), dict(headers), b"".join(chunks)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def client(world: World) -> Client:
    return Client(world)


ASK = write_request(question(IN_EAST))


@pytest.mark.parametrize("path", ["/lost", "/lost/"])
@pytest.mark.parametrize("content_type", [CONTENT_TYPE, f"{CONTENT_TYPE};charset=utf-8", "text/xml"])
def test_a_question_gets_an_answer(client: Client, path: str, content_type: str) -> None:
    status, headers, body = client.call(body=ASK, path=path, content_type=content_type)
    assert status == 200
    assert headers["Content-Type"] == "application/lost+xml; charset=utf-8"
    assert headers["Content-Length"] == str(len(body))
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in headers
    answer = read_response(body)
    assert isinstance(answer, FindServiceResponse)
    assert uris(answer) == ["sip:911@east.example"]


def test_a_body_whose_length_nobody_told(client: Client) -> None:
    status, _, body = client.call(body=ASK, length="")
    assert status == 200
    assert isinstance(read_response(body), FindServiceResponse)


@pytest.mark.parametrize("path", ["/", "/lost/x", "/LOST", "/lostx", "//lost"])
def test_other_paths_are_django_s(client: Client, path: str) -> None:
    assert client.call(body=ASK, path=path)[2] == b"Django's"


def test_a_person_gets_an_explanation(client: Client) -> None:
    status, headers, body = client.call("GET", content_type=None)
    assert status == 200
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert b"RFC 5222" in body
    assert client.call("HEAD", content_type=None) == (200, headers, b"")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "post"])
def test_other_methods(client: Client, method: str) -> None:
    status, headers, _ = client.call(method, ASK)
    assert status == 405
    assert headers["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize("content_type", [None, "", "application/json", "multipart/form-data; boundary=x", "text/html"])
def test_other_types(client: Client, content_type: str | None) -> None:
    assert client.call(body=ASK, content_type=content_type)[0] == 415


@pytest.mark.parametrize("length", [None, ""])
def test_a_body_that_is_too_large(client: Client, length: str | None) -> None:
    assert client.call(body=b" " * (MAX_REQUEST_BYTES + 1), length=length)[0] == 413


def test_a_length_that_is_too_large_is_not_read(client: Client) -> None:
    class Untouched(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise AssertionError("read")

    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/lost", "CONTENT_TYPE": CONTENT_TYPE, "wsgi.input": Untouched()}
    told: list[str] = []
    body = client.application({**environ, "CONTENT_LENGTH": "9" * 30}, lambda status, headers: told.append(status))
    assert told[0].startswith("413")
    assert list(body)


@pytest.mark.parametrize("length", [None, "-1", "ten", "0"])
@pytest.mark.parametrize("body", [b"", b"hello", b"<findService/>", b"\xff\xfe\x00"])
def test_nonsense_is_a_bad_request_in_lost(client: Client, body: bytes, length: str | None) -> None:
    status, _, answer = client.call(body=body, length=length)
    assert status == 200
    errors = read_response(answer)
    assert isinstance(errors, Errors)
    assert errors.kinds == ("badRequest",)


def test_while_boundaries_are_being_read_clients_are_to_come_again(world: World, client: Client) -> None:
    world.boundaries.loaded = None
    status, headers, _ = client.call(body=ASK)
    assert status == 503
    assert headers["Retry-After"] == "2"


def test_a_fault_of_ours_is_told_in_lost_and_kept(
    world: World, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    world.boundaries.loaded = object()  # type: ignore[assignment]
    status, _, body = client.call(body=ASK)
    assert status == 200
    errors = read_response(body)
    assert isinstance(errors, Errors)
    assert errors.kinds == ("internalError",)
    assert "AttributeError" in caplog.text
