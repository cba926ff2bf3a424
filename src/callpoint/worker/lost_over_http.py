"""LoST over HTTP (RFC 5222 §14), as the worker asks outside ECRFs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from callpoint.i3.lost import CONTENT_TYPE, MAX_RESPONSE_BYTES
from callpoint.transport.http_exchange import HttpError, exchange
from callpoint.worker.outside_ecrf import Reply, UnreachableError

TOTAL_SECONDS: Final = 5.0
_OK: Final = 200


@dataclass(frozen=True)
class _Post:
    url: str
    body: bytes
    method: str = "POST"
    headers: Mapping[str, str] = field(
        default_factory=lambda: {"content-type": f"{CONTENT_TYPE};charset=utf-8", "accept": CONTENT_TYPE}
    )


def ask(url: str, body: bytes) -> Reply:
    """Posts a LoST request and gives what came back. Raises `UnreachableError` for anything but a 200 in time."""
    try:
        response = exchange(_Post(url, body), total_seconds=TOTAL_SECONDS, max_bytes=MAX_RESPONSE_BYTES)
    except HttpError as error:
        raise UnreachableError(str(error)) from error
    if response.status != _OK:
        raise UnreachableError(f"it answered with HTTP status {response.status}")
    return Reply(response.body, response.headers.get("content-type", CONTENT_TYPE))
