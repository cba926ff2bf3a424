"""The configuration: can it be read, and is it one for real calls?"""

import ipaddress
from collections.abc import Iterator
from typing import Final

from callpoint.ops.config import Sip
from callpoint.ops.doctor.check import Check, Subject
from callpoint.ops.doctor.finding import Finding, FindingKind
from callpoint.ops.errors import ConfigError

UNREADABLE = FindingKind(
    "configuration.unreadable",
    "error",
    "A setting is unknown, missing or of the wrong form, or the file cannot be read; nothing starts.",
    "Correct the key named; `docs/configuration.md` lists every setting.",
)
HOST_NAME = FindingKind(
    "configuration.host-name",
    "warning",
    "Emergency call and incident identifiers carry the domain `callpoint.invalid`, which belongs to nobody, so "
    "that a PSAP cannot tell whose call it was.",
    "Set sip.host_name to a domain name you own.",
)
NO_LISTENER = FindingKind(
    "configuration.no-listener",
    "error",
    "No SIP address is configured at all, so no call can arrive.",
    "Set sip.udp, sip.tcp or sip.tls.",
)
LOOPBACK = FindingKind(
    "configuration.loopback",
    "notice",
    "SIP is taken on this host's own loopback addresses only; other hosts cannot reach the node.",
    "Set sip.udp, sip.tcp and sip.tls to an address of this host, as in `0.0.0.0:5060`, when trunks are elsewhere.",
)
COOKIES = FindingKind(
    "configuration.cookies",
    "warning",
    "The pages are reached by HTTPS, but their session cookies may also travel over plain HTTP.",
    "Set secure_cookies = true.",
)
FINE = FindingKind("configuration.fine", "ok", "The configuration is readable.")

INVALID_DOMAIN: Final = ".invalid"  # RFC 2606 §2: guaranteed to belong to nobody


def unreadable(error: Exception) -> Finding:
    """The finding for what `config_source.load` raised."""
    if isinstance(error, ConfigError):
        return UNREADABLE.found(error.sentence, error.remedy)
    return UNREADABLE.found(f"The configuration cannot be read: {error}.", "Let this user read the file.")


def look(subject: Subject) -> Iterator[Finding]:
    """Settings that are readable and yet not fit for production."""
    config = subject.config
    yield FINE.found("The configuration is readable.")
    if f".{config.sip.host_name}".endswith(INVALID_DOMAIN):
        yield HOST_NAME.found(f"sip.host_name is {config.sip.host_name}, a name that belongs to nobody.")
    yield from _listeners(config.sip)
    if config.web.public_url.startswith("https:") and not config.secure_cookies:
        yield COOKIES.found(f"The pages are at {config.web.public_url}, but secure_cookies is false.")


def _listeners(sip: Sip) -> Iterator[Finding]:
    hosts = {address.host for address in (*sip.udp, *sip.tcp, *sip.tls)}
    if not hosts:
        yield NO_LISTENER.found("sip.udp, sip.tcp and sip.tls are all empty: no call can arrive.")
    elif all(_is_loopback(host) for host in hosts):
        yield LOOPBACK.found(f"SIP is taken at {', '.join(sorted(hosts))} only: no other host can reach the node.")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


CHECKS = (Check("the configuration", look),)
