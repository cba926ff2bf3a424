"""Passes to the live board: the pages, which know who is signed in, vouch for them to the dispatcher, which does not.

A pass names an organization and an account, and is good until a moment; whether that account may still see the
organization is asked of its alert plan each time. Nothing in it is secret, so it is signed and not sealed.

On the board a pass becomes a stay of the same form but of another signature: who came by a stay must not be able to
enter with it, again and again for ever, nor be let stay by a pass alone.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BinasciiError
from dataclasses import dataclass
from typing import Final, Literal

PASS_SECONDS: Final = 60.0
"""From the pages to the board: the time of a redirection."""
STAY_SECONDS: Final = 12 * 3600.0
"""On the board: a working day, as in the pages."""
LONGEST: Final = 1000

Kind = Literal["pass", "stay"]


@dataclass(frozen=True)
class Holder:
    """Who a pass is for: the organization's slug and the account's id in its alert plan."""

    organization: str
    account: str


def make(key: str, holder: Holder, now: float, seconds: float = PASS_SECONDS, kind: Kind = "pass") -> str:
    """A pass good for `seconds` from `now` (seconds since 1970)."""
    document = {"organization": holder.organization, "account": holder.account, "until": now + seconds}
    body = urlsafe_b64encode(json.dumps(document).encode()).decode()
    return f"{body}.{_signature(key, body, kind)}"


def read(key: str, text: str, now: float, kind: Kind = "pass") -> Holder | None:
    """Whose it is; None for one that is none of that kind by this key, or is over."""
    body, _, signature = text[:LONGEST].partition(".")
    if not hmac.compare_digest(_signature(key, body, kind).encode(), signature.encode("utf-8", "replace")):
        return None
    try:
        document = json.loads(urlsafe_b64decode(body))
    except (ValueError, BinasciiError):
        return None
    if not isinstance(document, dict) or not now < float(document.get("until", 0)):
        return None
    return Holder(str(document["organization"]), str(document["account"]))


def _signature(key: str, body: str, kind: Kind) -> str:
    signed = f"callpoint board {kind} 1\0".encode() + body.encode("utf-8", "replace")
    return urlsafe_b64encode(hmac.digest(key.encode(), signed, hashlib.sha256)).decode()
