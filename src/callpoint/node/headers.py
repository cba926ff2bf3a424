"""Which header fields cross the node, and which belong to one leg only.

A B2BUA is a user agent on both sides (RFC 3261 §6): whatever carries dialog state, routing, credentials or the
proof of identity on one side ends here; everything else, known or not, goes on as it came.
"""

from functools import lru_cache

from callpoint.sip.errors import LocalProtocolError
from callpoint.sip.fields import key_of
from callpoint.sip.message import Message, Request, Response

# Dialog, transaction and routing machinery of one leg, and what is rewritten with the body.
LEG_HEADERS = frozenset(
    {
        "via",
        "route",
        "record-route",
        "path",
        "service-route",
        "contact",
        "from",
        "to",
        "call-id",
        "cseq",
        "max-forwards",
        "content-length",
        "content-type",
        "authorization",
        "proxy-authorization",
        "www-authenticate",
        "proxy-authenticate",
        "proxy-require",
        "rack",
        "replaces",
        "join",
        "refer-to",
        "target-dialog",
    }
)

# Said anew by us towards the PSAP: a caller's word on these must not be taken for ours.
ASSERTED_HEADERS = frozenset(
    {
        "geolocation",
        "geolocation-routing",
        "geolocation-error",
        "p-asserted-identity",
        "p-preferred-identity",
        "privacy",  # an emergency call does not hide its callback number
        "remote-party-id",
        "resource-priority",
        "priority",
        "alert-info",
        "mime-version",
        "content-id",
        "content-disposition",
        "content-encoding",
        "content-language",
    }
)


def copy_across(source: Message, to: Message, without: frozenset[str] = frozenset()) -> None:
    """Adds to `to` every field of `source` that is not of one leg only nor in `without` (lower-case names)."""
    written = _not_across(without)
    for name, value in source.items():
        if key_of(name) not in written:
            try:
                to.add(name, value)
            except LocalProtocolError:
                continue  # no name a header can have: what one peer may write badly, we may not


@lru_cache(maxsize=256)
def _not_across(without: frozenset[str]) -> frozenset[str]:
    return LEG_HEADERS | without


def carry_body(source: Message, to: Message) -> None:
    """The body and what describes it, byte for byte."""
    content_type = type_of_body(source)
    if content_type is not None:
        to.set("Content-Type", content_type)
        to.body = source.body


def type_of_body(message: Message) -> str | None:
    """Content-Type; that of SDP where a peer forgot to name it, None without a body or any idea of it."""
    if not message.body:
        return None
    return message.get("Content-Type") or ("application/sdp" if message.body.startswith(b"v=0") else None)


def relayed_request(source: Request, to: Request, without: frozenset[str] = frozenset()) -> Request:
    """`to`, a fresh request inside the other leg's dialog, filled with what `source` says but `without`."""
    copy_across(source, to, without)
    carry_body(source, to)
    return to


def relayed_response(source: Response, to: Response) -> Response:
    """`to`, a fresh response on the other leg, filled with what `source` says."""
    copy_across(source, to)
    carry_body(source, to)
    return to
