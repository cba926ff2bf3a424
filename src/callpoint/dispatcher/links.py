"""Links by which a recipient acknowledges an alert without signing in: whoever has the notice may say so.

A link names the alert, its organization and the recipient, and is signed; nothing in it is secret.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BinasciiError
from dataclasses import asdict, dataclass
from typing import Final

PATH: Final = "/acknowledge/"
GOOD_FOR_SECONDS: Final = 7 * 24 * 3600.0
LONGEST: Final = 2000


@dataclass(frozen=True)
class Link:
    """Whose acknowledgement of what; `until` is seconds since 1970."""

    organization: str
    alert: str
    recipient_id: str
    name: str
    language: str
    until: int


def make(key: str, link: Link) -> str:
    """The token, in letters an address may hold."""
    body = urlsafe_b64encode(json.dumps(list(asdict(link).values())).encode()).decode().rstrip("=")
    return f"{body}.{_signature(key, body)}"


def read(key: str, token: str, now: float) -> Link | None:
    """What it says; None for one that is not of this key, or is over."""
    body, _, signature = token[:LONGEST].partition(".")
    if not hmac.compare_digest(_signature(key, body).encode(), signature.encode("utf-8", "replace")):
        return None
    try:
        link = Link(*json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4))))
    except (ValueError, TypeError, BinasciiError):
        return None
    return link if now < link.until else None


def _signature(key: str, body: str) -> str:
    digest = hmac.digest(key.encode(), b"callpoint acknowledge 1\0" + body.encode("utf-8", "replace"), hashlib.sha256)
    return urlsafe_b64encode(digest[:18]).decode()
