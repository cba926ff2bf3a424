"""Two dialogs, one call: what happens between the caller and one answering branch of a target.

Theory of operation. A bridge is made when a target's response first names a dialog. Towards the caller it has a To tag
of its own, as if a proxy had forked the call (RFC 3261 §12.1): early media of one target and the answer of another
never share a dialog. While `EARLY` only PRACK, UPDATE, INFO and a BYE cross; the answer makes it `CONFIRMED`, and then
everything does, but an attempt to transfer or conference (the responders would get a wrong location). `OVER` is final.

    EARLY --answer--> CONFIRMED --BYE, ACK missing, session expired--> OVER
    EARLY --another answered, failed, cancelled--> OVER

While somebody listens in, the audio goes through the media process: `anchoring` sees to that beside the bridge, and
an `exchange` rewrites what crosses meanwhile. Neither is made before somebody wants to listen.
"""

import asyncio
import random
import time
from enum import Enum
from typing import Any, Protocol

from callpoint.node import faults, transfers
from callpoint.node.anchoring import Anchoring
from callpoint.node.context import CallContext
from callpoint.node.crossing import Crossing
from callpoint.node.exchange import Exchange
from callpoint.node.headers import relayed_request, relayed_response
from callpoint.node.leg import Leg, Side
from callpoint.node.outgoing import ID_HEADERS, INVITE_CSEQ, identity_headers
from callpoint.node.recorder import Recorder
from callpoint.node.sdp_memory import SdpMemory, other, sdp_of
from callpoint.node.services import Services
from callpoint.sip.dialog import Dialog
from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.events import ClientTransaction, ServerTransaction
from callpoint.sip.glare import check_glare, retry_after
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request, Response
from callpoint.sip.session_expires import Refresher, SessionExpires
from callpoint.snapshot import fact_kinds
from callpoint.transport.endpoint import token

EXPIRY_GRACE_SECONDS = 32.0  # the parties end an expired session themselves (RFC 4028 §10); we only clear up after them
CROSSING_METHODS = frozenset({"INVITE", "UPDATE", "INFO", "PRACK", "OPTIONS", "MESSAGE", "NOTIFY"})
EARLY_METHODS = frozenset({"UPDATE", "INFO", "PRACK", "OPTIONS"})
ALLOWED = ", ".join(sorted(CROSSING_METHODS | {"ACK", "BYE", "CANCEL"}))


class State(Enum):
    EARLY = "early"
    CONFIRMED = "confirmed"
    OVER = "over"


class UnansweredCall(Protocol):
    """What a bridge needs of the call it may become."""

    @property
    def context(self) -> CallContext: ...

    def let_go(self) -> None:
        """It is over, and nothing of it is needed any more."""

    def caller_gave_up(self, why: str) -> None:
        """The caller sent BYE in an early dialog."""


class Bridge:
    """One caller leg and one target leg. `call` is None for a bridge taken up after a restart."""

    def __init__(
        self, services: Services, call: UnansweredCall | None, psap: Leg, invite_tx: ClientTransaction | None
    ) -> None:
        self.services = services
        self.state = State.EARLY
        self.psap = psap
        self.caller: Leg | None = None
        self.invite_tx = invite_tx
        self.caller_tag = token()
        self.crossing_invites: dict[str, Crossing] = {}  # re-INVITEs under way, by the side they go to
        self.exchanges: set[Crossing] = set()  # whose offer or answer is still to come
        self.memory = SdpMemory()
        self.anchoring: Anchoring | None = None
        self._waiting_for_quiet: list[asyncio.Future[None]] = []
        self._call = call
        self._recorder: Recorder = call.context.recorder if call is not None else services.recorder
        self._answered_at = time.time()
        self._acknowledged = invite_tx is None
        self._session_seconds = 0  # 0: no session timer
        self._refresher: Side = "caller"
        self._expiry: asyncio.TimerHandle | None = None
        # What is said between the trunk and us (an employee number): none of the other side's business.
        self.private_headers = identity_headers(call.context.incoming.trunk) if call is not None else ID_HEADERS
        if call is not None:
            services.dialogs.add(psap, self)
            self.memory.hear("caller", call.context.invite)

    # --- set-up

    def towards_caller(self, response: Response) -> Response:
        """The target's response as the caller gets it: in this bridge's dialog, our Contact, the body untouched."""
        call = self._call
        if call is None:
            raise RuntimeError("a restored bridge has no INVITE left to answer")
        context = call.context
        ours = context.invite.response(response.status, response.reason, to_tag=self.caller_tag)
        ours.set("Contact", self.services.endpoint.contact("callpoint", context.source))
        relayed_response(response, ours)
        self.memory.hear("psap", response)
        if self.caller is None:
            dialog = Dialog.as_callee(context.invite, ours, context.source)
            self.caller = Leg(self.services.endpoint, "caller", dialog)
            self.services.dialogs.add(self.caller, self)
        return ours

    def confirm(self, response: Response) -> None:
        """The target answered with `response`, and this bridge is the call from now on."""
        self.psap.dialog.confirm(response)
        if self.caller is not None:
            self.caller.dialog.confirmed = True
        self.state = State.CONFIRMED
        self._answered_at = time.time()
        self.watch_session(response, "caller")
        self.services.anchorage.calls[self.recorder.call_id] = self
        self.save()

    def acknowledge(self, ack: Request) -> None:
        """The caller's ACK crosses, with the answer it may carry (RFC 3261 §13.2.1: an offer in the 200)."""
        tx = self.invite_tx
        if tx is None:
            return
        self._acknowledged = True
        ours = relayed_request(ack, self.psap.request("ACK", cseq=INVITE_CSEQ), self.private_headers)
        self.psap.with_hop(lambda hop: self.services.endpoint.acknowledge(tx, ours, hop))
        if ack.body and sdp_of(ack) is not None:
            self.memory.hear("caller", ack)
            self.save()
        self._tell_quiet()

    def drop(self, response: Response) -> None:
        """This branch answered although nobody waits for it any more: ACK and BYE (RFC 3261 §13.2.2.4, §9.1)."""
        self.psap.dialog.confirm(response)
        self.hang_up(self.psap, "another target had answered, or the caller had gone")
        self.close()

    def close(self) -> None:
        """Forgets both dialogs; requests still crossing are answered."""
        self.state = State.OVER
        if self.services.anchorage.calls.get(self.recorder.call_id) is self:
            del self.services.anchorage.calls[self.recorder.call_id]
        if self.anchoring is not None:
            self.anchoring.abandon()
        for crossing in list(self.crossing_invites.values()):
            crossing.abandon()
        self.services.dialogs.remove(self.psap)
        if self.caller is not None:
            self.services.dialogs.remove(self.caller)
        if self._expiry is not None:
            self._expiry.cancel()
        self._tell_quiet()

    # --- requests inside the dialogs (`services.DialogOwner`)

    def on_dialog_request(self, leg: Leg, tx: ServerTransaction, request: Request) -> None:
        try:
            leg.dialog.accept(request)
        except RemoteProtocolError as error:
            self.services.endpoint.respond(tx, request.response(error.status, error.reason))
            return
        refused = transfers.forbidden(self._recorder.part(leg.side), request)
        if refused is not None:
            self._recorder.fact(
                fact_kinds.TRANSFER_REFUSED, method=request.method, by=leg.side, target=request.get("Refer-To") or ""
            )
            self.services.endpoint.respond(tx, request.response(403, refused))
        elif request.method == "BYE":
            self._bye(leg, tx, request)
        else:
            self._cross(leg, tx, request)

    def other(self, leg: Leg) -> Leg | None:
        return self.caller if leg is self.psap else self.psap

    def hang_up(self, leg: Leg, reason: str, source: Request | None = None) -> None:
        """BYE to one side; `source` is the BYE of the other one, whose Reason and body go along (RFC 3326 §2)."""
        if leg is self.psap:
            self._make_sure_acknowledged()
        bye = leg.request("BYE")
        if source is not None:
            relayed_request(source, bye, self.private_headers)
        elif reason:
            bye.set("Reason", f'SIP;cause=200;text="{reason}"')
        leg.with_hop(lambda hop: self._send_and_forget(bye, hop))

    def end(self, by: str, why: str) -> None:
        """Both sides hang up; for ends that neither of them asked for."""
        if self.state is State.OVER:
            return
        self.hang_up(self.psap, why)
        if self.caller is not None:
            self.hang_up(self.caller, why)
        self._ended(by, why)

    def on_ack_missing(self) -> None:
        """RFC 3261 §13.3.1.4: the caller never acknowledged the answer, so there is no session: both sides end."""
        self._make_sure_acknowledged()
        self.end("node", "the caller's phone never acknowledged the answer")

    def watch_session(self, message: Request | Response, by: Side) -> None:
        """RFC 4028 §10: whoever stops refreshing is gone. The refreshes cross us; we clear up when they stop.

        `message` answers a request of `by`. Without Session-Expires it ends the timer (RFC 4028 §7.2).
        """
        value = message.get("Session-Expires")
        try:
            agreed = SessionExpires.parse(value) if value is not None else SessionExpires(0)
        except RemoteProtocolError:
            agreed = SessionExpires(0)  # not readable: no timer for us to watch, and the parties sort it out
        self._refresher = by if agreed.refresher != "uas" else other(by)
        self._watch(agreed.seconds)

    def _watch(self, seconds: int) -> None:
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None
        self._session_seconds = seconds
        if seconds:
            self._expiry = self.services.endpoint.call_later(
                seconds + EXPIRY_GRACE_SECONDS, lambda: self.end("node", "the session timer ran out unrefreshed")
            )

    # --- listening in (`anchoring.AnchoredBridge`)

    @property
    def recorder(self) -> Recorder:
        return self._recorder

    def anchor_here(self) -> Anchoring:
        if self.anchoring is None:
            self.anchoring = Anchoring(self, self.services.anchorage)
        return self.anchoring

    def leg(self, side: Side) -> Leg:
        if side == "psap" or self.caller is None:
            return self.psap
        return self.caller

    def ours(self, side: Side) -> Request:
        """A re-INVITE of ours. It repeats the session timer that was agreed on, with the same party to refresh it."""
        leg = self.leg(side)
        request = leg.request("INVITE")
        request.set("Contact", leg.contact())
        request.set("Allow", ALLOWED)
        if self._session_seconds:
            refresher: Refresher = "uas" if self._refresher == side else "uac"
            request.set("Supported", "timer")
            request.set("Session-Expires", str(SessionExpires(self._session_seconds, refresher)))
        return request

    async def quiet(self) -> None:
        while self.state is State.CONFIRMED and (self.exchanges or not self._acknowledged):
            quiet: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting_for_quiet.append(quiet)
            await quiet

    def refreshed(self) -> None:
        self._watch(self._session_seconds)

    def exchange(self) -> Exchange:
        return Exchange(self.memory, self.anchoring)

    def exchange_over(self, crossing: Crossing) -> None:
        self._tell_quiet()

    # --- keeping it over a restart

    def save(self) -> None:
        """Writes both dialogs to the journal; called whenever a refresh may have moved one of their ends."""
        if self.caller is None or self.state is not State.CONFIRMED:
            return
        state = {
            "organization": self._recorder.organization,
            "answered_at": self._answered_at,
            "session_seconds": self._session_seconds,
            "refresher": self._refresher,
            "private_headers": sorted(self.private_headers),
            "caller": self.caller.to_json(),
            "psap": self.psap.to_json(),
            "sdp": self.memory.to_json(),
        }
        if self.anchoring is not None and self.anchoring.worth_keeping:
            state["anchoring"] = self.anchoring.to_json()
        self._recorder.save_dialogs(state)

    @classmethod
    def restored(cls, services: Services, recorder: Recorder, state: dict[str, Any]) -> "Bridge":
        """The bridge of a call that was answered before the node died; raises KeyError, TypeError, SipError."""
        bridge = cls(services, None, Leg.from_json(services.endpoint, state["psap"]), None)
        bridge.caller = Leg.from_json(services.endpoint, state["caller"])
        bridge._recorder = recorder
        bridge._answered_at = float(state["answered_at"])
        bridge.private_headers = frozenset(map(str, state.get("private_headers", ID_HEADERS)))
        bridge._restore_audio(state)
        bridge._refresher = "psap" if state.get("refresher") == "psap" else "caller"
        bridge._watch(int(state.get("session_seconds", 0)))
        bridge.state = State.CONFIRMED
        services.anchorage.calls[recorder.call_id] = bridge
        services.dialogs.add(bridge.psap, bridge)
        services.dialogs.add(bridge.caller, bridge)
        return bridge

    # --- ours

    def _restore_audio(self, state: dict[str, Any]) -> None:
        """What cannot be read of it costs the listeners the call, not the parties. Older nodes wrote nothing of it."""
        try:
            if "sdp" in state:
                self.memory = SdpMemory.from_json(state["sdp"])
            if "anchoring" in state:
                self.anchor_here().restore(state["anchoring"])
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            self.memory, self.anchoring = SdpMemory(), None
            faults.tell(self.recorder, "reading back what the parties said of their audio", error)

    def _cross(self, leg: Leg, tx: ServerTransaction, request: Request) -> None:
        far = self.other(leg)
        moving = self.anchoring is not None and self.anchoring.busy  # an offer of ours is unanswered
        allowed = CROSSING_METHODS if self.state is State.CONFIRMED else EARLY_METHODS
        if request.method not in CROSSING_METHODS:
            response = request.response(405)
            response.set("Allow", ALLOWED)
            self.services.endpoint.respond(tx, response)
        elif far is None or request.method not in allowed:
            self._refuse(tx, 500 if request.method == "INVITE" else 481)  # RFC 3261 §14.2: the first is unanswered
        else:
            try:
                if request.method == "INVITE":
                    pending = self.crossing_invites
                    check_glare(ours_pending=moving or leg.side in pending, theirs_pending=far.side in pending)
                elif moving and request.body and sdp_of(request) is not None:
                    check_glare(ours_pending=True, theirs_pending=False)
            except RemoteProtocolError as error:
                self._refuse(tx, error.status)
                return
            self._recorder.fact(fact_kinds.RELAYED, method=request.method, by=leg.side, status=0)
            Crossing(self, leg, far, tx, request).start()

    def _refuse(self, tx: ServerTransaction, status: int) -> None:
        response = tx.request.response(status)
        if status == 500:  # RFC 3261 §14.2: to be tried again when the first was answered
            response.set("Retry-After", str(retry_after(random.random())))  # noqa: S311 - spreads load, guards nothing
        self.services.endpoint.respond(tx, response)

    def _make_sure_acknowledged(self) -> None:
        """Whoever answered gets an ACK before anything else, be it from us: else the answer is repeated for 32 s."""
        tx = self.invite_tx
        if self._acknowledged or tx is None:
            return
        self._acknowledged = True
        ack = self.psap.request("ACK", cseq=INVITE_CSEQ)
        self.psap.with_hop(lambda hop: self.services.endpoint.acknowledge(tx, ack, hop))
        self._tell_quiet()

    def _tell_quiet(self) -> None:
        waiting, self._waiting_for_quiet = self._waiting_for_quiet, []
        for quiet in waiting:
            if not quiet.done():
                quiet.set_result(None)

    def _bye(self, leg: Leg, tx: ServerTransaction, request: Request) -> None:
        self.services.endpoint.respond(tx, request.response(200))
        if self.state is State.EARLY and self._call is not None:
            if leg.side == "caller":
                self._call.caller_gave_up("the caller hung up before an answer")
            return
        far = self.other(leg)
        if far is not None:
            self.hang_up(far, "", source=request)
        self._ended(leg.side, request.get("Reason") or "hung up")

    def _ended(self, by: str, why: str) -> None:
        self.close()
        talked = round(time.time() - self._answered_at, 3)
        self._recorder.fact(fact_kinds.ENDED, by=by, why=why, status=0, talked_seconds=talked, answered=True)
        self._recorder.close_dialogs()
        if self._call is not None:
            self._call.let_go()

    def _send_and_forget(self, request: Request, hop: Hop) -> None:
        self.services.endpoint.request(request, hop)
