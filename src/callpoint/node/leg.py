"""One side of a call: a dialog, and how to reach its far end."""

import asyncio
from collections.abc import Callable
from typing import Any, Literal

from callpoint.sip.dialog import Dialog
from callpoint.sip.errors import SipError
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request
from callpoint.sip.uri import Uri
from callpoint.transport.endpoint import SipEndpoint

Side = Literal["caller", "psap"]
# After a restart the last CSeq may have been used without being saved: a gap is allowed (RFC 3261 §12.2.2), a
# repetition is not.
RESTORED_CSEQ_GAP = 1000


class Leg:
    """The caller's or the target's side of one call."""

    def __init__(self, endpoint: SipEndpoint, side: Side, dialog: Dialog) -> None:
        self.endpoint = endpoint
        self.side = side
        self.dialog = dialog

    @property
    def key(self) -> tuple[str, str, str]:
        """Names the dialog among all (RFC 3261 §12): Call-ID, our tag, their tag."""
        return self.dialog.call_id, self.dialog.local_tag, self.dialog.remote_tag

    def request(self, method: str, cseq: int | None = None) -> Request:
        """A fresh request inside the dialog; an ACK takes the CSeq number of its INVITE (RFC 3261 §12.2.1.1)."""
        return self.dialog.request(method, cseq)

    def with_hop(self, act: Callable[[Hop], None]) -> None:
        """Calls `act` with the hop for the next request: at once, or after a name was looked up."""
        hop = self._known_hop()
        if hop is not None:
            act(hop)
            return
        task = asyncio.get_running_loop().create_task(self._look_up(act))
        _LOOKING_UP.add(task)
        task.add_done_callback(_LOOKING_UP.discard)

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
        """RFC 3261 §12.2.1.1: to the route set or remote target - but over the stream the dialog came by, while open.

        A caller behind a NAT, or one that listens on no port of its own, is reached no other way (RFC 5923 §5).
        """
        hop = self.dialog.hop
        if hop is not None and hop.transport != "udp" and self.endpoint.is_open(hop):
            return hop
        hops = self.endpoint.resolver.known_hops(self._next_uri())
        return hops[0] if hops else hop if hops is not None else None

    def _next_uri(self) -> Uri:
        try:
            return self.dialog.next_hop()
        except SipError:
            hop = self._dialog_hop()
            host = f"[{hop.host}]" if ":" in hop.host else hop.host
            return Uri.parse(f"sip:{host}:{hop.port};transport={hop.transport}")

    async def _look_up(self, act: Callable[[Hop], None]) -> None:
        hops = await self.endpoint.resolver.hops(self._next_uri())
        act(hops[0] if hops else self._dialog_hop())


_LOOKING_UP: set[asyncio.Task[None]] = set()  # the loop itself keeps only weak references to tasks
