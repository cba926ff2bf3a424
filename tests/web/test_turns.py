"""A request is served when the whole of it is there, and in its turn."""

import threading
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import count
from typing import Any

import pytest

from callpoint.web.turns import MOST_UPLOADS, SLOWEST, BodyFirst, InTurn

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


def test_a_body_that_was_cut_off_never_reaches_a_page() -> None:
    """Half a file would look like a whole one."""
    status, _, answer = ask(BodyFirst(never), b"0123", CONTENT_LENGTH="10")
    assert (status, answer) == ("400 Bad Request", b"The request was cut off.\n")


def never(environ: Environ, start_response: Any) -> Iterable[bytes]:
    raise AssertionError("this was to be refused")


def clock_that_steps(seconds: float) -> Any:
    """Each look at it is so much later."""
    ticks = count()
    return lambda: next(ticks) * seconds


@pytest.mark.parametrize(("seconds", "status"), [(0.5, "200 OK"), (3.0, "408 Request Timeout")])
def test_who_sends_too_slowly_is_not_waited_for(seconds: float, status: str) -> None:
    body = b"x" * 7 * 40  # forty reads of seven bytes
    assert ask(BodyFirst(echo, clock=clock_that_steps(seconds)), body, CONTENT_LENGTH=str(len(body)))[0] == status


def test_a_large_file_may_take_its_time() -> None:
    """Seven bytes in a moment are fast enough, however long it takes in all."""
    body = b"x" * 70_000
    application = BodyFirst(echo, clock=clock_that_steps(7 / SLOWEST * 1.05))
    assert ask(application, body, CONTENT_LENGTH="70000")[0] == "200 OK"


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/organizations/acme/imports/upload/", "POST", "200 OK"),
        ("/api/v1/organizations/acme/imports", "POST", "200 OK"),
        ("/organizations/acme/imports/upload/", "PUT", "413 Content Too Large"),
        ("/organizations/acme/imports/7/columns/", "POST", "413 Content Too Large"),
        ("/organizations/acme/people/", "POST", "413 Content Too Large"),
        ("/x/organizations/a/b/imports/", "POST", "413 Content Too Large"),
    ],
)
def test_only_uploads_may_be_large(path: str, method: str, status: str) -> None:
    application = BodyFirst(echo, longest=20, longest_upload=40)
    for body, expected in ((b"x" * 30, status), (b"x" * 41, "413 Content Too Large")):
        asked = {"PATH_INFO": path, "REQUEST_METHOD": method, "CONTENT_LENGTH": str(len(body))}
        assert ask(application, body, **asked)[0] == expected


def test_no_more_uploads_at_once_than_there_is_room_for() -> None:
    inner: list[str] = []

    def nested(environ: Environ, start_response: Any) -> Iterable[bytes]:
        inner.append(ask(application, b"x", **upload)[0])
        return echo(environ, start_response)

    application = BodyFirst(nested)
    upload = {"PATH_INFO": "/organizations/acme/imports/upload/", "CONTENT_LENGTH": "1"}
    assert ask(application, b"x", **upload)[0] == "200 OK"
    assert inner == ["503 Service Unavailable"] + ["200 OK"] * (MOST_UPLOADS - 1)
    inner.clear()
    assert ask(application, b"x", **upload)[0] == "200 OK", "places are given back"


def test_a_long_answer_is_given_piece_by_piece() -> None:
    def long(environ: Environ, start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [])
        for number in range(100):
            yield bytes([number]) * 10_000

    given = InTurn(long, 1)({"REQUEST_METHOD": "GET"}, lambda *_: None)
    pieces = list(given)
    assert b"".join(pieces) == b"".join(bytes([number]) * 10_000 for number in range(100))
    assert len(pieces) > 10
    assert max(map(len, pieces)) <= 64 * 1024


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
