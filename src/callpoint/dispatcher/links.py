"""Links by which a recipient acknowledges an alert without signing in: whoever has the notice may say so.

A link names the alert and the recipient, and is signed; nothing in it is secret. It is short, for it stands in text
messages. It needs no end of its own: it opens one alert, which is kept for a day at the most.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BinasciiError
from dataclasses import dataclass
from typing import Final

PATH: Final = "/acknowledge/"
LONGEST: Final = 1000
SIGNATURE_BYTES: Final = 12  # 96 bits, guessed at a few thousand times a second at most


@dataclass(frozen=True)
class Link:
    """Whose acknowledgement of what."""

    alert: str
    recipient_id: str


def make(key: str, link: Link) -> str:
    """The token, in letters an address may hold."""
    body = urlsafe_b64encode(f"{link.alert}\n{link.recipient_id}".encode()).decode().rstrip("=")
    return f"{body}.{_signature(key, body)}"


def read(key: str, token: str) -> Link | None:
    """What it says; None for one that is not of this key."""
    body, _, signature = token[:LONGEST].partition(".")
    if not hmac.compare_digest(_signature(key, body).encode(), signature.encode("utf-8", "replace")):
        return None
    try:
        alert, newline, recipient = urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode().partition("\n")
    except (ValueError, BinasciiError):
        return None
    return Link(alert, recipient) if newline else None


def _signature(key: str, body: str) -> str:
    signed = b"callpoint acknowledge 1\0" + body.encode("utf-8", "replace")
    return urlsafe_b64encode(hmac.digest(key.encode(), signed, hashlib.sha256)[:SIGNATURE_BYTES]).decode()
