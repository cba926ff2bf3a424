"""Reason: why a request or response was sent, e.g. the Q.850 cause of a release (RFC 3326 §2)."""

from dataclasses import dataclass
from typing import Self

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.grammar import Params, drop_param, find_param, format_params, is_token, number, parse_params, quote

MAX_CAUSE = 99_999
"""Q.850 causes have three digits and SIP causes too; more than five is no cause."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Protocol ("SIP", "Q.850", ...), cause number, text for people, and other parameters as written."""

    protocol: str
    cause: int | None = None
    text: str | None = None
    params: Params = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one value (not a comma list); RemoteProtocolError 400 for no protocol or a cause that is no number."""
        protocol, _, rest = text.partition(";")
        protocol = protocol.strip()
        if not is_token(protocol):
            raise RemoteProtocolError(400, "Bad Reason")
        params = parse_params(rest)
        cause = find_param(params, "cause")
        return cls(
            protocol,
            None if cause is None else number(cause, MAX_CAUSE, "Reason"),
            find_param(params, "text"),
            drop_param(drop_param(params, "cause"), "text"),
        )

    def __str__(self) -> str:
        cause = "" if self.cause is None else f";cause={self.cause}"
        text = "" if self.text is None else f";text={quote(self.text)}"
        return f"{self.protocol}{cause}{text}{format_params(self.params)}"
