"""What would move a 911 call to somebody else, and is refused.

The responders were given one person's location and callback number. Whoever is transferred or conferenced in is
somewhere else, and help would go to the wrong place; so REFER, Replaces, Join and a conference focus are answered 403.
"""

from callpoint.node.leg import Side
from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.message import Request

REFUSAL = "911 Calls Cannot Be Transferred Or Conferenced"


def forbidden(side: Side | None, request: Request) -> str | None:
    """The reason phrase of the 403, or None when `request` is none of these. `side` None: outside any dialog."""
    if request.method == "REFER" or request.has("Replaces") or request.has("Join"):
        return REFUSAL
    if side == "caller" and request.method in ("INVITE", "UPDATE") and is_focus(request):
        return REFUSAL
    return None


def is_focus(request: Request) -> bool:
    """RFC 4579 §4: a Contact with `isfocus` says that the other end has become a conference."""
    try:
        contact = request.contact
    except RemoteProtocolError:
        return False
    return contact is not None and any(name.lower() == "isfocus" for name, _ in contact.params)
