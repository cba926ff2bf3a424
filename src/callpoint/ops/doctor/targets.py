"""Where calls go: the relay center every call can end at (promise 2), and the targets of all PSAPs."""

import socket
import ssl
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from callpoint.ops.config import Config
from callpoint.ops.doctor.check import Check, Subject, within
from callpoint.ops.doctor.finding import Finding, FindingKind, counted, listed
from callpoint.ops.doctor.sip_question import Answer, ask
from callpoint.ops.doctor.snapshot_file import published
from callpoint.routing.records import Target
from callpoint.sip.errors import SipError
from callpoint.sip.hop import Hop
from callpoint.sip.uri import Uri
from callpoint.transport.resolver import UDP_SAFE_BYTES, hops_of, is_numeric, transports_of
from callpoint.transport.tls import TlsFiles, client_context

LIMIT_SECONDS: Final = 60.0
ANSWER_SECONDS: Final = 2.0  # a target that takes longer is passed over in a call (sip.reroute_seconds)
LOOKUP_SECONDS: Final = 2.0
AT_ONCE: Final = 32
MOST_ASKED: Final = 200  # so that the check ends in time even if every one is silent over TCP and UDP
HOPS_ASKED: Final = 4
UNAVAILABLE: Final = 503

NO_RELAY = FindingKind(
    "relay.none",
    "error",
    "No relay center is configured. A call whose person or place is unknown, or whose PSAP is dead, has nowhere to go.",
    "Set the relay center's targets in the portal (Provider, Relay center), or sip.fallback_relay.",
)
RELAY_FINE = FindingKind("relay.fine", "ok", "A relay center is configured.")
BAD_URI = FindingKind(
    "target.uri",
    "error",
    "The URI of a target cannot be read, so no call ever reaches it.",
    "Write it as `sip:HOST`, `sip:HOST:PORT;transport=tcp` or `sips:HOST`.",
)
NO_TLS = FindingKind(
    "target.no-tls",
    "error",
    "A target is reached by TLS only, but SIP over TLS is switched off here, so no call ever reaches it.",
    "Set sip.tls with certificate and key; the node uses the same certificate towards targets.",
)
NO_ADDRESS = FindingKind(
    "target.no-address",
    "error",
    "The host name of a target has no address. The node uses the last one it knew, after a restart none.",
    "Correct the target's host name, or see to the name server.",
)
SILENT = FindingKind(
    "target.silent",
    "warning",
    f"A target does not answer OPTIONS within {ANSWER_SECONDS:g} s; calls pass it over and go to the next.",
    "Ask who runs it; open the way through firewalls, both directions. Some answer OPTIONS to known addresses only.",
)
REFUSING = FindingKind(
    "target.unavailable",
    "warning",
    "A target answers OPTIONS with 503: it says that it takes no calls now.",
    "Ask who runs it.",
)
LARGE_FOR_UDP = FindingKind(
    "target.udp",
    "notice",
    f"A target is reached by UDP. An INVITE with a location has more than {UDP_SAFE_BYTES} bytes, is cut into "
    "fragments on its way, and some networks drop those (RFC 3261 §18.1.1).",
    "Add `;transport=tcp` to the target's URI, or make it `sips:`, if the other end can do it.",
)
NOT_ALL_ASKED = FindingKind(
    "target.not-all-asked",
    "notice",
    f"There are more than {MOST_ASKED} targets; only so many were asked for an answer.",
    "The node's alarms tell of the others when a call meets them.",
)
FINE = FindingKind("target.fine", "ok", "A target answers.")


def look_for_relay(subject: Subject) -> Iterator[Finding]:
    """Promise 2: there is always a next target."""
    with published(subject) as directory:
        relay = directory.provider().relay_center
    if relay:
        yield RELAY_FINE.found(f"The relay center has {counted(len(relay), 'target')}: {_named(relay[0])}.")
    else:
        yield NO_RELAY.found("No relay center is configured, neither in the directory nor in sip.fallback_relay.")


def look_at_targets(subject: Subject) -> Iterator[Finding]:
    """Every URI once: can it be read, has its host an address, is there an answer?"""
    with published(subject) as directory:
        targets = _by_uri(directory.targets())
    readable: list[tuple[Target, Uri]] = []
    for target in targets:
        try:
            readable.append((target, _readable(target)))
        except (SipError, ValueError) as error:
            yield BAD_URI.found(f"{_named(target)} cannot be read: {error}.")
    # The relay center stands last and matters most: it is always among those asked.
    asked = readable[-MOST_ASKED:]
    if len(asked) < len(readable):
        yield NOT_ALL_ASKED.found(f"{len(readable) - len(asked):,} of {len(readable):,} targets were not asked.")
    tls, trouble = _outgoing_tls(subject.config)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for findings in pool.map(lambda pair: _asked(pair[0], pair[1], subject.config, tls, trouble), asked):
            yield from findings


def _by_uri(targets: Sequence[Target]) -> list[Target]:
    """One target for each URI, with the names of all that share it."""
    names: dict[str, list[str]] = {}
    for target in targets:
        names.setdefault(target.uri, []).append(target.name)
    return [Target(listed(list(dict.fromkeys(found)), 3), uri) for uri, found in names.items()]


def _readable(target: Target) -> Uri:
    uri = Uri.parse(target.uri)
    if uri.scheme not in ("sip", "sips") or not uri.host:
        raise ValueError("it is no SIP URI with a host")
    return uri


def _outgoing_tls(config: Config) -> tuple[ssl.SSLContext | None, str]:
    """What the node would use towards targets, or why it has none."""
    if not config.sip.tls:
        return None, "sip.tls is empty"
    certificate, key = config.tls_files
    try:
        return client_context(TlsFiles(certificate, key, config.sip.tls_ca)), ""
    except (OSError, ssl.SSLError) as error:
        return None, f"the certificate cannot be used ({error})"


def _asked(target: Target, uri: Uri, config: Config, tls: ssl.SSLContext | None, no_tls: str) -> list[Finding]:
    named = _named(target)
    if transports_of(uri, UDP_SAFE_BYTES + 1) == ["tls"] and tls is None:
        return [NO_TLS.found(f"{named} needs TLS, but {no_tls}.")]
    host = uri.host.strip("[]")
    try:
        addresses = (host,) if is_numeric(host) else within(LOOKUP_SECONDS, lambda: _look_up(host))
    except OSError as error:  # a TimeoutError is one, too
        return [NO_ADDRESS.found(f"{named}: {host} has no address ({error.strerror or error}).")]
    hops = hops_of(uri, addresses, UDP_SAFE_BYTES + 1)[:HOPS_ASKED]
    hop, answer = _first_answer(hops, config, tls, host)
    found = [_judged(named, answer)]
    if hop.transport == "udp" and (answer.status or len(hops) == 1):
        found.append(LARGE_FOR_UDP.found(f"{named} is reached by UDP, which is too small for an INVITE with location."))
    return found


def _look_up(host: str) -> tuple[str, ...]:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def _first_answer(hops: Sequence[Hop], config: Config, tls: ssl.SSLContext | None, name: str) -> tuple[Hop, Answer]:
    """The first hop that answers, as a call would use them; else the first one with its trouble."""
    answers = []
    for hop in hops:
        answers.append((hop, ask(hop, ANSWER_SECONDS, config.sip.host_name, tls, name)))
        if answers[-1][1].status:
            return answers[-1]
    return answers[0]


def _judged(named: str, answer: Answer) -> Finding:
    if not answer.status:
        return SILENT.found(f"{named} does not answer: {answer.trouble}.")
    if answer.status == UNAVAILABLE:
        return REFUSING.found(f"{named} answers OPTIONS with 503.")
    return FINE.found(f"{named} answers.")


def _named(target: Target) -> str:
    return f"{target.name} ({target.uri})"


CHECKS = (
    Check("the relay center", look_for_relay),
    Check("the targets", look_at_targets, limit=LIMIT_SECONDS),
)
