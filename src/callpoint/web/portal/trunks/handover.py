"""What a telephony engineer needs to know to send calls here by a trunk."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from django.conf import settings

from callpoint.directory.models import Trunk

EXAMPLE_ID: Final = "E1001"
_ANY: Final = "sip.example.com"  # while none of our addresses is one to send to from elsewhere


@dataclass(frozen=True)
class Handover:
    """`addresses` are (transport, host:port) to send to; `unreachable` when only this machine can reach them all."""

    addresses: Sequence[tuple[str, str]]
    host: str
    realm: str
    unreachable: bool
    header: str
    organization_header: str
    example: str


def handover(trunk: Trunk, slug: str) -> Handover:
    """The settings of one trunk; `slug` stands in the example of a provider-wide one."""
    pairs = [address.partition(" ") for address in settings.SIP_ADDRESSES]
    addresses = [(transport.upper(), place) for transport, _blank, place in pairs]
    hosts = [place.rpartition(":")[0].strip("[]") for _transport, place in addresses]
    host = next((one for one in hosts if not _only_here(one)), _ANY)
    header = trunk.id_headers[0] if trunk.id_headers else ""
    return Handover(
        addresses=addresses,
        host=host,
        realm=str(settings.SIP_HOST_NAME),
        unreachable=all(_only_here(one) for one in hosts),
        header=header,
        organization_header=trunk.organization_header,
        example=_invite(trunk, host, header, slug, addresses[0][0] if addresses else "UDP"),
    )


def _only_here(host: str) -> bool:
    """A loopback address, or one that means all of this machine's: nobody can send to it from outside."""
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost"
    return address.is_loopback or address.is_unspecified


def _invite(trunk: Trunk, host: str, header: str, slug: str, transport: str) -> str:
    bracketed = f"[{host}]" if ":" in host else host
    lines = [
        f"INVITE sip:933@{bracketed} SIP/2.0",
        f"Via: SIP/2.0/{transport} sbc.customer.example;branch=z9hG4bK776asdhds",
        "Max-Forwards: 70",
        "From: <sip:+18025550142@customer.example>;tag=1928301774",
        f"To: <sip:933@{bracketed}>",
        "Call-ID: a84b4c76e66710@sbc.customer.example",
        "CSeq: 1 INVITE",
        "Contact: <sip:sbc.customer.example>",
    ]
    if header:
        value = f"<sip:{EXAMPLE_ID}@customer.example>" if header.lower() in _ADDRESSED else EXAMPLE_ID
        lines = [line for line in lines if not line.lower().startswith(f"{header.lower()}:")]
        lines.append(f"{header}: {value}")
    if trunk.organization_header:
        lines.append(f"{trunk.organization_header}: {slug}")
    return "\n".join([*lines, "Content-Type: application/sdp", "", "v=0 …"])


_ADDRESSED: Final = frozenset({"from", "p-asserted-identity", "p-preferred-identity", "remote-party-id"})
