"""One call back of a PSAP being set up: the person's places in turn, nothing final but an answer."""

import asyncio
from collections.abc import Callable

from callpoint.node.attempt import Attempt
from callpoint.node.bridge import Bridge
from callpoint.node.call import Call
from callpoint.node.callback_ways import Way
from callpoint.node.context import CallContext, CallMarks
from callpoint.node.headers import carry_body, copy_across
from callpoint.node.outgoing import INVITE_CSEQ, REQUIRABLE, hops_left
from callpoint.node.services import Services
from callpoint.routing.records import Target
from callpoint.routing.targets import NextStep, Outcome
from callpoint.sip.errors import SipError
from callpoint.sip.fields import key_of
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request, Response
from callpoint.sip.name_addr import NameAddr
from callpoint.sip.uri import Uri
from callpoint.transport.endpoint import token

MARK = "psap-callback"
RING_SECONDS = 45.0  # a phone rings so long before the next way is tried; the last one as long as the PSAP waits
OUTCOMES: dict[Outcome, str] = {
    "silent": "it said nothing within the reroute time",
    "timed_out": "nobody answered",
    "unreachable": "it could not be reached",
}


class PsapCallback(Call):
    """The set-up of one call back: `Call` towards the person's ways, in which nothing is final but an answer."""

    def __init__(
        self, services: Services, context: CallContext, ways: tuple[Way, ...], tell_psap: Callable[[], None]
    ) -> None:
        super().__init__(services, context)
        self._ways = ways
        self._tell_psap = tell_psap
        self._ringing: asyncio.TimerHandle | None = None

    def progress(self, attempt: Attempt, bridge: Bridge | None, response: Response) -> None:
        super().progress(attempt, bridge, response)
        if self._ringing is None and attempt.number < len(self._ways) and not attempt.over:
            self._ringing = self.services.endpoint.call_later(RING_SECONDS, lambda: self._rang_too_long(attempt))

    def let_go(self) -> None:
        self._stop_ringing()
        super().let_go()

    def _attempt(self, number: int) -> Attempt:
        self._stop_ringing()
        return CallbackAttempt(self, number + 1, self.context.plan.targets[number], self._ways[number].hop)

    def _next_step(self, outcome: int | Outcome, attempt: Attempt, remaining: int) -> NextStep:
        why = f"it answered {outcome}" if isinstance(outcome, int) else OUTCOMES[outcome]
        return NextStep("next" if remaining else "exhausted", why)

    def _tell_exhausted(self) -> None:
        self._stop_ringing()
        self.context.recorder.alarm(
            "callback_not_delivered",
            f"A PSAP called {self.context.plan.callback_number or 'a number'} back, and nobody could be rung. "
            "Set where calls back go (Trunks), and look at the attempts of this call.",
        )

    def _announce(self) -> None:
        self._tell_psap()

    def _rang_too_long(self, attempt: Attempt) -> None:
        if not attempt.over:
            attempt.cancel()
            self.attempt_failed(attempt, "timed_out", None, f"it rang for {RING_SECONDS:g} s")

    def _stop_ringing(self) -> None:
        if self._ringing is not None:
            self._ringing.cancel()
            self._ringing = None


class CallbackAttempt(Attempt):
    """One way being tried; `hop` is a connection it is reached over while that is open."""

    def __init__(self, call: PsapCallback, number: int, target: Target, hop: Hop | None) -> None:
        super().__init__(call, number, target)
        self._over_hop = hop

    def _compose(self) -> Request:
        return compose_callback(self.call.context, self.target, self._call_id)

    def _dial(self, hops: list[Hop]) -> None:
        own = self._over_hop
        super()._dial([own] if own is not None and self._services.endpoint.is_open(own) else hops)


def is_marked(request: Request) -> bool:
    """RFC 7090 §4: `Priority: psap-callback`."""
    return (request.get("Priority") or "").strip().lower() == MARK


def compose_callback(context: CallContext, target: Target, call_id: str) -> Request:
    """The PSAP's INVITE towards a trunk: who calls and what is said untouched, the mark set (RFC 7090 §5).

    The caller of this sets Contact. Raises SipError when the target's URI cannot be read.
    """
    theirs = context.invite
    goal = str(Uri.parse(target.uri))
    invite = Request("INVITE", goal)
    invite.extend([("Max-Forwards", str(hops_left(theirs))), ("From", _from(theirs, context.marks))])
    invite.extend([("To", f"<{goal}>"), ("Call-ID", call_id), ("CSeq", f"{INVITE_CSEQ} INVITE")])
    invite.add("Contact", "<sip:callpoint@invalid>")  # its place among the headers; the attempt knows its value
    invite.add("Priority", MARK)
    wanted = [option for option in theirs.values("Require") if option.lower() in REQUIRABLE]
    if wanted:
        invite.add("Require", ", ".join(wanted))
    unreadable = {key_of(defect.header) for defect in theirs.tolerated}
    copy_across(theirs, invite, frozenset({"priority", "require"} | unreadable))
    carry_body(theirs, invite)
    return invite


def _from(theirs: Request, marks: CallMarks) -> str:
    """The PSAP as it names itself, in a dialog of ours."""
    try:
        caller = NameAddr.parse(theirs.required("From"))
        return f"{NameAddr(caller.display, caller.uri)};tag={token()}"
    except SipError:
        return f'"PSAP" <sip:anonymous@{marks.host}>;tag={token()}'
