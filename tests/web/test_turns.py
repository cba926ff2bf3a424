"""A request is served when the whole of it is there, and in its turn."""

import threading
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

import pytest

from callpoint.web.turns import BodyFirst, InTurn

Environ = dict[str, Any]


class Dripping(BytesIO):
    """Gives little at a time, as a socket does."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(7, size) if size is not None and size >= 0 else 7)


def echo(environ: Environ, start_response: Any) -> Iterable[bytes]:
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("X-Length", environ.get("CONTENT_LENGTH", "none"))])
    return [body]


def ask(application: Any, body: bytes, **environ: str) -> tuple[str, dict[str, str], bytes]:
    told: list[tuple[str, list[tuple[str, str]]]] = []
    asked = {"REQUEST_METHOD": "POST", "wsgi.input": Dripping(body), **environ}
    answer = b"".join(application(asked, lambda status, headers: told.append((status, headers))))
    return told[0][0], dict(told[0][1]), answer


@pytest.mark.parametrize("length", [1, 100, 300_000])
def test_a_body_is_read_whole(length: int) -> None:
    body = bytes(index % 251 for index in range(length))
    status, headers, answer = ask(BodyFirst(echo), body, CONTENT_LENGTH=str(length))
    assert (status, answer, headers["X-Length"]) == ("200 OK", body, str(length))


def test_no_more_is_read_than_was_said() -> None:
    assert ask(BodyFirst(echo), b"0123456789", CONTENT_LENGTH="4")[2] == b"0123"


def test_a_body_that_ends_early_is_what_came() -> None:
    _, headers, answer = ask(BodyFirst(echo), b"0123", CONTENT_LENGTH="10")
    assert (headers["X-Length"], answer) == ("4", b"0123")


def test_a_body_of_unsaid_length() -> None:
    _, headers, answer = ask(BodyFirst(echo), b"0123456789", HTTP_TRANSFER_ENCODING="chunked")
    assert (headers["X-Length"], answer) == ("10", b"0123456789")


@pytest.mark.parametrize("said", [{"CONTENT_LENGTH": "21"}, {"HTTP_TRANSFER_ENCODING": "chunked"}])
def test_too_long_is_told(said: dict[str, str]) -> None:
    status, _, answer = ask(BodyFirst(echo, longest=20), b"x" * 21, **said)
    assert status == "413 Content Too Large"
    assert answer == b"The request is too long.\n"


def test_exactly_as_long_as_may_be() -> None:
    assert ask(BodyFirst(echo, longest=20), b"x" * 20, HTTP_TRANSFER_ENCODING="chunked")[0] == "200 OK"


def test_a_length_of_zero_waits_for_nothing() -> None:
    assert ask(BodyFirst(echo), b"never read", CONTENT_LENGTH="0")[0] == "200 OK"


def test_no_more_threads_work_than_were_given() -> None:
    seen: set[str] = set()
    both = threading.Barrier(2, timeout=20)

    def slow(environ: Environ, start_response: Any) -> Iterator[bytes]:
        both.wait()
        seen.add(threading.current_thread().name)
        start_response("200 OK", [])
        yield b"a"
        yield b"b"

    application = InTurn(slow, 2)
    answers: list[tuple[str, dict[str, str], bytes]] = []
    askers = [threading.Thread(target=lambda: answers.append(ask(application, b""))) for _ in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert answers == [("200 OK", {}, b"ab")] * 8
    assert len(seen) == 2


def test_a_response_is_closed_and_a_fault_is_not_swallowed() -> None:
    closed: list[bool] = []

    class Response:
        def __iter__(self) -> Iterator[bytes]:
            raise ZeroDivisionError

        def close(self) -> None:
            closed.append(True)

    def broken(environ: Environ, start_response: Any) -> Response:
        start_response("200 OK", [])
        return Response()

    with pytest.raises(ZeroDivisionError):
        ask(InTurn(broken, 1), b"")
    assert closed == [True]
