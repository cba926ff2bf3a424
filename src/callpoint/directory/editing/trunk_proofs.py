"""By what trunks prove themselves: reading what was typed, and which trunks claim the same calls.

The node's rule is `routing.trunk_match`: the most specific network wins, and of two trunks with the same proof the one
whose name sorts first. So a trunk can take calls away from another one without either of them seeming wrong.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final, Literal

from django.utils.translation import gettext

from callpoint.directory.models import Trunk
from callpoint.directory.rules import RuleError

Network = IPv4Network | IPv6Network
Kind = Literal["network", "digest", "certificate"]

MOST_PROOFS: Final = 200
WIDEST: Final = {4: 16, 6: 32}
"""Prefixes shorter than these hold more public addresses than a calling platform has: a provider's whole block."""
_NAME: Final = re.compile(r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*", re.ASCII)
_MAPPED: Final = IPv6Network("::ffff:0:0/96")


@dataclass(frozen=True)
class Rival:
    """Another trunk that claims what this one claims. `wins`: calls that prove themselves by `proof` are this one's.

    `proof` is this trunk's own network, user or certificate name; of another tenant's trunk nothing more may be told.
    """

    kind: Kind
    proof: str
    other: Trunk
    wins: bool
    partly: bool


def networks(texts: Iterable[str]) -> list[str]:
    """Source networks as they are kept: an address, or a network in its shortest form. Raises `RuleError`."""
    found = list(dict.fromkeys(_network_text(text) for text in texts))
    if len(found) > MOST_PROOFS:
        raise RuleError(gettext("%(most)s networks are the most a trunk can have") % {"most": MOST_PROOFS})
    return found


def certificate_names(texts: Iterable[str]) -> list[str]:
    """DNS names or SIP URIs of certificates, in small letters. Raises `RuleError`; a wildcard matches nothing
    (RFC 5922 §7.2)."""
    found = []
    for text in texts:
        name = text.lower()
        host = name.removeprefix("sip:").removeprefix("sips:")
        if not _NAME.fullmatch(host):
            raise RuleError(
                gettext("%(name)r is no name a certificate is checked by; write it in full, as in sbc.example.com")
                % {"name": text}
            )
        found.append(name)
    if len(found) > MOST_PROOFS:
        raise RuleError(gettext("%(most)s names are the most a trunk can have") % {"most": MOST_PROOFS})
    return list(dict.fromkeys(found))


def too_wide(trunk: Trunk) -> list[str]:
    """Its networks that hold far more of the Internet than a calling platform does; private ones may be wide."""
    wide = (one for _, one in _readable(trunk) if one.prefixlen < WIDEST[one.version])
    # Python calls 0.0.0.0/0 and ::/0 private, as their first and last address are set aside for something.
    return [str(one) for one in wide if one.prefixlen == 0 or not one.is_private]


def rivals(trunk: Trunk, others: Iterable[Trunk]) -> list[Rival]:
    """Which of the other trunks claim calls this one claims too, network by network, user and certificate name."""
    return [rival for other in others if other.name != trunk.name for rival in _between(trunk, other)]


def _between(trunk: Trunk, other: Trunk) -> Iterator[Rival]:
    first = trunk.name < other.name
    for text, mine in _readable(trunk):
        for _, network in _readable(other):
            if _overlap(mine, network):
                same = mine.prefixlen == network.prefixlen
                wins = first if same else mine.prefixlen > network.prefixlen
                yield Rival("network", text, other, wins, partly=not same)
    if trunk.digest_username and trunk.digest_username == other.digest_username:
        yield Rival("digest", trunk.digest_username, other, first, partly=False)
    for name in sorted(
        {name.lower() for name in trunk.certificate_names} & {n.lower() for n in other.certificate_names}
    ):
        yield Rival("certificate", name, other, first, partly=False)


def _overlap(one: Network, other: Network) -> bool:
    return one.version == other.version and one.overlaps(other)


def holds(trunk: Trunk, address: str) -> bool:
    """Whether the address lies in one of the trunk's networks."""
    try:
        host = ip_network(address)
    except ValueError:
        return False
    return any(_overlap(network, host) for _, network in _readable(trunk))


def _readable(trunk: Trunk) -> Iterator[tuple[str, Network]]:
    """Its networks as they are kept and read; one from before networks were checked may be none, and lets nobody in."""
    for text in trunk.source_networks:
        try:
            yield text, ip_network(text, strict=False)
        except ValueError:
            continue


def foreign(trunk: Trunk, others: Sequence[Trunk]) -> list[Rival]:
    """Rivals that are not the same organization's: there one tenant would take, or lose, another's calls."""
    return [rival for rival in rivals(trunk, others) if rival.other.organization_id != trunk.organization_id]


def _network_text(text: str) -> str:
    try:
        network = ip_network(text)
    except ValueError as error:
        raise RuleError(_why_no_network(text)) from error
    if network.version == 6 and _overlap(network, _MAPPED):
        raise RuleError(gettext("%(text)r is an IPv4 address in IPv6 form; write the IPv4 one") % {"text": text})
    whole = network.prefixlen == network.max_prefixlen
    return str(network.network_address) if whole else str(network)


def _why_no_network(text: str) -> str:
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return gettext(
            "%(text)r is no network; write it as 192.0.2.0/24 or 2001:db8::/32, one address as 192.0.2.7"
        ) % {"text": text}
    return gettext("%(text)r is an address with a network's length; write %(address)s or %(network)s") % {
        "text": text,
        "address": text.partition("/")[0],
        "network": network,
    }
