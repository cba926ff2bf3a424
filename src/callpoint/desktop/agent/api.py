"""The public HTTP API of Onsite as a program uses it: `/onsite/api/*` with the token of this installation."""

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import quote

import httpx

from callpoint.desktop.agent.settings import Settings

ASK_SECONDS: Final = 10.0
SILENCE_SECONDS: Final = 25.0
"""The server gives a sign of life every eight seconds: three of them missing is a dead line, of a drawn cable too."""
LARGEST_FILE: Final = 30_000_000  # bytes: a floor plan of an airport; more would fill the disk of a small computer

_FAILED: Final = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError)


class UnavailableError(Exception):
    """Passing: the server is away, or too busy. `retry_after` is what it asked for, in seconds."""

    def __init__(self, why: str, retry_after: float = 0.0) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class RefusedError(Exception):
    """The token is not taken: mistyped, revoked, or of another server."""


class RejectedError(Exception):
    """The server will never take this: an alert it does not know, a text it does not allow."""


class OnsiteApi:
    """Use it as an async context manager. All methods raise UnavailableError, RefusedError or RejectedError."""

    def __init__(self, settings: Settings, program: str, silence: float = SILENCE_SECONDS) -> None:
        self._silence = silence
        self._parameters = {"language": settings.language} if settings.language else {}
        proof = {"Authorization": f"Bearer {settings.token}"} if settings.token else {}
        self._client = httpx.AsyncClient(
            base_url=settings.host,
            headers={"User-Agent": program, **proof},
            timeout=ASK_SECONDS,
            verify=trusted(settings.ca_file),
        )

    async def __aenter__(self) -> "OnsiteApi":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def state(self) -> Mapping[str, Any]:
        """Everything open now: `{"position", "alerts": [...]}`."""
        answer = await self._ask("GET", "/onsite/api/state", params=self._parameters)
        try:
            plain = answer.json()
        except ValueError as error:
            raise UnavailableError("the answer is not Callpoint's: is this the right address?") from error
        if not isinstance(plain, dict):
            raise UnavailableError("the answer is not Callpoint's: is this the right address?")
        return plain

    async def post(self, what: str, body: Mapping[str, Any]) -> None:
        """`what` is "acknowledge", "chat" or "beat"."""
        await self._ask("POST", f"/onsite/api/{what}", json=body)

    async def file(self, path: str) -> bytes:
        """A picture by the path an alert gives. Only of our own server, whatever the path says."""
        if not path.startswith("/") or path.startswith("//"):
            raise RejectedError(f"{path!r} is no path of the server")
        content = (await self._ask("GET", path)).content
        if len(content) > LARGEST_FILE:
            raise RejectedError(f"{path} is larger than {LARGEST_FILE} bytes")
        return content

    async def speech(self, alert: str) -> bytes:
        """The alert spoken, as a WAV file."""
        return (await self._ask("GET", f"/onsite/api/speech/{quote(alert)}.wav", params=self._parameters)).content

    @asynccontextmanager
    async def stream(self, last_id: str) -> AsyncIterator[httpx.Response]:
        """The stream of events after `last_id`. Reading it may raise what `passing` turns into UnavailableError."""
        headers = {"Accept": "text/event-stream", "Cache-Control": "no-store"}
        if last_id:
            headers["Last-Event-ID"] = last_id
        timeout = httpx.Timeout(ASK_SECONDS, read=self._silence)
        try:
            async with self._client.stream(
                "GET", "/onsite/api/stream", headers=headers, params=self._parameters, timeout=timeout
            ) as answer:
                _judge(answer)
                if not answer.headers.get("content-type", "").startswith("text/event-stream"):
                    raise UnavailableError("the answer is not Callpoint's: is this the right address?")
                yield answer
        except _FAILED as error:
            raise UnavailableError(_words(error)) from error

    async def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            answer = await self._client.request(method, path, **more)
        except _FAILED as error:
            raise UnavailableError(_words(error)) from error
        _judge(answer)
        return answer


def trusted(ca_file: str) -> ssl.SSLContext:
    """The computer's own authorities, those that come along, and the organization's. Raises OSError."""
    context = httpx.create_ssl_context()
    context.load_default_certs()
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


def _judge(answer: httpx.Response) -> None:
    """Raises what an answer other than 2xx means."""
    status = answer.status_code
    if answer.is_success:
        return
    if status in (401, 403):
        raise RefusedError(f"the server answered {status}")
    if status in (408, 425, 429) or status >= 500:
        raise UnavailableError(f"the server answered {status}", _seconds(answer.headers.get("retry-after", "")))
    if answer.is_redirect:
        raise UnavailableError(f"the server sends elsewhere ({answer.headers.get('location', '')}): check the address")
    raise RejectedError(f"the server answered {status}")


def _seconds(retry_after: str) -> float:
    return float(retry_after) if retry_after.isascii() and retry_after.isdigit() else 0.0


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
