"""The node's switchboard: every SIP event to whoever it concerns, every new request to what it asks for.

What comes from strangers is dealt with before it reaches the transaction layer (`gate`); what belongs to a
transaction goes to the transaction's owner; what belongs to a dialog to the dialog's; the rest is new, and a table says
what each method means. A fault of ours while one event is worked on is told, and costs no other call anything.
"""

import json
import re
import secrets
from collections.abc import Callable, Mapping, Sequence

from callpoint.node import faults, transfers
from callpoint.node.admission import Admission
from callpoint.node.bridge import ALLOWED, Bridge
from callpoint.node.call import Call
from callpoint.node.callback_recorder import recorder_for
from callpoint.node.context import CallContext, CallMarks
from callpoint.node.gate import Gate
from callpoint.node.intake import Intake, contact_uri, read_invite
from callpoint.node.other_calls import Arrived, OtherCalls
from callpoint.node.recorder import Recorder
from callpoint.node.repair import mend
from callpoint.node.services import Services
from callpoint.routing.decide import decide
from callpoint.routing.dialled import read_dialled
from callpoint.routing.explain import plan_as_json
from callpoint.routing.plan import CallPlan, IncomingCall, Reason
from callpoint.routing.records import Provider
from callpoint.routing.view import DirectoryView
from callpoint.sip.dialog import dialog_id
from callpoint.sip.errors import RemoteProtocolError, SipError
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
from callpoint.sip.loop import LoopGuard
from callpoint.sip.matching import to_tag
from callpoint.sip.message import Request, Response
from callpoint.snapshot import fact_kinds
from callpoint.transport.endpoint import token

# What a request outside of a call may want; a 911 call is never held against it.
SUPPORT = Support(
    methods=("ACK", "BYE", "CANCEL", "INFO", "INVITE", "NOTIFY", "OPTIONS", "PRACK", "UPDATE"),
    extensions=("100rel", "geolocation", "timer"),
    content_types=("application/sdp", "multipart/mixed", "application/pidf+xml"),
)
DIAL_THREE_DIGITS = "Dial Only The Three Digits"
UNKNOWN_SOURCE = "Unknown Source"
NO_SUCH_NUMBER = "Only 911 And 933 Are Served Here"


class Node:
    """All calls of one node. Its `SipEndpoint` calls `on_event` and `screen`, and marks its branches by `new_token`."""

    def __init__(self, view: DirectoryView, recorder: Recorder) -> None:
        self._view = view
        self._recorder = recorder
        self._loops = LoopGuard(secrets.token_bytes(32), token)
        self.new_token = self._loops.token
        self._services: Services
        self._admission: Admission
        self._gate: Gate
        self._others: tuple[OtherCalls, ...] = ()
        self._arrived: Callable[[str, Hop], None]

    def attach(
        self,
        services: Services,
        others: Sequence[OtherCalls] = (),
        psap_of: Callable[[Hop], str] = lambda source: "",
        arrived: Callable[[str, Hop], None] = lambda call_id, source: None,
    ) -> None:
        """The endpoint needs the node's callbacks and the node its endpoint; this closes the circle at start.

        `others` are asked in turn for calls to other numbers than 911 and 933; `psap_of` names the PSAP a source is;
        `arrived` is told where a call comes from, before its facts are written.
        """
        self._services = services
        self._others = tuple(others)
        self._arrived = arrived
        self._admission = Admission(self._view, services.config.host_name, services.endpoint.peer_names, psap_of)
        self._gate = Gate(
            self._admission, services.dialogs, services.endpoint, self._recorder, services.config.stranger_rate
        )

    def screen(self, message: Request | Response, source: Hop) -> bool:
        """False: nothing more is spent on it. Mends a known trunk's INVITE in place."""
        return self._gate.lets_in(message, source)

    # --- events

    def on_event(self, event: Event) -> None:
        handler = _EVENTS.get(type(event))
        if handler is None:
            return
        try:
            handler(self, event)
        except Exception as error:  # noqa: BLE001 - no message may stop the node or cost a call its way on
            faults.tell(self._recorder, f"working on {type(event).__name__}", error)
            self._recover(event)

    def _recover(self, event: Event) -> None:
        """Whoever waits for an answer to what could not be worked on gets one, or the next target is dialled."""
        if isinstance(event, RequestReceived):
            if not event.tx.answered:
                self._reply(event.tx, 500)
        elif isinstance(event, ResponseReceived) and event.response.status < 200:
            return  # a word on the way: the final one may fare better
        elif isinstance(event, ResponseReceived | TimedOut | TransportFailed) and event.tx.owner is not None:
            event.tx.owner.on_fault("its answer could not be worked on")

    def _response(self, event: ResponseReceived) -> None:
        if event.tx.owner is not None:
            event.tx.owner.on_response(event.tx, event.response)
            status = event.response.status
            if status >= 300 or (status >= 200 and event.tx.method != "INVITE"):
                event.tx.owner = None  # its last word; the transaction lives on without what it was about

    def _timed_out(self, event: TimedOut) -> None:
        if event.tx.owner is not None:
            event.tx.owner.on_timed_out(event.tx)
            event.tx.owner = None

    def _transport_failed(self, event: TransportFailed) -> None:
        if event.tx.owner is not None:
            event.tx.owner.on_transport_failed(event.tx)
            event.tx.owner = None

    def _cancelled(self, event: CancelReceived) -> None:
        if event.invite_tx.owner is not None:
            event.invite_tx.owner.on_cancel(event.invite_tx)

    def _acknowledged(self, event: AckReceived) -> None:
        if event.tx is not None and event.tx.owner is not None:
            event.tx.owner.on_ack(event.tx, event.request)
            event.tx.owner = None

    def _ack_missing(self, event: AckMissing) -> None:
        if event.tx.owner is not None:
            event.tx.owner.on_ack_missing(event.tx)

    # --- new requests

    def _request(self, event: RequestReceived) -> None:
        request, tx = event.request, event.tx
        if to_tag(request):
            found = self._services.dialogs.find(*dialog_id(request))
            if found is None:
                self._reply(tx, 481)
            else:
                leg, owner = found
                owner.on_dialog_request(leg, tx, request)
            return
        _METHODS.get(request.method, Node._no_call)(self, tx, request, event.source)

    def _no_call(self, tx: ServerTransaction, request: Request, source: Hop) -> None:
        """Neither a call nor an attack on one: OPTIONS is answered, whatever else is served belongs into a dialog."""
        refusal = inspect(request, SUPPORT, tx.to_tag)
        if refusal is not None:
            self._services.endpoint.respond(tx, refusal)
        elif request.method == "OPTIONS":
            self._options(tx)
        else:
            self._reply(tx, 481)  # RFC 3261 §12.2.2: it names no dialog

    def _options(self, tx: ServerTransaction) -> None:
        """RFC 3261 §11.2: a peer asks whether we are there and what we take."""
        response = tx.response(200)
        response.set("Allow", ALLOWED)
        response.set("Accept", ", ".join(SUPPORT.content_types))
        response.set("Supported", ", ".join(SUPPORT.extensions))
        self._services.endpoint.respond(tx, response)

    def _refer(self, tx: ServerTransaction, request: Request, source: Hop) -> None:
        """A third party wants one of our calls moved."""
        self._recorder.fact(
            fact_kinds.TRANSFER_REFUSED, method="REFER", by="third party", target=request.get("Refer-To") or ""
        )
        self._reply(tx, 403, transfers.REFUSAL)

    def _invite(self, tx: ServerTransaction, request: Request, source: Hop) -> None:
        trunk = self._admission.known(source)
        if trunk is None:
            if self._is_callback(tx, request, source):
                return
            trunk, stale = self._admission.by_digest(request)
            if trunk is None:
                self._turn_away(tx, stale)
                return
            mend(request, source)
        if self._is_loop(tx, request):
            return
        intake = read_invite(request, trunk)
        if intake.dialled.meant:
            self._misdial(intake)
        if intake.call is None:
            if not self._is_taken(Arrived(request, tx, source, trunk, intake.dialled)):
                self._not_served(tx, request, source, intake)
        elif self._takes_over_a_call(request):
            self._recorder.fact(fact_kinds.TRANSFER_REFUSED, method="INVITE", by="third party", target="")
            self._reply(tx, 403, transfers.REFUSAL)
        else:
            self._take(tx, request, source, intake.call)

    def _is_callback(self, tx: ServerTransaction, request: Request, source: Hop) -> bool:
        """Whether it is answered as the call back of a PSAP that is no trunk of ours."""
        if not self._admission.psap_of(source):
            return False
        dialled = read_dialled(request.uri, request.get("To") or "")
        return self._is_loop(tx, request) or self._is_taken(Arrived(request, tx, source, None, dialled))

    def _is_taken(self, arrived: Arrived) -> bool:
        return arrived.dialled.kind == "other" and any(other.takes(arrived) for other in self._others)

    def _is_loop(self, tx: ServerTransaction, request: Request) -> bool:
        """Our own INVITE came back (RFC 3261 §16.3 step 4): that target is none, and is told so."""
        try:
            self._loops.check(request, self._services.dialling_call_ids)
        except RemoteProtocolError as error:
            self._reply(tx, error.status, error.reason)
            return True
        return False

    def _turn_away(self, tx: ServerTransaction, stale: bool) -> None:
        """A stranger, or a PSAP that wants something else than to call back."""
        if self._admission.takes_digest:
            self._services.endpoint.respond(tx, self._admission.challenge(tx.response(401), stale))
        else:
            self._reply(tx, 403, UNKNOWN_SOURCE)

    def _takes_over_a_call(self, request: Request) -> bool:
        """Replaces or Join naming a call that is here (RFC 3891 §3). Naming any other, it is an ordinary 911 call."""
        for name in ("Replaces", "Join"):
            value = request.get(name)
            if value is not None and self._services.dialogs.knows_call_id(value.split(";", 1)[0].strip()):
                return True
        return False

    def _take(self, tx: ServerTransaction, request: Request, source: Hop, incoming: IncomingCall) -> None:
        plan = self._plan(incoming)
        marks = CallMarks(token(), token(), self._services.config.host_name)
        recorder = self._recorder.of_call(marks.call_id, incoming.organization)
        self._arrived(marks.call_id, source)
        context = CallContext(request, tx, source, self._services.endpoint.now(), incoming, plan, marks, recorder)
        recorder.fact(
            fact_kinds.RECEIVED,
            dialled=incoming.dialled,
            service=incoming.service,
            service_urn=incoming.service_urn,
            identity=incoming.identity,
            identity_source=incoming.identity_source,
            trunk=incoming.trunk.name,
            source=f"{source.transport} {source.host}:{source.port}",
            contact=contact_uri(request),
            sip_call_id=request.get("Call-ID") or "",
            caller=incoming.caller_number,
            defects=[defect.reason for defect in request.tolerated],
        )
        self._record(plan, marks, recorder)
        _KINDS[incoming.service](self, context)

    def _record(self, plan: CallPlan, marks: CallMarks, recorder: Recorder) -> None:
        try:
            recorder.fact(fact_kinds.DECIDED, incident_id=marks.incident_id, **plan_as_json(plan))
        except Exception as error:  # noqa: BLE001 - promise 2: what cannot be written down is dialled all the same
            faults.tell(recorder, "writing a decision down", error)

    def _plan(self, incoming: IncomingCall) -> CallPlan:
        try:
            return decide(incoming, self._view)
        except Exception as error:  # noqa: BLE001 - promise 2: without a decision the relay center takes the call
            faults.tell(self._recorder, "deciding where a call goes", error)
            return without_decision(incoming, self._services.provider())

    def _emergency(self, context: CallContext) -> None:
        Call(self._services, context).start()

    def _read_back(self, context: CallContext) -> None:
        self._services.voice.read_back(context)

    def _test(self, context: CallContext) -> None:
        self._services.voice.test(context)

    def _misdial(self, intake: Intake) -> None:
        call = intake.call
        self._recorder.of_call("", intake.trunk.organization).fact(
            fact_kinds.MISDIAL,
            dialled=intake.dialled.digits,
            identity=intake.identity,
            trunk=intake.trunk.name,
            treated_as=intake.dialled.meant if call is not None else "",
        )

    def _not_served(self, tx: ServerTransaction, request: Request, source: Hop, intake: Intake) -> None:
        reason = f"{DIAL_THREE_DIGITS} {intake.dialled.meant}" if intake.dialled.meant else NO_SUCH_NUMBER
        self._recorder.of_call("", intake.trunk.organization).fact(
            fact_kinds.REFUSED,
            status=404,
            reason=reason,
            dialled=intake.dialled.digits,
            source=f"{source.transport} {source.host}:{source.port}",
            method=request.method,
            trunk=intake.trunk.name,
        )
        self._reply(tx, 404, reason)

    def _reply(self, tx: ServerTransaction, status: int, reason: str | None = None) -> None:
        self._services.endpoint.respond(tx, tx.response(status, reason))

    # --- what comes with a restart

    def restore(self, open_calls: Mapping[str, str]) -> int:
        """Takes up the calls that were answered before this process began (call_id → JSON); returns how many."""
        restored = 0
        for call_id, text in open_calls.items():
            recorder = self._recorder.of_call(call_id, "")
            try:
                state = json.loads(text)
                recorder = recorder_for(self._recorder.of_call(call_id, str(state["organization"])), state)
                Bridge.restored(self._services, recorder, state)
            except (KeyError, TypeError, ValueError, SipError) as error:
                recorder.alarm("dialogs_not_restored", f"The call {call_id} was cut from the node: {error!r}.")
                recorder.close_dialogs()
                continue
            recorder.fact(fact_kinds.RESTORED, state="answered")
            restored += 1
        return restored

    def unparsable(self, data: bytes, error: RemoteProtocolError, source: Hop) -> None:
        """Bytes that are no SIP. From a known trunk this is worth a line in the record; from a stranger nothing is."""
        trunk = self._admission.known(source)
        if trunk is not None and (data.strip() or source.reliable):
            self._recorder.of_call("", trunk.organization).fact(
                fact_kinds.REFUSED,
                status=error.status,
                reason=error.reason,
                dialled="",
                source=f"{source.transport} {source.host}:{source.port}",
                method=data[:16].split(b" ", 1)[0].decode("ascii", "replace"),
                trunk=trunk.name,
            )


def without_decision(incoming: IncomingCall, provider: Provider) -> CallPlan:
    """The plan of a call that could not be decided on: to the relay center, with nothing but a way to call back."""
    emergency = incoming.service == "emergency"
    return CallPlan(
        kind=incoming.service,
        organization=incoming.organization,
        identity=None,
        callback_number=incoming.caller_number if re.fullmatch(r"\+[0-9]{7,15}", incoming.caller_number) else "",
        location=None,
        location_source="none",
        psap=None,
        targets=provider.relay_center if emergency else (),
        unregistered=True,
        reasons=(Reason("not_decided", "The decision failed by a fault of the node; the log has its trace."),),
        notified=(),
    )


_EVENTS: dict[type, Callable[[Node, "object"], None]] = {
    RequestReceived: Node._request,  # type: ignore[dict-item]  # each handler takes the event it is listed for
    ResponseReceived: Node._response,  # type: ignore[dict-item]
    TimedOut: Node._timed_out,  # type: ignore[dict-item]
    TransportFailed: Node._transport_failed,  # type: ignore[dict-item]
    CancelReceived: Node._cancelled,  # type: ignore[dict-item]
    AckReceived: Node._acknowledged,  # type: ignore[dict-item]
    AckMissing: Node._ack_missing,  # type: ignore[dict-item]
}
_METHODS: dict[str, Callable[[Node, ServerTransaction, Request, Hop], None]] = {
    "INVITE": Node._invite,
    "REFER": Node._refer,
}
_KINDS: dict[str, Callable[[Node, CallContext], None]] = {
    "emergency": Node._emergency,
    "read_back": Node._read_back,
    "test": Node._test,
}
