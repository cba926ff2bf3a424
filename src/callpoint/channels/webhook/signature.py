"""How a webhook proves who sent it: HMAC-SHA256 over the time and the body, with a key both sides know.

`Callpoint-Signature: t=1767225600,v1=5257a8…`: `t` is when it was signed (seconds since 1970), `v1` the hexadecimal
HMAC-SHA256 (RFC 2104) over `t`, a full stop and the body's bytes. The time keeps a copied
request from being good later.
"""

import hashlib
import hmac
from typing import Final

HEADER: Final = "Callpoint-Signature"
TOLERANCE_SECONDS: Final = 300


def sign(secret: str, body: bytes, at: int) -> str:
    """The header's value; `at` in seconds since 1970."""
    return f"t={at},v1={_digest(secret, body, at)}"


def is_signed(secret: str, body: bytes, header: str, now: float, tolerance: float = TOLERANCE_SECONDS) -> bool:
    """Whether `header` was made with `secret` over `body`, not longer ago (or ahead) than `tolerance` seconds."""
    parts = dict(part.strip().partition("=")[::2] for part in header.split(","))
    at, given = parts.get("t", ""), parts.get("v1", "")
    if not (at.isascii() and at.isdecimal() and len(at) <= 12 and given.isascii()):
        return False
    return hmac.compare_digest(_digest(secret, body, int(at)), given) and abs(now - int(at)) <= tolerance


def _digest(secret: str, body: bytes, at: int) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
