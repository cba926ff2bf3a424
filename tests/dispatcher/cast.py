"""Alert plans, a clock stepped by hand, channels that do as they are told, and an engine among them."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from callpoint.channels.notice import DeliveryError, Notice, Receipt, Sender
from callpoint.dispatcher.composing import Addresses
from callpoint.dispatcher.deliverer import LIMITS
from callpoint.dispatcher.engine import Engine
from callpoint.dispatcher.lane import Limits
from callpoint.dispatcher.own_journal import OwnJournal, now_text
from callpoint.routing.alert_records import (
    AlertPlan,
    AlertStep,
    AlertType,
    Channel,
    Recipient,
    Screen,
    Subscription,
)
from callpoint.routing.records import Trunk
from callpoint.snapshot.facts import Fact, facts_after
from callpoint.snapshot.journal import Journal

KIM = Recipient("1", "email", "kim@acme.example", "Kim")
BO = Recipient("2", "sms", "+18025550102", "Bo")
HOOK = Recipient("3", "webhook", "https://hooks.acme.example/secret-path", "Siren", secret="k")
DESK = Recipient("4", "onsite", "*", "Front desk")
GUARD = Recipient("5", "voice", "+18025550105", "Guard")
OTHERS = Recipient("6", "email", "olga@other.example", "Olga")
DOOR = Screen("70", "Door", "digest")


def subscription(type_: AlertType = "emergency", *steps: AlertStep, key: str = "10", **more: Any) -> Subscription:
    """To Kim at once, unless `steps` say otherwise."""
    return Subscription(key, f"{type_} {key}", type_, steps or (AlertStep(("1",), group="Desk"),), **more)


def plan(*subscriptions: Subscription, **more: Any) -> AlertPlan:
    everybody = (KIM, BO, HOOK, DESK, GUARD)
    return AlertPlan(
        "acme", "Acme", subscriptions=subscriptions, **{"recipients": everybody, "screens": (DOOR,), **more}
    )


OTHER_PLAN = AlertPlan("other", "Other", subscriptions=(subscription(key="20"),), recipients=(replace(OTHERS, id="1"),))


@dataclass
class PlansOfTest:
    """By slug; change them as the portal would."""

    plans: dict[str, AlertPlan]
    known_trunks: tuple[Trunk, ...] = ()

    def alert_plan(self, organization: str) -> AlertPlan | None:
        return self.plans.get(organization)

    def alert_plans(self) -> Sequence[AlertPlan]:
        return tuple(self.plans.values())

    def trunks(self) -> Sequence[Trunk]:
        return self.known_trunks


class SteppedClock:
    """Goes on by `step` alone; `jump` is somebody setting the machine's clock."""

    def __init__(self) -> None:
        self._wall = time.time()
        self._monotonic = 1000.0

    def wall(self) -> float:
        return self._wall

    def monotonic(self) -> float:
        return self._monotonic

    def step(self, seconds: float) -> None:
        self._wall += seconds
        self._monotonic += seconds

    def jump(self, seconds: float) -> None:
        self._wall += seconds


class SenderOfTest:
    """Takes everything, until it is told otherwise. `hang` until it is set free."""

    def __init__(self, delivered: bool = False) -> None:
        self.sent: list[tuple[Notice, Recipient]] = []
        self.tried = 0
        self.troubles: list[DeliveryError] = []
        self.trouble: DeliveryError | None = None
        self.hang: asyncio.Event | None = None
        self.closed = False
        self._delivered = delivered

    async def send(self, notice: Notice, recipient: Recipient) -> Receipt:
        self.tried += 1
        if self.hang is not None:
            await self.hang.wait()
        if trouble := (self.troubles.pop(0) if self.troubles else self.trouble):
            raise trouble
        self.sent.append((notice, recipient))
        return Receipt(f"ref {notice.key}", self._delivered)

    async def close(self) -> None:
        self.closed = True

    @property
    def keys(self) -> list[str]:
        return [notice.key for notice, _ in self.sent]


@dataclass
class World:
    """An engine that is turned by hand, the journals it follows, and its channels."""

    folder: Path
    clock: SteppedClock
    plans: PlansOfTest
    senders: dict[Channel, SenderOfTest]
    engine: Engine
    node: Journal
    requests: Journal
    calls: int = field(default=0)

    async def turn(self, times: int = 1) -> None:
        """Turns, each until nothing is under way."""
        assert self.node.flush(10)
        assert self.requests.flush(10)
        for _ in range(times):
            await self.engine.turn()
            await self.settle()

    async def settle(self) -> None:
        """Until all sends that do not hang are over and written."""
        hanging = sum(1 for one in self.senders.values() if one.hang is not None and not one.hang.is_set())
        await until(lambda: bool(hanging) or not self.engine.figures()["sending"])

    async def pass_time(self, seconds: float, step: float = 1.0) -> None:
        """Time goes on, and the engine turns at every `step` of it."""
        for _ in range(max(1, round(seconds / step))):
            self.clock.step(step)
            await self.turn()

    def call(self, call_id: str = "c1", organization: str = "acme", service: str = "emergency", **decided: Any) -> None:
        """A call arrives and is decided."""
        self.arrive(call_id, organization, service)
        self.decide(call_id, organization, **decided)

    def arrive(self, call_id: str = "c1", organization: str = "acme", service: str = "emergency") -> None:
        data = {"service": service, "dialled": "911", "identity": "E1001", "trunk": "main", "caller": "+18025550143"}
        self.note("received", data, call_id, organization)

    def decide(self, call_id: str = "c1", organization: str = "acme", **decided: Any) -> None:
        data = {
            "direct": True,
            "person": "Ada Byron",
            "callback_number": "+18025550143",
            "location": LOCATION,
            **decided,
        }
        self.note("decided", data, call_id, organization)

    def note(self, kind: str, data: Mapping[str, Any], call_id: str = "", organization: str = "acme") -> None:
        """A fact of the node, at the stepped time."""
        self.node.append(call_id, organization, kind, data, now_text(self.clock.wall()))

    def ask(self, organization: str = "acme", **data: Any) -> None:
        """A request of worker or pages."""
        self.requests.append("", organization, "requested", data, now_text(self.clock.wall()))

    def facts(self, kind: str = "", **data: Any) -> list[Fact]:
        """Of the dispatcher's journal; those of that kind, whose data hold `data`."""
        found = facts_after(self.folder / "own.db", 0, 1_000_000)
        return [fact for fact in found if kind in ("", fact.kind) and data.items() <= fact.data.items()]

    def states(self, recipient: str, type_: str = "emergency") -> list[str]:
        """What the record says of the notices to that recipient, in order."""
        return [fact.data["state"] for fact in self.facts("notice", recipient=recipient, type=type_)]


LOCATION = {
    "civic": {"country": "US", "A1": "VT", "A3": "Montpelier", "RD": "State", "HNO": "115", "FLR": "2"},
    "formatted": "115 State Street, Montpelier VT",
    "verdict": "valid",
    "point": [44.26, -72.58],
    "building": "State House",
    "building_id": "7",
    "id": "31@12",
}


@asynccontextmanager
async def world(
    folder: Path,
    *plans: AlertPlan,
    clock: SteppedClock | None = None,
    limits: Mapping[Channel, Limits] = LIMITS,
) -> AsyncIterator[World]:
    """An engine over the journals in `folder`; leaving it is stopping it."""
    found = PlansOfTest({one.organization: one for one in plans})
    senders: dict[Channel, SenderOfTest] = {
        name: SenderOfTest(delivered=name == "webhook")
        for name in ("email", "sms", "voice", "webhook", "teams", "slack")
    }
    clock = clock or SteppedClock()
    engine = Engine(
        OwnJournal(folder / "own.db", first_pause=0.01),
        found,
        {"node": folder / "node.db", "requests": folder / "requests.db"},
        lambda engine: {**senders, "onsite": OnsiteOfTest(engine)},
        addresses=Addresses("https://streams.example", "link key"),
        clock=clock,
        limits=limits,
    )
    with Journal(folder / "node.db") as node, Journal(folder / "requests.db") as requests:
        made = World(folder, clock, found, senders, engine, node, requests)
        await engine.start()
        try:
            yield made
        finally:
            for one in senders.values():
                if one.hang is not None:
                    one.hang.set()
            await engine.close()


class OnsiteOfTest:
    """As `channels.onsite` does: delivered where a live screen shows it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def send(self, notice: Notice, recipient: Recipient) -> Receipt:
        if not self._engine.screens.shows(notice, recipient):
            raise DeliveryError("no screen is connected now")
        return Receipt(delivered=True)

    async def close(self) -> None:
        """Nothing is held."""


async def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Waits until it holds; fails when it does not for that long."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "what was waited for did not come"
        await asyncio.sleep(0.002)


_: Sender = SenderOfTest()
