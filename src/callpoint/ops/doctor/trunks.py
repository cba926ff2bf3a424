"""Trunks: can anybody call at all, and only those who may?"""

from collections.abc import Callable, Iterator, Sequence
from ipaddress import ip_network
from typing import Final

from callpoint.ops.config import Sip
from callpoint.ops.doctor.check import Check, Subject
from callpoint.ops.doctor.finding import Finding, FindingKind, counted
from callpoint.ops.doctor.snapshot_file import published
from callpoint.routing.records import Trunk
from callpoint.routing.view import DirectoryUnavailable

NONE = FindingKind(
    "trunk.none",
    "error",
    "No trunk is known: every call is a stranger's, and is refused.",
    "Add a trunk in the portal (Trunks of the organization) with the addresses, the digest user or the certificate of "
    "your calling platform; the provider sees there who was turned away (Provider, Strangers).",
)
BAD_NETWORK = FindingKind(
    "trunk.network",
    "error",
    "A source network of a trunk cannot be read, so calls from there are a stranger's.",
    "Write networks as `192.0.2.0/24` or `2001:db8::/32`, single addresses as `192.0.2.7`.",
)
EVERYBODY = FindingKind(
    "trunk.everybody",
    "warning",
    "A trunk takes every address of the Internet for its own: anybody can place 911 calls in its name.",
    "Name the networks of the calling platform, or use digest or a certificate instead.",
)
NO_PROOF = FindingKind(
    "trunk.no-proof",
    "error",
    "A trunk names no network, no digest user with a password and no certificate: no call can belong to it.",
    "Give the trunk one of them.",
)
NO_HEADER = FindingKind(
    "trunk.no-header",
    "error",
    "A provider-wide trunk does not say which header names the organization, so its callers are all unknown.",
    "Set the trunk's organization header, as in `X-Organization`.",
)
NO_ORGANIZATION = FindingKind(
    "trunk.no-organization",
    "error",
    "A trunk belongs to an organization that the node does not know, so its callers are all unknown.",
    "Publish the directory anew (delete `node/published.json` and restart the worker), or correct the trunk.",
)
NO_ID_HEADER = FindingKind(
    "trunk.no-id-header",
    "error",
    "A trunk names no header that carries the ID, so its callers are all unknown.",
    "Set the trunk's ID headers, as in `X-Employee-ID`.",
)
CLEAR_DIGEST = FindingKind(
    "trunk.clear-digest",
    "notice",
    "A trunk proves itself by digest while SIP over TLS is switched off: the digest can be overheard and guessed at.",
    "Set sip.tls and let the trunk use it, or add its source networks.",
)
NO_TLS = FindingKind(
    "trunk.no-tls",
    "error",
    "A trunk proves itself by a certificate only, while SIP over TLS is switched off.",
    "Set sip.tls.",
)
SAME_PROOF = FindingKind(
    "trunk.same-proof",
    "warning",
    "Two trunks prove themselves by the same thing: every call belongs to the one whose name sorts first.",
    "Take the network, user or certificate name away from one of them.",
)
FINE = FindingKind("trunk.fine", "ok", "Trunks are known, and each can prove itself.")


def look(subject: Subject) -> Iterator[Finding]:
    """All trunks, as the node sees them. A snapshot that cannot be read is told by its own check."""
    if not subject.snapshot_path.is_file():
        return
    with published(subject) as directory:
        if directory.trouble:
            return
        trunks = directory.trunks()
        wrong = [finding for trunk in trunks for finding in judged(trunk, subject.config.sip)]
        wrong += _without_organization(trunks, lambda slug: _is_known(directory.organization, slug))
    if not trunks:
        yield NONE.found("The node knows no trunk.")
        return
    wrong += _same_proof(trunks)
    yield from wrong
    if not wrong:
        yield FINE.found(f"{counted(len(trunks), 'trunk')} can prove {'itself' if len(trunks) == 1 else 'themselves'}.")


def judged(trunk: Trunk, sip: Sip) -> Iterator[Finding]:
    """What is wrong with this trunk by itself."""
    digest = bool(trunk.digest_username and trunk.digest_ha1)
    networks = [text for text in trunk.source_networks if _is_network(text)]
    for text in trunk.source_networks:
        if text not in networks:
            yield BAD_NETWORK.found(f"{trunk.name}: {text!r} is no network.")
        elif ip_network(text.strip(), strict=False).prefixlen == 0:
            yield EVERYBODY.found(f"{trunk.name}: {text.strip()} is the whole Internet.")
    if not (networks or digest or trunk.certificate_names):
        yield NO_PROOF.found(f"{trunk.name} has nothing to prove itself by.")
    if not trunk.organization and not trunk.organization_header:
        yield NO_HEADER.found(f"{trunk.name} is provider-wide and names no organization header.")
    if not trunk.id_headers:
        yield NO_ID_HEADER.found(f"{trunk.name} names no header that carries the ID.")
    if sip.tls:
        return
    if digest:
        yield CLEAR_DIGEST.found(f"{trunk.name} uses digest, and SIP over TLS is switched off.")
    if trunk.certificate_names and not (networks or digest):
        yield NO_TLS.found(f"{trunk.name} has only a certificate to prove itself by, and SIP over TLS is switched off.")


def _is_network(text: str) -> bool:
    try:
        ip_network(text.strip(), strict=False)
    except ValueError:
        return False
    return True


def _is_known(organization: Callable[[str], object | None], slug: str) -> bool:
    try:
        return organization(slug) is not None
    except DirectoryUnavailable:
        return True  # nobody is known to be unknown


def _without_organization(trunks: Sequence[Trunk], is_known: Callable[[str], bool]) -> list[Finding]:
    lost = [trunk for trunk in trunks if trunk.organization and not is_known(trunk.organization)]
    return [
        NO_ORGANIZATION.found(f"{trunk.name}: the node knows no organization {trunk.organization}.") for trunk in lost
    ]


_PROOFS: Final[tuple[tuple[str, Callable[[Trunk], Sequence[str]]], ...]] = (
    (
        "network",
        lambda trunk: [str(ip_network(t.strip(), strict=False)) for t in trunk.source_networks if _is_network(t)],
    ),
    ("digest user", lambda trunk: [trunk.digest_username] if trunk.digest_username else []),
    ("certificate", lambda trunk: [name.lower() for name in trunk.certificate_names]),
)


def _same_proof(trunks: Sequence[Trunk]) -> Iterator[Finding]:
    for kind, proofs in _PROOFS:
        first: dict[str, str] = {}
        for trunk in sorted(trunks, key=lambda trunk: trunk.name):
            for proof in dict.fromkeys(proofs(trunk)):
                if proof in first:
                    yield SAME_PROOF.found(f"{first[proof]} and {trunk.name} share the {kind} {proof}.")
                first.setdefault(proof, trunk.name)


CHECKS = (Check("the trunks", look),)
