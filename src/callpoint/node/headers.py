"""Which header fields cross the node, and which belong to one leg only.

A B2BUA is a user agent on both sides (RFC 3261 §6): whatever carries dialog state, routing, credentials or the
proof of identity on one side ends here; everything else, known or not, goes on as it came.
"""

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
    }
)


def copy_across(source: Message, to: Message, without: frozenset[str] = frozenset()) -> None:
    """Adds to `to` every field of `source` that is not of one leg only nor in `without` (lower-case names)."""
    written = LEG_HEADERS | without
    for name, value in source.items():
        if key_of(name) not in written:
            to.add(name, value)


def carry_body(source: Message, to: Message) -> None:
    """The body and what describes it, byte for byte."""
    content_type = source.get("Content-Type")
    if content_type is not None and source.body:
        to.set("Content-Type", content_type)
        to.body = source.body


def relayed_request(source: Request, to: Request) -> Request:
    """`to`, a fresh request inside the other leg's dialog, filled with what `source` says."""
    copy_across(source, to)
    carry_body(source, to)
    return to


def relayed_response(source: Response, to: Response) -> Response:
    """`to`, a fresh response on the other leg, filled with what `source` says."""
    copy_across(source, to)
    carry_body(source, to)
    return to
