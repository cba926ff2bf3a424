"""Sending many at a time: nobody is held up by a neighbour, and nothing is lost by a fault."""

import asyncio
from pathlib import Path

import pytest
from tests.dispatcher.cast import SenderOfTest, SteppedClock, plan, subscription, until, world

from callpoint.channels.notice import DeliveryError, Notice, Receipt
from callpoint.dispatcher.deliverer import LIMITS, Deliverer, NotSentError, Outcome
from callpoint.dispatcher.delivery import Delivery
from callpoint.dispatcher.lane import Limits
from callpoint.routing.alert_records import AlertStep, Channel, Recipient


def delivery(key: str, channel: Channel = "email", address: str = "a", urgent: bool = False) -> Delivery:
    return Delivery(key, "acme", "c1", "c1", "emergency", channel, "1", "Kim", address, 0.0, urgent=urgent)


class Post:
    """A deliverer with its outcomes."""

    def __init__(self, limits: dict[Channel, Limits] | None = None) -> None:
        self.clock = SteppedClock()
        self.senders: dict[Channel, SenderOfTest] = {"email": SenderOfTest(), "webhook": SenderOfTest()}
        self.outcomes: list[Outcome] = []
        self.deliverer = Deliverer(self.senders, self.clock, self.prepare, self.take, {**LIMITS, **(limits or {})})

    def prepare(self, one: Delivery) -> tuple[Notice, Recipient]:
        if one.key == "gone":
            raise NotSentError("is no recipient any more")
        return Notice(one.key, "c1", "emergency", "acme", "s", "t"), Recipient("1", one.channel, one.address)

    async def take(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)

    def add(self, *deliveries: Delivery) -> None:
        for one in deliveries:
            self.deliverer.add(one)
        self.deliverer.pump()

    async def outcome(self, number: int = 1) -> Outcome:
        await until(lambda: len(self.outcomes) >= number)
        return self.outcomes[number - 1]


async def test_a_host_that_hangs_holds_up_no_other() -> None:
    """A lane of its own for each host, so a dead webhook leaves the others' places alone."""
    post = Post({"webhook": Limits(2, 60.0, 1000.0)})
    stuck = asyncio.Event()

    class Half(SenderOfTest):
        async def send(self, notice: Notice, recipient: Recipient) -> Receipt:
            if recipient.address.startswith("https://dead"):
                await stuck.wait()
            return await super().send(notice, recipient)

    post.senders["webhook"] = Half()
    post.add(*(delivery(f"d{number}", "webhook", "https://dead/…") for number in range(50)))
    post.add(*(delivery(f"g{number}", "webhook", "https://good/…") for number in range(50)))
    await until(lambda: len(post.senders["webhook"].sent) == 50)
    assert post.deliverer.under_way == 2
    assert post.deliverer.waiting == 48
    stuck.set()
    await until(lambda: len(post.outcomes) == 100)


async def test_a_send_that_takes_too_long_is_given_up_and_may_have_arrived() -> None:
    post = Post({"email": Limits(1, 0.05, 1000.0)})
    post.senders["email"].hang = asyncio.Event()
    post.add(delivery("slow"))
    outcome = await post.outcome()
    assert outcome.trouble is not None
    assert outcome.trouble.uncertain
    assert not outcome.trouble.permanent


async def test_a_fault_of_a_channel_is_told_and_tried_again() -> None:
    post = Post()

    class Broken(SenderOfTest):
        async def send(self, notice: Notice, recipient: Recipient) -> Receipt:
            raise ZeroDivisionError

    post.senders["email"] = Broken()
    post.add(delivery("a"))
    outcome = await post.outcome()
    assert outcome.trouble is not None
    assert "ZeroDivisionError" in str(outcome.trouble)


async def test_what_needs_no_sending_is_told() -> None:
    post = Post()
    post.add(delivery("gone"))
    assert str((await post.outcome()).not_sent) == "is no recipient any more"


async def test_nothing_goes_before_its_time() -> None:
    post = Post()
    later = delivery("later")
    later.due = post.clock.monotonic() + 10
    post.add(later)
    assert (post.deliverer.waiting, post.deliverer.under_way) == (1, 0)
    assert post.deliverer.wakes() == 10
    post.clock.step(10)
    post.deliverer.pump()
    await post.outcome()
    assert post.deliverer.wakes() is None


@pytest.mark.parametrize(
    ("channel", "trouble", "shut"),
    [
        ("email", DeliveryError("connection refused"), True),
        ("email", DeliveryError("the answer was lost", uncertain=True), True),
        ("email", DeliveryError("no such mailbox", permanent=True), False),
        ("email", DeliveryError("451 greylisted", retry_after=60.0), False),
        ("voice", DeliveryError("nobody answered"), False),
    ],
)
async def test_only_what_speaks_of_the_other_side_shuts_the_way_to_it(
    channel: Channel, trouble: DeliveryError, shut: bool
) -> None:
    post = Post()
    post.senders[channel] = SenderOfTest()
    post.senders[channel].trouble = trouble
    for number in range(10):
        post.add(delivery(str(number), channel))
    await until(lambda: not post.deliverer.under_way)
    assert post.deliverer.shut(channel, "acme", "a") is shut
    assert not post.deliverer.shut("sms", "acme", "a")


async def test_closing_cuts_what_hangs() -> None:
    post = Post()
    post.senders["email"].hang = asyncio.Event()
    post.add(delivery("a"))
    await until(lambda: post.senders["email"].tried == 1)
    await post.deliverer.close()
    assert post.outcomes == []
    await until(lambda: post.deliverer.under_way == 0)


async def test_all_notifiers_hang_but_one(tmp_path: Path) -> None:
    everywhere = subscription("emergency", AlertStep(("1", "2", "3", "5"), 0))
    async with world(tmp_path, plan(everywhere)) as stage:
        for name in ("email", "sms", "voice"):
            stage.senders[name].hang = asyncio.Event()
        for number in range(300):
            stage.call(f"c{number}")
        await stage.turn()
        await until(lambda: len(stage.senders["webhook"].sent) == 300)
        assert len(stage.facts("alert")) == 300
        assert not stage.senders["email"].sent


async def test_ten_thousand_pending_at_the_start_hold_no_emergency_up(tmp_path: Path) -> None:
    told = plan(subscription(), subscription("test_call", key="11"))
    async with world(tmp_path, told) as stage:
        stage.senders["email"].trouble = DeliveryError("connection refused")
        for number in range(10_000):
            stage.call(f"t{number}", service="test")
        await stage.turn()
        assert stage.engine.figures()["waiting"] == 10_000
        tried = stage.senders["email"].tried
        assert tried < 200, "a dead gateway is not asked ten thousand times"
    async with world(tmp_path, told) as stage:
        assert stage.engine.figures()["waiting"] == 10_000
        stage.senders["email"].hang = asyncio.Event()
        stage.call("now")
        await stage.turn()
        stage.senders["email"].hang.set()
        await until(lambda: "now/10/0/1" in stage.senders["email"].keys)
        ahead = stage.senders["email"].keys.index("now/10/0/1")
        assert ahead <= LIMITS["email"].at_once, "only those that were under way already"
        while stage.engine.figures()["waiting"]:
            await stage.pass_time(2, 2)
        assert len(stage.senders["email"].keys) == 10_001
        assert len(set(stage.senders["email"].keys)) == 10_001
