"""From bytes to a start line, fields and a body. Tolerant: what can be understood is, and what was wrong is noted."""

from typing import NamedTuple

from callpoint.sip.defect import Defect
from callpoint.sip.errors import LocalProtocolError, RemoteProtocolError
from callpoint.sip.fields import SPELLINGS, Field, key_of, value_of
from callpoint.sip.grammar import is_token, number

MAX_HEAD = 65_535
"""Bytes of start line and fields. What every receiver must take as a datagram (RFC 3261 §18.1.1), more is abuse."""
MAX_BODY = 1_048_576
"""Bytes of body. SDP, PIDF-LO and additional data take tens of kilobytes; a vCard with a photograph a few hundred."""
MAX_FIELDS = 1_000
"""Header lines. Real messages have some 20 to 60; edits walk the list, so it must not grow with the head's size."""


class ParsedHead(NamedTuple):
    """A message cut into its parts; joined again by `eol` and `end` they give the same bytes."""

    start: str
    fields: list[Field]
    body: bytes
    eol: str
    end: str
    tolerated: tuple[Defect, ...]


class RequestLine(NamedTuple):
    """Method, Request-URI and version as written."""

    method: str
    uri: str
    version: str


class StatusLine(NamedTuple):
    """Status code, reason phrase and version as written."""

    status: int
    reason: str
    version: str


def find_head_end(data: bytes | bytearray, start: int = 0) -> tuple[int, int, str]:
    """Where the head ends: (index of its end, index of the body, line end). (-1, -1, ...) when it does not.

    A head whose lines end in a bare LF is recognised, because such senders exist; it is a defect.
    """
    crlf = data.find(b"\r\n\r\n", start)
    bare = data.find(b"\n\n", start, crlf + 1 if crlf >= 0 else len(data))
    if bare >= 0:
        return bare, bare + 2, "\n"
    return crlf, crlf + 4 if crlf >= 0 else -1, "\r\n"


def parse_head(data: bytes) -> ParsedHead:
    """Cut a message into start line, fields and body; RemoteProtocolError 400 or 513 beyond repair or limits."""
    if data[:1] in (b"\r", b"\n"):
        data = data.lstrip(b"\r\n")  # RFC 3261 §7.5: ignored before the start line
    head_end, body_start, eol = find_head_end(data)
    tolerated: list[Defect] = []
    if head_end < 0:
        head_end, body_start, eol, end = _open_end(data, tolerated)
    else:
        end = eol + eol
    if head_end > MAX_HEAD:
        raise RemoteProtocolError(513, "Message Too Large")
    if eol == "\n":
        tolerated.append(Defect(400, "Lines Do Not End in CRLF", ""))
    lines = data[:head_end].decode("utf-8", "surrogateescape").split(eol)
    if len(lines) > MAX_FIELDS:
        raise RemoteProtocolError(513, "Message Too Large")
    fields, lengths = cut_fields(lines, eol, tolerated)
    body = _cut_body(data, body_start, lengths, tolerated)
    return ParsedHead(lines[0], fields, body, eol, end, tuple(tolerated))


def _open_end(data: bytes, tolerated: list[Defect]) -> tuple[int, int, str, str]:
    """A datagram without the blank line. With its last line whole its end is plain: nothing is held against it."""
    eol = "\r\n" if b"\r\n" in data else "\n"
    size = len(data)
    if data.endswith(eol.encode()):
        return size - len(eol), size, eol, eol
    tolerated.append(Defect(400, "Header Is Cut Off", ""))
    return size, size, eol, ""


def cut_fields(lines: list[str], eol: str, tolerated: list[Defect]) -> tuple[list[Field], list[str]]:
    """The fields behind the start line, and the raw lines of Content-Length among them."""
    fields: list[Field] = []
    append = fields.append
    keys = SPELLINGS.get
    lengths: list[int] = []
    for line in lines[1:]:
        if line[:1] in " \t":  # true for an empty line too: it belongs to what is before it
            _continue(fields, line, eol, tolerated)
            continue
        name, colon, _ = line.partition(":")
        key = keys(name)
        if key is None:
            key = key_of(name) if colon else ""
            if not is_token(name.rstrip(" \t")):
                tolerated.append(Defect(400, "Line That Is No Header Field", ""))
        append((key, line))
        if key == "content-length":
            lengths.append(len(fields) - 1)
    return fields, [fields[index][1] for index in lengths]


def _continue(fields: list[Field], line: str, eol: str, tolerated: list[Defect]) -> None:
    if fields:
        key, before = fields[-1]
        fields[-1] = (key, f"{before}{eol}{line}")
    else:
        fields.append(("", line))
        tolerated.append(Defect(400, "Folded Start Line", ""))


def _cut_body(data: bytes, start: int, lengths: list[str], tolerated: list[Defect]) -> bytes:
    """The body by Content-Length; without one, or with an unusable one, all that is there."""
    body = data[start:]
    if lengths:
        values = {value_of(line) for line in lengths}
        try:
            length = content_length(values.pop())
        except RemoteProtocolError as error:
            tolerated.append(Defect(error.status, error.reason, "Content-Length"))
        else:
            if len(lengths) > 1:
                tolerated.append(Defect(400, "Several Content-Length", "Content-Length"))
            if not values and len(body) > length:
                body = body[:length]
            elif len(body) < length:
                tolerated.append(Defect(400, "Body Shorter Than Content-Length", "Content-Length"))
    if len(body) > MAX_BODY:
        raise RemoteProtocolError(413, "Request Entity Too Large")
    return body


def content_length(value: str) -> int:
    """The value of Content-Length; RemoteProtocolError 400 when it is no number."""
    return number(value, 2**63, "Content-Length")


def parse_start_line(line: str) -> RequestLine | StatusLine:
    """Read a start line; blanks too many are forgiven (`defects` names them), RemoteProtocolError 400 for no SIP."""
    first, _, rest = line.strip().partition(" ")
    if first[:4].upper() == "SIP/":
        return _parse_status_line(first, rest)
    uri, _, version = rest.rpartition(" ")
    if "\n" in line or "\r" in line or not uri.strip() or version[:4].upper() != "SIP/" or not is_token(first):
        raise RemoteProtocolError(400, "Bad Request Line")
    return RequestLine(first, uri.strip(), version)


def _parse_status_line(version: str, rest: str) -> StatusLine:
    code, _, reason = rest.lstrip().partition(" ")
    if len(code) != 3 or not (code.isascii() and code.isdigit()) or code[0] == "0":
        raise RemoteProtocolError(400, "Bad Status Line")
    # Whoever passes the phrase on must not pass on a line break with it.
    return StatusLine(int(code), reason.replace("\r", " ").replace("\n", " "), version)


def check_request_line(method: str, uri: str) -> None:
    """LocalProtocolError when these cannot stand in a request line of ours."""
    if not is_token(method):
        raise LocalProtocolError(f"{method!r} is no method")
    if not uri or any(char in uri for char in " \r\n\t"):
        raise LocalProtocolError("A Request-URI has no blanks and is not empty")


def status_line(status: int, reason: str) -> str:
    """A status line of ours; LocalProtocolError for a code that is none or a line break in the phrase."""
    if not 100 <= status <= 699:
        raise LocalProtocolError(f"{status} is no status code")
    if "\n" in reason or "\r" in reason:
        raise LocalProtocolError("Line break in a reason phrase")
    return f"SIP/2.0 {status} {reason}"
