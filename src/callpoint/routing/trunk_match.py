"""Which trunk a request belongs to, and which organization it speaks for.

The node hands in facts it has verified: where the request came from, a digest that was right, the names of a
certificate that was valid. Any one proof a trunk names is enough; when two proofs speak for different trunks,
the harder one to forge wins: certificate, then digest, then source address.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, Literal

from callpoint.routing.records import Trunk

Proof = Literal["certificate", "digest", "address"]
_Address = IPv4Address | IPv6Address
_Network = IPv4Network | IPv6Network

_NETWORK_CACHE: Final = 4096


@dataclass(frozen=True)
class Source:
    """Verified facts about a request. `address` is an IPv4 or IPv6 text, `certificate_names` DNS names or URIs."""

    address: str
    digest_username: str = ""
    certificate_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrunkMatch:
    """The trunk and by what it proved itself; `detail` is the network, user name or certificate name."""

    trunk: Trunk
    proof: Proof
    detail: str


class TrunkTable:
    """All trunks, ready to be asked thousands of times a second, mostly by strangers.

    Build it once for each tuple a directory view hands out (`table.trunks is view.trunks()` tells whether it is
    still the one). Of two trunks with the same proof the one whose name sorts first wins, always the same one.
    """

    def __init__(self, trunks: Sequence[Trunk]) -> None:
        self.trunks = trunks
        ordered = sorted(trunks, key=lambda trunk: trunk.name)
        self._by_certificate = _first_of((name.lower(), trunk) for trunk in ordered for name in trunk.certificate_names)
        self._by_username = _first_of((trunk.digest_username, trunk) for trunk in ordered if trunk.digest_username)
        self._by_network: dict[tuple[int, int], dict[int, Trunk]] = {}
        for trunk in ordered:
            for text in trunk.source_networks:
                self._add_network(text, trunk)
        # Longest prefix first: the most specific network wins.
        self._prefixes = sorted(self._by_network, key=lambda key: -key[1])

    def _add_network(self, text: str, trunk: Trunk) -> None:
        network = _network(text)
        if network is not None:
            hosts = self._by_network.setdefault((network.version, network.prefixlen), {})
            hosts.setdefault(int(network.network_address), trunk)

    def find(self, source: Source) -> TrunkMatch | None:
        """The trunk of a request, None for a stranger."""
        for name in source.certificate_names:
            # RFC 5922 §7.2: names compare without case, and a wildcard matches nothing.
            if (trunk := self._by_certificate.get(name.lower())) is not None:
                return TrunkMatch(trunk, "certificate", name)
        if source.digest_username and (trunk := self._by_username.get(source.digest_username)) is not None:
            return TrunkMatch(trunk, "digest", source.digest_username)
        return self._by_address(source.address)

    def of_username(self, username: str) -> Trunk | None:
        """Whose HA1 a digest by this name is to be verified with; no proof by itself."""
        return self._by_username.get(username) if username else None

    def _by_address(self, text: str) -> TrunkMatch | None:
        address = _address(text)
        if address is None:
            return None
        for version, length in self._prefixes:
            if version == address.version:
                shift = address.max_prefixlen - length
                trunk = self._by_network[version, length].get(int(address) >> shift << shift)
                if trunk is not None:
                    return TrunkMatch(trunk, "address", str(ip_network((int(address) >> shift << shift, length))))
        return None


def organization_of(trunk: Trunk, header: Callable[[str], str | None]) -> str:
    """The slug a call of this trunk speaks for, "" when it names none.

    The trunk's own organization cannot be talked over by a header: only provider-wide trunks read theirs.
    `header` is `Message.get`.
    """
    if trunk.organization or not trunk.organization_header:
        return trunk.organization
    return header(trunk.organization_header) or ""


def _first_of(pairs: Iterable[tuple[str, Trunk]]) -> dict[str, Trunk]:
    table: dict[str, Trunk] = {}
    for key, trunk in pairs:
        table.setdefault(key, trunk)
    return table


@lru_cache(maxsize=_NETWORK_CACHE)
def _network(text: str) -> _Network | None:
    """A network that cannot be read lets nobody in; the directory refuses it and `doctor` tells of it."""
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        return None


@lru_cache(maxsize=_NETWORK_CACHE)
def _address(text: str) -> _Address | None:
    """An IPv4 caller on a dual-stack socket shows as ::ffff:a.b.c.d; a link-local one with its zone."""
    try:
        address = ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
