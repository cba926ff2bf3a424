"""Who may take the web server's time: a request is served when the whole of it is there, and in its turn.

granian gives each request a thread, in which reading a body waits as long as its sender likes: four senders who stop in
the middle held up all four threads, and with them every page. So there are many threads that only wait (they cost
nothing until they are needed), and few that work.
"""

import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

# Above the largest file anybody uploads; it lies on disk while it comes.
LONGEST_BODY: Final = 64 * 1024 * 1024
_IN_MEMORY: Final = 256 * 1024
_CHUNK: Final = 64 * 1024


class BodyFirst:
    """Reads the whole body before `application` hears of the request; one that is too long is answered 413."""

    def __init__(self, application: Application, longest: int = LONGEST_BODY) -> None:
        self._application = application
        self._longest = longest

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        said = environ.get("CONTENT_LENGTH") or ""
        if said == "0" or (not said and "HTTP_TRANSFER_ENCODING" not in environ):
            return self._application(environ, start_response)
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as body:
            if not self._read(environ, said, body):
                return _too_long(start_response)
            body.seek(0)
            environ["wsgi.input"] = body
            # Answered while the file is open: what is given back needs it no more.
            return list(self._application(environ, start_response))

    def _read(self, environ: Environ, said: str, body: Any) -> bool:
        """False when there is more than may be; what `CONTENT_LENGTH` says is set right."""
        left = int(said) if said.isdecimal() else self._longest + 1
        if said.isdecimal() and left > self._longest:
            return False
        length = 0
        while left and (chunk := environ["wsgi.input"].read(min(_CHUNK, left))):
            body.write(chunk)
            length += len(chunk)
            left -= len(chunk)
        environ["CONTENT_LENGTH"] = str(length)
        return length <= self._longest


class InTurn:
    """Runs `application` on `threads` threads of its own, so that it has as many database connections and no more."""

    def __init__(self, application: Application, threads: int) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="web")

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        status, headers, body = self._threads.submit(self._answered, environ).result()
        start_response(status, headers)
        return [body]

    def _answered(self, environ: Environ) -> tuple[str, Headers, bytes]:
        told: list[tuple[str, Headers]] = []

        def start_response(status: str, headers: Headers, exc_info: object = None) -> None:
            told.append((status, headers))

        parts = self._application(environ, start_response)
        try:
            body = b"".join(parts)
        finally:
            if (close := getattr(parts, "close", None)) is not None:
                close()
        status, headers = told[-1]
        return status, headers, body


def _too_long(start_response: StartResponse) -> Iterable[bytes]:
    text = b"The request is too long.\n"
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(text)))]
    start_response("413 Content Too Large", headers)
    return [text]
