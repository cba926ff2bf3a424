"""One call of the lab's user agent, made or received (RFC 3261 §13, §14, §15)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from callpoint.lab.bodies import session_of
from callpoint.lab.ladder import Direction, Ladder
from callpoint.sip.dialog import Dialog, DialogId
from callpoint.sip.errors import SipError
from callpoint.sip.events import ClientTransaction, ServerTransaction
from callpoint.sip.hop import Hop
from callpoint.sip.message import Message, Request, Response
from callpoint.transport.endpoint import SipEndpoint, token

ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE"

OnChange = Callable[["AgentCall"], None]
OnRung = Callable[[str], None]


class CallState(StrEnum):
    """What the lab's JSON says about a call; `calling` is only said of calls we make."""

    RECEIVED = "received"
    CALLING = "calling"
    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


OVER = frozenset({CallState.ENDED, CallState.CANCELLED, CallState.REJECTED})
UNANSWERED = frozenset({CallState.RECEIVED, CallState.CALLING, CallState.RINGING})


@dataclass
class CallRegistry:
    """Which call a message belongs to. Calls enter and leave by themselves."""

    endpoint: SipEndpoint
    dialogs: dict[DialogId, AgentCall] = field(default_factory=dict)
    clients: dict[ClientTransaction, AgentCall] = field(default_factory=dict)
    servers: dict[ServerTransaction, IncomingCall] = field(default_factory=dict)


class AgentCall:
    """State, dialog and ladder of one call. Each of `listeners` is told after every change of state.

    `on_session` is told when `remote_sdp` is new, `on_rung` of each line of the ladder.
    `status` is the last response to the INVITE (0: none yet); `ended_by` is "us" or "them" once it is over.
    """

    def __init__(self, registry: CallRegistry, invite: Request, hop: Hop, state: CallState) -> None:
        self.registry = registry
        self.endpoint = registry.endpoint
        self.invite = invite
        self.hop = hop
        self.state = state
        self.status = 0
        self.reason = ""
        self.ended_by = ""
        self.dialog: Dialog | None = None
        self.remote_sdp = b""
        self.ladder = Ladder()
        self.listeners: list[OnChange] = []
        self.on_rung: OnRung | None = None
        self.on_session: OnChange | None = None

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    @property
    def waits_for_answers(self) -> bool:
        """Whether a request of ours is still open."""
        return self in self.registry.clients.values()

    def note(self, direction: Direction, message: Request | Response) -> None:
        """Adds a message to the ladder."""
        rung = self.ladder.note(direction, message, self.endpoint.now())
        if self.on_rung is not None:
            self.on_rung(str(rung))

    def take_session(self, message: Message) -> None:
        """Keeps the far end's latest session description, when the message brings one."""
        session = session_of(message)
        if session:
            self.remote_sdp = session
            if self.on_session is not None:
                self.on_session(self)

    def change(self, state: CallState, ended_by: str = "") -> None:
        """Moves to `state` and tells; a call that is over stays as it ended."""
        if self.is_over or state is self.state:
            return
        self.state = state
        self.ended_by = ended_by
        if state in OVER and self.dialog is not None:
            self.registry.dialogs.pop(self.dialog.id, None)
        for listener in self.listeners:
            listener(self)

    def hang_up(self) -> None:
        """BYE in an answered call (RFC 3261 §15.1.1); nothing in any other."""
        if self.state is CallState.ANSWERED:
            self.request("BYE")
            self.change(CallState.ENDED, "us")

    def request(self, method: str, content_type: str = "", body: bytes = b"") -> None:
        """Sends a request inside the dialog. Raises SipError before there is one."""
        if self.dialog is None:
            raise SipError("there is no dialog yet")
        request = self.dialog.request(method)
        if body:
            request.set("Content-Type", content_type)
            request.body = body
        self.note("out", request)
        self.registry.clients[self.endpoint.request(request, self.next_hop(self.dialog))] = self

    def next_hop(self, dialog: Dialog) -> Hop:
        """Where requests inside the dialog go: the stream it came by while that is open, else the route or target."""
        if self.hop.transport != "udp" and self.endpoint.is_open(self.hop):
            return self.hop
        try:
            hops = self.endpoint.resolver.known_hops(dialog.next_hop())
        except SipError:
            hops = None
        return hops[0] if hops else self.hop

    def keep_dialog(self, dialog: Dialog) -> None:
        self.dialog = dialog
        self.registry.dialogs[dialog.id] = self


class IncomingCall(AgentCall):
    """A call somebody made to us."""

    def __init__(self, registry: CallRegistry, transaction: ServerTransaction, source: Hop) -> None:
        super().__init__(registry, transaction.request, source, CallState.RECEIVED)
        self.transaction = transaction
        registry.servers[transaction] = self
        self.take_session(transaction.request)
        self.note("in", transaction.request)

    def ring(self) -> None:
        """180 (RFC 3261 §13.3.1.1)."""
        if self.state is CallState.RECEIVED:
            self._respond(self._response(180))
            self.change(CallState.RINGING)

    def answer(self, sdp: bytes) -> None:
        """200 with our session description; nothing when the caller gave up meanwhile."""
        if self.state not in UNANSWERED:
            return
        response = self._response(200)
        response.add("Allow", ALLOW)
        response.set("Content-Type", "application/sdp")
        response.body = sdp
        self.keep_dialog(Dialog.as_callee(self.invite, response, self.hop))
        self._respond(response)
        self.change(CallState.ANSWERED)

    def reject(self, status: int) -> None:
        """A final refusal, 300 to 699; nothing once the call is answered or over."""
        if self.state in UNANSWERED:
            self._respond(self._response(status))
            self.change(CallState.REJECTED, "us")

    def cancelled(self) -> None:
        """The caller gave up: 487 (RFC 3261 §9.2)."""
        if self.state in UNANSWERED:
            self._respond(self._response(487))
            self.change(CallState.CANCELLED, "them")

    def _response(self, status: int) -> Response:
        response = self.transaction.response(status)
        if status < 300:
            response.add("Contact", self.endpoint.contact("lab", self.hop))
        return response

    def _respond(self, response: Response) -> None:
        self.status, self.reason = response.status, response.reason
        self.note("out", response)
        self.endpoint.respond(self.transaction, response)
        if response.status >= 300:
            self.registry.servers.pop(self.transaction, None)


class OutgoingCall(AgentCall):
    """A call we make. `credentials` (user name, password) answer a digest challenge once (RFC 3261 §22.2)."""

    def __init__(
        self,
        registry: CallRegistry,
        invite: Request,
        hop: Hop,
        credentials: tuple[str, str] | None = None,
        on_rung: OnRung | None = None,
    ) -> None:
        super().__init__(registry, invite, hop, CallState.CALLING)
        self.on_rung = on_rung
        self.credentials = credentials
        self.setup_ms = 0.0
        self._began = self.endpoint.now()
        self.transaction = self._send(invite)

    def cancel(self) -> None:
        """Gives up before the answer (RFC 3261 §9.1); an answer that crosses is ended with BYE."""
        if self.state in UNANSWERED:
            self.endpoint.cancel(self.transaction)
            self.change(CallState.CANCELLED, "us")

    def send_again(self, invite: Request) -> None:
        """The same call with the next CSeq, after a challenge."""
        self.invite = invite
        self.transaction = self._send(invite)

    def answered(self, response: Response) -> None:
        """A 2xx: ACK it, and take the session; or end it at once when we had given up before."""
        if self.dialog is not None:
            return
        self.setup_ms = round((self.endpoint.now() - self._began) * 1000, 1)
        dialog = Dialog.as_caller(self.invite, response, self.hop)
        self.keep_dialog(dialog)
        self.take_session(response)
        ack = dialog.request("ACK", cseq=self.invite.cseq.number)
        self.note("out", ack)
        self.endpoint.acknowledge(self.transaction, ack, self.next_hop(dialog))
        if self.is_over:
            self.request("BYE")
        else:
            self.change(CallState.ANSWERED)

    def _send(self, invite: Request) -> ClientTransaction:
        self.note("out", invite)
        transaction = self.endpoint.request(invite, self.hop)
        self.registry.clients[transaction] = self
        return transaction


def new_invite(endpoint: SipEndpoint, uri: str, from_uri: str, hop: Hop, user: str) -> Request:
    """An INVITE that opens a dialog (RFC 3261 §8.1.1), without a body."""
    invite = Request("INVITE", uri)
    invite.add("Max-Forwards", "70")
    invite.add("From", f"<{from_uri}>;tag={token()}")
    invite.add("To", f"<{uri}>")
    invite.add("Call-ID", token())
    invite.add("CSeq", "1 INVITE")
    invite.add("Contact", endpoint.contact(user, hop))
    invite.add("Allow", ALLOW)
    invite.add("User-Agent", "Callpoint lab")
    return invite
