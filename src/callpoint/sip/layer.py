"""The transaction layer: messages and `now` in; messages, events and the next wake-up out (RFC 3261 §17).

Theory of operation. The layer finds the transaction a message belongs to (matching.py) and lets it `step`; what the
transactions want sent gathers until `take_outgoing`, what they have to tell is returned by `receive`, `wake` and
`failed`. Call `wake` at `next_wake`. A message without a transaction opens one (a request), or is told as it is (a
stray response, the ACK of a 2xx nobody here sent).

The layer answers by itself: 100 to an INVITE, every CANCEL, and 482 to a request that reached us twice by different
ways (RFC 3261 §8.2.2.2). It numbers nothing and copies what it sends: a request given to `request` stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable

from callpoint.sip.errors import LocalProtocolError, RemoteProtocolError
from callpoint.sip.hop import Hop
from callpoint.sip.machine import Event, Input, Machinery, Outgoing, Transaction
from callpoint.sip.matching import (
    CallKey,
    ClientKey,
    MergeKey,
    ServerKey,
    call_key,
    client_key,
    invite_key,
    merge_key,
    server_key,
    to_tag,
    untagged,
)
from callpoint.sip.message import Request, Response
from callpoint.sip.return_path import note_source, return_hop
from callpoint.sip.timers import Timers
from callpoint.sip.transaction_client import ClientTransaction, InviteClient, NonInviteClient, StrayResponse
from callpoint.sip.transaction_server import (
    AckReceived,
    InviteServer,
    NonInviteServer,
    RequestReceived,
    ServerTransaction,
)
from callpoint.sip.via import MAGIC_COOKIE

Address = tuple[str, str, int]


class TransactionLayer:
    """All transactions of one SIP element.

    `sent_by(hop)` gives the host[:port] for a Via towards that hop; `token()` unguessable text of token characters for
    branches and tags; with `trying_at_once` an INVITE gets its 100 on arrival instead of after 200 ms.
    """

    def __init__(
        self,
        *,
        sent_by: Callable[[Hop], str],
        token: Callable[[], str],
        timers: Timers | None = None,
        trying_at_once: bool = False,
    ) -> None:
        self._sent_by = sent_by
        self._token = token
        self._machinery = Machinery(
            timers or Timers(), token, trying_at_once=trying_at_once, began=self._began, ended=self._ended
        )
        self._clients: dict[ClientKey, ClientTransaction] = {}
        self._by_address: dict[Address, dict[ClientTransaction, None]] = {}
        self._servers: dict[ServerKey, ServerTransaction] = {}
        self._merges: dict[MergeKey, ServerTransaction] = {}
        self._accepted: dict[CallKey, InviteServer] = {}

    def __len__(self) -> int:
        """How many transactions live."""
        return len(self._clients) + len(self._servers)

    @property
    def timers_running(self) -> int:
        """How many timers run; 0 once the layer is idle."""
        return len(self._machinery.timers)

    def receive(self, message: Request | Response, source: Hop, now: float) -> list[Event]:
        """Take a message that came from `source`. A request gets `received` and `rport` written into its Via."""
        self._pack_answered()
        if isinstance(message, Response):
            self._receive_response(message, now)
        elif message.method == "ACK":
            self._receive_ack(message, source, now)
        else:
            self._receive_request(message, source, now)
        return self._take_events()

    def request(self, request: Request, to: Hop, now: float) -> ClientTransaction:
        """Send a copy of `request` with our Via on top.

        LocalProtocolError for ACK (`acknowledge`) and CANCEL (`cancel`), which are no requests of their own, and
        without a CSeq of that method, by which the answers are known.
        """
        if request.method in ("ACK", "CANCEL"):
            raise LocalProtocolError(f"{request.method} is sent by acknowledge() or cancel()")
        if not _has_cseq(request):
            raise LocalProtocolError(f"a request needs a CSeq with its method {request.method}")
        mine, branch = self._with_via(request, to)
        kind = InviteClient if request.method == "INVITE" else NonInviteClient
        tx = kind(self._machinery, mine, to, branch)
        self._began(tx)
        tx.step(Input.OPENED, now)
        return tx

    def respond(self, tx: ServerTransaction, response: Response, now: float) -> None:
        """Send `response`. For a transaction that is over already nothing happens.

        LocalProtocolError when a final response has been sent before.
        """
        tx.respond(response, now)
        if isinstance(tx, InviteServer) and tx.call is not None:
            self._accepted[tx.call] = tx
        elif response.status >= 300:
            self._unmerge(tx)  # refused: another copy, or another attempt of the caller, may try its luck

    def cancel(self, tx: ClientTransaction, now: float, reason: str | None = None) -> None:
        """Give an INVITE up: CANCEL at once, or after the first provisional response (RFC 3261 §9.1).

        Nothing happens once it has been answered. `reason` is a Reason value (RFC 3326 §2). LocalProtocolError for any
        other method.
        """
        if not isinstance(tx, InviteClient):
            raise LocalProtocolError(f"{tx.method} cannot be cancelled")
        tx.cancel_reason = reason
        tx.step(Input.CANCEL, now)

    def acknowledge(self, tx: ClientTransaction, ack: Request, to: Hop, now: float) -> None:
        """Send the ACK of a 2xx; it is sent again by itself whenever a 2xx with its To tag comes again.

        LocalProtocolError when `tx` is no INVITE answered with a 2xx.
        """
        if not isinstance(tx, InviteClient):
            raise LocalProtocolError(f"{tx.method} is not acknowledged")
        mine, _ = self._with_via(ack, to)
        outgoing = Outgoing(bytes(mine), to)
        tx.keep_ack(to_tag(ack), outgoing)
        self._machinery.outgoing.append(outgoing)

    def failed(self, hop: Hop, now: float) -> list[Event]:
        """The transport cannot reach `hop`: our requests to it without a final answer fail at once (RFC 3261 §17.1.4).

        With a `connection` only those sent over it, or over any connection to that address, are concerned.
        """
        for tx in list(self._by_address.get(_address(hop), ())):
            if hop.connection is None or tx.hop.connection in (None, hop.connection):
                tx.step(Input.UNREACHABLE, now)
        return self._take_events()

    def wake(self, now: float) -> list[Event]:
        """Let every timer fire that is due at `now`."""
        self._pack_answered()
        timers = self._machinery.timers
        while (due := timers.take_due(now)) is not None:
            tx, timer = due
            tx.fire(timer, now)
        return self._take_events()

    def next_wake(self) -> float | None:
        """When `wake` is to be called; None when no timer runs."""
        return self._machinery.timers.next_due()

    def take_outgoing(self) -> list[Outgoing]:
        """What is to be sent now, in order; the list is the caller's."""
        outgoing, self._machinery.outgoing = self._machinery.outgoing, []
        return outgoing

    def _pack_answered(self) -> None:
        for kept in self._machinery.answered:
            kept.pack()
        self._machinery.answered.clear()

    def _take_events(self) -> list[Event]:
        events, self._machinery.events = self._machinery.events, []
        return events

    def _tell(self, event: Event) -> None:
        self._machinery.events.append(event)

    def _with_via(self, request: Request, to: Hop) -> tuple[Request, str]:
        branch = MAGIC_COOKIE + self._token()
        mine = request.copy()
        rport = "" if to.reliable else ";rport"
        mine.prepend("Via", f"SIP/2.0/{to.transport.upper()} {self._sent_by(to)};branch={branch}{rport}")
        return mine, branch

    def _receive_response(self, response: Response, now: float) -> None:
        key = client_key(response)
        tx = self._clients.get(key) if key is not None else None
        if tx is None:
            self._tell(StrayResponse(response))
        else:
            tx.receive(response, now)

    def _receive_request(self, request: Request, source: Hop, now: float) -> None:
        key = server_key(request)
        known = self._servers.get(key)
        if known is not None:
            known.step(Input.REQUEST, now)
            return
        hop = return_hop(note_source(request, source), source)
        kind = InviteServer if request.method == "INVITE" else NonInviteServer
        tx = self._servers[key] = kind(self._machinery, request, key, source, hop)
        merge = merge_key(request)
        if request.method == "CANCEL":
            self._answer_cancel(tx, now)
        elif merge is not None and merge in self._merges:
            tx.respond(tx.response(482), now)
        else:
            if merge is not None:
                tx.merge = merge
                self._merges[merge] = tx
            tx.step(Input.OPENED, now)
            self._tell(RequestReceived(tx, request, source))

    def _answer_cancel(self, tx: ServerTransaction, now: float) -> None:
        invite = self._servers.get(invite_key(tx.key))
        if not isinstance(invite, InviteServer):
            tx.respond(tx.response(481), now)
            return
        tx.to_tag = invite.to_tag
        tx.respond(tx.response(200), now)
        invite.receive_cancel(tx.request, now)

    def _receive_ack(self, ack: Request, source: Hop, now: float) -> None:
        tag = to_tag(ack)
        key = server_key(ack)
        tx = self._servers.get(key)
        if tx is None:
            first = self._servers.get(untagged(key))
            tx = first if first is not None and first.to_tag == tag else self._accepted.get(call_key(ack, tag))
        if isinstance(tx, InviteServer):
            tx.receive_ack(ack, source, now)
        else:
            self._tell(AckReceived(ack, source, None))

    def _began(self, tx: Transaction) -> None:
        if isinstance(tx, ClientTransaction):
            self._clients[tx.branch, tx.method] = tx
            self._by_address.setdefault(_address(tx.hop), {})[tx] = None

    def _ended(self, tx: Transaction) -> None:
        if isinstance(tx, ClientTransaction):
            del self._clients[tx.branch, tx.method]
            same = self._by_address[_address(tx.hop)]
            del same[tx]
            if not same:
                del self._by_address[_address(tx.hop)]
        elif isinstance(tx, ServerTransaction):
            del self._servers[tx.key]
            self._unmerge(tx)
            if tx.call is not None:
                self._accepted.pop(tx.call, None)

    def _unmerge(self, tx: ServerTransaction) -> None:
        if tx.merge is not None:
            del self._merges[tx.merge]
            tx.merge = None


def _has_cseq(request: Request) -> bool:
    try:
        return request.cseq.method == request.method
    except RemoteProtocolError:
        return False


def _address(hop: Hop) -> Address:
    return hop.transport, hop.host, hop.port
