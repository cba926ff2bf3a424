"""What comes in over HTTP, taken with care: bodies bounded, JSON alone, texts cleaned, other sites' forms refused."""

import asyncio
import json
import unicodedata
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

# Longer than any word somebody says in an emergency.
MAX_BODY_BYTES: Final = 16_384
# For all of a body, so that nobody keeps connections by sending a byte now and then.
BODY_SECONDS: Final = 10.0
LONGEST_NAME: Final = 80
LONGEST_WORD: Final = 1_000
LONGEST_ALERT_ID: Final = 200
MAX_SEQ: Final = 2**63 - 1


class RefusedError(Exception):
    """A request that is not served, with the status that says why."""

    def __init__(self, status: int, why: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(why)
        self.status = status
        self.headers = headers

    def response(self) -> Response:
        headers = {"Cache-Control": "no-store", **(self.headers or {})}
        return JSONResponse({"error": str(self)}, self.status, headers)


async def json_body(request: Request, max_bytes: int = MAX_BODY_BYTES) -> dict[str, Any]:
    """The object sent. Raises RefusedError; only `application/json` is taken, which no foreign form can send."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise RefusedError(415, "send application/json")
    read = await body_of(request, max_bytes)
    try:
        document = json.loads(read)
    except (ValueError, RecursionError):
        raise RefusedError(400, "this is no JSON") from None
    if not isinstance(document, dict):
        raise RefusedError(400, "send an object")
    return document


async def body_of(request: Request, max_bytes: int) -> bytes:
    """All of it. Raises RefusedError: 413 for more than that, 408 for one that takes more than BODY_SECONDS."""
    read = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                read += chunk
                if len(read) > max_bytes:
                    raise RefusedError(413, f"at most {max_bytes} bytes are taken", {"Connection": "close"})
    except TimeoutError:
        raise RefusedError(408, "this took too long", {"Connection": "close"}) from None
    return bytes(read)


def text_of(document: Mapping[str, Any], name: str, longest: int, default: str = "") -> str:
    """A text of one line without control signs, cut at `longest`. Raises RefusedError for what is no text."""
    value = document.get(name, default)
    if not isinstance(value, str):
        raise RefusedError(400, f"{name} must be a text")
    return one_line(value)[:longest]


def one_line(text: str) -> str:
    """Without control and format signs (which could turn a line's direction around) or lone surrogates."""
    kept = "".join(" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in text)
    return " ".join("".join(sign for sign in kept if unicodedata.category(sign) not in ("Cf", "Cs")).split())


def check_origin(request: Request, public_url: str) -> None:
    """Raises RefusedError for what another site's page sends with our cookie (which SameSite should have kept out)."""
    site = request.headers.get("sec-fetch-site", "")
    if site not in ("", "same-origin", "none"):
        raise RefusedError(403, "this was sent by another site")
    origin = request.headers.get("origin")
    if origin is None:
        return
    ours = {request.headers.get("host", ""), urlsplit(public_url).netloc} - {""}
    if urlsplit(origin).netloc not in ours:
        raise RefusedError(403, "this was sent by another site")


def last_event_id(request: Request) -> int | None:
    """Where the stream was cut off: `Last-Event-ID`, or `?after=`; None for the beginning. Raises RefusedError."""
    given = request.headers.get("last-event-id") or request.query_params.get("after")
    if not given:
        return None
    if not given.isascii() or not given.isdigit() or int(given) > MAX_SEQ:
        raise RefusedError(400, "Last-Event-ID must be the number of an event")
    return int(given)


def bearer(request: Request) -> str:
    """The token of `Authorization: Bearer TOKEN`, "" without one. Never from the URL, which logs keep."""
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    return shown.strip() if scheme.lower() == "bearer" else ""


def origin_of(request: Request) -> str:
    """Where from, for people: the host alone."""
    return request.client.host if request.client is not None else ""
