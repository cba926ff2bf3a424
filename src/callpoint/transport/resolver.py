"""From a SIP URI to the hops to try, in order (RFC 3263 §4, without NAPTR and SRV).

A name is looked up ahead of calls and kept: a call uses what is known, because no call may wait for a name server
(promise 1). Only a name nobody announced is looked up during a call, and then for `LOOKUP_SECONDS` at most.
"""

import asyncio
import ipaddress
import socket
from functools import lru_cache
from typing import Literal

from callpoint.sip.hop import Hop
from callpoint.sip.uri import Uri

LOOKUP_SECONDS = 1.0
REFRESH_SECONDS = 60.0
MOST_REMEMBERED = 1000  # names that were looked up during calls; those of targets are kept apart and all
UDP_SAFE_BYTES = 1300  # RFC 3261 §18.1.1: larger requests need a congestion-controlled transport when UDP is not named

Transport = Literal["udp", "tcp", "tls"]


class Resolver:
    """Host names to addresses, kept while the name server is away."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, ...]] = {}
        self._passing: dict[str, tuple[str, ...]] = {}

    async def refresh(self, hosts: set[str]) -> list[str]:
        """Looks every name up; those that fail keep their last addresses. Returns the names without any address."""
        missing = []
        for host in sorted(hosts):
            addresses = await self._look_up(host)
            if addresses:
                self._known[host] = addresses
            elif host not in self._known:
                missing.append(host)
        return missing

    async def hops(self, uri: Uri, size: int = 0) -> list[Hop]:
        """Hops for `uri`, best first; empty when its host has no address. `size` is the request's length in bytes."""
        host = uri.host.strip("[]")
        addresses = (host,) if is_numeric(host) else self._known.get(host, ())
        if not addresses:
            addresses = await self._look_up(host)
            if len(self._passing) >= MOST_REMEMBERED:
                self._passing.clear()
            self._passing[host] = addresses
        return hops_of(uri, addresses, size)

    def names_of(self, address: str) -> tuple[str, ...]:
        """By which names `address` was found: those of targets, else those that peers gave.

        A peer's names do not count for the address of a target: whoever owns a name can let it point anywhere.
        """
        for names in (self._known, self._passing):
            found = tuple([name for name, addresses in names.items() if address in addresses])
            if found:
                return found
        return ()

    def known_hops(self, uri: Uri, size: int = 0) -> list[Hop] | None:
        """As `hops`, without waiting; None when the name was never looked up."""
        host = uri.host.strip("[]")
        addresses = (host,) if is_numeric(host) else self._known.get(host)
        return None if addresses is None else hops_of(uri, addresses, size)

    async def _look_up(self, host: str) -> tuple[str, ...]:
        if not host:
            return ()
        try:
            async with asyncio.timeout(LOOKUP_SECONDS):
                found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, TimeoutError, ValueError):  # ValueError: a name no name server would take
            return ()
        return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def hops_of(uri: Uri, addresses: tuple[str, ...], size: int) -> list[Hop]:
    """The hops of one URI over its addresses: its transport, or by its scheme and the request's size."""
    port = uri.port
    return [
        Hop(transport, address, port or (5061 if transport == "tls" else 5060))
        for transport in transports_of(uri, size)
        for address in addresses
    ]


def transports_of(uri: Uri, size: int) -> list[Transport]:
    """RFC 3263 §4.1: named by the URI, TLS for `sips:`, else UDP - behind TCP when the request is too large for it."""
    named = (uri.param("transport") or "").lower()
    if uri.scheme == "sips":
        return ["tls"]
    if named in ("udp", "tcp", "tls"):
        return [named]  # type: ignore[list-item]
    return ["tcp", "udp"] if size > UDP_SAFE_BYTES else ["udp"]


@lru_cache(maxsize=4096)
def is_numeric(host: str) -> bool:
    """Whether `host` is an IP address. Remembered: it is asked of the same few hosts for every message."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
