"""Whom a PSAP wants back, and the places that person may be rung at, in the order they are tried."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from callpoint.node.callback_window import RecentCall
from callpoint.routing.records import Trunk
from callpoint.sip.errors import SipError
from callpoint.sip.hop import Hop
from callpoint.sip.uri import Uri
from callpoint.transport.endpoint import SipEndpoint


@dataclass(frozen=True)
class Way:
    """One place the person may be rung at. `hop` is an open connection the place is reached over, if any."""

    name: str
    uri: str
    hop: Hop | None = None


@dataclass(frozen=True)
class Wanted:
    """Whom a PSAP calls back. `number` is E.164, or what was dialled where that is no such number."""

    number: str
    organization: str = ""
    device_user_id: str = ""
    person: str = ""
    language: str = ""
    recent: RecentCall | None = None


def ways_to(wanted: Wanted, trunks: Sequence[Trunk], endpoint: SipEndpoint) -> Iterator[Way]:
    """Each place once, the person's own first; none for a number that is nobody's."""
    seen: set[str] = set()
    for way in _all_ways(wanted, trunks, endpoint) if wanted.organization else ():
        if way.uri not in seen:
            seen.add(way.uri)
            yield way


def _all_ways(wanted: Wanted, trunks: Sequence[Trunk], endpoint: SipEndpoint) -> Iterator[Way]:
    recent = wanted.recent
    theirs = [trunk for trunk in trunks if trunk.organization in (wanted.organization, "")]
    if recent is not None:
        yield from _trunk_ways((trunk for trunk in theirs if trunk.name == recent.trunk), wanted.number)
        yield from _source_ways(recent, wanted.number, endpoint)
    yield from _trunk_ways(sorted(theirs, key=lambda trunk: (not trunk.organization, trunk.name)), wanted.number)


def _trunk_ways(trunks: Iterable[Trunk], number: str) -> Iterator[Way]:
    for trunk in trunks:
        if trunk.callback_uri:
            yield Way(f"trunk {trunk.name}", _with_user(trunk.callback_uri, number))


def _with_user(uri: str, number: str) -> str:
    try:
        return str(replace(Uri.parse(uri), user=number, password=None))
    except SipError:
        return uri  # the attempt tells what is wrong with it


def _source_ways(recent: RecentCall, number: str, endpoint: SipEndpoint) -> Iterator[Way]:
    """Where the person's call came from: over its connection while open, at its address, and at its Contact.

    The far port of a connection that is closed leads nowhere, so then its Contact comes first.
    """
    transport, _, address = recent.source.partition(" ")
    at_source = Way("the source of the call", f"sip:{number}@{address};transport={transport}")
    at_contact = Way("the contact of the call", recent.contact)
    hop = recent.hop
    if hop is not None and hop.connection is not None and endpoint.is_open(hop):
        yield Way("the connection of the call", recent.contact or at_source.uri, hop)
    elif transport == "udp":
        yield at_source
    if recent.contact:
        yield at_contact
