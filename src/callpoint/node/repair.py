"""A malformed INVITE of a known trunk, mended so far that it can be answered and delivered (promise 2).

What is missing or unreadable is replaced by the plainest value that works, the same one for every retransmission of the
same bytes. Nobody but a known trunk gets this: a stranger's malformed request is dropped.
"""

import hashlib
from collections.abc import Callable

from callpoint.node.headers import type_of_body
from callpoint.sip.defects import defects
from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request
from callpoint.sip.via import MAGIC_COOKIE


def mend(request: Request, source: Hop) -> None:
    """Mends `request` in place where it must be; what was wrong with it stands in `tolerated`, for the record."""
    found = defects(request)
    if not found and request.get("Contact") not in (None, "*"):
        return
    request.tolerated = tuple(found)
    for name, readable, value in _MANDATORY:
        if not _reads(readable, request):
            request.set(name, value(request, source))
    if request.cseq.method != request.method:
        request.set("CSeq", f"{request.cseq.number} {request.method}")
    if request.body and not request.has("Content-Type") and (content_type := type_of_body(request)):
        request.set("Content-Type", content_type)


def _reads(readable: Callable[[Request], object], request: Request) -> bool:
    try:
        return readable(request) is not None
    except RemoteProtocolError:
        return False


def _fingerprint(request: Request) -> str:
    return hashlib.sha256(bytes(request)).hexdigest()[:24]


def _host_port(source: Hop) -> str:
    host = f"[{source.host}]" if ":" in source.host else source.host
    return f"{host}:{source.port}"


def _via(request: Request, source: Hop) -> str:
    # The branch must not depend on what is mended after it, nor on the place in the retransmission order.
    return f"SIP/2.0/{source.transport.upper()} {_host_port(source)};branch={MAGIC_COOKIE}{_fingerprint(request)}"


def _from(request: Request, source: Hop) -> str:
    return f"<sip:unknown@{_host_port(source)}>;tag={_fingerprint(request)}"


def _to(request: Request, source: Hop) -> str:
    return f"<{request.uri}>" if ">" not in request.uri else "<sip:unreadable@invalid>"


def _call_id(request: Request, source: Hop) -> str:
    return f"{_fingerprint(request)}@{source.host}"


def _cseq(request: Request, source: Hop) -> str:
    return f"1 {request.method}"


def _contact(request: Request, source: Hop) -> str:
    return f"<sip:{_host_port(source)};transport={source.transport}>"


def _max_forwards(request: Request, source: Hop) -> str:
    return "70"


def _contact_uri(request: Request) -> object:
    contact = request.contact
    return None if contact is None else contact.parsed_uri


_Value = Callable[[Request, Hop], str]
# Name, how it reads when it is good, what stands in for it when it is not (RFC 3261 §8.1.1 wants all of these).
_MANDATORY: tuple[tuple[str, Callable[[Request], object], _Value], ...] = (
    ("Via", lambda request: request.via, _via),
    ("Call-ID", lambda request: request.call_id, _call_id),
    ("From", lambda request: request.from_.parsed_uri, _from),
    ("To", lambda request: request.to, _to),
    ("CSeq", lambda request: request.cseq, _cseq),
    ("Contact", _contact_uri, _contact),
    ("Max-Forwards", lambda request: request.max_forwards, _max_forwards),
)
