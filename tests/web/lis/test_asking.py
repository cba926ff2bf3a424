"""Asking another server over a real connection, and two servers of ours one behind the other."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from tests.web.lis.world import ELSEWHERE, IN_EAST, OWN, Routes, World, question, route, uris

from callpoint.i3.lost import CONTENT_TYPE, Errors, FindServiceResponse, Redirect
from callpoint.web.lis.asking import ask
from callpoint.web.lis.http import LostApplication
from callpoint.web.lis.settings import LostSettings, Upstream
from callpoint.web.lis.upstream import UnreachableError

SECONDS = 5.0


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - named by the base class
        """Nobody reads this log."""


@contextmanager
def serving(application: Any) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, application, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/lost"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def saying(status: str, body: bytes, *headers: tuple[str, str]) -> Any:
    seen: list[dict[str, Any]] = []

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.append({**environ, "body": environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))})
        start_response(status, list(headers))
        return [body]

    application.seen = seen  # type: ignore[attr-defined]
    return application


def test_a_question_goes_out_as_the_standard_has_it() -> None:
    application = saying("200 OK", b"<x/>", ("Content-Type", "application/lost+xml; charset=iso-8859-1"))
    with serving(application) as url:
        assert ask(url, b"<question/>", SECONDS) == (b"<x/>", "application/lost+xml; charset=iso-8859-1")
    (seen,) = application.seen
    assert (seen["REQUEST_METHOD"], seen["PATH_INFO"], seen["body"]) == ("POST", "/lost", b"<question/>")
    assert seen["CONTENT_TYPE"] == f"{CONTENT_TYPE}; charset=utf-8"
    assert seen["HTTP_ACCEPT"] == CONTENT_TYPE


@pytest.mark.parametrize("status", ["404 Not Found", "500 Internal Server Error", "204 No Content", "503 Busy"])
def test_any_other_status_is_no_answer(status: str) -> None:
    with serving(saying(status, b"")) as url, pytest.raises(UnreachableError, match=status[:3]):
        ask(url, b"<question/>", SECONDS)


def test_a_redirection_of_http_is_not_followed() -> None:
    target = saying("200 OK", b"<x/>")
    with (
        serving(target) as elsewhere,
        serving(saying("302 Found", b"", ("Location", elsewhere))) as url,
        pytest.raises(UnreachableError, match="302"),
    ):
        ask(url, b"<question/>", SECONDS)
    assert target.seen == []


def test_nobody_there() -> None:
    with serving(saying("200 OK", b"")) as url:
        pass
    with pytest.raises(UnreachableError):
        ask(url, b"<question/>", SECONDS)


def test_a_server_that_is_too_slow() -> None:
    go_on = threading.Event()

    def slow(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        go_on.wait(10)
        start_response("200 OK", [])
        return [b""]

    with serving(slow) as url:
        began = time.monotonic()
        with pytest.raises(UnreachableError):
            ask(url, b"<question/>", 0.2)
        assert time.monotonic() - began < 5
        go_on.set()


@pytest.fixture
def hampshire() -> World:
    """Another installation, which knows New Hampshire and sends everything else back to the first one."""
    return World(settings=LostSettings("lost.nh.example"), routes=Routes([route("hampshire", country="US", A1="NH")]))


def application_of(world: World) -> LostApplication:
    return LostApplication(world.server, saying("404 Not Found", b""))


def test_a_question_goes_through_two_servers(hampshire: World) -> None:
    with serving(application_of(hampshire)) as url:
        world = World(ask=ask).configured(upstream=(Upstream("US", "lost.nh.example", url),))
        answer = world.answer(question(ELSEWHERE, recursive=True))
        assert isinstance(answer, FindServiceResponse)
        assert uris(answer) == ["sip:911@hampshire.example"]
        assert answer.path == (OWN, "lost.nh.example")
        assert answer.mappings[0].source == "lost.nh.example"
        assert isinstance(world.answer(question(ELSEWHERE)), Redirect)
        assert uris(world.found(IN_EAST, recursive=True)) == ["sip:911@east.example"]


def test_two_servers_that_send_each_other_on_find_the_loop(hampshire: World) -> None:
    maine = replace(ELSEWHERE, A1="ME")
    first = World(ask=ask)

    def first_as_it_is_then(environ: dict[str, Any], start_response: Any) -> Any:
        return application_of(first)(environ, start_response)

    with serving(first_as_it_is_then) as first_url:
        hampshire.ask = ask
        hampshire.configured(upstream=(Upstream("*", OWN, first_url),))
        with serving(application_of(hampshire)) as url:
            first.configured(upstream=(Upstream("*", "lost.nh.example", url),))
            answer = first.answer(question(maine, recursive=True))
    # The second one sees in the path that the first has been asked, and does not ask it again.
    assert isinstance(answer, Errors)
    assert (answer.source, answer.kinds) == ("lost.nh.example", ("locationInvalid",))
