"""The two requests that belong to somebody else's transaction: ACK of a refusal, and CANCEL."""

from __future__ import annotations

from callpoint.sip.message import Request, Response


def ack_for_refusal(invite: Request, response: Response) -> Request:
    """The ACK for a 3xx to 6xx answer to `invite` (RFC 3261 §17.1.1.3): its Via and Route, the To of the answer."""
    ack = _companion("ACK", invite)
    ack.copy_fields(response if response.has("To") else invite, "To")
    return ack


def cancel_for(invite: Request, reason: str | None = None) -> Request:
    """The CANCEL of `invite` (RFC 3261 §9.1), with a Reason where one is given (RFC 3326 §2)."""
    cancel = _companion("CANCEL", invite)
    cancel.copy_fields(invite, "To")
    if reason is not None:
        cancel.add("Reason", reason)
    return cancel


def _companion(method: str, invite: Request) -> Request:
    request = Request(method, invite.uri)
    request.add("Via", str(invite.via))
    request.copy_fields(invite, "Max-Forwards", "Route", "From", "Call-ID")
    request.add("CSeq", f"{invite.cseq.number} {method}")
    return request
