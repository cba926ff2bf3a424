"""Header fields in their order, each kept as the line it came in: what is not touched goes out as it came.

A field is a pair (key, line): the key is the lower-case long name ("via" for `v`), the line is the raw text without its
end, folding included. Values are cut out of lines when asked for.
"""

import re
from collections.abc import Iterable

from callpoint.sip.errors import LocalProtocolError
from callpoint.sip.grammar import is_token, split

_LONG_NAMES = (
    "Accept", "Accept-Contact", "Accept-Encoding", "Accept-Language", "Alert-Info", "Allow", "Allow-Events",
    "Authentication-Info", "Authorization", "Call-ID", "Call-Info", "Contact", "Content-Disposition",
    "Content-Encoding", "Content-ID", "Content-Language", "Content-Length", "Content-Type", "CSeq", "Date",
    "Error-Info", "Event", "Expires", "From", "Geolocation", "Geolocation-Error", "Geolocation-Routing",
    "History-Info", "Identity", "Identity-Info", "In-Reply-To", "Max-Forwards", "MIME-Version", "Min-Expires",
    "Min-SE", "Organization", "P-Access-Network-Info", "P-Asserted-Identity", "P-Preferred-Identity", "Path",
    "Priority", "Privacy", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Require", "RAck", "Reason",
    "Record-Route", "Refer-To", "Referred-By", "Reject-Contact", "Replaces", "Reply-To", "Request-Disposition",
    "Require", "Resource-Priority", "Retry-After", "Route", "RSeq", "Server", "Service-Route", "Session-Expires",
    "Subject", "Subscription-State", "Supported", "Timestamp", "To", "Unsupported", "User-Agent", "Via", "Warning",
    "WWW-Authenticate", "X-Employee-ID", "E911-User-ID", "X-E911-User-ID",
)  # fmt: skip

COMPACT_FORMS = {
    "a": "accept-contact",
    "b": "referred-by",
    "c": "content-type",
    "d": "request-disposition",
    "e": "content-encoding",
    "f": "from",
    "i": "call-id",
    "j": "reject-contact",
    "k": "supported",
    "l": "content-length",
    "m": "contact",
    "n": "identity-info",
    "o": "event",
    "r": "refer-to",
    "s": "subject",
    "t": "to",
    "u": "allow-events",
    "v": "via",
    "x": "session-expires",
    "y": "identity",
}
"""The one-letter names of the IANA registry (RFC 3261 §7.3.3 and extensions)."""

LIST_HEADERS = frozenset((
    "accept", "accept-contact", "accept-encoding", "accept-language", "accept-resource-priority", "alert-info",
    "allow", "allow-events", "call-info", "contact", "content-encoding", "content-language", "error-info",
    "geolocation", "history-info", "in-reply-to", "p-asserted-identity", "p-associated-uri", "p-preferred-identity",
    "p-visited-network-id", "path", "privacy", "proxy-require", "reason", "record-route", "reject-contact", "require",
    "resource-priority", "route", "security-client", "security-server", "security-verify", "service-route",
    "supported", "unsupported", "via", "warning",
))  # fmt: skip
"""Fields whose grammar is a comma list, so one line may hold several values (RFC 3261 §7.3.1). All others stay
whole: a comma in Date, Subject, Authorization or an unknown field is text."""

Field = tuple[str, str]

SPELLINGS = {spelling: name.lower() for name in _LONG_NAMES for spelling in (name, name.lower(), name.upper())}
SPELLINGS |= {spelling: name for letter, name in COMPACT_FORMS.items() for spelling in (letter, letter.upper())}
"""Usual spelling of a name to its key: saves lower-casing and looking up on almost every line."""

_LINE_BREAK = re.compile(r"[ \t]*[\r\n]+[ \t\r\n]*")
_BLANKS = " \t\r\n"


def key_of(name: str) -> str:
    """The key of a field name in any spelling: case, compact form and blanks before the colon do not matter."""
    key = SPELLINGS.get(name)
    if key is None:
        key = name.strip(_BLANKS).lower()
        key = COMPACT_FORMS.get(key, key)
    return key


def value_of(line: str) -> str:
    """The value of a raw line, unfolded and stripped. A bare CR or LF inside becomes a space too, so that no value read
    here can grow a line of its own where it is written again."""
    value = line[line.find(":") + 1 :].strip(_BLANKS)
    return _LINE_BREAK.sub(" ", value) if "\n" in value or "\r" in value else value


def values_of(key: str, line: str) -> list[str]:
    """The values of a raw line: several for a list field, without empty ones."""
    value = value_of(line)
    if key not in LIST_HEADERS or "," not in value:
        return [value]
    return [part for part in split(value, ",") if part]


def make_line(name: str, value: str) -> str:
    """A line of ours; LocalProtocolError for a name that is no token or a value with a line break in it."""
    if "\n" in value or "\r" in value:
        raise LocalProtocolError(f"Line break in the value of {name}")
    if name not in SPELLINGS and not is_token(name):
        raise LocalProtocolError(f"{name!r} is no header name")
    return f"{name}: {value}"


class HeaderFields:
    """The ordered fields of a message. Names are case-insensitive, compact and long forms are one."""

    __slots__ = ("_fields", "_typed")

    def __init__(self, fields: list[Field]) -> None:
        self._fields = fields
        self._typed: dict[str, object] = {}

    def get(self, name: str) -> str | None:
        """The value of the first field of that name, unfolded and stripped; a comma list is not taken apart."""
        key = SPELLINGS.get(name) or key_of(name)
        for present, line in self._fields:
            if present == key:
                return value_of(line)
        return None

    def values(self, name: str) -> list[str]:
        """All values of that name in order; list fields (LIST_HEADERS) are split at commas."""
        key = SPELLINGS.get(name) or key_of(name)
        found: list[str] = []
        for present, line in self._fields:
            if present == key:
                found += values_of(key, line)
        return found

    def has(self, name: str) -> bool:
        """Whether a field of that name is there, even with an empty value."""
        key = SPELLINGS.get(name) or key_of(name)
        return any(present == key for present, _ in self._fields)

    def items(self) -> list[tuple[str, str]]:
        """Every field as (name as spelled, value), in order; lines that are no field (no colon) are left out."""
        return [(line[: line.find(":")].strip(_BLANKS), value_of(line)) for key, line in self._fields if key]

    def raw_fields(self) -> list[Field]:
        """Every field as (key, raw line), in order; the key of a line that is no field is ""."""
        return self._fields.copy()

    def set(self, name: str, value: str) -> None:
        """Replace all fields of that name by one, at the place of the first, or append it."""
        key, line = key_of(name), make_line(name, value)
        at = self._find(key)
        if at is None:
            self._fields.append((key, line))
        else:
            self._fields[at] = (key, line)
            self._fields[at + 1 :] = [field for field in self._fields[at + 1 :] if field[0] != key]
        self._changed(key)

    def add(self, name: str, value: str) -> None:
        """Append a field."""
        key = key_of(name)
        self._fields.append((key, make_line(name, value)))
        self._changed(key)

    def prepend(self, name: str, value: str) -> None:
        """Put a field before the first of its name, or on top of all."""
        key = key_of(name)
        self._fields.insert(self._find(key) or 0, (key, make_line(name, value)))
        self._changed(key)

    def remove(self, name: str) -> None:
        """Take all fields of that name away."""
        key = key_of(name)
        self._fields = [field for field in self._fields if field[0] != key]
        self._changed(key)

    def pop_first(self, name: str) -> str | None:
        """Take the first single value of that name away and return it, also out of a comma list; None without one."""
        key = key_of(name)
        self._changed(key)
        while (at := self._find(key)) is not None:
            line = self._fields[at][1]
            first, *rest = values_of(key, line) or [""]
            if rest:
                self._fields[at] = (key, f"{line[: line.find(':')]}: {', '.join(rest)}")
            else:
                del self._fields[at]
            if first:
                return first
        return None

    def extend(self, fields: Iterable[tuple[str, str]]) -> None:
        """Append several (name, value)."""
        for name, value in fields:
            self.add(name, value)

    def _find(self, key: str) -> int | None:
        for index, field in enumerate(self._fields):
            if field[0] == key:
                return index
        return None

    def _changed(self, key: str) -> None:
        self._typed.pop(key, None)
