"""Connections to checked addresses only: resolved here, checked here, and made to the very address that was checked."""

import asyncio
import socket
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import httpcore

from callpoint.channels.http.reachable import may_be_reached, plain_form
from callpoint.channels.settings import Network

# The system's resolver knows no time-out; its threads are our own, so that name servers that hang hold up nobody else.
RESOLVERS: Final = 16


class ForbiddenAddressError(Exception):
    """The URL leads to an address that may not be reached."""


class GuardedNetwork(httpcore.AsyncNetworkBackend):
    """For one event loop. A name between two look-ups cannot change its mind: there is only one."""

    def __init__(self, allowed: Sequence[Network]) -> None:
        self._allowed = tuple(allowed)
        self._sockets = httpcore.AnyIOBackend()
        self._resolvers = ThreadPoolExecutor(RESOLVERS, thread_name_prefix="resolve")

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Raises ForbiddenAddressError, httpcore.ConnectError, httpcore.ConnectTimeout."""
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        addresses = await self._addresses(host, port)
        for address in addresses:
            share = None if timeout is None else timeout / len(addresses)  # the next one gets its turn
            try:
                return await self._sockets.connect_tcp(address, port, share)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.AsyncNetworkStream:
        raise ForbiddenAddressError(f"{path} is no address of the network")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def close(self) -> None:
        self._resolvers.shutdown(wait=False, cancel_futures=True)

    async def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = await asyncio.get_running_loop().run_in_executor(self._resolvers, _resolved, host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} cannot be resolved: {error}") from error
        plain = list(dict.fromkeys(map(plain_form, found)))
        good = [str(address) for address in plain if may_be_reached(address, self._allowed)]
        if plain and not good:
            raise ForbiddenAddressError(
                f"{host} is at {', '.join(map(str, plain))}: a private or special address is only asked when "
                "webhooks.allowed_networks names its network"
            )
        return good


def _resolved(host: str, port: int) -> list[str]:
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
