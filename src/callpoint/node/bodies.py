"""The parts of a message's body, whether or not it is a multipart."""

from collections.abc import Iterable

from callpoint.node.headers import type_of_body
from callpoint.sip.content_type import ContentType
from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.grammar import is_token
from callpoint.sip.message import Message
from callpoint.sip.multipart import Part, parse_multipart

PIDF_TYPE = "application/pidf+xml"
SDP_TYPE = "application/sdp"
OF_A_PART = ("Content-ID", "Content-Disposition", "Content-Encoding", "Content-Language")
DEEPEST = 5  # multiparts inside multiparts: two are real, more are somebody's game


def body_parts(message: Message) -> tuple[Part, ...]:
    """The parts of a message's body: those of a multipart/mixed, else the body as one part.

    A multipart of another kind (its parts belong together), or one that cannot be taken apart, goes on whole.
    """
    content_type = type_of_body(message)
    if content_type is None:
        return ()
    if content_type[:9].lower() == "multipart" and _essence(content_type) == "multipart/mixed":
        try:
            return tuple(_writable(part) for part in parse_multipart(content_type, message.body))
        except RemoteProtocolError:
            pass  # the far end may understand what we do not
    kept = [("Content-Type", content_type)]
    kept += [(name, value) for name in OF_A_PART if (value := message.get(name))]
    return (Part(tuple(kept), message.body),)


def part_of_type(message: Message, content_type: str) -> Part | None:
    """The first part of that media type at any depth, None without one."""
    return _first(body_parts(message), content_type, DEEPEST)


def _first(parts: Iterable[Part], content_type: str, depth: int) -> Part | None:
    for part in parts:
        if part.content_type == content_type:
            return part
        if depth and part.content_type.startswith("multipart/"):
            try:
                inner = parse_multipart(part.get("Content-Type") or "", part.body)
            except RemoteProtocolError:
                continue
            if (found := _first(inner, content_type, depth - 1)) is not None:
                return found
    return None


def _writable(part: Part) -> Part:
    """Without the header lines that are none: they must not keep the other parts from going out."""
    if all(is_token(name) for name, _ in part.headers):
        return part
    return Part(tuple([field for field in part.headers if is_token(field[0])]), part.body)


def _essence(content_type: str) -> str:
    try:
        return ContentType.parse(content_type).essence
    except RemoteProtocolError:
        return ""
