"""One emergency call from its INVITE to an answer: targets in order, the first answer wins, nobody is refused.

Theory of operation. Targets are dialled one after another (`attempt.Attempt`); a later one does not silence an earlier
one that may still answer: whichever answers first is the call, the others are cancelled. When the last one has failed,
the node itself answers and tells the caller to use another phone (`voice`).

    DIALLING --2xx--> ANSWERED          DIALLING --CANCEL, BYE--> OVER
    DIALLING --no target left--> ANSWERED by our announcement, or OVER with the best response
"""

from enum import Enum

from callpoint.node.attempt import Attempt
from callpoint.node.bridge import Bridge
from callpoint.node.context import CallContext
from callpoint.node.headers import relayed_response
from callpoint.node.services import Services
from callpoint.routing.targets import Outcome, best_response, next_step
from callpoint.sip.events import ClientTransaction, ServerTransaction
from callpoint.sip.message import Request, Response
from callpoint.snapshot import fact_kinds


class State(Enum):
    DIALLING = "dialling"
    ANSWERED = "answered"
    OVER = "over"


class Call:
    """The set-up of one call; owner of the caller's INVITE (`services.InviteOwner`)."""

    def __init__(self, services: Services, context: CallContext) -> None:
        self.services = services
        self.context = context
        self.state = State.DIALLING
        self._attempts: list[Attempt] = []
        self._statuses: list[int] = []
        self._bridge: Bridge | None = None
        context.tx.owner = self

    def start(self) -> None:
        """Dials the first target. The plan has one at least: the relay center."""
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
            self.services.endpoint.respond(self.context.tx, self.context.invite.response(response.status))
        else:
            self.services.endpoint.respond(self.context.tx, bridge.towards_caller(response))

    def answered(self, attempt: Attempt, tx: ClientTransaction, bridge: Bridge | None, response: Response) -> None:
        """A 2xx. The first one is the call; any further one is thanked and hung up."""
        if bridge is None:
            # An answer without a dialog cannot even be acknowledged: count it as a failure of that target.
            self.attempt_failed(attempt, "unreachable", None, "its answer names no dialog")
            return
        bridge.invite_tx = tx
        if self.state is not State.DIALLING:
            bridge.drop(response)
            return
        self.state = State.ANSWERED
        self._bridge = bridge
        ours = bridge.towards_caller(response)
        self.services.endpoint.respond(self.context.tx, ours)
        bridge.confirm(response)
        for other in self._attempts:
            other.close(kept=bridge)
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
        if response is not None:
            self._statuses.append(response.status)
        remaining = len(self.context.plan.targets) - len(self._attempts)
        step = next_step(outcome, attempt.target, remaining)
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
        attempt = Attempt(self, number + 1, self.context.plan.targets[number])
        self._attempts.append(attempt)
        attempt.start()

    def _exhausted(self) -> None:
        """Nobody could be reached, not even the relay center: the caller must know, and so must the operator."""
        self.context.recorder.alarm(
            "no_target_reached",
            f"The call {self.context.marks.call_id} reached neither a PSAP nor the relay center. "
            "Check the targets' addresses and the network now.",
        )
        self.state = State.ANSWERED
        if not self.services.voice.announce(self.context, self._milliseconds()):
            self.state = State.DIALLING
            self._refuse(best_response(self._statuses), None, "no target was reached, and no announcement could play")

    def _refuse(self, status: int, response: Response | None, why: str) -> None:
        """The final refusal: a person's at the PSAP, or the best of the failures (RFC 3261 §16.7 step 6)."""
        ours = self.context.tx.response(status, response.reason if response is not None else None)
        if response is not None:
            relayed_response(response, ours)
        self.services.endpoint.respond(self.context.tx, ours)
        self._over("psap" if response is not None else "node", why, status)

    def _over(self, by: str, why: str, status: int) -> None:
        self.state = State.OVER
        for attempt in self._attempts:
            attempt.close()
        self.context.recorder.fact(fact_kinds.ENDED, by=by, why=why, status=status, talked_seconds=0.0, answered=False)

    def _milliseconds(self) -> float:
        return round((self.services.endpoint.now() - self.context.arrived) * 1000, 1)
