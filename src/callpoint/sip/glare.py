"""Two offers at once inside a dialog: who is refused how, and when to try again (RFC 3261 §14)."""

from __future__ import annotations

from callpoint.sip.errors import RemoteProtocolError

RETRY_AFTER_MAX = 10
"""Seconds; upper end of the Retry-After of RFC 3261 §14.2."""


def check_glare(*, ours_pending: bool, theirs_pending: bool) -> None:
    """Whether a re-INVITE, or an UPDATE with an offer, of the peer may be taken now.

    RemoteProtocolError 491 while a request of ours with an offer is unanswered, 500 (with Retry-After, see
    `retry_after`) while one of theirs is (RFC 3261 §14.2, RFC 3311 §5.2).
    """
    if theirs_pending:
        raise RemoteProtocolError(500, "Another Request Is Pending")
    if ours_pending:
        raise RemoteProtocolError(491, "Request Pending")


def retry_after(chance: float) -> int:
    """Seconds for the Retry-After of that 500: 0 to 10. `chance` is random, 0 <= chance < 1."""
    return int(chance * (RETRY_AFTER_MAX + 1))
