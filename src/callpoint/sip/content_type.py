"""Content-Type: a media type with parameters (RFC 3261 §20.15)."""

from dataclasses import dataclass
from typing import Self

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.grammar import Params, find_param, format_params, is_token, parse_params


@dataclass(frozen=True, slots=True)
class ContentType:
    """A media type; `type` and `subtype` as written, compared through `essence`."""

    type: str
    subtype: str
    params: Params = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `type/subtype;params`; RemoteProtocolError 400 for anything else."""
        essence, _, params = text.partition(";")
        kind, _, subtype = essence.partition("/")
        kind, subtype = kind.strip(), subtype.strip()
        if not is_token(kind) or not is_token(subtype):
            raise RemoteProtocolError(400, "Bad Content-Type")
        return cls(kind, subtype, parse_params(params))

    def __str__(self) -> str:
        return f"{self.type}/{self.subtype}{format_params(self.params)}"

    @property
    def essence(self) -> str:
        """`type/subtype` in lower case, for comparing."""
        return f"{self.type}/{self.subtype}".lower()

    def param(self, name: str) -> str | None:
        """The unquoted value of a parameter, "" when it has none, None when it is absent."""
        return find_param(self.params, name.lower())
