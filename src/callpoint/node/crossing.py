"""One request inside a call on its way from one side to the other, and its answer on the way back."""

from typing import Protocol

from callpoint.node.exchange import Exchange
from callpoint.node.headers import relayed_request, relayed_response
from callpoint.node.leg import Leg, Side
from callpoint.node.outgoing import INVITE_CSEQ
from callpoint.sip.events import ClientTransaction, ServerTransaction
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request, Response
from callpoint.sip.rack import rewritten_rack

TARGET_REFRESH = frozenset({"INVITE", "UPDATE"})  # RFC 3261 §12.2, RFC 3311 §5.1: these may move a dialog's far end


DESCRIBING = TARGET_REFRESH | {"PRACK"}  # RFC 3261 §13.2.1, RFC 3262 §5, RFC 3311 §5.1: these may carry offers


class CrossedBridge(Protocol):
    """What a crossing needs of the two dialogs it passes between."""

    @property
    def private_headers(self) -> frozenset[str]:
        """Lower-case names of what is none of the other side's business."""

    @property
    def exchanges(self) -> "set[Crossing]":
        """The crossings whose offer or answer is still to come: while there is one, nobody else may offer."""

    def exchange(self) -> Exchange:
        """The place where the descriptions of a new crossing are remembered, and rewritten if need be."""

    def exchange_over(self, crossing: "Crossing") -> None:
        """`crossing` is out of `exchanges`."""

    @property
    def crossing_invites(self) -> "dict[str, Crossing]":
        """The re-INVITEs under way, by the side they go to."""

    def watch_session(self, message: Request | Response, by: Side) -> None:
        """`message`, the answer to a request of `by`, may have agreed on another session timer."""

    def save(self) -> None:
        """An end of a dialog may have moved."""


class Crossing:
    """`request` came on `origin` in `tx` and goes out on `other`."""

    def __init__(self, bridge: CrossedBridge, origin: Leg, other: Leg, tx: ServerTransaction, request: Request) -> None:
        self._bridge = bridge
        self._endpoint = other.endpoint
        self._origin = origin
        self._other = other
        self._tx = tx
        self._request = request
        self._out: ClientTransaction | None = None
        self._answered = False
        self._cancelled = False
        self._number = 0
        self._exchange = bridge.exchange() if request.method in DESCRIBING else None

    def start(self) -> None:
        request = self._request
        if request.method in TARGET_REFRESH:
            self._origin.dialog.refresh_target(request)
        if request.method == "INVITE":
            self._tx.owner = self
            self._bridge.crossing_invites[self._other.side] = self
        if request.method == "INVITE" or (self._exchange is not None and request.body):
            self._bridge.exchanges.add(self)
        try:
            ours = self._composed()
        except Exception:
            self._finish()  # whoever told of the fault answers the request, too; nobody may wait for us
            self._exchanged()
            raise
        self._other.with_hop(lambda hop: self._send(ours, hop))

    @property
    def number(self) -> int:
        """The CSeq number it went out with."""
        return self._number

    # --- the other side's answer (`services.RequestOwner`)

    def on_response(self, tx: ClientTransaction, response: Response) -> None:
        if self._answered:
            if response.status < 300:
                self._acknowledge(None)  # the call ended meanwhile; whoever answered need not repeat it
            return
        if response.status == 100 or (response.status < 200 and self._request.method != "INVITE"):
            return  # RFC 4320: only an INVITE is answered in steps
        ours = relayed_response(response, self._request.response(response.status, response.reason))
        if self._exchange is not None and response.status < 300:
            self._exchange.cross(self._other.side, response, ours)
        if response.status >= 200:
            self._finish()
            self._refresh(response, ours)
        self._endpoint.respond(self._tx, ours)
        if response.status >= 300:
            self._tx.owner = None  # no ACK of it will be told
        if response.status >= 300 or (response.status >= 200 and self._request.method != "INVITE"):
            self._exchanged()

    def on_timed_out(self, tx: ClientTransaction) -> None:
        # Not 408: whoever gets that inside a dialog ends the call (RFC 3261 §12.2.1.2). The call shall go on.
        self._fail(500, "No Answer From The Other Side")

    def on_transport_failed(self, tx: ClientTransaction) -> None:
        self._fail(500, "The Other Side Cannot Be Reached")

    def on_fault(self, why: str) -> None:
        self._fail(500, "Internal Error")

    def abandon(self) -> None:
        """The call ends before this was answered (RFC 3261 §15.1.2)."""
        if self._out is not None and self._request.method == "INVITE":
            self._endpoint.cancel(self._out)
        self._fail(487, "Request Terminated")

    # --- the origin's next words about its INVITE (`services.InviteOwner`)

    def on_cancel(self, tx: ServerTransaction) -> None:
        self._cancelled = True
        if not self._answered and self._out is not None:
            self._endpoint.cancel(self._out)  # its 487 crosses back like any answer

    def on_ack(self, tx: ServerTransaction, ack: Request) -> None:
        self._acknowledge(ack)
        if self._exchange is not None and ack.body:
            self._exchange.hold()  # the answer came with the ACK
            self._bridge.save()
        self._exchanged()

    def on_ack_missing(self, tx: ServerTransaction) -> None:
        """The re-INVITE's answer was never acknowledged; the call itself stands, so the answering side gets its ACK."""
        self._acknowledge(None)
        self._exchanged()

    # --- ours

    def _composed(self) -> Request:
        request = self._request
        ours = relayed_request(request, self._other.request(request.method), self._bridge.private_headers)
        self._number = self._other.dialog.local_cseq
        if request.method == "PRACK":
            self._rewrite_rack(ours)
        if request.method in TARGET_REFRESH:
            ours.set("Contact", self._other.contact())
        if self._exchange is not None:
            self._exchange.cross(self._origin.side, request, ours)
            if self._exchange.mixed and request.method == "INVITE":
                without_reliable_progress(ours)
        return ours

    def _acknowledge(self, ack: Request | None) -> None:
        out = self._out
        if out is None or out.method != "INVITE" or not 200 <= out.status < 300:
            return
        ours = self._other.request("ACK", cseq=self._number)
        if ack is not None:
            relayed_request(ack, ours, self._bridge.private_headers)
            if self._exchange is not None:
                self._exchange.cross(self._origin.side, ack, ours)
        self._other.with_hop(lambda hop: self._endpoint.acknowledge(out, ours, hop))
        out.owner = None  # a repeated 2xx is answered by the layer

    def _send(self, ours: Request, hop: Hop) -> None:
        if self._cancelled or self._answered:  # while the name of the other side was looked up
            self._fail(487, "Request Terminated")
            return
        self._out = self._endpoint.request(ours, hop)
        self._out.owner = self

    def _refresh(self, response: Response, ours: Response) -> None:
        """A 2xx to INVITE or UPDATE may move both ends; the new state is kept for a restart."""
        if response.status >= 300:
            return
        if self._request.method in TARGET_REFRESH:
            self._other.dialog.refresh_target(response)
            ours.set("Contact", self._origin.contact())
            self._bridge.watch_session(response, self._origin.side)
        if self._exchange is not None:
            self._exchange.hold()
            self._bridge.save()

    def _rewrite_rack(self, ours: Request) -> None:
        """RFC 3262 §7.2: RAck names the INVITE by CSeq, and that differs on each leg. RSeq crosses unchanged."""
        pending = self._bridge.crossing_invites.get(self._other.side)
        number = pending.number if pending is not None else INVITE_CSEQ
        value = self._request.get("RAck")
        if value is not None:
            ours.set("RAck", rewritten_rack(value, number))

    def _fail(self, status: int, reason: str) -> None:
        if not self._tx.answered:
            self._finish()
            self._endpoint.respond(self._tx, self._request.response(status, reason))
            self._tx.owner = None
            self._exchanged()

    def _exchanged(self) -> None:
        """Nothing of an offer or an answer is to come any more."""
        if self in self._bridge.exchanges:
            self._bridge.exchanges.discard(self)
            self._bridge.exchange_over(self)

    def _finish(self) -> None:
        self._answered = True
        if self._bridge.crossing_invites.get(self._other.side) is self:
            del self._bridge.crossing_invites[self._other.side]


def without_reliable_progress(request: Request) -> None:
    """Takes 100rel out of a re-INVITE (RFC 3262 §4): its offer and answer shall be in INVITE, 2xx and ACK alone."""
    for name in ("Supported", "Require"):
        kept = [option for option in request.values(name) if option.lower() != "100rel"]
        request.remove(name)
        if kept:
            request.set(name, ", ".join(kept))
