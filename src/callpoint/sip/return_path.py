"""Where a response goes (RFC 3261 §18.2, RFC 3581 §4).

The sender's `maddr` is not followed: nobody sends to us by multicast, and it would let anyone aim our answers at a
third party.
"""

from __future__ import annotations

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request
from callpoint.sip.via import Via

DEFAULT_PORTS = {"udp": 5060, "tcp": 5060, "tls": 5061}
"""Ports of RFC 3261 §18.2.2 where the Via names none."""


def note_source(request: Request, source: Hop) -> Via | None:
    """Write `received` and `rport` into the top Via and give it; None when it cannot be read (it is left alone)."""
    try:
        sent = request.via
    except RemoteProtocolError:
        return None
    via = sent.with_source(source.host, source.port)
    if via is not sent:
        request.pop_first("Via")
        request.prepend("Via", str(via))
    return via


def return_hop(via: Via | None, source: Hop) -> Hop:
    """Where the answers to a request with this Via go, that came from `source`.

    A stream: the same connection; its port is the one to connect to when that connection is gone (RFC 3261 §18.2.2).
    UDP: the source port where `rport` was asked for (RFC 3581 §4) or the Via cannot be read, else the port of the Via.
    """
    if via is None or via.rport is not None:
        return source
    port = via.port or DEFAULT_PORTS[source.transport]
    return source if port == source.port else Hop(source.transport, source.host, port, source.connection)
