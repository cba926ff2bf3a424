"""LoST over HTTP as a WSGI application (RFC 5222 §14). No session, no cookie, no database.

LoST errors come with status 200, as its standard has it; other statuses are for what is no LoST question at all.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol

from callpoint.i3.lost import CONTENT_TYPE, MAX_REQUEST_BYTES, is_content_type
from callpoint.web.lis.knowledge import StillLoading

logger = logging.getLogger(__name__)

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

PATHS: Final = frozenset({"/lost", "/lost/"})
_XML: Final = f"{CONTENT_TYPE}; charset=utf-8"
_TEXT: Final = "text/plain; charset=utf-8"
_SAFE: Final = ("X-Content-Type-Options", "nosniff")
_EXPLANATION: Final = (
    "This is a LoST server (RFC 5222): it tells who answers emergency calls from a place, and what of an address is\n"
    "true. Programs ask it by POST, with a document of the type application/lost+xml.\n"
)


class Responder(Protocol):
    """`LostServer`."""

    def respond(self, body: bytes, content_type: str) -> bytes: ...
    def internal_error(self) -> bytes: ...


class LostApplication:
    """Answers at PATHS; all other paths belong to `rest`."""

    def __init__(self, server: Responder, rest: Application) -> None:
        self._server = server
        self._rest = rest

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") not in PATHS:
            return self._rest(environ, start_response)
        status, headers, body = self._answer(environ)
        start_response(status, [*headers, _SAFE, ("Content-Length", str(len(body)))])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    def _answer(self, environ: Environ) -> tuple[str, list[tuple[str, str]], bytes]:
        method = environ["REQUEST_METHOD"]
        if method in ("GET", "HEAD"):
            return _said("200 OK", _EXPLANATION)
        if method != "POST":
            return _said("405 Method Not Allowed", "Only POST asks a LoST question.\n", ("Allow", "GET, HEAD, POST"))
        if not is_content_type(environ.get("CONTENT_TYPE", "")):
            return _said("415 Unsupported Media Type", f"A question is of the type {CONTENT_TYPE}.\n")
        body = _body(environ)
        if body is None:
            return _said("413 Content Too Large", f"A question has {MAX_REQUEST_BYTES} bytes at most.\n")
        return self._responded(body, environ.get("CONTENT_TYPE", ""))

    def _responded(self, body: bytes, content_type: str) -> tuple[str, list[tuple[str, str]], bytes]:
        headers = [("Content-Type", _XML), ("Cache-Control", "no-store")]
        try:
            return "200 OK", headers, self._server.respond(body, content_type)
        except StillLoading:
            return _said("503 Service Unavailable", "The boundaries are being read.\n", ("Retry-After", "2"))
        except Exception:
            # The outer edge: a client is told in its own protocol, and the fault is kept.
            logger.exception("lost: a question could not be answered")
            return "200 OK", headers, self._server.internal_error()


def _said(status: str, text: str, *headers: tuple[str, str]) -> tuple[str, list[tuple[str, str]], bytes]:
    return status, [("Content-Type", _TEXT), *headers], text.encode()


def _body(environ: Environ) -> bytes | None:
    """The whole body; None when it is too large, of which no more is read than shows it."""
    length = environ.get("CONTENT_LENGTH") or ""
    if length.isdecimal() and int(length) > MAX_REQUEST_BYTES:
        return None
    body: bytes = environ["wsgi.input"].read(int(length) if length.isdecimal() else MAX_REQUEST_BYTES + 1)
    return body if len(body) <= MAX_REQUEST_BYTES else None
