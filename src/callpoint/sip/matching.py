"""By what a message finds its transaction (RFC 3261 §17.1.3, RFC 3261 §17.2.3, RFC 3261 §8.2.2.2).

All functions take what `parse` tolerated: a field that cannot be read counts as empty, so that a damaged request still
has a transaction of its own and its repetitions find it.
"""

from __future__ import annotations

from typing import TypeAlias

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.message import Message, Request, Response
from callpoint.sip.via import MAGIC_COOKIE

ServerKey: TypeAlias = tuple[str, ...]
"""Names a server transaction. The last element is the method, INVITE for its ACK."""
ClientKey: TypeAlias = tuple[str, str]
"""Branch and method of a client transaction."""
MergeKey: TypeAlias = tuple[str, str, int, str]
"""Call-ID, From tag, CSeq number and method of a request outside of a dialog."""
CallKey: TypeAlias = tuple[str, str, str, int]
"""Call-ID, From tag, To tag and CSeq number: what an ACK shares with the INVITE whose 2xx it acknowledges."""


def from_tag(message: Message) -> str:
    """The From tag, "" where there is none."""
    try:
        return message.from_.tag or ""
    except RemoteProtocolError:
        return ""


def to_tag(message: Message) -> str:
    """The To tag, "" where there is none."""
    try:
        return message.to.tag or ""
    except RemoteProtocolError:
        return ""


def cseq_number(message: Message) -> int:
    """The CSeq number, 0 where it cannot be read."""
    try:
        return message.cseq.number
    except RemoteProtocolError:
        return 0


def server_key(request: Request) -> ServerKey:
    """The key of the server transaction a request belongs to (RFC 3261 §17.2.3), computed before its Via is touched.

    With a magic cookie: branch, sent-by and method. Without one (RFC 2543): Request-URI, both tags, Call-ID, CSeq
    number, the whole top Via and the method.
    """
    method = "INVITE" if request.method == "ACK" else request.method
    try:
        via = request.via
        branch = via.branch
    except RemoteProtocolError:
        branch = None
    if branch is not None and branch.startswith(MAGIC_COOKIE):
        return branch, via.sent_by.lower(), method
    vias = request.values("Via")
    return (
        request.uri,
        to_tag(request),
        from_tag(request),
        request.get("Call-ID") or "",
        str(cseq_number(request)),
        vias[0] if vias else "",
        method,
    )


def invite_key(key: ServerKey) -> ServerKey:
    """The key of the INVITE that a CANCEL with `key` is about (RFC 3261 §9.2)."""
    return (*key[:-1], "INVITE")


def untagged(key: ServerKey) -> ServerKey:
    """`key` of an RFC 2543 ACK as its initial INVITE had it: without the To tag our answer brought in."""
    return (key[0], "", *key[2:]) if len(key) > 3 else key


def client_key(response: Response) -> ClientKey | None:
    """The key of the client transaction a response answers (RFC 3261 §17.1.3); None when it cannot be ours.

    A response with a second Via was meant for somebody behind us, and we forward none (RFC 3261 §8.1.3.3).
    """
    try:
        branch = response.via.branch
        method = response.cseq.method
    except RemoteProtocolError:
        return None
    if branch is None or len(response.values("Via")) > 1:
        return None
    return branch, method


def call_key(message: Message, tag: str) -> CallKey:
    """The key under which the ACK of a 2xx with the To tag `tag` finds its INVITE."""
    return message.get("Call-ID") or "", from_tag(message), tag, cseq_number(message)


def merge_key(request: Request) -> MergeKey | None:
    """What two copies of a forked request have in common (RFC 3261 §8.2.2.2).

    None inside a dialog, and for a damaged request: two of those are not one only because neither can be read.
    """
    call_id = request.get("Call-ID")
    try:
        number = request.cseq.number
    except RemoteProtocolError:
        return None
    if not call_id or to_tag(request):
        return None
    return call_id, from_tag(request), number, request.method
