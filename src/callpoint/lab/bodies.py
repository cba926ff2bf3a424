"""What an INVITE carries: the session description, the location, the Comment (RFC 5621 §4, RFC 6442 §4.1)."""

from collections.abc import Iterator

from callpoint.sip.content_type import ContentType
from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.message import Message
from callpoint.sip.multipart import Part, parse_multipart

MAX_DEPTH = 4  # multipart in multipart: what a gateway nests, not what an attacker does


def parts_of(message: Message) -> list[Part]:
    """Every part of the body, taken out of all multiparts, in order; one that cannot be read is left whole."""
    content_type = message.get("Content-Type")
    if not message.body or not content_type:
        return []
    return list(_leaves(Part((("Content-Type", content_type),), message.body), MAX_DEPTH))


def session_of(message: Message) -> bytes:
    """The first session description, b"" without one."""
    return next((part.body for part in parts_of(message) if part.content_type == "application/sdp"), b"")


def _leaves(part: Part, depth: int) -> Iterator[Part]:
    content_type = part.get("Content-Type")
    if content_type is None or not depth or not part.content_type.startswith("multipart/"):
        yield part
        return
    try:
        inner = parse_multipart(str(ContentType.parse(content_type)), part.body)
    except RemoteProtocolError:
        yield part
        return
    for child in inner:
        yield from _leaves(child, depth - 1)
