"""Retry-After: when a server or callee can be tried again (RFC 3261 §20.33)."""

import re
from dataclasses import dataclass
from typing import Self

from callpoint.sip.grammar import Params, find_param, format_params, number, parse_params
from callpoint.sip.session_expires import MAX_DELTA_SECONDS

_COMMENT = re.compile(r"\s*\((?:[^()\\]|\\.)*\)\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """Seconds to wait, and parameters as written (`duration` among them). A comment is not kept."""

    seconds: int
    params: Params = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the value; RemoteProtocolError 400 when it does not begin with a number of 32 bits."""
        value, _, params = _COMMENT.sub("", text, count=1).partition(";")
        return cls(number(value, MAX_DELTA_SECONDS, "Retry-After"), parse_params(params))

    def __str__(self) -> str:
        return f"{self.seconds}{format_params(self.params)}"

    @property
    def duration(self) -> int | None:
        """For how many seconds the callee can be reached then; None when not told or no number."""
        value = find_param(self.params, "duration")
        return int(value) if value and value.isascii() and value.isdigit() and len(value) <= 10 else None
