"""Connections to checked addresses only: resolved here, checked here, and made to the very address that was checked."""

import asyncio
import socket
import ssl
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from callpoint.channels.http.reachable import may_be_reached, plain_form
from callpoint.channels.settings import Network

# The system's resolver knows no time-out. Its threads are our own, and one name never takes more than one of them, so
# that name servers that hang hold up nobody else; a thread is made only when it is wanted.
RESOLVERS: Final = 64

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class ForbiddenAddressError(Exception):
    """The URL leads to an address that may not be reached."""


class UnreachableError(Exception):
    """Nobody answers there, or nobody who proves to be who was meant."""


class GuardedNetwork:
    """A name between two look-ups cannot change its mind: there is only one."""

    def __init__(self, allowed: Sequence[Network]) -> None:
        self._allowed = tuple(allowed)
        self._resolvers = ThreadPoolExecutor(RESOLVERS, thread_name_prefix="resolve")
        self._under_way: dict[tuple[str, int], asyncio.Future[list[str]]] = {}

    async def connect(self, host: str, port: int, tls: ssl.SSLContext | None, seconds: float) -> Streams:
        """To the first of the host's permitted addresses that answers; `seconds` are shared among them. With `tls`
        the certificate must be good for `host`. Raises ForbiddenAddressError, UnreachableError."""
        addresses = await self._addresses(host, port)
        failure: Exception = UnreachableError(f"{host} has no address")
        for address in addresses:
            try:
                async with asyncio.timeout(seconds / len(addresses)):
                    name = host if tls is not None else None
                    return await asyncio.open_connection(address, port, ssl=tls, server_hostname=name)
            except (OSError, TimeoutError) as error:
                failure = error
        raise UnreachableError(str(failure) or type(failure).__name__) from failure

    def close(self) -> None:
        self._resolvers.shutdown(wait=False, cancel_futures=True)

    async def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = await asyncio.shield(self._look_up(host, port))  # others may wait for the same
        except (OSError, UnicodeError) as error:
            raise UnreachableError(f"the name {host} cannot be resolved: {error}") from error
        plain = list(dict.fromkeys(map(plain_form, found)))
        good = [str(address) for address in plain if may_be_reached(address, self._allowed)]
        if plain and not good:
            raise ForbiddenAddressError(
                f"{host} is at {', '.join(map(str, plain))}: a private or special address is only asked when "
                "webhooks.allowed_networks names its network"
            )
        return good

    def _look_up(self, host: str, port: int) -> asyncio.Future[list[str]]:
        """The look-up that is under way, else a new one. What it finds is for those who wait now, and not kept."""
        place = host, port
        if place not in self._under_way:
            looking = asyncio.get_running_loop().run_in_executor(self._resolvers, _resolved, host, port)
            self._under_way[place] = looking
            looking.add_done_callback(lambda done: self._found(place, done))
        return self._under_way[place]

    def _found(self, place: tuple[str, int], done: asyncio.Future[list[str]]) -> None:
        del self._under_way[place]
        if not done.cancelled():
            done.exception()  # of interest to those who waited, who may all have gone


def _resolved(host: str, port: int) -> list[str]:
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
