"""The small grammar that all header values share: tokens, quoted strings, lists, parameters, numbers.

Reading is tolerant where the meaning is clear (empty parameters, blanks around `=`); `strict_params` and the
patterns below are what `defects` holds a message against (RFC 3261 §25.1).
"""

import re
from typing import TypeAlias

from callpoint.sip.errors import RemoteProtocolError

Params: TypeAlias = tuple[tuple[str, str | None], ...]
"""Parameters in their order: (name, value), value None where there is no `=`; quoted values keep their quotes."""

TOKEN = r"[A-Za-z0-9\-.!%*_+`'~]+"  # noqa: S105 - a pattern, no secret
# Possessive quantifiers: a hostile value must not make the matcher try again and again.
QUOTED = r'"(?:[^"\\]|\\.)*+"'
_BARE_VALUE = r"[A-Za-z0-9\-.!%*_+`'~:\[\]]++"
_PARAM = rf"\s*+;\s*+{TOKEN}(?:\s*+=\s*+(?:{QUOTED}|{_BARE_VALUE}))?+"
STRICT_PARAMS = rf"(?:{_PARAM})*+\s*+"

_TOKEN = re.compile(TOKEN)
_DIGITS = re.compile(r"[0-9]{1,20}")
_SEPARATED = {
    separator: re.compile(rf'(?:[^"<{separator}]++|"(?:[^"\\]|\\.)*+(?:"|\Z)|<[^>]*+(?:>|\Z))++', re.DOTALL)
    for separator in ",;"
}
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)


def is_token(text: str) -> bool:
    """Whether `text` is one RFC 3261 §25.1 token."""
    return _TOKEN.fullmatch(text) is not None


def number(text: str, limit: int, what: str) -> int:
    """A decimal number from 0 to `limit`; RemoteProtocolError 400 names `what` otherwise.

    int() alone would take "+1", "1_0" and other scripts' digits, and refuses 5,000 digits with another error.
    """
    text = text.strip()
    if not _DIGITS.fullmatch(text) or (value := int(text)) > limit:
        # Leading zeros may be many and still mean a small number.
        stripped = text.lstrip("0")
        if not (text.isascii() and text.isdigit() and len(stripped) <= 20):
            raise RemoteProtocolError(400, f"Bad {what}")
        value = int(stripped or "0")
        if value > limit:
            raise RemoteProtocolError(400, f"Bad {what}")
    return value


def split(text: str, separator: str) -> list[str]:
    """The parts of `text` between "," or ";" outside quotes and angle brackets, stripped, empty ones kept."""
    if separator not in text:
        return [text.strip()]
    if '"' not in text and "<" not in text:
        return [part.strip() for part in text.split(separator)]
    pattern = _SEPARATED[separator]
    parts: list[str] = []
    at = 0
    while True:
        match = pattern.match(text, at)
        end = match.end() if match else at
        if end < len(text) and text[end] != separator:
            end = len(text)  # a quote that ends in a lone backslash: nothing behind it can be told apart
        parts.append(text[at:end].strip())
        if end >= len(text):
            return parts
        at = end + 1


def quote(text: str) -> str:
    """`text` as a quoted-string."""
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def unquote(text: str) -> str:
    """The text inside a quoted-string; text without quotes is given back as it is, a missing closing quote forgiven."""
    if not text.startswith('"'):
        return text
    inner = text[1:-1] if len(text) > 1 and text.endswith('"') else text[1:]
    return _QUOTED_PAIR.sub(r"\1", inner) if "\\" in inner else inner


def parse_params(text: str) -> Params:
    """Parameters of `;a=b;c`, with or without the first semicolon. Empty ones are skipped, nothing is refused."""
    if not text:
        return ()
    found: list[tuple[str, str | None]] = []
    for part in split(text, ";"):
        if part:
            name, equals, value = part.partition("=")
            found.append((name.rstrip(), value.lstrip() if equals else None))
    return tuple(found)


def format_params(params: Params) -> str:
    """`params` as `;a=b;c`."""
    if not params:
        return ""
    return "".join([f";{name}" if value is None else f";{name}={value}" for name, value in params])


def find_param(params: Params, name: str) -> str | None:
    """The unquoted value of parameter `name` (given in lower case): "" without a value, None without the parameter."""
    for key, value in params:
        if key == name or key.lower() == name:
            return "" if value is None else unquote(value)
    return None


def replace_param(params: Params, name: str, value: str | None) -> Params:
    """`params` with `name` set to `value` at its place, or at the end."""
    lower = name.lower()
    result: list[tuple[str, str | None]] = []
    placed = False
    for pair in params:
        if pair[0].lower() != lower:
            result.append(pair)
        elif not placed:
            result.append((name, value))
            placed = True
    if not placed:
        result.append((name, value))
    return tuple(result)


def drop_param(params: Params, name: str) -> Params:
    """`params` without `name`."""
    lower = name.lower()
    return tuple([pair for pair in params if pair[0].lower() != lower])


def split_host_port(text: str, what: str) -> tuple[str, int | None]:
    """Host (an IPv6 reference without its brackets) and port of `host[:port]`; RemoteProtocolError 400 names `what`."""
    text = text.strip()
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        rest = rest.strip()
        if not bracket or not _IPV6_TEXT.fullmatch(host) or (rest and not rest.startswith(":")):
            raise RemoteProtocolError(400, f"Bad host in {what}")
        port = rest[1:]
        has_port = bool(rest)
    else:
        host, colon, port = text.partition(":")
        host = host.rstrip()
        has_port = bool(colon)
        if not _HOST_TEXT.fullmatch(host):
            raise RemoteProtocolError(400, f"Bad host in {what}")
    return host, number(port, MAX_PORT, f"port in {what}") if has_port else None


MAX_PORT = 65_535
# Underscores are no host characters, yet real host names in real Vias have them.
_HOST_TEXT = re.compile(r"[A-Za-z0-9._\-]+")
# Not checked as an address: RFC 5118 §4.10 wants `2001:db8:::192.0.2.1` survived, which no address parser takes.
_IPV6_TEXT = re.compile(r"[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%[A-Za-z0-9._\-]+)?")


def join_host_port(host: str, port: int | None) -> str:
    """`host[:port]`, an IPv6 address in brackets."""
    if ":" in host:
        host = f"[{host}]"
    return host if port is None else f"{host}:{port}"
