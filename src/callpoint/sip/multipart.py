"""Bodies of several parts, as emergency calls carry them: SDP, PIDF-LO, additional data (RFC 2046 §5.1, RFC 5621 §4).

Only one level is taken apart at a time: a part that is multipart itself stays bytes, so nothing in it changes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from callpoint.sip.content_type import ContentType
from callpoint.sip.errors import LocalProtocolError, RemoteProtocolError
from callpoint.sip.fields import key_of, make_line, value_of

MAX_PARTS = 100
"""An emergency call has two to ten parts; thousands of them would only be work."""
_MAX_BOUNDARY = 70  # RFC 2046 §5.1.1
_BOUNDARY = re.compile(r"[A-Za-z0-9'()+_,\-./:=? ]{0,69}[A-Za-z0-9'()+_,\-./:=?]")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(r"\r?\n(?=[ \t])")


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its header fields in order and its bytes as they stand, transfer encoding untouched."""

    headers: tuple[tuple[str, str], ...]
    body: bytes

    def get(self, name: str) -> str | None:
        """The value of the first field of that name (case-insensitive)."""
        key = key_of(name)
        return next((value for present, value in self.headers if key_of(present) == key), None)

    @property
    def content_type(self) -> str:
        """The media type in lower case, bare: text/plain if none is told (RFC 2046 §5.1), "" if unreadable."""
        value = self.get("Content-Type")
        try:
            return ContentType.parse(value).essence if value else "text/plain"
        except RemoteProtocolError:
            return ""

    @property
    def content_id(self) -> str | None:
        """Content-ID without its brackets, as a cid: URI names it (RFC 2392 §2)."""
        value = self.get("Content-ID")
        return value.strip().removeprefix("<").removesuffix(">") if value else None


def parse_multipart(content_type: str, body: bytes) -> list[Part]:
    """The parts of `body`; preamble and epilogue are dropped, a missing closing delimiter is forgiven.

    RemoteProtocolError 400 when `content_type` is not multipart, has no sane boundary, or the body no such delimiter.
    """
    media_type = ContentType.parse(content_type)
    boundary = media_type.param("boundary") or ""
    if media_type.type.lower() != "multipart" or not 0 < len(boundary) <= _MAX_BOUNDARY:
        raise RemoteProtocolError(400, "Bad Multipart Content-Type")
    delimiter = re.compile(
        rb"(?:^|\r?\n)--" + re.escape(boundary.encode("utf-8", "surrogateescape")) + rb"(--)?[ \t]*(?:\r?\n|\Z)"
    )
    parts: list[Part] = []
    start: int | None = None
    at = 0
    while (match := delimiter.search(body, at)) is not None:
        if start is not None:
            parts.append(_read_part(body[start : match.start()]))
        if len(parts) > MAX_PARTS:
            raise RemoteProtocolError(413, "Too Many Body Parts")
        if match.group(1):
            return parts
        start = match.end()
        # The line end behind a delimiter can be the one before the next, where a part is empty.
        at = max(start - 2, match.start() + 1) if body[start - 1 : start] == b"\n" else start
    if start is None:
        raise RemoteProtocolError(400, "No Multipart Delimiter")
    parts.append(_read_part(body[start:]))
    return parts


def write_multipart(parts: Sequence[Part], boundary: str, subtype: str = "mixed") -> tuple[str, bytes]:
    """Content-Type value and body of a multipart with these parts.

    LocalProtocolError when the boundary is none (RFC 2046 §5.1.1), stands in a part, or there is no part.
    """
    if not _BOUNDARY.fullmatch(boundary) or not parts:
        raise LocalProtocolError("A multipart needs a boundary of 1 to 70 characters and a part")
    delimiter = b"--" + boundary.encode("ascii")
    pieces: list[bytes] = []
    for part in parts:
        if delimiter in part.body:
            raise LocalProtocolError("The boundary stands in a part")
        lines = [make_line(name, value) for name, value in part.headers]
        head = "".join([f"{line}\r\n" for line in lines]).encode("utf-8", "surrogateescape")
        pieces.append(delimiter + b"\r\n" + head + b"\r\n" + part.body + b"\r\n")
    pieces.append(delimiter + b"--\r\n")
    return f'multipart/{subtype};boundary="{boundary}"', b"".join(pieces)


def _read_part(data: bytes) -> Part:
    """A part without fields begins with its blank line; one without a blank line is all header (RFC 2046 §5.1)."""
    if data.startswith((b"\r\n", b"\n")):
        return Part((), data[data.index(b"\n") + 1 :])
    match = _HEAD_END.search(data)
    head, body = (data[: match.start()], data[match.end() :]) if match else (data, b"")
    lines = _FOLD.sub("", head.decode("utf-8", "surrogateescape")).split("\n")
    fields = [(line.partition(":")[0].strip(), value_of(line)) for line in lines if ":" in line]
    return Part(tuple(fields), body)
