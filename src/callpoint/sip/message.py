"""SIP messages: parsed without loss, edited field by field, written back (RFC 3261 §7).

Text is `str` decoded as UTF-8 with surrogateescape, so any bytes survive. `parse` takes everything that can still be
understood; `defects.defects` tells what was wrong with it.
"""

from collections.abc import Callable, Iterable
from typing import Self, TypeVar

from callpoint.sip import parsing
from callpoint.sip.cseq import CSeq
from callpoint.sip.defect import Defect
from callpoint.sip.errors import LocalProtocolError, RemoteProtocolError
from callpoint.sip.fields import Field, HeaderFields, key_of, make_line, value_of
from callpoint.sip.max_forwards import MaxForwards
from callpoint.sip.name_addr import NameAddr
from callpoint.sip.reason_phrases import reason_phrase
from callpoint.sip.via import Via

T = TypeVar("T")

_CRLF = "\r\n"


class Message(HeaderFields):
    """What requests and responses have in common: fields, typed views of the usual ones, a body.

    A typed view (`via`, `from_`, ...) is read when first asked for and kept until its field changes. Each raises
    RemoteProtocolError 400 when the field is missing or unreadable, except where None is told.
    """

    __slots__ = ("_body", "_end", "_eol", "_ours", "_start", "tolerated")

    def __init__(self, start: str, fields: list[Field], body: bytes) -> None:
        super().__init__(fields)
        self._start = start
        self._body = body
        self._eol = _CRLF
        self._end = _CRLF + _CRLF
        self._ours = True
        self.tolerated: tuple[Defect, ...] = ()

    @property
    def body(self) -> bytes:
        """The body; setting it sets Content-Length too."""
        return self._body

    @body.setter
    def body(self, body: bytes) -> None:
        self._body = body
        self.set("Content-Length", str(len(body)))

    @property
    def start_line(self) -> str:
        """The request or status line."""
        return self._start

    @property
    def via(self) -> Via:
        """The topmost Via."""
        return self._view("via", _top_via)

    @property
    def from_(self) -> NameAddr:
        """From."""
        return self._view("from", lambda message: NameAddr.parse(message.required("From")))

    @property
    def to(self) -> NameAddr:
        """To."""
        return self._view("to", lambda message: NameAddr.parse(message.required("To")))

    @property
    def call_id(self) -> str:
        """Call-ID."""
        return self.required("Call-ID")

    @property
    def cseq(self) -> CSeq:
        """CSeq."""
        return self._view("cseq", lambda message: CSeq.parse(message.required("CSeq")))

    @property
    def contact(self) -> NameAddr | None:
        """The first Contact, None without one."""
        return self._view("contact", _first_contact)

    @property
    def max_forwards(self) -> MaxForwards | None:
        """Max-Forwards, None without one (an RFC 2543 peer)."""
        return self._view("max-forwards", _max_forwards)

    def addresses(self, name: str) -> list[NameAddr]:
        """All values of a field that holds addresses: Route, Record-Route, Contact, P-Asserted-Identity, ..."""
        return [NameAddr.parse(value) for value in self.values(name)]

    def required(self, name: str) -> str:
        """The value of a field that must be there and not be empty; RemoteProtocolError 400 otherwise."""
        value = self.get(name)
        if not value:
            raise RemoteProtocolError(400, f"Missing {name}")
        return value

    def copy(self) -> Self:
        """A message of its own that can be edited without touching this one."""
        twin = self.__class__.__new__(self.__class__)
        HeaderFields.__init__(twin, self._fields.copy())
        twin._start = self._start
        twin._body = self._body
        twin._eol = self._eol
        twin._end = self._end
        twin._ours = self._ours
        twin.tolerated = self.tolerated
        return twin

    def copy_fields(self, source: "Message", *names: str) -> None:
        """Append all fields of these names of another message as they stand there (folding undone)."""
        for name in names:
            self._fields += source.lines(name)
            self._changed(key_of(name))

    def lines(self, name: str) -> list[Field]:
        """The raw fields of that name, folding undone, to be put into another message."""
        key = key_of(name)
        return [
            (key, line if "\n" not in line and "\r" not in line else make_line(name, value_of(line)))
            for present, line in self._fields
            if present == key
        ]

    def __bytes__(self) -> bytes:
        """The message as it goes out: identical bytes for a parsed one nobody changed.

        LocalProtocolError for text that no bytes stand for (a lone surrogate from elsewhere than `parse`).
        """
        lines = [self._start]
        lines += [line for _, line in self._fields]
        if self._ours and not self.has("Content-Length"):
            lines.append(f"Content-Length: {len(self._body)}")
        head = self._eol.join(lines) + self._end
        try:
            return head.encode("utf-8", "surrogateescape") + self._body
        except UnicodeEncodeError as error:
            raise LocalProtocolError("Text that is not Unicode in a header") from error

    def _changed(self, key: str) -> None:
        super()._changed(key)
        # A datagram may end before its blank line; once edited it gets one.
        self._end = self._eol + self._eol

    def _view(self, key: str, read: Callable[["Message"], T]) -> T:
        try:
            return self._typed[key]  # type: ignore[return-value]  # each key is always read by the same function
        except KeyError:
            value = self._typed[key] = read(self)
            return value

    def _adopt(self, parsed: parsing.ParsedHead) -> None:
        self._eol = parsed.eol
        self._end = parsed.end
        self._ours = False
        self.tolerated = parsed.tolerated

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._start!r}, {len(self._fields)} fields, body of {len(self._body)} bytes>"


class Request(Message):
    """A request. Setting `method` or `uri` writes the request line anew."""

    __slots__ = ("_method", "_uri", "version")

    def __init__(self, method: str, uri: str, headers: Iterable[tuple[str, str]] = (), body: bytes = b"") -> None:
        parsing.check_request_line(method, uri)
        super().__init__(f"{method} {uri} SIP/2.0", [], body)
        self._method = method
        self._uri = uri
        self.version = "SIP/2.0"
        self.extend(headers)

    @property
    def method(self) -> str:
        """The method; its case counts."""
        return self._method

    @method.setter
    def method(self, method: str) -> None:
        parsing.check_request_line(method, self._uri)
        self._method = method
        self._start = f"{method} {self._uri} {self.version}"

    @property
    def uri(self) -> str:
        """The Request-URI as written."""
        return self._uri

    @uri.setter
    def uri(self, uri: str) -> None:
        parsing.check_request_line(self._method, uri)
        self._uri = uri
        self._start = f"{self._method} {uri} {self.version}"

    def copy(self) -> Self:
        """A request of its own that can be edited without touching this one."""
        twin = super().copy()
        twin._method = self._method
        twin._uri = self._uri
        twin.version = self.version
        return twin

    def response(self, status: int, reason: str | None = None, to_tag: str | None = None) -> "Response":
        """The response to this request, without body and Contact (RFC 3261 §8.2.6).

        Via, From, To, Call-ID and CSeq are taken over as they came, Timestamp into a 100, Record-Route into what can
        set up a dialog (101 to 299, RFC 3261 §12.1.1). `to_tag` is added to a To without a tag, never in a 100.
        """
        response = Response(status, reason)
        names = ["Via", "From", "To", "Call-ID", "CSeq"]
        if status == 100:
            names.append("Timestamp")
        elif status < 300:
            names.append("Record-Route")
        response.copy_fields(self, *names)
        if to_tag is not None and status > 100 and not _has_tag(self):
            response._add_to_tag(to_tag)
        return response


class Response(Message):
    """A response. Setting `status` or `reason` writes the status line anew."""

    __slots__ = ("_reason", "_status", "version")

    def __init__(
        self, status: int, reason: str | None = None, headers: Iterable[tuple[str, str]] = (), body: bytes = b""
    ) -> None:
        phrase = reason_phrase(status) if reason is None else reason
        super().__init__(parsing.status_line(status, phrase), [], body)
        self._status = status
        self._reason = phrase
        self.version = "SIP/2.0"
        self.extend(headers)

    @property
    def status(self) -> int:
        """The status code, 100 to 699 (a parsed one may go to 999)."""
        return self._status

    @status.setter
    def status(self, status: int) -> None:
        self._start = parsing.status_line(status, self._reason)
        self._status = status

    @property
    def reason(self) -> str:
        """The reason phrase, possibly empty."""
        return self._reason

    @reason.setter
    def reason(self, reason: str) -> None:
        self._start = parsing.status_line(self._status, reason)
        self._reason = reason

    def copy(self) -> Self:
        """A response of its own that can be edited without touching this one."""
        twin = super().copy()
        twin._status = self._status
        twin._reason = self._reason
        twin.version = self.version
        return twin

    def _add_to_tag(self, tag: str) -> None:
        for index, (key, line) in enumerate(self._fields):
            if key == "to":
                self._fields[index] = (key, f"{line};tag={tag}")
                return


def parse(data: bytes) -> Request | Response:
    """One whole message, e.g. a datagram.

    Blank lines before it are skipped; a body longer than Content-Length is cut, a shorter one is left for `defects` to
    tell (RFC 3261 §18.3). RemoteProtocolError (400, 413, 513) only when nothing can be done with it: no SIP start
    line, a status that is no status, or beyond the size limits of `parsing`.
    """
    parsed = parsing.parse_head(data)
    line = parsing.parse_start_line(parsed.start)
    message: Request | Response
    # The constructors check what we write; what came in has been judged above, so it is filled in past them.
    if isinstance(line, parsing.RequestLine):
        message = Request.__new__(Request)
        Message.__init__(message, parsed.start, parsed.fields, parsed.body)
        message._method, message._uri, message.version = line
    else:
        message = Response.__new__(Response)
        Message.__init__(message, parsed.start, parsed.fields, parsed.body)
        message._status, message._reason, message.version = line
    message._adopt(parsed)
    return message


def _top_via(message: Message) -> Via:
    values = message.values("Via")
    if not values:
        raise RemoteProtocolError(400, "Missing Via")
    return Via.parse(values[0])


def _first_contact(message: Message) -> NameAddr | None:
    values = message.values("Contact")
    return NameAddr.parse(values[0]) if values else None


def _max_forwards(message: Message) -> MaxForwards | None:
    value = message.get("Max-Forwards")
    return None if value is None else MaxForwards.parse(value)


def _has_tag(request: Request) -> bool:
    try:
        return request.to.tag is not None
    except RemoteProtocolError:
        return False
