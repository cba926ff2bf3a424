"""URIs as they stand in SIP: sip, sips and tel taken apart, anything else opaque (RFC 3261 §19.1, RFC 3966 §3)."""

import re
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import unquote as percent_decode

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.grammar import (
    Params,
    drop_param,
    find_param,
    format_params,
    join_host_port,
    replace_param,
    split_host_port,
)

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*")


@dataclass(frozen=True, slots=True)
class Uri:
    """One URI. `user`, `password`, `params` and `headers` keep their escapes as written.

    sip and sips fill everything but `opaque`; tel has its number in `opaque` and its parameters in `params`; every
    other scheme (urn, http, cid, ...) has all that follows the colon in `opaque`. `scheme` is in lower case, `host`
    without brackets.
    """

    scheme: str
    user: str | None = None
    password: str | None = None
    host: str = ""
    port: int | None = None
    params: Params = ()
    headers: tuple[tuple[str, str], ...] = ()
    opaque: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one URI without angle brackets; RemoteProtocolError 400 when it has no scheme, host or sane port."""
        scheme, colon, rest = text.strip().partition(":")
        if not colon or not rest or not _SCHEME.fullmatch(scheme):
            raise RemoteProtocolError(400, "Bad URI")
        scheme = scheme.lower()
        if scheme == "sip" or scheme == "sips":
            return cls._parse_sip(scheme, rest)
        if scheme == "tel":
            subscriber, _, params = rest.partition(";")
            return cls(scheme=scheme, opaque=subscriber.strip(), params=_uri_params(params))
        return cls(scheme=scheme, opaque=rest)

    @classmethod
    def _parse_sip(cls, scheme: str, rest: str) -> Self:
        # A user part may hold ";", "?" and "/" (RFC 4475 §3.1.1.9), so it is cut off before anything else is looked at.
        userinfo, at, tail = rest.rpartition("@")
        user: str | None = None
        password: str | None = None
        if at:
            user, colon, secret = userinfo.partition(":")
            password = secret if colon else None
        tail, _, headers = tail.partition("?")
        host_port, _, params = tail.partition(";")
        host, port = split_host_port(host_port, "URI")
        return cls(scheme, user, password, host, port, _uri_params(params), _uri_headers(headers))

    def __str__(self) -> str:
        params = format_params(self.params)
        if self.scheme not in ("sip", "sips"):
            return f"{self.scheme}:{self.opaque}{params}"
        userinfo = ""
        if self.user is not None:
            userinfo = f"{self.user}@" if self.password is None else f"{self.user}:{self.password}@"
        headers = "?" + "&".join(f"{name}={value}" for name, value in self.headers) if self.headers else ""
        return f"{self.scheme}:{userinfo}{join_host_port(self.host, self.port)}{params}{headers}"

    @property
    def host_port(self) -> str:
        """`host[:port]` as written, an IPv6 address in brackets."""
        return join_host_port(self.host, self.port)

    @property
    def user_text(self) -> str:
        """The user part (of tel: the number) with its escapes decoded, "" without one: what was dialled."""
        text = self.user if self.user is not None else self.opaque
        return percent_decode(text, errors="surrogateescape") if "%" in text else text

    @property
    def subscriber(self) -> str:
        """`user_text` without telephone parameters, which sip URIs carry in the user part: "911" of
        `sip:911;phone-context=x@h` (RFC 3261 §19.1.6)."""
        return self.user_text.partition(";")[0]

    def param(self, name: str) -> str | None:
        """The value of a parameter, "" when it has none, None when it is absent."""
        return find_param(self.params, name.lower())

    def with_param(self, name: str, value: str | None = None) -> Self:
        """This URI with the parameter set."""
        return replace(self, params=replace_param(self.params, name, value))

    def without_param(self, name: str) -> Self:
        """This URI without the parameter."""
        return replace(self, params=drop_param(self.params, name))


def _uri_params(text: str) -> Params:
    if not text:
        return ()
    found: list[tuple[str, str | None]] = []
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if part.strip():
            found.append((name.strip(), value.strip() if equals else None))
    return tuple(found)


def _uri_headers(text: str) -> tuple[tuple[str, str], ...]:
    if not text:
        return ()
    pairs = [part.partition("=") for part in text.split("&") if part]
    return tuple([(name, value) for name, _, value in pairs])
