"""Refusing a request without keeping anything (RFC 3261 §8.2.7): for strangers, so that a flood costs no memory."""

from __future__ import annotations

from hashlib import blake2s

from callpoint.sip.hop import Hop
from callpoint.sip.matching import server_key
from callpoint.sip.message import Request, Response
from callpoint.sip.return_path import note_source, return_hop

TAG_BYTES = 8


def refusal(request: Request, source: Hop, status: int, reason: str | None = None) -> tuple[Response, Hop] | None:
    """The answer to a `request` from `source`, the same for each repetition of it, and where it goes.

    None for an ACK, which has no answer. The ACK of such a refusal comes back as `AckReceived` without a transaction,
    to be ignored.
    """
    if request.method == "ACK":
        return None
    key = "\n".join((*server_key(request), request.get("Call-ID") or ""))
    tag = blake2s(key.encode("utf-8", "surrogateescape"), digest_size=TAG_BYTES).hexdigest()
    hop = return_hop(note_source(request, source), source)
    return request.response(status, reason, tag), hop
