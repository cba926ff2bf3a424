"""Which addresses a URL somebody typed may lead to: public ones, and those an operator has allowed.

A webhook's URL comes from an organization, the connection from our own network: without this, it could be aimed at
whatever answers there without a password (server-side request forgery). What counts is the address connected to, not
the name, so it is asked after the name has been resolved.
"""

import ipaddress
from collections.abc import Iterable
from typing import Final

from callpoint.channels.settings import Network

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Written out, because the standard library's idea of a global address changes with its version (RFC 6890 and the
# registries it set up; 168.63.129.16 is public by number, but the inside of one large cloud).
_SPECIAL_4: Final = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
    )
)  # fmt: skip
# Only what is given out for the public network; of it, not documentation, benchmarks, tunnels and the like.
_PUBLIC_6: Final = ipaddress.IPv6Network("2000::/3")
_SPECIAL_6: Final = tuple(
    ipaddress.IPv6Network(text)
    for text in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)
# An IPv4 address in IPv6 dress, which a translator in the network would take off again (RFC 6052 §2.1).
_TRANSLATED: Final = ipaddress.IPv6Network("64:ff9b::/96")


def plain_form(text: str) -> Address:
    """The address a packet would go to: IPv4 in IPv6 dress is IPv4. Raises ValueError for what is no address."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _TRANSLATED:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def may_be_reached(address: Address, allowed: Iterable[Network]) -> bool:
    """Whether a connection may go to `address` (`plain_form`)."""
    if any(address.version == network.version and address in network for network in allowed):
        return True
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _SPECIAL_4)
    return address in _PUBLIC_6 and not any(address in network for network in _SPECIAL_6)
