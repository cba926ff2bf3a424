"""One POST to a server somebody named, and what its answer means for a notice."""

import asyncio
import ssl
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final

import h11
import httpx

from callpoint import __version__
from callpoint.channels.cleaning import one_line
from callpoint.channels.http.guarded_network import ForbiddenAddressError, GuardedNetwork, UnreachableError
from callpoint.channels.http.line import LONGEST_WORDS, Answer, HttpLine, Request, StaleLineError
from callpoint.channels.notice import DeliveryError
from callpoint.channels.settings import HttpSettings

USER_AGENT: Final = f"Callpoint/{__version__}"
LONGEST_RETRY_AFTER: Final = 3_600.0
MAX_PORT: Final = 65_535
CONNECT_SHARE: Final = 0.5
# Shorter than after what most servers hang up.
IDLE_SECONDS: Final = 15.0
Origin = tuple[str, str, int]
# RFC 9110 §15.5.9, RFC 8470 §5.2 and RFC 6585 §4: another time the answer may be another.
_PASSING: Final = frozenset({408, 425, 429})


class Poster:
    """Keeps lines; belongs to one event loop. `plain` in the settings lets http: through besides https:."""

    def __init__(self, settings: HttpSettings, tls: ssl.SSLContext | None = None) -> None:
        self._settings = settings
        self._network = GuardedNetwork(settings.allowed_networks)
        self._tls = tls
        self._places = asyncio.Semaphore(settings.connections)
        self._idle: dict[Origin, list[tuple[float, HttpLine]]] = {}

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The answer. Follows no redirect, knows no proxy, keeps no cookie. Raises DeliveryError when there is none."""
        request = self._request(url, body, headers)
        begun = asyncio.Event()
        try:
            async with asyncio.timeout(self._settings.seconds), self._places:
                return await self._exchange(request, begun)
        except ForbiddenAddressError as error:
            raise DeliveryError(str(error), permanent=True) from error
        except UnreachableError as error:
            raise DeliveryError(f"{request.host} cannot be reached: {_words(error)}") from error
        except TimeoutError as error:
            why = f"{request.host} has not answered within {self._settings.seconds:g} s"
            raise DeliveryError(why, uncertain=begun.is_set()) from error
        except (OSError, h11.ProtocolError) as error:
            raise DeliveryError(f"{request.host} broke off: {_words(error)}", uncertain=True) from error

    async def close(self) -> None:
        for lines in self._idle.values():
            for _, line in lines:
                line.close()
        self._idle.clear()
        self._network.close()

    def _request(self, url: str, body: bytes, headers: Mapping[str, str]) -> Request:
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
        port = parsed.port or (443 if parsed.scheme == "https" else 80)
        origin = (parsed.scheme, parsed.raw_host.decode("ascii"), port)
        return Request(origin, parsed.raw_path, fields | {**headers, "Content-Length": str(len(body))}, body)

    async def _exchange(self, request: Request, begun: asyncio.Event) -> Answer:
        """Over a line that is kept; when that was just being ended, over a new one (RFC 9110 §9.2.2: attempts bear
        one key, where the other side takes one)."""
        line = self._kept(request.origin)
        if line is not None:
            try:
                return await self._over(line, request, begun)
            except StaleLineError:
                pass  # as if it had never been kept
        return await self._over(await self._opened(request.origin), request, begun)

    async def _over(self, line: HttpLine, request: Request, begun: asyncio.Event) -> Answer:
        begun.set()
        try:
            return await line.exchange(request)
        finally:
            if line.usable:
                self._idle.setdefault(request.origin, []).append((time.monotonic(), line))
            else:
                line.close()

    async def _opened(self, origin: Origin) -> HttpLine:
        scheme, host, port = origin
        tls = (self._tls or _authorities()) if scheme == "https" else None
        return HttpLine(*await self._network.connect(host, port, tls, self._settings.seconds * CONNECT_SHARE))

    def _kept(self, origin: Origin) -> HttpLine | None:
        """The line used last, if it is still good; those of all places that were idle for too long are let go."""
        now = time.monotonic()
        for place, lines in list(self._idle.items()):
            while lines and (now - lines[0][0] > IDLE_SECONDS or not lines[0][1].usable):
                lines.pop(0)[1].close()
            if not lines:
                del self._idle[place]
        mine = self._idle.get(origin, [])
        while mine:
            line = mine.pop()[1]
            if line.usable:
                return line
            line.close()
        return None


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
        except (ValueError, OverflowError):  # a year, or a zone, beyond every number
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
def _authorities() -> ssl.SSLContext:
    """The system's authorities, read once: that takes tens of milliseconds."""
    return httpx.create_ssl_context(trust_env=False)


def _words(error: Exception) -> str:
    return one_line(str(error) or type(error).__name__, LONGEST_WORDS)
