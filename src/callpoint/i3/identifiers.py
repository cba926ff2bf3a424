"""Identifiers of an emergency call and of the incident it belongs to (NENA i3, STA-010.3).

`urn:emergency:uid:callid:TEXT:HOST`, where TEXT is 10 to 32 letters and figures, unguessable and used once, and HOST
names the element that gave it. The first i3 element on the way gives them; those behind keep what is there.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal, Self

from callpoint.i3.errors import DocumentError

CALL_PURPOSE: Final = "emergency-CallId"
INCIDENT_PURPOSE: Final = "emergency-IncidentId"

Kind = Literal["callid", "incidentid"]
_TOKEN: Final = re.compile(r"[A-Za-z0-9]{10,32}", re.ASCII)
_HOST: Final = re.compile(
    r"(?=.{1,253}\Z)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*",
    re.ASCII,
)
_PREFIX: Final = "urn:emergency:uid:"
# Older systems drop "emergency" or write the token longer; a reader keeps their text as it is.
_READ: Final = re.compile(
    r"urn:(?:emergency|nena):uid:(callid|incidentid):([A-Za-z0-9._~-]{1,128}):([A-Za-z0-9.-]{1,253})", re.I | re.A
)


@dataclass(frozen=True, slots=True)
class EmergencyIdentifier:
    kind: Kind
    token: str
    host: str

    def __str__(self) -> str:
        return f"{_PREFIX}{self.kind}:{self.token}:{self.host}"

    @classmethod
    def parse(cls, uri: str) -> Self:
        """The identifier in a URI, with or without its angle brackets; DocumentError when it is none."""
        match = _READ.fullmatch(uri.strip().removeprefix("<").removesuffix(">").strip())
        if match is None:
            raise DocumentError(f"{uri[:80]!r} is not an emergency identifier")
        kind: Kind = "callid" if match[1].lower() == "callid" else "incidentid"
        return cls(kind, match[2], match[3])


def emergency_call_id(token: str, host: str) -> str:
    """The URN of a call; DocumentError unless `token` is 10 to 32 letters and figures and `host` a host name."""
    return str(_strict("callid", token, host))


def emergency_incident_id(token: str, host: str) -> str:
    """The URN of an incident, by the same rules as `emergency_call_id`."""
    return str(_strict("incidentid", token, host))


def parse_emergency_call_id(uri: str) -> EmergencyIdentifier:
    return _of_kind("callid", uri)


def parse_emergency_incident_id(uri: str) -> EmergencyIdentifier:
    return _of_kind("incidentid", uri)


def _strict(kind: Kind, token: str, host: str) -> EmergencyIdentifier:
    if not _TOKEN.fullmatch(token):
        raise DocumentError(f"token {token!r} is not 10 to 32 letters and figures")
    if not _HOST.fullmatch(host):
        raise DocumentError(f"{host!r} is not a host name")
    return EmergencyIdentifier(kind, token, host)


def _of_kind(kind: Kind, uri: str) -> EmergencyIdentifier:
    identifier = EmergencyIdentifier.parse(uri)
    if identifier.kind != kind:
        raise DocumentError(f"{uri[:80]!r} is a {identifier.kind}, not a {kind}")
    return identifier
