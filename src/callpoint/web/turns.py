"""Who may take the web server's time: a request is served when the whole of it is there, and in its turn.

granian gives each request a thread, in which reading a body waits as long as its sender likes: four senders who stop in
the middle held up all four threads, and with them every page. So there are many threads that only wait (they cost
nothing until they are needed), and few that work.
"""

import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, Final

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

LONGEST_BODY: Final = 4 * 1024 * 1024
"""Of any request but an upload: the largest form or document is far smaller."""
LONGEST_UPLOAD: Final = 52 * 1024 * 1024
"""A file of 50 MB with what a browser puts around it; it lies on disk while it comes."""
UPLOADS: Final = re.compile(r"/organizations/[^/]+/imports(/upload)?/?\Z")
"""Where files are uploaded, in the portal and in the interface for programs."""
MOST_UPLOADS: Final = 16
"""On their way at once; so much room they take on disk at the most."""
PATIENCE: Final = 60.0  # seconds any body may take
SLOWEST: Final = 16 * 1024  # bytes a second beyond that; a sender who is slower only keeps a thread
_IN_MEMORY: Final = 256 * 1024
_CHUNK: Final = 64 * 1024


class BodyFirst:
    """Reads the whole body before `application` hears of the request.

    One that is too long is answered 413, one that comes too slowly 408, one that was cut off 400, and an upload beyond
    `MOST_UPLOADS` at once 503.
    """

    def __init__(
        self,
        application: Application,
        longest: int = LONGEST_BODY,
        longest_upload: int = LONGEST_UPLOAD,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._application = application
        self._longest = longest
        self._longest_upload = longest_upload
        self._clock = clock
        self._uploads = threading.BoundedSemaphore(MOST_UPLOADS)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        said = environ.get("CONTENT_LENGTH") or ""
        if said == "0" or (not said and "HTTP_TRANSFER_ENCODING" not in environ):
            return self._application(environ, start_response)
        if not _is_upload(environ):
            return self._served(environ, start_response, self._longest)
        if not self._uploads.acquire(blocking=False):
            return _refused(start_response, "503 Service Unavailable", "Too many uploads at once; try again soon.")
        try:
            return self._served(environ, start_response, self._longest_upload)
        finally:
            self._uploads.release()

    def _served(self, environ: Environ, start_response: StartResponse, longest: int) -> Iterable[bytes]:
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as body:
            if refusal := self._read(environ, body, longest):
                return _refused(start_response, *refusal)
            body.seek(0)
            environ["wsgi.input"] = body
            # Answered while the file is open: what is given back (`InTurn`) needs it no more.
            return self._application(environ, start_response)

    def _read(self, environ: Environ, body: IO[bytes], longest: int) -> tuple[str, str] | None:
        """Status and sentence when the body is not taken; what `CONTENT_LENGTH` says is set right otherwise."""
        said = environ.get("CONTENT_LENGTH") or ""
        left = int(said) if said.isdecimal() else longest + 1
        if said.isdecimal() and left > longest:
            return _TOO_LONG
        length, began = 0, self._clock()
        while left and (chunk := environ["wsgi.input"].read(min(_CHUNK, left))):
            body.write(chunk)
            length += len(chunk)
            left -= len(chunk)
            if self._clock() - began > PATIENCE + length / SLOWEST:
                return "408 Request Timeout", "The request came too slowly."
        if said.isdecimal() and left:
            return "400 Bad Request", "The request was cut off."
        environ["CONTENT_LENGTH"] = str(length)
        return _TOO_LONG if length > longest else None


_TOO_LONG: Final = ("413 Content Too Large", "The request is too long.")


def _is_upload(environ: Environ) -> bool:
    return environ.get("REQUEST_METHOD") == "POST" and UPLOADS.search(environ.get("PATH_INFO", "")) is not None


class InTurn:
    """Runs `application` on `threads` threads of its own, so that it has as many database connections and no more.

    What it answers is kept meanwhile, on disk if it is long: a slow reader of a large file keeps none of the threads.
    """

    def __init__(self, application: Application, threads: int) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="web")

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        status, headers, body = self._threads.submit(self._answered, environ).result()
        start_response(status, headers)
        return _pieces(body)

    def _answered(self, environ: Environ) -> tuple[str, Headers, IO[bytes]]:
        told: list[tuple[str, Headers]] = []

        def start_response(status: str, headers: Headers, exc_info: object = None) -> None:
            told.append((status, headers))

        body = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - `_pieces` closes it
        parts = self._application(environ, start_response)
        try:
            body.writelines(parts)
        finally:
            if (close := getattr(parts, "close", None)) is not None:
                close()
        status, headers = told[-1]
        body.seek(0)
        return status, headers, body


def _pieces(body: IO[bytes]) -> Iterator[bytes]:
    with body:
        while piece := body.read(_CHUNK):
            yield piece


def _refused(start_response: StartResponse, status: str, sentence: str) -> Iterable[bytes]:
    text = f"{sentence}\n".encode()
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(text)))]
    start_response(status, headers)
    return [text]
