"""One HTTP request and its answer, with an end to it in time and in size.

For asking other services (address providers, LoST servers) from jobs that may wait; nothing on a call's way does.
A server that sends one byte a second keeps every timeout of an ordinary client alive, so here each step, from the
look-up of the name to the last byte, gets only what is left of one deadline.
"""

import queue
import socket
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ssl import SSLContext
from typing import Any, Final, Protocol

import httpcore
import httpx

# More than any provider needs for one address, little enough for a page sent by mistake.
MAX_BYTES: Final = 1_000_000
_CHUNK: Final = 65_536


class HttpError(OSError):
    """No usable answer: the address is none, nobody answered in time, or the answer is too large or broken."""


class Request(Protocol):
    """What is sent; `url` is absolute, http or https."""

    @property
    def method(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """Any answer, whatever its status. Names of headers are in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def exchange(request: Request, *, total_seconds: float, max_bytes: int = MAX_BYTES) -> HttpResponse:
    """Sends `request`, waits for the whole answer, at most `total_seconds` from now to the last byte.

    Follows no redirect, uses no proxy, password file or certificate of the environment, and takes no compressed
    answer, whose size nobody knows beforehand. Raises HttpError and nothing else.
    """
    deadline = _Deadline(total_seconds)
    try:
        with httpx.Client(transport=_Transport(deadline), trust_env=False, follow_redirects=False) as client:
            headers = {"accept-encoding": "identity", "connection": "close", **request.headers}
            sent = client.build_request(request.method, _checked(request.url), headers=headers, content=request.body)
            answer = client.send(sent, stream=True)
            return HttpResponse(answer.status_code, _body(answer, max_bytes), dict(answer.headers.items()))
    except HttpError:
        raise
    except (httpcore.TimeoutException, TimeoutError) as error:
        raise HttpError(f"no answer of {_host(request.url)} within {total_seconds:g} s") from error
    except (httpx.HTTPError, httpcore.NetworkError, httpcore.ProtocolError, httpx.StreamError, OSError) as error:
        raise HttpError(f"{_host(request.url)} cannot be asked: {str(error) or type(error).__name__}") from error
    except (httpx.InvalidURL, ValueError, UnicodeError, TypeError) as error:
        raise HttpError(f"the request cannot be sent: {error}") from error


def _checked(url: str) -> httpx.URL:
    parsed = httpx.URL(url)
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise HttpError(f"{url!r} is no http or https address")
    return parsed


def _host(url: str) -> str:
    try:
        return httpx.URL(url).netloc.decode("ascii", "replace")
    except httpx.InvalidURL:
        return "the server"


def _body(answer: httpx.Response, max_bytes: int) -> bytes:
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise HttpError("the answer is compressed although that was not asked for")
    length = answer.headers.get("content-length", "")
    if length.isdecimal() and int(length) > max_bytes:
        raise HttpError(f"the answer has {length} bytes, more than the {max_bytes} taken")
    body = bytearray()
    for chunk in answer.iter_raw(_CHUNK):
        body += chunk
        if len(body) > max_bytes:
            raise HttpError(f"the answer has more than the {max_bytes} bytes taken")
    return bytes(body)


class _Deadline:
    """Seconds left of a total; a step gets these, whatever timeout the client has in mind."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds, above 0; TimeoutError when none are left."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _Transport(httpx.BaseTransport):
    """httpx over httpcore, as it does by itself, but with our network below; that door httpx does not have."""

    def __init__(self, deadline: _Deadline) -> None:
        self._pool = httpcore.ConnectionPool(_tls(), max_connections=1, network_backend=_Network(deadline))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        answer = self._pool.handle_request(
            httpcore.Request(request.method, url, headers=request.headers.raw, content=request.read())
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Answer(answer))

    def close(self) -> None:
        self._pool.close()


class _Answer(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


@lru_cache(maxsize=1)
def _tls() -> SSLContext:
    return httpx.create_ssl_context(trust_env=False)


class _Network(httpcore.NetworkBackend):
    def __init__(self, deadline: _Deadline) -> None:
        self._deadline = deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = _resolved(host, port, self._deadline.left())
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for position, address in enumerate(addresses):
            share = self._deadline.left() / (len(addresses) - position)  # the next address gets its turn
            try:
                return _Stream(self._sockets.connect_tcp(address, port, share), self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


class _Stream(httpcore.NetworkStream):
    """A connection whose every read and write ends with the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _CHUNK):
            self._stream.write(buffer[start : start + _CHUNK], self._deadline.left())

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, self._deadline.left()), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def close(self) -> None:
        self._stream.close()


def _resolved(host: str, port: int, seconds: float) -> list[str]:
    """The addresses of a name. The system's resolver knows no timeout, so it is asked from a thread of its own,
    which is left to itself when it takes too long."""
    answers: queue.SimpleQueue[list[str] | OSError | UnicodeError] = queue.SimpleQueue()

    def resolve() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            answers.put(error)
        else:
            answers.put(list(dict.fromkeys(str(entry[4][0]) for entry in found)))

    threading.Thread(target=resolve, name=f"resolve {host}", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, Exception):
        raise httpcore.ConnectError(f"the name {host} cannot be resolved: {answer}") from answer
    return answer
