"""One POST to a server somebody named, and what its answer means for a notice."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final

import httpcore
import httpx

from callpoint import __version__
from callpoint.channels.cleaning import one_line
from callpoint.channels.http.guarded_network import ForbiddenAddressError, GuardedNetwork
from callpoint.channels.notice import DeliveryError
from callpoint.channels.settings import HttpSettings

USER_AGENT: Final = f"Callpoint/{__version__}"
# An answer is read for the words of an error; nobody's page is taken in.
MAX_ANSWER_BYTES: Final = 65_536
LONGEST_RETRY_AFTER: Final = 3_600.0
LONGEST_WORDS: Final = 200
MAX_PORT: Final = 65_535
CONNECT_SHARE: Final = 0.5
# RFC 9110 §15.5.9, RFC 8470 §5.2 and RFC 6585 §4: another time the answer may be another.
_PASSING: Final = frozenset({408, 425, 429})


@dataclass(frozen=True)
class Answer:
    """Any answer, whatever its status; `headers` in lower case, of the body the first MAX_ANSWER_BYTES."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return one_line(self.body.decode("utf-8", "replace"), LONGEST_WORDS)


class Poster:
    """Keeps connections; belongs to one event loop. `plain` in the settings lets http: through besides https:."""

    def __init__(self, settings: HttpSettings, tls: ssl.SSLContext | None = None) -> None:
        self._settings = settings
        self._network = GuardedNetwork(settings.allowed_networks)
        self._pool = httpcore.AsyncConnectionPool(
            tls or _tls(),
            max_connections=settings.connections,
            max_keepalive_connections=settings.connections // 2,
            keepalive_expiry=30.0,
            network_backend=self._network,
        )

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The answer. Follows no redirect, knows no proxy, keeps no cookie. Raises DeliveryError when there is none."""
        request = self._request(url, body, headers)
        try:
            async with asyncio.timeout(self._settings.seconds):
                return await self._exchange(request)
        except ForbiddenAddressError as error:
            raise DeliveryError(str(error), permanent=True) from error
        except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout) as error:
            raise DeliveryError(f"{_host(request)} cannot be reached: {_words(error)}") from error
        except TimeoutError as error:
            why = f"{_host(request)} has not answered within {self._settings.seconds:g} s"
            raise DeliveryError(why, uncertain=True) from error
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError) as error:
            raise DeliveryError(f"{_host(request)} broke off: {_words(error)}", uncertain=True) from error

    async def close(self) -> None:
        await self._pool.aclose()
        self._network.close()

    def _request(self, url: str, body: bytes, headers: Mapping[str, str]) -> httpcore.Request:
        """Raises DeliveryError for a URL that cannot be asked."""
        try:
            parsed = httpx.URL(url)
        except (httpx.InvalidURL, ValueError, TypeError) as error:
            raise DeliveryError(f"the URL cannot be used: {one_line(str(error), 100)}", permanent=True) from error
        if parsed.scheme != "https" and not (parsed.scheme == "http" and self._settings.plain):
            raise DeliveryError("the URL must begin with https://", permanent=True)
        if not parsed.host or parsed.userinfo or (parsed.port or 0) > MAX_PORT:
            raise DeliveryError("the URL must name a host, no user, and a port below 65536", permanent=True)
        fields = {"Host": parsed.netloc.decode("ascii"), "User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
        fields |= {**headers, "Content-Length": str(len(body))}
        connect = self._settings.seconds * CONNECT_SHARE
        return httpcore.Request(
            "POST",
            httpcore.URL(scheme=parsed.raw_scheme, host=parsed.raw_host, port=parsed.port, target=parsed.raw_path),
            headers=[(name.encode("ascii"), value.encode("ascii")) for name, value in fields.items()],
            content=body,
            extensions={"timeout": {"connect": connect}},
        )

    async def _exchange(self, request: httpcore.Request) -> Answer:
        answer = await self._pool.handle_async_request(request)
        try:
            body = b""
            async for chunk in answer.aiter_stream():
                body += chunk
                if len(body) >= MAX_ANSWER_BYTES:
                    break
        finally:
            await answer.aclose()
        names = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
        return Answer(answer.status, names, body[:MAX_ANSWER_BYTES])


def expect_success(answer: Answer, who: str, now: datetime | None = None) -> None:
    """Returns for a 2xx. Raises DeliveryError: passing for 408, 425, 429 and 5xx, permanent for the rest."""
    if 200 <= answer.status < 300:
        return
    if 300 <= answer.status < 400:
        raise DeliveryError(f"{who} answered {answer.status}: redirections are not followed", permanent=True)
    why = f"{who} answered {answer.status}" + (f": {answer.text}" if answer.text else "")
    if answer.status in _PASSING or answer.status >= 500:
        raise DeliveryError(why, retry_after=retry_after(answer.headers.get("retry-after", ""), now))
    raise DeliveryError(why, permanent=True)


def retry_after(field: str, now: datetime | None = None) -> float | None:
    """Seconds of a Retry-After (RFC 9110 §10.2.3), at most LONGEST_RETRY_AFTER; None where there is no usable one."""
    if field.strip().isdecimal():
        seconds = float(field)
    else:
        try:
            moment = parsedate_to_datetime(field)
        except ValueError:
            return None
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (aware - (now or datetime.now(UTC))).total_seconds()
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)


def header_text(text: str) -> str:
    """`text` as a header can carry it: printable ASCII, anything else as %XX of its UTF-8."""
    return "".join(
        sign
        if " " < sign <= "~" and sign != "%"
        else "".join(f"%{byte:02X}" for byte in sign.encode("utf-8", "replace"))
        for sign in text
    )


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    """The system's authorities, read once: that takes tens of milliseconds."""
    return httpx.create_ssl_context(trust_env=False)


def _host(request: httpcore.Request) -> str:
    return request.url.host.decode("ascii", "replace")


def _words(error: Exception) -> str:
    return one_line(str(error) or type(error).__name__, LONGEST_WORDS)
