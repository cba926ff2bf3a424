"""An address with a name and parameters: From, To, Contact, Route, P-Asserted-Identity, Call-Info (RFC 3261 §20.10)."""

import re
from dataclasses import dataclass, replace
from typing import Self

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.grammar import (
    Params,
    drop_param,
    find_param,
    format_params,
    parse_params,
    quote,
    replace_param,
    unquote,
)
from callpoint.sip.uri import Uri

_QUOTED_NAME = re.compile(r'\s*("(?:[^"\\]|\\.)*+")\s*<', re.DOTALL)


@dataclass(frozen=True, slots=True)
class NameAddr:
    """`display` is without quotes and escapes, None when there is none; `uri` is the text between the brackets.

    Contact's `*` is a NameAddr with the URI `*`.
    """

    display: str | None
    uri: str
    params: Params = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `"Name" <uri>;params` or `uri;params`; without brackets all parameters are the header's.

        RemoteProtocolError 400 when no URI can be told.
        """
        text = text.strip()
        if (opening := text.find("<")) < 0:
            uri, _, params = text.partition(";")
            uri = uri.rstrip()
            if not uri or (":" not in uri and uri != "*"):
                raise RemoteProtocolError(400, "No URI in address")
            return cls(None, uri, parse_params(params))
        name = ""
        if opening:
            if text[0] == '"' and (match := _QUOTED_NAME.match(text)):
                opening, name = match.end() - 1, match.group(1)
            else:
                name = text[:opening].rstrip()
        closing = text.find(">", opening)
        uri = text[opening + 1 : closing].strip()
        if closing < 0 or not uri:
            raise RemoteProtocolError(400, "No URI in address")
        return cls(unquote(name) if name else None, uri, parse_params(text[closing + 1 :]))

    def __str__(self) -> str:
        params = format_params(self.params)
        if self.uri == "*":
            return f"*{params}"
        return f"<{self.uri}>{params}" if self.display is None else f"{quote(self.display)} <{self.uri}>{params}"

    @property
    def parsed_uri(self) -> Uri:
        """The URI taken apart; RemoteProtocolError 400 when it cannot be."""
        return Uri.parse(self.uri)

    @property
    def tag(self) -> str | None:
        """The tag, None when absent or empty."""
        return find_param(self.params, "tag") or None

    def with_tag(self, tag: str) -> Self:
        """This address with the tag set."""
        return self.with_param("tag", tag)

    def param(self, name: str) -> str | None:
        """The unquoted value of a header parameter, "" when it has none, None when it is absent."""
        return find_param(self.params, name.lower())

    def with_param(self, name: str, value: str | None = None) -> Self:
        """This address with the parameter set; `value` is written as it is (quote it where needed)."""
        return replace(self, params=replace_param(self.params, name, value))

    def without_param(self, name: str) -> Self:
        """This address without the parameter."""
        return replace(self, params=drop_param(self.params, name))
