"""Session-Expires: how long a session lives without a refresh, and who refreshes it (RFC 4028 §4)."""

from dataclasses import dataclass
from typing import Literal, Self, cast

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.grammar import find_param, number, parse_params

MAX_DELTA_SECONDS = 2**32 - 1
"""RFC 3261 §25.1 gives delta-seconds no end; its values are kept in 32 bits (RFC 3261 §20.19 on Expires)."""

Refresher = Literal["uac", "uas"]


@dataclass(frozen=True, slots=True)
class SessionExpires:
    """Interval in seconds and the refresher, None where it is left to the other side."""

    seconds: int
    refresher: Refresher | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the value, other parameters dropped; RemoteProtocolError 400 for no number or an unknown refresher."""
        seconds, _, rest = text.partition(";")
        refresher = (find_param(parse_params(rest), "refresher") or "").lower()
        if refresher not in ("", "uac", "uas"):
            raise RemoteProtocolError(400, "Bad Session-Expires")
        delta = number(seconds, MAX_DELTA_SECONDS, "Session-Expires")
        return cls(delta, cast(Refresher, refresher) if refresher else None)

    def __str__(self) -> str:
        return str(self.seconds) if self.refresher is None else f"{self.seconds};refresher={self.refresher}"
