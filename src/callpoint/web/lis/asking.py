"""Putting a LoST question to another server over HTTP (RFC 5222 §14)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from callpoint.i3.lost import CONTENT_TYPE
from callpoint.transport.http_exchange import HttpError, exchange
from callpoint.web.lis.upstream import UnreachableError

_HEADERS: Final = {"Content-Type": f"{CONTENT_TYPE}; charset=utf-8", "Accept": CONTENT_TYPE}
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class _Post:
    url: str
    body: bytes
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=lambda: _HEADERS)


def ask(url: str, body: bytes, seconds: float) -> tuple[bytes, str]:
    """The answer's body and Content-Type; UnreachableError when there is none in time, or its status is not 200."""
    try:
        answer = exchange(_Post(url, body), total_seconds=seconds)
    except HttpError as error:
        raise UnreachableError(str(error)) from error
    if answer.status != _OK:
        raise UnreachableError(f"status {answer.status}")
    return answer.body, answer.headers.get("content-type", CONTENT_TYPE)
