"""What is wrong with a message that could still be read (RFC 4475 shows most of it).

Reading is tolerant and judging strict, so that a known trunk's malformed emergency call goes through while everybody
else is told what is wrong. Checks are tables: field names to the function that judges one value of it.
"""

import re
from collections.abc import Callable, Iterator

from callpoint.sip.content_type import ContentType
from callpoint.sip.cseq import CSeq
from callpoint.sip.defect import Defect
from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.fields import values_of
from callpoint.sip.grammar import QUOTED, STRICT_PARAMS, TOKEN, number
from callpoint.sip.max_forwards import MaxForwards
from callpoint.sip.message import Message, Request, Response
from callpoint.sip.methods import KNOWN_METHODS
from callpoint.sip.rack import MAX_RSEQ, RAck
from callpoint.sip.retry_after import RetryAfter
from callpoint.sip.session_expires import MAX_DELTA_SECONDS, SessionExpires
from callpoint.sip.uri import Uri
from callpoint.sip.via import MAGIC_COOKIE, Via

_PARAMS = re.compile(STRICT_PARAMS)
_NAME_ADDR = re.compile(
    rf'\s*+(?:{QUOTED}\s*+|(?:{TOKEN.removesuffix("+")}++\s*+)*+)<([^\s<>"]++)>({STRICT_PARAMS})'
    # Without brackets comma, semicolon and question mark end the URI (RFC 3261 §20.10), so they cannot stand in it.
    rf'|\s*+([^\s<>",;?]++)({STRICT_PARAMS})',
    re.DOTALL,
)
_URI_TEXT = re.compile(r"[A-Za-z0-9\-_.!~*'();/?:@&=+$,%\[\]#]+")
_WORD = r"[A-Za-z0-9\-.!%*_+`'~()<>:\\\"/\[\]?{}]+"
_CALL_ID = re.compile(rf"{_WORD}(?:@{_WORD})?")
_FOLD = re.compile(r"\r?\n[ \t]")


def _check_via(value: str) -> None:
    via = Via.parse(value)
    semicolon = value.find(";")
    if semicolon >= 0 and not _PARAMS.fullmatch(value, semicolon):
        raise RemoteProtocolError(400, "Bad Via")
    if via.branch == MAGIC_COOKIE:
        raise RemoteProtocolError(400, "Via Branch Without Identifier")


def _check_address(value: str) -> None:
    match = _NAME_ADDR.fullmatch(value)
    if match is None:
        raise RemoteProtocolError(400, "Bad Address")
    _check_uri(match[1] or match[3])


def _check_contact(value: str) -> None:
    if value != "*":
        _check_address(value)


def _check_uri(text: str) -> Uri:
    uri = Uri.parse(text)
    if not _URI_TEXT.fullmatch(text):
        raise RemoteProtocolError(400, "Bad URI")
    # RFC 3261 §19.1.1: where there is an at sign there is a user.
    if uri.user is not None and ("@" in uri.user or not uri.user):
        raise RemoteProtocolError(400, "Bad User in URI")
    return uri


def _check_call_id(value: str) -> None:
    if not _CALL_ID.fullmatch(value):
        raise RemoteProtocolError(400, "Bad Call-ID")


def _check_seconds(value: str) -> None:
    number(value.partition(";")[0], MAX_DELTA_SECONDS, "Seconds")


_CHECKS: dict[str, tuple[str, Callable[[str], object]]] = {
    "via": ("Via", _check_via),
    "from": ("From", _check_address),
    "to": ("To", _check_address),
    "contact": ("Contact", _check_contact),
    "route": ("Route", _check_address),
    "record-route": ("Record-Route", _check_address),
    "p-asserted-identity": ("P-Asserted-Identity", _check_address),
    "reply-to": ("Reply-To", _check_address),
    "refer-to": ("Refer-To", _check_address),
    "call-id": ("Call-ID", _check_call_id),
    "cseq": ("CSeq", CSeq.parse),
    "max-forwards": ("Max-Forwards", MaxForwards.parse),
    "content-type": ("Content-Type", ContentType.parse),
    "expires": ("Expires", _check_seconds),
    "min-se": ("Min-SE", _check_seconds),
    "retry-after": ("Retry-After", RetryAfter.parse),
    "session-expires": ("Session-Expires", SessionExpires.parse),
    "rack": ("RAck", RAck.parse),
    "rseq": ("RSeq", lambda value: number(value, MAX_RSEQ, "RSeq")),
}
"""Key to (name, check of one value). Fields not listed are never a reason to refuse a call: Date least of all, which
nobody here reads (RFC 4475 §3.1.2.12)."""

_REQUIRED = ("via", "from", "to", "call-id", "cseq")
"""RFC 3261 §8.1.1 asks for Max-Forwards too, but RFC 2543 peers do not send it (RFC 4475 §3.4.1)."""

_ONCE = ("from", "to", "call-id", "cseq", "max-forwards", "content-type", "expires", "session-expires", "min-se")
"""Fields that can stand only once (RFC 3261 §7.3.1). Content-Length is judged where the body is cut."""


def defects(message: Request | Response) -> list[Defect]:
    """Everything wrong with a parsed message, worst to say first; empty for a well-formed one.

    The first one's status and reason are what a request is answered with. A strict receiver drops a response that has
    any; their status is only for the record.
    """
    return _request_defects(message) if isinstance(message, Request) else _response_defects(message)


def _request_defects(request: Request) -> list[Defect]:
    found = [*_request_line(request), *request.tolerated, *_fields(request)]
    try:
        if request.cseq.method != request.method:
            # RFC 4475 §3.1.2.18: a method nobody knows is told first, whatever else its request says of it.
            status = 400 if request.method in KNOWN_METHODS else 501
            found.append(Defect(status, "CSeq Method Does Not Match", "CSeq"))
    except RemoteProtocolError:
        pass  # told by _fields already
    return found


def _response_defects(response: Response) -> list[Defect]:
    found = [*response.tolerated, *_fields(response)]
    if response.version.upper() != "SIP/2.0":
        found.insert(0, Defect(505, "Version Not Supported", ""))
    if response.status > 699:
        found.insert(0, Defect(400, "Bad Status Code", ""))
    # We are always the one who sent the request, so ours is the only Via left (RFC 3261 §8.1.3.3).
    if len(response.values("Via")) > 1:
        found.append(Defect(400, "Response Meant for Another", "Via"))
    return found


def _request_line(request: Request) -> Iterator[Defect]:
    if request.version.upper() != "SIP/2.0":
        yield Defect(505, "Version Not Supported", "")
    if request.start_line != f"{request.method} {request.uri} {request.version}" or " " in request.uri:
        yield Defect(400, "Blanks in Request Line", "")
    try:
        uri = _check_uri(request.uri)
    except RemoteProtocolError as error:
        yield Defect(error.status, f"{error.reason} in Request Line", "")
        return
    if uri.headers:
        yield Defect(400, "Header Fields in Request-URI", "")  # RFC 3261 §19.1.1


def _fields(message: Message) -> Iterator[Defect]:
    seen: dict[str, int] = {}
    for key, line in message.raw_fields():
        seen[key] = seen.get(key, 0) + 1
        if ("\n" in line or "\r" in line) and _has_bare_break(line):
            yield Defect(400, "Bare Line Break in Header", line.partition(":")[0].strip())
        check = _CHECKS.get(key)
        if check is not None:
            yield from _judge(key, line, *check)
    for key in _REQUIRED:
        if key not in seen:
            yield Defect(400, f"Missing {_CHECKS[key][0]}", _CHECKS[key][0])
    for key in _ONCE:
        if seen.get(key, 0) > 1:
            yield Defect(400, f"Several {_CHECKS[key][0]}", _CHECKS[key][0])
    if message.body and "content-type" not in seen:
        yield Defect(400, "Missing Content-Type", "Content-Type")


def _judge(key: str, line: str, name: str, check: Callable[[str], object]) -> Iterator[Defect]:
    try:
        values = values_of(key, line)
        for value in values:
            check(value)
    except RemoteProtocolError as error:
        yield Defect(400, error.reason if name in error.reason else f"{error.reason} in {name}", name)


def _has_bare_break(line: str) -> bool:
    unfolded = _FOLD.sub(" ", line)
    return "\n" in unfolded or "\r" in unfolded
