"""Via: the way a request took and its response goes back (RFC 3261 §20.42, RFC 3581 §3)."""

import re
from dataclasses import dataclass, replace
from typing import Self

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.grammar import (
    MAX_PORT,
    Params,
    find_param,
    format_params,
    join_host_port,
    number,
    parse_params,
    replace_param,
    split_host_port,
)

MAGIC_COOKIE = "z9hG4bK"
"""What a branch of RFC 3261 §8.1.1.7 begins with; without it the transaction is matched the RFC 2543 way."""

_SENT_PROTOCOL = re.compile(r"\s*+(?i:SIP)\s*+/\s*+2\.0\s*+/\s*+([A-Za-z0-9\-.!%*_+`'~]+)\s++")


@dataclass(frozen=True, slots=True)
class Via:
    """One Via value. `transport` is in upper case, `host` without brackets."""

    transport: str
    host: str
    port: int | None = None
    params: Params = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one value (not a comma list); RemoteProtocolError 400 without `SIP/2.0/transport host`."""
        match = _SENT_PROTOCOL.match(text)
        if match is None:
            raise RemoteProtocolError(400, "Bad Via")
        sent_by, _, params = text[match.end() :].partition(";")
        host, port = split_host_port(sent_by, "Via")
        return cls(match.group(1).upper(), host, port, parse_params(params))

    def __str__(self) -> str:
        return f"SIP/2.0/{self.transport} {self.sent_by}{format_params(self.params)}"

    @property
    def sent_by(self) -> str:
        """`host[:port]` as written."""
        return join_host_port(self.host, self.port)

    @property
    def branch(self) -> str | None:
        """The branch, None when absent or empty."""
        return find_param(self.params, "branch") or None

    @property
    def received(self) -> str | None:
        """The source address a server noted, without brackets (RFC 5118 §4.5 shows it with and without)."""
        value = find_param(self.params, "received")
        return value.strip("[]") if value else None

    @property
    def rport(self) -> int | None:
        """The source port a server noted; None when absent, without a value or no port."""
        value = find_param(self.params, "rport")
        try:
            return number(value, MAX_PORT, "rport") if value else None
        except RemoteProtocolError:
            return None

    @property
    def wants_rport(self) -> bool:
        """Whether the sender asks for the answer at its source port: `rport` without a value (RFC 3581 §3)."""
        return find_param(self.params, "rport") == ""

    def param(self, name: str) -> str | None:
        """The unquoted value of a parameter, "" when it has none, None when it is absent."""
        return find_param(self.params, name.lower())

    def with_param(self, name: str, value: str | None = None) -> Self:
        """This Via with the parameter set."""
        return replace(self, params=replace_param(self.params, name, value))

    def with_source(self, host: str, port: int) -> Self:
        """This Via as a server keeps it: `received` where the sender's host is not `host`, and `rport` if asked for.

        RFC 3261 §18.2.1; with rport asked for, `received` is written in any case (RFC 3581 §4).
        """
        via = self
        wants_rport = self.wants_rport
        if wants_rport or self.host.lower() != host.lower():
            via = via.with_param("received", host)
        return via.with_param("rport", str(port)) if wants_rport else via
