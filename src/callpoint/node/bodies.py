"""The parts of a message's body, whether or not it is a multipart."""

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.message import Message
from callpoint.sip.multipart import Part, parse_multipart

PIDF_TYPE = "application/pidf+xml"
SDP_TYPE = "application/sdp"


def body_parts(message: Message) -> tuple[Part, ...]:
    """The parts of a message's body: those of a multipart, else the body as one part.

    A multipart that cannot be taken apart goes on whole, as one part: the far end may understand it.
    """
    content_type = message.get("Content-Type")
    if not message.body or content_type is None:
        return ()
    if content_type.lower().startswith("multipart/"):
        try:
            return tuple(parse_multipart(content_type, message.body))
        except RemoteProtocolError:
            return (Part((("Content-Type", content_type),), message.body),)
    kept = [("Content-Type", content_type)]
    kept += [(name, value) for name in ("Content-ID", "Content-Disposition") if (value := message.get(name))]
    return (Part(tuple(kept), message.body),)


def part_of_type(message: Message, content_type: str) -> Part | None:
    """The first part of that media type, None without one."""
    return next((part for part in body_parts(message) if part.content_type == content_type), None)
