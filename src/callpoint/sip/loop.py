"""Calls that run in circles, told by our own mark in a Via (RFC 3261 §16.3, RFC 5393 §4.2).

A B2BUA starts a new list of Vias on each leg, so a call that comes back to us carries the branch of our own leg below
those of the elements in between. `LoopGuard.token` makes every branch of ours recognisable without remembering any: its
last characters are a keyed hash of the rest. Nodes behind one address share the key. A B2BUA in between takes the
Vias away; then the Call-ID of one of our legs, or in the end Max-Forwards, tells.

RFC 5393 lets a call pass again when its Request-URI has changed (a spiral). We do not: a 911 call we sent out
and got back has another attempt running already, and 482 makes that attempt fail over to the next target.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from hashlib import blake2s

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.message import Request
from callpoint.sip.via import MAGIC_COOKIE, Via

MARK_BYTES = 6
"""48 bits: a foreign branch is taken for ours once in 280 million million."""


class LoopGuard:
    """Marks branches and finds the marks again. `key` is secret (at most 32 bytes), `random` gives unguessable text."""

    def __init__(self, key: bytes, random: Callable[[], str]) -> None:
        self._key = key
        self._random = random

    def token(self) -> str:
        """Text for a branch or tag; made to be the `token` of a TransactionLayer."""
        text = self._random()
        return text + self._mark(text)

    def is_ours(self, branch: str | None) -> bool:
        """Whether a node with this key made the branch."""
        if branch is None or not branch.startswith(MAGIC_COOKIE):
            return False
        text, mark = branch[len(MAGIC_COOKIE) : -2 * MARK_BYTES], branch[-2 * MARK_BYTES :]
        return mark == self._mark(text)

    def check(self, request: Request, own_call_ids: Container[str] = ()) -> None:
        """RemoteProtocolError 482 when a request outside of a dialog has come from ourselves.

        `own_call_ids` are those of legs that we made ourselves.
        """
        if request.get("Call-ID") in own_call_ids or any(self.is_ours(branch) for branch in _branches(request)):
            raise RemoteProtocolError(482, "Loop Detected")

    def _mark(self, text: str) -> str:
        return blake2s(text.encode("utf-8", "surrogateescape"), key=self._key, digest_size=MARK_BYTES).hexdigest()


def _branches(request: Request) -> list[str | None]:
    branches = []
    for value in request.values("Via"):
        try:
            branches.append(Via.parse(value).branch)
        except RemoteProtocolError:
            continue  # not one of ours
    return branches
