"""Server transactions: a request of theirs, and our answers to it (RFC 3261 §17.2 with RFC 6026 §7.1).

Theory of operation. The first arrival is told to the user, who answers through `TransactionLayer.respond`; repetitions
get the last answer again. An INVITE says 100 by itself when the user takes longer than 200 ms. A refusal of an INVITE
is repeated over UDP (timer G) until its ACK, 64*T1 at most (timer H). A 2xx to an INVITE is repeated here too, over all
transports, T1 doubling to T2, until its ACK arrives (RFC 3261 §13.3.1.4); without one in 64*T1 `AckMissing` is told,
and it is for the user to end the call with BYE.

A CANCEL is answered by the layer. Its INVITE tells `CancelReceived` once and waits for the user's 487; when the
answer is out already it has no effect (RFC 3261 §9.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from callpoint.sip.errors import LocalProtocolError
from callpoint.sip.hop import Hop
from callpoint.sip.machine import Event, Input, KeptRequest, Machinery, State, Table, Transaction, kind_of
from callpoint.sip.matching import CallKey, MergeKey, ServerKey, call_key, to_tag
from callpoint.sip.message import Request, Response

INVITE_SERVER: Table = {
    (State.PROCEEDING, Input.OPENED): (State.PROCEEDING, ("await_answer",)),
    (State.PROCEEDING, Input.REQUEST): (State.PROCEEDING, ("answer_or_say_trying",)),
    (State.PROCEEDING, Input.SAY_TRYING): (State.PROCEEDING, ("say_trying",)),
    (State.PROCEEDING, Input.TRYING): (State.PROCEEDING, ("stop_timers", "answer")),
    (State.PROCEEDING, Input.PROVISIONAL): (State.PROCEEDING, ("stop_timers", "answer")),
    (State.PROCEEDING, Input.SUCCESS): (State.ACCEPTED, ("stop_timers", "answer", "start_l")),
    (State.PROCEEDING, Input.FAILURE): (State.COMPLETED, ("stop_timers", "answer", "start_g_h")),
    (State.PROCEEDING, Input.CANCEL): (State.CANCELLED, ("tell_cancel",)),
    # cancelled: nothing but the final answer of the user is open; a 2xx that crosses the CANCEL is as good as a 487
    (State.CANCELLED, Input.REQUEST): (State.CANCELLED, ("answer_or_say_trying",)),
    (State.CANCELLED, Input.SAY_TRYING): (State.CANCELLED, ("say_trying",)),
    (State.CANCELLED, Input.SUCCESS): (State.ACCEPTED, ("stop_timers", "answer", "start_l")),
    (State.CANCELLED, Input.FAILURE): (State.COMPLETED, ("stop_timers", "answer", "start_g_h")),
    (State.COMPLETED, Input.REQUEST): (State.COMPLETED, ("answer",)),
    (State.COMPLETED, Input.TIMER_G): (State.COMPLETED, ("answer", "double_g")),
    (State.COMPLETED, Input.TIMER_H): (State.TERMINATED, ("tell_unconfirmed",)),
    (State.COMPLETED, Input.ACK): (State.CONFIRMED, ("stop_timers", "linger_i")),
    (State.CONFIRMED, Input.TIMER_I): (State.TERMINATED, ()),
    # RFC 6026: a repeated INVITE is absorbed, the 2xx comes by its own timer
    (State.ACCEPTED, Input.REPEAT_SUCCESS): (State.ACCEPTED, ("answer", "double_success")),
    (State.ACCEPTED, Input.ACK): (State.ACKNOWLEDGED, ("stop_repeating", "tell_ack")),
    (State.ACCEPTED, Input.TIMER_L): (State.TERMINATED, ("tell_ack_missing",)),
    (State.ACKNOWLEDGED, Input.TIMER_L): (State.TERMINATED, ()),
}

NON_INVITE_SERVER: Table = {
    (State.TRYING, Input.OPENED): (State.TRYING, ("await_answer",)),
    (State.TRYING, Input.TRYING): (State.PROCEEDING, ("answer",)),
    (State.TRYING, Input.PROVISIONAL): (State.PROCEEDING, ("answer",)),
    (State.TRYING, Input.SUCCESS): (State.COMPLETED, ("stop_timers", "answer", "linger_j")),
    (State.TRYING, Input.FAILURE): (State.COMPLETED, ("stop_timers", "answer", "linger_j")),
    (State.TRYING, Input.ABANDONED): (State.TERMINATED, ()),
    (State.PROCEEDING, Input.REQUEST): (State.PROCEEDING, ("answer",)),
    (State.PROCEEDING, Input.TRYING): (State.PROCEEDING, ("answer",)),
    (State.PROCEEDING, Input.PROVISIONAL): (State.PROCEEDING, ("answer",)),
    (State.PROCEEDING, Input.SUCCESS): (State.COMPLETED, ("stop_timers", "answer", "linger_j")),
    (State.PROCEEDING, Input.FAILURE): (State.COMPLETED, ("stop_timers", "answer", "linger_j")),
    (State.PROCEEDING, Input.ABANDONED): (State.TERMINATED, ()),
    (State.COMPLETED, Input.REQUEST): (State.COMPLETED, ("answer",)),
    (State.COMPLETED, Input.TIMER_J): (State.TERMINATED, ()),
}


@dataclass(frozen=True, slots=True)
class RequestReceived(Event):
    """A new request (never an ACK or a CANCEL); answer it through `tx`."""

    tx: ServerTransaction
    request: Request
    source: Hop


@dataclass(frozen=True, slots=True)
class CancelReceived(Event):
    """The caller gave up. The CANCEL has been answered; the INVITE still wants its 487 from the user."""

    invite_tx: InviteServer
    cancel_request: Request


@dataclass(frozen=True, slots=True)
class AckReceived(Event):
    """The ACK of a 2xx, told once. `tx` is None when no INVITE of this layer waits for it (after a restart)."""

    request: Request
    source: Hop
    tx: InviteServer | None


@dataclass(frozen=True, slots=True)
class AckMissing(Event):
    """Nobody acknowledged our 2xx in 64*T1: the user should say BYE (RFC 3261 §13.3.1.4)."""

    tx: InviteServer


@dataclass(frozen=True, slots=True)
class RefusalUnconfirmed(Event):
    """Nobody acknowledged our refusal of an INVITE (timer H); nothing is left to be done."""

    tx: InviteServer


class ServerTransaction(Transaction):
    """A request to be answered. `source` is where it came from, `hop` where the answers go,
    `status` that of the newest one, 0 before any.

    `to_tag` is the tag for answers made by the layer and by `response`; once the user answered with another, that one.
    """

    __slots__ = ("_kept", "_last", "call", "key", "merge", "method", "source", "status", "to_tag")

    def __init__(
        self, machinery: Machinery, request: Request, key: ServerKey, source: Hop, hop: Hop, state: State
    ) -> None:
        super().__init__(machinery, hop, state)
        self._kept = KeptRequest(request)
        self.key = key
        self.method = request.method
        self.merge: MergeKey | None = None
        self.call: CallKey | None = None
        self.source = source
        self.to_tag = to_tag(request) or machinery.token()
        self.status = 0
        self._last = b""

    @property
    def request(self) -> Request:
        """The request as it came, with what we noted in its Via."""
        return self._kept.get()

    @property
    def answered(self) -> bool:
        """Whether a final response has been sent."""
        return self.status >= 200

    def response(self, status: int, reason: str | None = None) -> Response:
        """A response to the request with this transaction's To tag (100 carries none: RFC 3261 §8.2.6.2)."""
        return self.request.response(status, reason, self.to_tag if status != 100 else None)

    def respond(self, response: Response, now: float) -> None:
        """Take the user's answer. One for a transaction already over goes nowhere: nobody waits for it.

        Raises LocalProtocolError for a response after the final one.
        """
        if self.state is State.TERMINATED:
            return
        if self.answered:
            raise LocalProtocolError(f"{self.method} has been answered already, a {response.status} cannot follow")
        kind = kind_of(response.status)
        if (self.state, kind) not in self._rows:
            return  # a provisional response that crossed a CANCEL
        self.status = response.status
        self.to_tag = to_tag(response) or self.to_tag
        self._last = bytes(response)
        if kind is Input.SUCCESS and self.method == "INVITE":
            self.call = call_key(self.request, self.to_tag)
        self.step(kind, now)
        if kind in (Input.SUCCESS, Input.FAILURE):
            self._machinery.answered.append(self._kept)

    def answer(self, _now: float) -> None:
        """Send the newest answer (again)."""
        self._send(self._last)


class InviteServer(ServerTransaction):
    """An INVITE to be answered (RFC 3261 §17.2.1, RFC 6026 §7.1)."""

    table: ClassVar[Table] = INVITE_SERVER
    __slots__ = ("_companion", "_companion_source")

    def __init__(self, machinery: Machinery, request: Request, key: ServerKey, source: Hop, hop: Hop) -> None:
        super().__init__(machinery, request, key, source, hop, State.PROCEEDING)
        self._companion: Request | None = None  # the ACK or CANCEL whose row is taken
        self._companion_source = source

    def await_answer(self, now: float) -> None:
        """Say 100 at once if told to, or when the user has not answered in 200 ms."""
        if self._machinery.trying_at_once:
            self.say_trying(now)
        else:
            self.start(Input.SAY_TRYING, now + self._machinery.settings.trying)

    def receive_ack(self, ack: Request, source: Hop, now: float) -> None:
        """An ACK for this INVITE has come, of a refusal or of a 2xx."""
        self._receive_companion(Input.ACK, ack, source, now)

    def receive_cancel(self, cancel: Request, now: float) -> None:
        """A CANCEL for this INVITE has come, and has been answered."""
        self._receive_companion(Input.CANCEL, cancel, self.source, now)

    def say_trying(self, now: float) -> None:
        """100 Trying, so that the caller stops repeating."""
        self.status = 100
        self._last = bytes(self.response(100))
        self.answer(now)

    def answer_or_say_trying(self, now: float) -> None:
        """The INVITE came again: the caller has not heard us."""
        if self._last:
            self.answer(now)
        else:
            self.stop(Input.SAY_TRYING)
            self.say_trying(now)

    def tell_cancel(self, _now: float) -> None:
        """Tell the user that the caller gave up."""
        if self._companion is not None:
            self._tell(CancelReceived(self, self._companion))

    def start_g_h(self, now: float) -> None:
        """Repeat the refusal over UDP, and give up some time."""
        if not self.hop.reliable:
            self.start(Input.TIMER_G, now + self._gap)
        self.start(Input.TIMER_H, now + self._machinery.settings.timeout)

    def double_g(self, now: float) -> None:
        """Timer G doubles up to T2."""
        self.start_doubled(Input.TIMER_G, now)

    def start_l(self, now: float) -> None:
        """Repeat the 2xx over all transports, and give up some time."""
        self.start(Input.REPEAT_SUCCESS, now + self._gap)
        self.start(Input.TIMER_L, now + self._machinery.settings.timeout)

    def double_success(self, now: float) -> None:
        """The 2xx is repeated after T1 doubling to T2 (RFC 3261 §13.3.1.4)."""
        self.start_doubled(Input.REPEAT_SUCCESS, now)

    def stop_repeating(self, _now: float) -> None:
        """The ACK is here: the 2xx is not sent again."""
        self.stop(Input.REPEAT_SUCCESS)
        self._last = b""

    def linger_i(self, now: float) -> None:
        """Absorb repeated ACKs for T4."""
        self.linger(Input.TIMER_I, self._machinery.settings.t4, now)

    def tell_ack(self, _now: float) -> None:
        """Give the ACK to the user: it may carry the session description."""
        if self._companion is not None:
            self._tell(AckReceived(self._companion, self._companion_source, self))

    def tell_ack_missing(self, _now: float) -> None:
        """The call was answered and nobody knows whether the caller heard it."""
        self._tell(AckMissing(self))

    def tell_unconfirmed(self, _now: float) -> None:
        """The refusal may not have arrived (RFC 3261 §17.2.1)."""
        self._tell(RefusalUnconfirmed(self))

    def _receive_companion(self, what: Input, companion: Request, source: Hop, now: float) -> None:
        self._companion, self._companion_source = companion, source
        self.step(what, now)
        self._companion = None


class NonInviteServer(ServerTransaction):
    """Any other request to be answered (RFC 3261 §17.2.2)."""

    table: ClassVar[Table] = NON_INVITE_SERVER
    __slots__ = ()

    def __init__(self, machinery: Machinery, request: Request, key: ServerKey, source: Hop, hop: Hop) -> None:
        super().__init__(machinery, request, key, source, hop, State.TRYING)

    def await_answer(self, now: float) -> None:
        """Forget the request when the user never answers: its client has given up after 64*T1 (RFC 4320)."""
        self.start(Input.ABANDONED, now + self._machinery.settings.timeout)

    def linger_j(self, now: float) -> None:
        """Answer repetitions for 64*T1."""
        self.linger(Input.TIMER_J, self._machinery.settings.timeout, now)
