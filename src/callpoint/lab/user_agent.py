"""A small SIP user agent on one endpoint: it makes calls, takes calls, and answers what may come inside them.

Events of the transaction layer are handled by type, requests inside a dialog by method: two tables in `__init__`.
What a call is about (audio, behaviour) belongs to whoever listens to `on_call` and to the calls.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from callpoint.lab.agent_call import (
    ALLOW,
    AgentCall,
    CallRegistry,
    CallState,
    IncomingCall,
    OnRung,
    OutgoingCall,
    new_invite,
)
from callpoint.media.sip_info_digits import SipInfoDigits
from callpoint.sip.dialog import dialog_id
from callpoint.sip.digest import authorize, strongest
from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.events import (
    AckMissing,
    AckReceived,
    CancelReceived,
    Event,
    RequestReceived,
    ResponseReceived,
    ServerTransaction,
    TimedOut,
    TransportFailed,
)
from callpoint.sip.hop import Hop
from callpoint.sip.inspection import Support, inspect
from callpoint.sip.message import Request, Response
from callpoint.transport.endpoint import Screen, SipEndpoint, Transport
from callpoint.transport.tls import TlsFiles

SUPPORT = Support(
    methods=tuple(ALLOW.split(", ")),
    extensions=("geolocation",),
    content_types=(
        "application/sdp",
        "application/pidf+xml",
        "multipart/mixed",
        "multipart/alternative",
        "multipart/related",
        "application/dtmf-relay",
        "application/dtmf",
    ),
)
LOGIN_HEADERS = {401: ("WWW-Authenticate", "Authorization"), 407: ("Proxy-Authenticate", "Proxy-Authorization")}


@dataclass(frozen=True)
class Dial:
    """What to dial: Request-URI, the From URI, where to, extra header fields, a body, a digest login."""

    uri: str
    from_uri: str
    hop: Hop
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    credentials: tuple[str, str] | None = None
    user: str = "lab"
    content_type: str = "application/sdp"


class UserAgent:
    """All calls of one simulated element. Made inside a running event loop."""

    def __init__(
        self,
        on_call: Callable[[IncomingCall], None] | None = None,
        *,
        new_session: Callable[[AgentCall], bytes] | None = None,
        on_digit: Callable[[AgentCall, str], None] | None = None,
        tls: TlsFiles | None = None,
        screen: Screen | None = None,
    ) -> None:
        """Without `on_call` every call is refused with 486.

        `new_session(call)` gives our SDP for a re-INVITE or UPDATE that brought one; `on_digit(call, digit)` hears
        digits sent by INFO. Raises OSError for unreadable TLS files.
        """
        self.endpoint = SipEndpoint(self._event, tls=tls, screen=screen)
        self._calls = CallRegistry(self.endpoint)
        self._on_call = on_call
        self._session = new_session
        self._on_digit = on_digit
        self._on_event: dict[type[Event], Callable[[Any], None]] = {
            RequestReceived: self._request,
            ResponseReceived: self._response,
            CancelReceived: self._cancelled,
            AckReceived: self._acknowledged,
            AckMissing: self._ack_missing,
            TimedOut: self._no_answer,
            TransportFailed: self._no_answer,
        }
        self._in_dialog: dict[str, Callable[[AgentCall, ServerTransaction], Response]] = {
            "BYE": self._bye,
            "INVITE": self._new_session,
            "UPDATE": self._new_session,
            "INFO": self._info,
            "OPTIONS": lambda call, tx: _with_abilities(tx.response(200)),
        }

    async def listen(self, transport: Transport, host: str, port: int = 0) -> int:
        """Binds an address; gives its port. Raises OSError."""
        return await self.endpoint.listen(transport, host, port)

    async def close(self) -> None:
        await self.endpoint.close()

    def call(self, dial: Dial, on_rung: OnRung | None = None) -> OutgoingCall:
        """Sends an INVITE; `on_rung` reads each line of the ladder. Listen to the call for what becomes of it."""
        invite = new_invite(self.endpoint, dial.uri, dial.from_uri, dial.hop, dial.user)
        for name, value in dial.headers:
            invite.add(name, value)
        if dial.body:
            invite.set("Content-Type", dial.content_type)
            invite.body = dial.body
        return OutgoingCall(self._calls, invite, dial.hop, dial.credentials, on_rung)

    # --- events of the transaction layer

    def _event(self, event: Event) -> None:
        handler = self._on_event.get(type(event))
        if handler is not None:
            handler(event)

    def _request(self, event: RequestReceived) -> None:
        call = self._calls.dialogs.get(dialog_id(event.request))
        if call is not None:
            self._request_inside(call, event.tx)
            return
        try:
            inside = event.request.to.tag is not None
        except RemoteProtocolError as error:
            self.endpoint.respond(event.tx, event.tx.response(error.status, error.reason))
            return
        refusal = None if inside else inspect(event.request, SUPPORT, event.tx.to_tag)
        if refusal is not None:
            self.endpoint.respond(event.tx, refusal)
        elif not inside and event.request.method == "INVITE":
            self._new_call(event)
        elif not inside and event.request.method == "OPTIONS":
            self.endpoint.respond(event.tx, _with_abilities(event.tx.response(200)))
        else:  # RFC 3261 §12.2.2: it belongs into a dialog, and none of ours
            self.endpoint.respond(event.tx, event.tx.response(481))

    def _new_call(self, event: RequestReceived) -> None:
        call = IncomingCall(self._calls, event.tx, event.source)
        if self._on_call is None:
            call.reject(486)
        else:
            self._on_call(call)

    def _request_inside(self, call: AgentCall, transaction: ServerTransaction) -> None:
        request = transaction.request
        call.note("in", request)
        try:
            if call.dialog is not None:
                call.dialog.accept(request)
                call.dialog.refresh_target(request)
            response = inspect(request, SUPPORT) or self._in_dialog[request.method](call, transaction)
        except RemoteProtocolError as error:
            response = transaction.response(error.status, error.reason)
        call.note("out", response)
        self.endpoint.respond(transaction, response)

    def _bye(self, call: AgentCall, transaction: ServerTransaction) -> Response:
        call.change(CallState.ENDED, "them")
        return transaction.response(200)

    def _new_session(self, call: AgentCall, transaction: ServerTransaction) -> Response:
        """A re-INVITE or UPDATE (RFC 3261 §14.2, RFC 3311 §5.2): the session goes on with what they now offer."""
        call.take_session(transaction.request)
        response = transaction.response(200)
        response.add("Contact", self.endpoint.contact("lab", call.hop))
        with_offer = bool(transaction.request.body) or transaction.request.method == "INVITE"
        if with_offer and self._session is not None:
            response.set("Content-Type", "application/sdp")
            response.body = self._session(call)
        return response

    def _info(self, call: AgentCall, transaction: ServerTransaction) -> Response:
        request = transaction.request
        pressed = SipInfoDigits.parse(request.get("Content-Type") or "", request.body)
        if pressed is not None and self._on_digit is not None:
            self._on_digit(call, pressed.digit)
        return transaction.response(200)

    def _cancelled(self, event: CancelReceived) -> None:
        call = self._calls.servers.get(event.invite_tx)
        if call is not None:
            call.note("in", event.cancel_request)
            call.cancelled()

    def _acknowledged(self, event: AckReceived) -> None:
        call = self._calls.dialogs.get(dialog_id(event.request))
        if event.tx is not None:
            self._calls.servers.pop(event.tx, None)
        if call is not None:
            call.note("in", event.request)
            call.take_session(event.request)

    def _ack_missing(self, event: AckMissing) -> None:
        call = self._calls.servers.pop(event.tx, None)
        if call is not None:
            call.hang_up()

    def _response(self, event: ResponseReceived) -> None:
        call = self._calls.clients.get(event.tx)
        if call is None:
            return
        call.note("in", event.response)
        if event.response.status >= 200:
            del self._calls.clients[event.tx]
        if isinstance(call, OutgoingCall) and event.tx is call.transaction:
            self._invite_response(call, event.response)

    def _invite_response(self, call: OutgoingCall, response: Response) -> None:
        call.status, call.reason = response.status, response.reason
        if response.status >= 300:
            retried = _with_login(call, response)
            if retried is None:
                call.change(CallState.REJECTED, "them")
            else:
                call.send_again(retried)
        elif response.status >= 200:
            call.answered(response)
        elif response.status > 100:
            call.take_session(response)
            call.change(CallState.RINGING)

    def _no_answer(self, event: TimedOut | TransportFailed) -> None:
        call = self._calls.clients.pop(event.tx, None)
        if isinstance(call, OutgoingCall) and event.tx is call.transaction:
            call.reason = "no answer in time" if isinstance(event, TimedOut) else "not reachable"
            call.change(CallState.REJECTED, "them")
        elif call is not None:
            call.change(CallState.ENDED, "them")


def _with_login(call: OutgoingCall, response: Response) -> Request | None:
    """The INVITE again with credentials (RFC 3261 §22.2), or None when we have none or they were refused."""
    asked, answered = LOGIN_HEADERS.get(response.status, ("", ""))
    if not asked or call.credentials is None or call.invite.has(answered):
        return None
    challenge = strongest(response.values(asked))
    if challenge is None:
        return None
    retried = call.invite.copy()
    retried.set("CSeq", f"{call.invite.cseq.number + 1} INVITE")
    user, password = call.credentials
    retried.set(answered, authorize(challenge, "INVITE", retried.uri, user, password, secrets.token_hex(8), 1))
    return retried


def _with_abilities(response: Response) -> Response:
    """What OPTIONS is answered with (RFC 3261 §11.2)."""
    response.add("Allow", ALLOW)
    response.add("Accept", "application/sdp, application/pidf+xml, multipart/mixed")
    return response
