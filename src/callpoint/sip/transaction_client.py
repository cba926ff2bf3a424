"""Client transactions: a request of ours, and the answers to it (RFC 3261 §17.1 with RFC 6026 §7.2).

Theory of operation. An INVITE is repeated over UDP until anything answers (timer A), given up after 64*T1 of silence
(timer B), and cancelled by itself when it rings too long (timer C, RFC 3261 §16.8). Every provisional and the first
final response go to the user. A refusal is acknowledged here (RFC 3261 §17.1.1.3); a 2xx is acknowledged by the user
through `TransactionLayer.acknowledge`, and repeated 2xx are answered by the same ACK again. Answers of other branches
of a forked call differ in their To tag and are told separately, as long as timer M runs.

CANCEL waits for the first provisional response (RFC 3261 §9.1). A 2xx that crosses the CANCEL is delivered like any
other: the user acknowledges it and says BYE. Without any final answer 64*T1 after the CANCEL the call counts as
timed out. So each INVITE ends for its user in exactly one of: a final response, `TimedOut`, `TransportFailed`.

Any other request is repeated until a final response comes (timer E), for 64*T1 (timer F).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from callpoint.sip.ack_cancel import ack_for_refusal, cancel_for
from callpoint.sip.errors import LocalProtocolError
from callpoint.sip.hop import Hop
from callpoint.sip.machine import Event, Input, KeptRequest, Machinery, Outgoing, State, Table, Transaction, kind_of
from callpoint.sip.matching import to_tag
from callpoint.sip.message import Request, Response

INVITE_CLIENT: Table = {
    (State.CALLING, Input.OPENED): (State.CALLING, ("send", "start_a_b_c")),
    (State.CALLING, Input.TIMER_A): (State.CALLING, ("send", "double_a")),
    (State.CALLING, Input.TIMER_B): (State.TERMINATED, ("tell_timeout",)),
    (State.CALLING, Input.TRYING): (State.PROCEEDING, ("stop_a_b", "deliver")),
    (State.CALLING, Input.PROVISIONAL): (State.PROCEEDING, ("stop_a_b", "restart_c", "deliver")),
    (State.CALLING, Input.SUCCESS): (State.ACCEPTED, ("stop_timers", "deliver_success", "start_m")),
    (State.CALLING, Input.FAILURE): (State.COMPLETED, ("stop_timers", "acknowledge", "deliver", "linger_d")),
    (State.CALLING, Input.CANCEL): (State.CANCEL_WANTED, ()),
    (State.CALLING, Input.UNREACHABLE): (State.TERMINATED, ("tell_unreachable",)),
    # cancelled before anything was heard: the CANCEL could overtake the INVITE, so it waits
    (State.CANCEL_WANTED, Input.TIMER_A): (State.CANCEL_WANTED, ("send", "double_a")),
    (State.CANCEL_WANTED, Input.TIMER_B): (State.TERMINATED, ("tell_timeout",)),
    (State.CANCEL_WANTED, Input.TRYING): (State.CANCELLED, ("stop_timers", "deliver", "send_cancel")),
    (State.CANCEL_WANTED, Input.PROVISIONAL): (State.CANCELLED, ("stop_timers", "deliver", "send_cancel")),
    (State.CANCEL_WANTED, Input.SUCCESS): (State.ACCEPTED, ("stop_timers", "deliver_success", "start_m")),
    (State.CANCEL_WANTED, Input.FAILURE): (State.COMPLETED, ("stop_timers", "acknowledge", "deliver", "linger_d")),
    (State.CANCEL_WANTED, Input.UNREACHABLE): (State.TERMINATED, ("tell_unreachable",)),
    (State.PROCEEDING, Input.TRYING): (State.PROCEEDING, ("deliver",)),
    (State.PROCEEDING, Input.PROVISIONAL): (State.PROCEEDING, ("restart_c", "deliver")),
    (State.PROCEEDING, Input.SUCCESS): (State.ACCEPTED, ("stop_timers", "deliver_success", "start_m")),
    (State.PROCEEDING, Input.FAILURE): (State.COMPLETED, ("stop_timers", "acknowledge", "deliver", "linger_d")),
    (State.PROCEEDING, Input.CANCEL): (State.CANCELLED, ("stop_timers", "send_cancel")),
    (State.PROCEEDING, Input.TIMER_C): (State.CANCELLED, ("send_cancel",)),
    (State.PROCEEDING, Input.UNREACHABLE): (State.TERMINATED, ("tell_unreachable",)),
    (State.CANCELLED, Input.SUCCESS): (State.ACCEPTED, ("stop_timers", "deliver_success", "start_m")),
    (State.CANCELLED, Input.FAILURE): (State.COMPLETED, ("stop_timers", "acknowledge", "deliver", "linger_d")),
    (State.CANCELLED, Input.CANCEL_ENDED): (State.TERMINATED, ("tell_timeout",)),
    (State.CANCELLED, Input.UNREACHABLE): (State.TERMINATED, ("tell_unreachable",)),
    (State.COMPLETED, Input.FAILURE): (State.COMPLETED, ("acknowledge_again",)),
    (State.COMPLETED, Input.SUCCESS): (State.COMPLETED, ("tell_stray",)),
    (State.COMPLETED, Input.TIMER_D): (State.TERMINATED, ()),
    (State.ACCEPTED, Input.SUCCESS): (State.ACCEPTED, ("success_again",)),
    (State.ACCEPTED, Input.TIMER_M): (State.TERMINATED, ()),
}

NON_INVITE_CLIENT: Table = {
    (State.TRYING, Input.OPENED): (State.TRYING, ("send", "start_e_f")),
    (State.TRYING, Input.TIMER_E): (State.TRYING, ("send", "double_e")),
    (State.TRYING, Input.TIMER_F): (State.TERMINATED, ("tell_timeout",)),
    (State.TRYING, Input.TRYING): (State.PROCEEDING, ("deliver",)),
    (State.TRYING, Input.PROVISIONAL): (State.PROCEEDING, ("deliver",)),
    (State.TRYING, Input.SUCCESS): (State.COMPLETED, ("stop_timers", "deliver", "linger_k")),
    (State.TRYING, Input.FAILURE): (State.COMPLETED, ("stop_timers", "deliver", "linger_k")),
    (State.TRYING, Input.UNREACHABLE): (State.TERMINATED, ("tell_unreachable",)),
    (State.PROCEEDING, Input.TIMER_E): (State.PROCEEDING, ("send", "slow_e")),
    (State.PROCEEDING, Input.TIMER_F): (State.TERMINATED, ("tell_timeout",)),
    (State.PROCEEDING, Input.TRYING): (State.PROCEEDING, ("deliver",)),
    (State.PROCEEDING, Input.PROVISIONAL): (State.PROCEEDING, ("deliver",)),
    (State.PROCEEDING, Input.SUCCESS): (State.COMPLETED, ("stop_timers", "deliver", "linger_k")),
    (State.PROCEEDING, Input.FAILURE): (State.COMPLETED, ("stop_timers", "deliver", "linger_k")),
    (State.PROCEEDING, Input.UNREACHABLE): (State.TERMINATED, ("tell_unreachable",)),
    (State.COMPLETED, Input.TIMER_K): (State.TERMINATED, ()),
}


@dataclass(frozen=True, slots=True)
class ResponseReceived(Event):
    """A provisional, or the one final response; a further one only for a 2xx with another To tag (forking)."""

    tx: ClientTransaction
    response: Response


@dataclass(frozen=True, slots=True)
class TimedOut(Event):
    """No final response in time. Counts as a 408 (RFC 3261 §8.1.3.1)."""

    tx: ClientTransaction


@dataclass(frozen=True, slots=True)
class TransportFailed(Event):
    """The hop cannot be reached. Counts as a 503 (RFC 3261 §8.1.3.1)."""

    tx: ClientTransaction


@dataclass(frozen=True, slots=True)
class StrayResponse(Event):
    """A response no transaction waits for; nothing has been sent because of it."""

    response: Response


class ClientTransaction(Transaction):
    """A request on its way. `request` carries our Via on top; `status` is that of the newest response, 0 before any.

    A `private` one (a CANCEL) tells its user nothing.
    """

    __slots__ = ("_data", "_kept", "_response", "branch", "method", "private", "status")

    def __init__(self, machinery: Machinery, request: Request, hop: Hop, branch: str, state: State) -> None:
        super().__init__(machinery, hop, state)
        self._kept = KeptRequest(request)
        self.method = request.method
        self.branch = branch
        self.private = False
        self.status = 0
        self._response: Response | None = None  # only while its row is taken
        self._data = bytes(request)

    @property
    def request(self) -> Request:
        """The request as it was sent."""
        return self._kept.get()

    @property
    def answered(self) -> bool:
        """Whether a final response has come."""
        return self.status >= 200

    def receive(self, response: Response, now: float) -> None:
        """A response to this request has come."""
        kind = kind_of(response.status)
        if (self.state, kind) in self._rows:
            self.status = response.status
            self._response = response
            self.step(kind, now)
            self._response = None
            if self.answered:
                self._data = b""  # never sent again
                self._machinery.answered.append(self._kept)

    def send(self, _now: float) -> None:
        """Send the request (again)."""
        self._send(self._data)

    def deliver(self, _now: float) -> None:
        """Give the response to the user."""
        if self._response is not None and not self.private:
            self._tell(ResponseReceived(self, self._response))

    def tell_timeout(self, _now: float) -> None:
        """Nobody answered in time."""
        if not self.private:
            self._tell(TimedOut(self))

    def tell_unreachable(self, _now: float) -> None:
        """The transport gave up."""
        if not self.private:
            self._tell(TransportFailed(self))


class InviteClient(ClientTransaction):
    """An INVITE on its way (RFC 3261 §17.1.1, RFC 6026 §7.2)."""

    table: ClassVar[Table] = INVITE_CLIENT
    __slots__ = ("_ack", "_acks", "cancel_reason")

    def __init__(self, machinery: Machinery, request: Request, hop: Hop, branch: str) -> None:
        super().__init__(machinery, request, hop, branch, State.CALLING)
        self.cancel_reason: str | None = None
        self._ack = b""
        self._acks: dict[str, Outgoing | None] = {}

    def start_a_b_c(self, now: float) -> None:
        """Timers of a fresh INVITE; A only where datagrams can be lost."""
        settings = self._machinery.settings
        if not self.hop.reliable:
            self.start(Input.TIMER_A, now + settings.t1)
        self.start(Input.TIMER_B, now + settings.timeout)
        self.start(Input.TIMER_C, now + settings.timer_c)

    def double_a(self, now: float) -> None:
        """Timer A doubles without a limit (RFC 3261 §17.1.1.2)."""
        self._gap *= 2
        self.start(Input.TIMER_A, now + self._gap)

    def stop_a_b(self, _now: float) -> None:
        """Something answered: no more repetition."""
        self.stop(Input.TIMER_A)
        self.stop(Input.TIMER_B)

    def restart_c(self, now: float) -> None:
        """A provisional response other than 100 gives the callee timer C anew (RFC 3261 §16.7 step 2)."""
        self.start(Input.TIMER_C, now + self._machinery.settings.timer_c)

    def send_cancel(self, now: float) -> None:
        """Send a CANCEL the way the INVITE went, and wait 64*T1 for what it brings (RFC 3261 §9.1)."""
        cancel = NonInviteClient(self._machinery, cancel_for(self.request, self.cancel_reason), self.hop, self.branch)
        cancel.private = True
        self._machinery.began(cancel)
        cancel.step(Input.OPENED, now)
        self.start(Input.CANCEL_ENDED, now + self._machinery.settings.timeout)

    def acknowledge(self, _now: float) -> None:
        """Send the ACK for a refusal; it belongs to this transaction (RFC 3261 §17.1.1.3)."""
        if self._response is not None:
            self._ack = bytes(ack_for_refusal(self.request, self._response))
            self._send(self._ack)

    def acknowledge_again(self, _now: float) -> None:
        """The refusal came again: our ACK was lost."""
        self._send(self._ack)

    def linger_d(self, now: float) -> None:
        """Absorb repeated refusals."""
        self.linger(Input.TIMER_D, self._machinery.settings.timer_d, now)

    def start_m(self, now: float) -> None:
        """Wait for repeated and forked 2xx, over all transports (RFC 6026 §7.2)."""
        self.start(Input.TIMER_M, now + self._machinery.settings.timeout)

    def deliver_success(self, now: float) -> None:
        """The first 2xx of this To tag."""
        if self._response is not None:
            self._acks[to_tag(self._response)] = None
        self.deliver(now)

    def success_again(self, now: float) -> None:
        """A 2xx after the first: another fork is delivered, a repetition gets the ACK it waits for."""
        if self._response is None:
            return
        tag = to_tag(self._response)
        if tag not in self._acks:
            self.deliver_success(now)
            return
        ack = self._acks[tag]
        if ack is not None:
            self._machinery.outgoing.append(ack)

    def tell_stray(self, _now: float) -> None:
        """A 2xx of another fork after a refusal: this transaction has ended for its user."""
        if self._response is not None:
            self._tell(StrayResponse(self._response))

    def keep_ack(self, tag: str, ack: Outgoing) -> None:
        """Remember the ACK of the 2xx with this To tag. LocalProtocolError when there is no 2xx to acknowledge."""
        if self.state not in (State.ACCEPTED, State.TERMINATED):
            raise LocalProtocolError(f"there is no 2xx to acknowledge: the INVITE is {self.state}")
        self._acks[tag] = ack


class NonInviteClient(ClientTransaction):
    """Any other request on its way (RFC 3261 §17.1.2)."""

    table: ClassVar[Table] = NON_INVITE_CLIENT
    __slots__ = ()

    def __init__(self, machinery: Machinery, request: Request, hop: Hop, branch: str) -> None:
        super().__init__(machinery, request, hop, branch, State.TRYING)

    def start_e_f(self, now: float) -> None:
        """Timers of a fresh request; E only where datagrams can be lost."""
        settings = self._machinery.settings
        if not self.hop.reliable:
            self.start(Input.TIMER_E, now + settings.t1)
        self.start(Input.TIMER_F, now + settings.timeout)

    def double_e(self, now: float) -> None:
        """Timer E doubles up to T2."""
        self.start_doubled(Input.TIMER_E, now)

    def slow_e(self, now: float) -> None:
        """After a provisional response timer E is T2 (RFC 3261 §17.1.2.2)."""
        self.start(Input.TIMER_E, now + self._machinery.settings.t2)

    def linger_k(self, now: float) -> None:
        """Absorb repeated answers for T4."""
        self.linger(Input.TIMER_K, self._machinery.settings.t4, now)
