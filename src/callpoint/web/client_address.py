"""Where a request comes from, as the history keeps it."""

import ipaddress
from functools import cache

from django.conf import settings
from django.http import HttpRequest

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def client_address(request: HttpRequest) -> str:
    """The IP address of whoever asks; behind proxies of ours (`web.proxies`) the one the outermost of them saw.

    X-Forwarded-For is read from the right, as far as trusted proxies wrote it: what a stranger puts there counts for
    nothing.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = [part.strip() for part in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
    while forwarded and forwarded[-1] and _is_ours(address):
        address = forwarded.pop()
    return address[:64]


def _is_ours(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in _proxies(tuple(settings.PROXIES)))


@cache
def _proxies(texts: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(text, strict=False) for text in texts)
