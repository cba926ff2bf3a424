"""One side of a call: a dialog, and how to reach its far end."""

import ipaddress
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal

from callpoint.sip.dialog import Dialog
from callpoint.sip.errors import SipError
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request
from callpoint.sip.uri import Uri
from callpoint.transport.endpoint import SipEndpoint

Side = Literal["caller", "psap"]
SIDES: tuple[Side, Side] = ("caller", "psap")
# After a restart the last CSeq may have been used without being saved: a gap is allowed (RFC 3261 §12.2.2), a
# repetition is not.
RESTORED_CSEQ_GAP = 1000


class Leg:
    """The caller's or the target's side of one call."""

    def __init__(self, endpoint: SipEndpoint, side: Side, dialog: Dialog) -> None:
        self.endpoint = endpoint
        self.side = side
        self.dialog = dialog
        self._found: tuple[Uri, Hop] | None = None  # the last name that was looked up, and what came of it
        self._waiting: list[Callable[[Hop], None]] = []

    @property
    def key(self) -> tuple[str, str, str]:
        """Names the dialog among all (RFC 3261 §12): Call-ID, our tag, their tag."""
        return self.dialog.call_id, self.dialog.local_tag, self.dialog.remote_tag

    def request(self, method: str, cseq: int | None = None) -> Request:
        """A fresh request inside the dialog; an ACK takes the CSeq number of its INVITE (RFC 3261 §12.2.1.1).

        To a peer whose Contact or route cannot stand in a request it goes by where the peer was heard from.
        """
        try:
            return self.dialog.request(method, cseq)
        except SipError:
            self.dialog.route_set = ()
            self.dialog.remote_target = str(self._uri_of_hop())
            return self.dialog.request(method, cseq)

    def with_hop(self, act: Callable[[Hop], None]) -> None:
        """Calls `act` with the hop for the next request: at once, or after a name was looked up.

        Whoever comes while a look-up runs waits behind it, so that an ACK is never overtaken by a BYE.
        """
        hop = self._known_hop() if not self._waiting else None
        if hop is not None:
            act(hop)
            return
        self._waiting.append(act)
        if len(self._waiting) == 1:
            self.endpoint.spawn(self._look_up())

    def contact(self) -> str:
        """Our Contact on this leg, for the hop it was set up over."""
        return self.endpoint.contact("callpoint", self._dialog_hop())

    def to_json(self) -> dict[str, Any]:
        return {"side": self.side, "dialog": self.dialog.to_json()}

    @classmethod
    def from_json(cls, endpoint: SipEndpoint, data: dict[str, Any]) -> "Leg":
        """A leg from the journal; raises KeyError, TypeError or SipError when the state is not one."""
        dialog = Dialog.from_json(data["dialog"])
        dialog.local_cseq += RESTORED_CSEQ_GAP
        return cls(endpoint, data["side"], dialog)

    def _dialog_hop(self) -> Hop:
        return self.dialog.hop or Hop("udp", "127.0.0.1", 5060)

    def _known_hop(self) -> Hop | None:
        """RFC 3261 §12.2.1.1: to the route set or remote target - unless the peer is better reached where it was heard.

        That is over the stream the dialog came by, while open (a caller that listens on no port of its own is reached
        no other way, RFC 5923 §5), or at the address its datagrams come from when its Contact is a private one.
        None when a name must be looked up first.
        """
        hop = self.dialog.hop
        if hop is not None and hop.connection is not None and self.endpoint.is_open(hop):
            return hop
        uri = self._next_uri()
        if self._found is not None and self._found[0] == uri:
            return self._found[1]
        hops = self.endpoint.resolver.known_hops(uri) if uri.host else []
        if hops is None:
            return None
        return _better(hops[0], hop, self.endpoint) if hops else self._dialog_hop()

    def _next_uri(self) -> Uri:
        try:
            return self.dialog.next_hop()
        except SipError:
            return self._uri_of_hop()

    def _uri_of_hop(self) -> Uri:
        hop = self._dialog_hop()
        host = f"[{hop.host}]" if ":" in hop.host else hop.host
        return Uri.parse(f"sip:{host}:{hop.port};transport={hop.transport}")

    async def _look_up(self) -> None:
        uri = self._next_uri()
        hops = await self.endpoint.resolver.hops(uri)
        found = _better(hops[0], self.dialog.hop, self.endpoint) if hops else self._dialog_hop()
        self._found = (uri, found)
        waiting, self._waiting = self._waiting, []
        for act in waiting:
            act(found)


def _better(signalled: Hop, heard: Hop | None, endpoint: SipEndpoint) -> Hop:
    """Where the peer says it is, or where it was heard from."""
    if heard is None:
        return signalled
    if heard.transport != "udp":
        # The same host over the stream we opened to it: a Contact that forgets ;transport= would lead to UDP.
        return heard if heard.host == signalled.host and endpoint.is_open(heard) else signalled
    behind_nat = signalled.host != heard.host and _is_private(signalled.host) and not _is_private(heard.host)
    return heard if behind_nat else signalled


@lru_cache(maxsize=4096)
def _is_private(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False
