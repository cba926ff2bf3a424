"""Asking a stranger's server: not for ever, not for more than there is room for, and no further than asked."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
import requests
from django.test import override_settings

from callpoint.web.account.bounded import MOST, BoundedSession

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@contextmanager
def answering(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that says one thing to one caller."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            caller, _address = listening.accept()
            with caller:
                caller.recv(65536)
                try:
                    talk(caller)
                except OSError:
                    return  # the caller has gone

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        thread.join(10)


@pytest.mark.parametrize(
    "said",
    [
        HEAD + b'Content-Length: 8\r\n\r\n{"a": 1}',
        HEAD + b'Transfer-Encoding: chunked\r\n\r\n4\r\n{"a"\r\n4\r\n: 1}\r\n0\r\n\r\n',
        HEAD + b'\r\n{"a": 1}',
    ],
)
def test_an_answer(said: bytes) -> None:
    with answering(lambda caller: caller.sendall(said)) as url, BoundedSession() as session:
        assert session.get(url).json() == {"a": 1}


def test_too_much_is_not_read_to_the_end() -> None:
    def talk(caller: socket.socket) -> None:
        caller.sendall(HEAD + b"\r\n")
        for _ in range(100):
            caller.sendall(b"x" * (MOST // 10))

    with (
        answering(talk) as url,
        BoundedSession() as session,
        pytest.raises(requests.RequestException, match="too much"),
    ):
        session.get(url)


@override_settings(SOCIALACCOUNT_REQUESTS_TIMEOUT=0.4)
def test_an_octet_now_and_then_is_not_waited_for() -> None:
    def talk(caller: socket.socket) -> None:
        caller.sendall(HEAD + b"Content-Length: 1000\r\n\r\n")
        for _ in range(100):
            caller.sendall(b"x")
            time.sleep(0.05)

    began = time.monotonic()
    with answering(talk) as url, BoundedSession() as session, pytest.raises(requests.RequestException):
        session.get(url)
    assert time.monotonic() - began < 4


@override_settings(SOCIALACCOUNT_REQUESTS_TIMEOUT=0.2)
def test_silence_is_not_waited_for() -> None:
    with (
        answering(lambda caller: time.sleep(0.6)) as url,
        BoundedSession() as session,
        pytest.raises(requests.RequestException),
    ):
        session.get(url)


def test_half_an_answer_is_none() -> None:
    said = HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\n{"
    with (
        answering(lambda caller: caller.sendall(said)) as url,
        BoundedSession() as session,
        pytest.raises((requests.RequestException, ValueError)),
    ):
        session.get(url).json()


def test_redirects_are_not_followed() -> None:
    said = b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
    with answering(lambda caller: caller.sendall(said)) as url, BoundedSession() as session:
        assert session.get(url).status_code == 302
