"""Two layers over a wire that loses, doubles and reorders: every call ends once for both sides, and nothing is left.

The caller dials, may cancel, acknowledges what it must and hangs up; the callee rings, answers or refuses. All of it is
drawn by hypothesis, the wire too. Time moves from one event to the next, nothing sleeps.
"""

import heapq
import itertools
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callpoint.sip.dialog import Dialog
from callpoint.sip.events import (
    AckMissing,
    AckReceived,
    CancelReceived,
    ClientTransaction,
    Event,
    RequestReceived,
    ResponseReceived,
    ServerTransaction,
    TimedOut,
    TransportFailed,
)
from callpoint.sip.hop import Hop
from callpoint.sip.layer import TransactionLayer
from callpoint.sip.message import Request, parse

END_OF_TIME = 400.0


@dataclass(frozen=True)
class Fate:
    """What the wire does with one message: lost, or delivered after each of the delays."""

    delays: tuple[float, ...]


LOST = Fate(())
DIRECT = Fate((0.01,))

fates = st.one_of(
    st.just(DIRECT),
    st.just(LOST),
    st.floats(0.0, 3.0).map(lambda delay: Fate((delay,))),
    st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 6.0)).map(Fate),
)


@dataclass(frozen=True)
class Plan:
    """What both people do, and when (seconds)."""

    rings: bool
    final: int
    answer_after: float
    cancel_after: float | None
    hang_up_after: float
    reliable: bool
    trying_at_once: bool


plans = st.builds(
    Plan,
    rings=st.booleans(),
    final=st.sampled_from([200, 200, 486, 603]),
    answer_after=st.floats(0.0, 20.0),
    cancel_after=st.none() | st.floats(0.0, 20.0),
    hang_up_after=st.floats(0.1, 40.0),
    reliable=st.booleans(),
    trying_at_once=st.booleans(),
)


@dataclass
class World:
    """Both sides, the wire between them and the list of what is to happen."""

    plan: Plan
    fates: list[Fate]
    now: float = 0.0
    agenda: list[tuple[float, int, str, object]] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    callee_invites: list[ServerTransaction] = field(default_factory=list)
    callee_outcomes: list[str] = field(default_factory=list)
    byes_answered: int = 0
    byes_sent: int = 0

    def __post_init__(self) -> None:
        self.order = itertools.count()
        numbers = itertools.count()
        transport = "tcp" if self.plan.reliable else "udp"
        self.hops = {
            "caller": Hop(transport, "192.0.2.1", 5060),  # type: ignore[arg-type]
            "callee": Hop(transport, "192.0.2.2", 5060),  # type: ignore[arg-type]
        }
        self.layers = {
            side: TransactionLayer(
                sent_by=lambda _, host=hop.host: f"{host}:5060",  # type: ignore[misc]
                token=lambda: f"n{next(numbers)}",
                trying_at_once=self.plan.trying_at_once,
            )
            for side, hop in self.hops.items()
        }
        self.invite: ClientTransaction | None = None
        self.dialogs: dict[str, Dialog] = {}

    def later(self, delay: float, what: str, thing: object = None) -> None:
        heapq.heappush(self.agenda, (self.now + delay, next(self.order), what, thing))

    def flush(self) -> None:
        for side, layer in self.layers.items():
            other = "callee" if side == "caller" else "caller"
            for outgoing in layer.take_outgoing():
                fate = DIRECT if self.plan.reliable or not self.fates else self.fates.pop()
                for delay in fate.delays:
                    self.later(delay, f"arrive at {other}", (outgoing.data, self.hops[side]))

    def run(self) -> None:
        self.invite = self.layers["caller"].request(
            Request(
                "INVITE",
                "sip:911@192.0.2.2",
                [
                    ("From", "<sip:e@192.0.2.1>;tag=c"),
                    ("To", "<sip:911@192.0.2.2>"),
                    ("Call-ID", "1"),
                    ("CSeq", "1 INVITE"),
                    ("Contact", "<sip:e@192.0.2.1>"),
                ],
            ),
            self.hops["callee"],
            0.0,
        )
        if self.plan.cancel_after is not None:
            self.later(self.plan.cancel_after, "cancel")
        while self.step():
            assert self.now < END_OF_TIME, "somebody repeats for ever"

    def step(self) -> bool:
        self.flush()
        wakes = [due for layer in self.layers.values() if (due := layer.next_wake()) is not None]
        moments = wakes + [entry[0] for entry in self.agenda[:1]]
        if not moments:
            return False
        self.now = max(self.now, min(moments))
        if self.agenda and self.agenda[0][0] <= self.now:
            _, _, what, thing = heapq.heappop(self.agenda)
            self.happen(what, thing)
        for side, layer in self.layers.items():
            self.hear(side, layer.wake(self.now))
        return True

    def happen(self, what: str, thing: object) -> None:
        if what.startswith("arrive at "):
            side = what.removeprefix("arrive at ")
            assert isinstance(thing, tuple)
            data, source = thing
            self.hear(side, self.layers[side].receive(parse(data), source, self.now))
        elif what == "cancel":
            assert self.invite is not None
            self.layers["caller"].cancel(self.invite, self.now)
        elif what == "hang up":
            assert isinstance(thing, Dialog)
            self.byes_sent += 1
            self.layers["caller"].request(thing.request("BYE"), self.hops["callee"], self.now)
        elif isinstance(thing, ServerTransaction):
            self.answer(thing, int(what))

    def answer(self, tx: ServerTransaction, status: int) -> None:
        if tx.answered:
            return
        response = tx.response(status)
        response.add("Contact", "<sip:911@192.0.2.2>")
        self.layers["callee"].respond(tx, response, self.now)

    def hear(self, side: str, events: list[Event]) -> None:
        for event in events:
            self.caller_hears(event) if side == "caller" else self.callee_hears(event)

    def caller_hears(self, event: Event) -> None:
        assert not isinstance(event, TransportFailed)
        if isinstance(event, ResponseReceived) and event.tx is self.invite:
            if event.response.status >= 200:
                self.outcomes.append(str(event.response.status))
            if 200 <= event.response.status < 300:
                dialog = Dialog.as_caller(event.tx.request, event.response)
                ack = dialog.request("ACK", event.response.cseq.number)
                self.layers["caller"].acknowledge(event.tx, ack, self.hops["callee"], self.now)
                self.later(self.plan.hang_up_after, "hang up", dialog)
        elif isinstance(event, ResponseReceived):
            self.byes_answered += 1
        elif isinstance(event, TimedOut):
            self.outcomes.append("timed out" if event.tx is self.invite else "")

    def callee_hears(self, event: Event) -> None:
        if isinstance(event, RequestReceived) and event.tx.method == "INVITE":
            self.callee_invites.append(event.tx)
            if self.plan.rings:
                self.answer(event.tx, 180)
            self.later(self.plan.answer_after, str(self.plan.final), event.tx)
        elif isinstance(event, RequestReceived):
            self.answer(event.tx, 200)
        elif isinstance(event, CancelReceived):
            self.callee_outcomes.append("cancelled")
            self.answer(event.invite_tx, 487)
        elif isinstance(event, AckReceived) and event.tx is not None:
            self.callee_outcomes.append("acknowledged")
        elif isinstance(event, AckMissing):
            self.callee_outcomes.append("ack missing")


def play(plan: Plan, wire: list[Fate]) -> World:
    world = World(plan, list(wire))
    world.run()
    return world


def check(world: World) -> None:
    outcomes = [outcome for outcome in world.outcomes if outcome]
    assert len(outcomes) == 1, "the caller hears one outcome of its INVITE"
    assert world.callee_outcomes.count("cancelled") <= 1
    ends = [outcome for outcome in world.callee_outcomes if outcome != "cancelled"]
    accepted = sum(tx.status == 200 for tx in world.callee_invites)
    assert len(ends) == accepted, "each 2xx is acknowledged, or told as missing, once"
    assert all(tx.answered for tx in world.callee_invites)
    for layer in world.layers.values():
        assert len(layer) == 0
        assert layer.timers_running == 0
        assert layer.next_wake() is None
        assert not layer._by_address
        assert not layer._merges
        assert not layer._accepted


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plans, st.lists(fates, max_size=60))
def test_every_call_ends_once_and_leaves_nothing(plan: Plan, wire: list[Fate]) -> None:
    check(play(plan, wire))


@settings(max_examples=100, deadline=None)
@given(plans)
def test_over_a_good_wire_every_call_reaches_its_answer(plan: Plan) -> None:
    world = play(plan, [])
    check(world)
    assert len(world.callee_invites) == 1
    outcome = world.outcomes[0]
    cancelled = "cancelled" in world.callee_outcomes
    assert outcome == ("487" if cancelled and world.callee_invites[0].status == 487 else str(plan.final))
    assert world.byes_answered == world.byes_sent == (outcome == "200")
    assert "ack missing" not in world.callee_outcomes


QUIET = Plan(
    rings=True,
    final=200,
    answer_after=1.0,
    cancel_after=None,
    hang_up_after=5.0,
    reliable=False,
    trying_at_once=True,
)


def test_a_dead_wire_times_out() -> None:
    world = play(QUIET, [LOST] * 500)
    check(world)
    assert world.outcomes == ["timed out"]
    assert world.callee_invites == []


@pytest.mark.parametrize("lost", range(8))
def test_any_one_lost_message_is_made_good(lost: int) -> None:
    wire = [DIRECT] * 50
    wire[-1 - lost] = LOST
    world = play(QUIET, wire)
    check(world)
    assert world.outcomes == ["200"]
    assert world.callee_outcomes == ["acknowledged"]
    assert world.byes_answered == 1


def test_a_cancel_that_crosses_the_answer_leaves_an_answered_call() -> None:
    plan = Plan(True, 200, 1.0, 1.005, 3.0, reliable=False, trying_at_once=True)
    world = play(plan, [])
    check(world)
    assert world.outcomes == ["200"]
    assert world.callee_outcomes == ["acknowledged"]
    assert world.byes_answered == 1


def test_a_call_cancelled_while_it_rings_ends_with_487() -> None:
    plan = Plan(True, 200, 10.0, 2.0, 3.0, reliable=True, trying_at_once=False)
    world = play(plan, [])
    check(world)
    assert world.outcomes == ["487"]
    assert world.callee_outcomes == ["cancelled"]
