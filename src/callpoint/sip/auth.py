"""Challenges and credentials: WWW-Authenticate, Authorization and their Proxy- twins (RFC 3261 §20.44, §20.7)."""

import re
from dataclasses import dataclass
from typing import ClassVar, Self

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.grammar import TOKEN, is_token, quote, split, unquote

_TOKEN68 = re.compile(r"[A-Za-z0-9\-._~+/]++=*+")

_QUOTED_IN_CHALLENGE = frozenset(("realm", "domain", "nonce", "opaque", "qop"))
_QUOTED_IN_CREDENTIALS = frozenset(("username", "realm", "nonce", "uri", "response", "cnonce", "opaque"))
"""What stands in quotes and what must not (RFC 8760 §2.7 keeps RFC 3261 §25.1's table: nc, algorithm, stale bare)."""

_BARE = re.compile(TOKEN)


@dataclass(frozen=True, slots=True)
class AuthValue:
    """A scheme with its parameters (unquoted, in order), or with bare text where a scheme has none (`token68`)."""

    _quoted: ClassVar[frozenset[str]] = frozenset()

    scheme: str
    params: tuple[tuple[str, str], ...] = ()
    token68: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one value; RemoteProtocolError 400 without a scheme or with a parameter that is none."""
        scheme, _, rest = text.strip().partition(" ")
        rest = rest.strip()
        if not is_token(scheme):
            raise RemoteProtocolError(400, "Bad Authorization")
        if rest and _TOKEN68.fullmatch(rest) and "=" not in rest.rstrip("="):
            return cls(scheme, (), rest)
        params: list[tuple[str, str]] = []
        for part in split(rest, ","):
            name, equals, value = part.partition("=")
            if not part:
                continue
            if not equals or not is_token(name.strip()):
                raise RemoteProtocolError(400, "Bad Authorization")
            params.append((name.strip(), unquote(value.strip())))
        return cls(scheme, tuple(params))

    def __str__(self) -> str:
        if self.token68:
            return f"{self.scheme} {self.token68}"
        quoted = self._quoted
        return f"{self.scheme} " + ", ".join(
            [
                f"{name}={quote(value)}" if name.lower() in quoted or not _BARE.fullmatch(value) else f"{name}={value}"
                for name, value in self.params
            ]
        )

    @property
    def is_digest(self) -> bool:
        """Whether the scheme is Digest."""
        return self.scheme.lower() == "digest"

    @property
    def realm(self) -> str:
        """The realm, "" without one."""
        return self.param("realm") or ""

    @property
    def nonce(self) -> str:
        """The nonce, "" without one."""
        return self.param("nonce") or ""

    @property
    def algorithm(self) -> str:
        """The algorithm in upper case; MD5 when none is told (RFC 3261 §22.4)."""
        return (self.param("algorithm") or "MD5").upper()

    def param(self, name: str) -> str | None:
        """The text of a parameter (case-insensitive name), None when absent."""
        lower = name.lower()
        return next((value for key, value in self.params if key.lower() == lower), None)


@dataclass(frozen=True, slots=True)
class Challenge(AuthValue):
    """WWW-Authenticate or Proxy-Authenticate."""

    _quoted: ClassVar[frozenset[str]] = _QUOTED_IN_CHALLENGE

    @property
    def qop(self) -> tuple[str, ...]:
        """The qualities offered, in lower case; empty for an RFC 2069 server."""
        return tuple([part.strip().lower() for part in (self.param("qop") or "").split(",") if part.strip()])

    @property
    def stale(self) -> bool:
        """Whether only the nonce was too old and the password need not be asked for again."""
        return (self.param("stale") or "").lower() == "true"


@dataclass(frozen=True, slots=True)
class Credentials(AuthValue):
    """Authorization or Proxy-Authorization."""

    _quoted: ClassVar[frozenset[str]] = _QUOTED_IN_CREDENTIALS

    @property
    def username(self) -> str:
        """The user name, "" without one."""
        return self.param("username") or ""

    @property
    def uri(self) -> str:
        """The URI that was signed, "" without one."""
        return self.param("uri") or ""

    @property
    def response(self) -> str:
        """The digest in lower case, "" without one."""
        return (self.param("response") or "").lower()

    @property
    def qop(self) -> str:
        """The quality chosen, in lower case; "" for an RFC 2069 client."""
        return (self.param("qop") or "").lower()

    @property
    def nonce_count(self) -> int | None:
        """`nc` as a number; None when absent or not eight hexadecimal digits."""
        text = self.param("nc") or ""
        return int(text, 16) if _NONCE_COUNT.fullmatch(text) else None


_NONCE_COUNT = re.compile(r"[0-9A-Fa-f]{8}")
