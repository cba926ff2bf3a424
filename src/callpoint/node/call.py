"""One emergency call from its INVITE to an answer: targets in order, the first answer wins, nobody is refused.

Theory of operation. Targets are dialled one after another (`attempt.Attempt`); one that stayed silent is told to stop
when the next is dialled, and should it answer all the same, that answer counts: whichever answers first is the call,
the others are cancelled, and what they still answer is acknowledged and hung up. When the last one has failed,
the node itself answers and tells the caller to use another phone (`voice`).

    DIALLING --2xx--> ANSWERED          DIALLING --CANCEL, BYE--> OVER
    DIALLING --no target left--> ANNOUNCING --no announcement can play--> OVER with the best response
"""

from enum import Enum

from callpoint.node.attempt import Attempt
from callpoint.node.bridge import Bridge
from callpoint.node.context import CallContext
from callpoint.node.headers import relayed_response
from callpoint.node.services import Services
from callpoint.routing.targets import NextStep, Outcome, best_response, next_step
from callpoint.sip.events import ClientTransaction, ServerTransaction
from callpoint.sip.message import Request, Response
from callpoint.snapshot import fact_kinds


class State(Enum):
    DIALLING = "dialling"
    ANSWERED = "answered"
    ANNOUNCING = "announcing"
    OVER = "over"


class Call:
    """The set-up of one call; owner of the caller's INVITE (`services.InviteOwner`)."""

    def __init__(self, services: Services, context: CallContext) -> None:
        self.services = services
        self.context = context
        self.state = State.DIALLING
        self._attempts: list[Attempt] = []
        self._statuses: list[int] = []
        self._failed: list[Attempt] = []
        self._bridge: Bridge | None = None
        context.tx.owner = self

    def start(self) -> None:
        """Dials the first target. Raises nothing."""
        self.services.dialogs.expect(self._call_id)
        self._dial_next()

    # --- what attempts tell

    def progress(self, attempt: Attempt, bridge: Bridge | None, response: Response) -> None:
        """A provisional response other than 100: the caller hears it, early media included."""
        self.context.recorder.fact(
            fact_kinds.PROGRESS,
            attempt=attempt.number,
            target=attempt.target.name,
            status=response.status,
            reason=response.reason,
            early_media=bool(response.body),
        )
        if self.state is not State.DIALLING:
            return
        if bridge is None:
            # It names no dialog, so that nothing of it but the ringing can be passed on.
            self.services.endpoint.respond(self.context.tx, self.context.tx.response(180))
        else:
            self.services.endpoint.respond(self.context.tx, bridge.towards_caller(response))

    def answered(self, attempt: Attempt, tx: ClientTransaction, bridge: Bridge | None, response: Response) -> None:
        """A 2xx. The first one is the call; any further one is thanked and hung up."""
        if bridge is None:
            # An answer whose To cannot be read cannot even be acknowledged: it is a failure of that target.
            self.attempt_failed(attempt, "unreachable", None, "its answer cannot be read")
            return
        bridge.invite_tx = tx
        if self.state is not State.DIALLING:
            bridge.drop(response)
            if self.state is State.OVER:
                attempt.let_go()
            return
        self.state = State.ANSWERED
        self._bridge = bridge
        ours = bridge.towards_caller(response)
        self.services.endpoint.respond(self.context.tx, ours)
        bridge.confirm(response)
        self._leave(kept=bridge)
        self.context.recorder.fact(
            fact_kinds.ANSWERED,
            by=attempt.target.name,
            kind=attempt.target.kind,
            attempt=attempt.number,
            status=response.status,
            setup_ms=self._milliseconds(),
        )

    def attempt_failed(
        self, attempt: Attempt, outcome: int | Outcome, response: Response | None, why: str = ""
    ) -> None:
        """A target is out. What comes next is `routing.targets`' decision."""
        if self.state is not State.DIALLING:
            return
        self._failed.append(attempt)
        if response is not None:
            self._statuses.append(response.status)
        remaining = len(self.context.plan.targets) - len(self._attempts)
        step = self._next_step(outcome, attempt, remaining)
        self.context.recorder.fact(
            fact_kinds.ATTEMPT_FAILED,
            attempt=attempt.number,
            target=attempt.target.name,
            status=response.status if response is not None else 0,
            reason=why or step.why,
            next=step.action == "next",
        )
        if step.action == "next":
            self._dial_next()
        elif step.action == "exhausted":
            self._exhausted()
        else:
            self._refuse(response.status if response is not None else 500, response, step.why)

    def caller_gave_up(self, why: str) -> None:
        """CANCEL, or a BYE before the answer."""
        if self.state is not State.DIALLING:
            return
        self.services.endpoint.respond(self.context.tx, self.context.tx.response(487))
        self._over("caller", why, 487)

    def recover(self, attempt: Attempt, why: str) -> None:
        """What `attempt` said could not be worked on: unless the caller has an answer already, the next is dialled."""
        if self.context.tx.answered:
            return
        if self.state is State.ANSWERED:
            self.state = State.DIALLING
        attempt.cancel()
        if attempt not in self._failed:
            self.attempt_failed(attempt, "unreachable", None, why)

    # --- what the caller does with the INVITE (`services.InviteOwner`)

    def on_cancel(self, tx: ServerTransaction) -> None:
        self.caller_gave_up("the caller hung up before an answer")

    def on_ack(self, tx: ServerTransaction, ack: Request) -> None:
        if self._bridge is not None:
            self._bridge.acknowledge(ack)

    def on_ack_missing(self, tx: ServerTransaction) -> None:
        if self._bridge is not None:
            self._bridge.on_ack_missing()

    # --- ours

    def _dial_next(self) -> None:
        number = len(self._attempts)
        if number >= len(self.context.plan.targets):
            self._exhausted()  # not even a relay center is configured
            return
        attempt = self._attempt(number)
        self._attempts.append(attempt)
        attempt.start()

    def _attempt(self, number: int) -> Attempt:
        """The attempt at the target of that number, counted from 0."""
        return Attempt(self, number + 1, self.context.plan.targets[number])

    def _next_step(self, outcome: int | Outcome, attempt: Attempt, remaining: int) -> NextStep:
        return next_step(outcome, attempt.target, remaining)

    def _exhausted(self) -> None:
        """Nobody could be reached, not even the relay center: the caller must know, and so must the operator."""
        self._tell_exhausted()
        self.state = State.ANNOUNCING
        self._leave()
        self.let_go()
        self._announce()

    def _tell_exhausted(self) -> None:
        self.context.recorder.alarm(
            "no_target_reached",
            f"The call {self.context.marks.call_id} reached neither a PSAP nor the relay center. "
            "Check the targets' addresses and the network now.",
        )

    def _announce(self) -> None:
        self.services.voice.announce(self.context, self._milliseconds(), self._not_announced)

    def _not_announced(self) -> None:
        self._refuse(best_response(self._statuses), None, "no target was reached, and no announcement could play")

    def _refuse(self, status: int, response: Response | None, why: str) -> None:
        """The final refusal: a person's at the PSAP, or the best of the failures (RFC 3261 §16.7 step 6)."""
        ours = self.context.tx.response(status, response.reason if response is not None else None)
        if response is not None:
            relayed_response(response, ours)
        self.services.endpoint.respond(self.context.tx, ours)
        self._over("psap" if response is not None else "node", why, status)

    def _over(self, by: str, why: str, status: int) -> None:
        if self.state is State.DIALLING:
            self._leave()
        self.state = State.OVER
        self.context.recorder.fact(fact_kinds.ENDED, by=by, why=why, status=status, talked_seconds=0.0, answered=False)
        self.let_go()

    def let_go(self) -> None:
        """It is over: a transaction lives 32 s longer, and must not keep all that the call was made of.

        Only an INVITE still without a final answer keeps its attempt, because that answer must be hung up.
        """
        self.context.tx.owner = None
        for attempt in self._attempts:
            attempt.let_go()
        self._attempts.clear()
        self._failed.clear()
        self._bridge = None

    def _leave(self, kept: Bridge | None = None) -> None:
        """Nothing more is dialled: every attempt is given up, and every branch but the one that is the call."""
        for attempt in self._attempts:
            attempt.close(kept)
        self.services.dialogs.release(self._call_id)

    @property
    def _call_id(self) -> str:
        return self.context.invite.get("Call-ID") or ""

    def _milliseconds(self) -> float:
        return round((self.services.endpoint.now() - self.context.arrived) * 1000, 1)
