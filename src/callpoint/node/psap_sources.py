"""Which PSAP a message comes from: by the addresses of its targets, or the networks it calls back from."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, Protocol

from callpoint.routing.records import Psap, Target
from callpoint.sip.errors import SipError
from callpoint.sip.hop import Hop
from callpoint.sip.uri import Uri
from callpoint.transport.resolver import REFRESH_SECONDS, Resolver

REMEMBERED: Final = 10_000
_Network = IPv4Network | IPv6Network


class TargetDirectory(Protocol):
    """The PSAPs as published (`snapshot.store.Snapshot`)."""

    @property
    def version(self) -> int:
        """Grows whenever one of them changes."""

    def psaps(self) -> Sequence[Psap]: ...

    def targets(self) -> tuple[Target, ...]:
        """Of all PSAPs, of boundaries, and the relay center's."""


class PsapSources:
    """Asked about every message of a stranger, so it answers from tables, made anew when the directory changes.

    `peer_names` gives the names in a peer's verified certificate; `now` is monotonic seconds.
    """

    def __init__(
        self,
        directory: TargetDirectory,
        resolver: Resolver,
        peer_names: Callable[[Hop], tuple[str, ...]],
        now: Callable[[], float],
    ) -> None:
        self._directory = directory
        self._resolver = resolver
        self._peer_names = peer_names
        self._now = now
        self._version = -1
        self._made_at = 0.0
        self._by_host: dict[str, str] = {}
        self._networks: list[tuple[_Network, str]] = []
        self._answers: dict[str, str] = {}

    def name_of(self, source: Hop) -> str:
        """The PSAP's name, or that of a relay center's target; "" for anybody else."""
        self._look()
        if source.transport == "tls":
            for name in self._peer_names(source):
                if (known := self._by_host.get(name.lower())) is not None:
                    return known
        answer = self._answers.get(source.host)
        if answer is None:
            if len(self._answers) >= REMEMBERED:
                self._answers.clear()  # a flood of forged sources must not fill the memory
            answer = self._answers[source.host] = self._by_address(source.host)
        return answer

    def _by_address(self, host: str) -> str:
        address = _address(host)
        if address is None:
            return ""
        known = self._by_host.get(str(address))
        if known is not None:
            return known
        return next((name for network, name in self._networks if address in network), "")

    def _look(self) -> None:
        version = self._directory.version
        if version == self._version and self._now() - self._made_at < REFRESH_SECONDS:
            return  # names of targets are looked up that often
        self._version, self._made_at = version, self._now()
        self._answers.clear()
        self._by_host = {}
        psaps = self._directory.psaps()
        for psap in psaps:
            self._add(psap.name, psap.targets)
        for target in self._directory.targets():
            self._add(target.name, (target,))
        self._networks = [
            (network, psap.name)
            for psap in psaps
            for text in psap.callback_networks
            if (network := _network(text)) is not None
        ]

    def _add(self, name: str, targets: Iterable[Target]) -> None:
        for target in targets:
            uri = _uri(target.uri)
            if uri is None:
                continue
            self._by_host.setdefault(uri.host.strip("[]").lower(), name)
            for hop in self._resolver.known_hops(uri) or ():
                address = _address(hop.host)
                if address is not None:
                    self._by_host.setdefault(str(address), name)


@lru_cache(maxsize=REMEMBERED)
def _uri(text: str) -> Uri | None:
    try:
        return Uri.parse(text)
    except SipError:
        return None


@lru_cache(maxsize=REMEMBERED)
def _network(text: str) -> _Network | None:
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        return None


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An IPv4 peer on a dual-stack socket shows as ::ffff:a.b.c.d."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
