"""How long a notice is tried, how often one that may have arrived, and what the other side says afterwards."""

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.dispatcher.cast import HOOK, KIM, SteppedClock

from callpoint.channels.notice import DeliveryError, Receipt, Report
from callpoint.dispatcher.deliverer import NotSentError, Outcome
from callpoint.dispatcher.delivery import Delivery, shown_address
from callpoint.dispatcher.outbox import Outbox
from callpoint.dispatcher.own_journal import Work
from callpoint.dispatcher.reach import Reach
from callpoint.dispatcher.retries import CALL, JITTER, MESSAGE, ORDINARY, URGENT, patience, pause

NOTICE: dict[str, Any] = {
    "key": "c1/10/0/1",
    "organization": "acme",
    "alert": "c1",
    "call_id": "c1",
    "type": "emergency",
    "channel": "email",
    "recipient_id": "1",
    "recipient": "Kim",
    "address": "kim@acme.example",
    "urgent": True,
}


class Box:
    """An outbox, and what it noted."""

    def __init__(self) -> None:
        self.clock = SteppedClock()
        self.reach = Reach()
        self.outbox = Outbox(self.clock, self.reach, random.Random(1))
        self.work = Work()

    def begin(self, **more: Any) -> Delivery:
        return self.outbox.begin(Delivery(**{**NOTICE, "queued_at": self.clock.wall(), **more}))

    def fail(self, delivery: Delivery, trouble: DeliveryError) -> bool:
        return self.outbox.settle(self.work, Outcome(delivery, trouble=trouble))

    def states(self) -> list[str]:
        return [str(data["state"]) for *_, data in self.work.facts]

    @property
    def last(self) -> dict[str, Any]:
        return dict(self.work.facts[-1][4])


def test_in_danger_it_is_tried_faster_than_otherwise() -> None:
    assert patience(Delivery(**NOTICE, queued_at=0)) is URGENT
    assert patience(Delivery(**{**NOTICE, "urgent": False}, queued_at=0)) is ORDINARY
    assert patience(Delivery(**{**NOTICE, "urgent": False, "type": "welcome"}, queued_at=0)) is MESSAGE
    assert patience(Delivery(**{**NOTICE, "channel": "voice"}, queued_at=0)) is CALL
    assert URGENT.pauses[0] < ORDINARY.pauses[0] < MESSAGE.pauses[0]


@given(st.integers(1, 100), st.integers(0, 2**32), st.floats(0, 600) | st.none())
def test_a_pause_is_spread_about_its_length_and_never_shorter_than_asked_for(
    attempts: int, seed: int, wanted: float | None
) -> None:
    delivery = Delivery(**NOTICE, queued_at=0, attempts=attempts)
    seconds = pause(delivery, wanted, random.Random(seed))
    usual = URGENT.pauses[min(attempts, len(URGENT.pauses)) - 1]
    assert seconds >= usual * (1 - JITTER)
    assert seconds >= (wanted or 0)
    assert seconds <= max(usual * (1 + JITTER), wanted or 0)


def test_one_that_may_have_arrived_is_repeated_in_danger_and_seldom_otherwise() -> None:
    box = Box()
    lost = DeliveryError("the answer was lost", uncertain=True)
    urgent, ordinary = box.begin(), box.begin(urgent=False, key="b")
    assert [box.fail(urgent, lost) for _ in range(10)] == [True] * 10
    assert [box.fail(ordinary, lost) for _ in range(4)] == [True, True, True, False]
    assert box.last["state"] == "failed"
    assert "may have arrived all the same" in box.last["trouble"]


def test_after_its_last_moment_it_is_given_up() -> None:
    box = Box()
    delivery = box.begin()
    box.clock.step(URGENT.seconds)
    assert not box.fail(delivery, DeliveryError("refused"))
    assert box.last["trouble"] == "given up: refused"
    assert not delivery.open


def test_what_was_tried_before_a_restart_has_only_the_rest_of_its_time() -> None:
    box = Box()
    fresh = box.begin(queued_at=box.clock.wall() - 1000)
    assert fresh.last_moment - fresh.due == URGENT.seconds, "never tried yet, so it gets its whole time"
    tried = box.begin(queued_at=box.clock.wall() - 1000, attempts=1)
    assert tried.last_moment - tried.due == pytest.approx(URGENT.seconds - 1000)
    ahead = box.begin(queued_at=box.clock.wall() + 5000, attempts=1)
    assert ahead.last_moment - ahead.due == URGENT.seconds, "a clock that was set back"


def test_what_came_of_it_is_known_of_the_recipient() -> None:
    box = Box()
    box.fail(box.begin(), DeliveryError("refused"))
    standing = box.reach.of("acme", "1")
    assert standing is not None
    assert not standing.good
    box.outbox.settle(box.work, Outcome(box.begin(), Receipt("r")))
    assert standing.good
    box.outbox.settle(box.work, Outcome(box.begin(key="m", type="welcome", recipient_id="", urgent=False), Receipt()))
    assert box.reach.of("acme", "") is None


def test_what_needs_no_sending_is_skipped_and_what_could_not_be_is_failed() -> None:
    box = Box()
    box.outbox.settle(box.work, Outcome(box.begin(), not_sent=NotSentError("acknowledged meanwhile")))
    box.outbox.settle(box.work, Outcome(box.begin(), not_sent=NotSentError("too late", failed=True)))
    assert box.states() == ["skipped", "failed"]
    assert box.reach.of("acme", "1") is None


def test_a_report_finds_its_notice_by_reference() -> None:
    box = Box()
    delivery = box.begin()
    box.outbox.settle(box.work, Outcome(delivery, Receipt("ref")))
    assert box.outbox.of_reference("ref") is delivery
    assert box.outbox.of_reference("") is None
    assert box.outbox.of_alert("acme", "c1", "1") == [delivery]
    assert box.outbox.of_alert("other", "c1", "1") == []
    assert not box.outbox.report(box.work, delivery, Report("ref", "failed", "mailbox full"))
    assert box.states() == ["sent", "failed"]
    standing = box.reach.of("acme", "1")
    assert standing is not None
    assert not standing.good


def test_a_letter_is_not_kept_once_it_is_sent() -> None:
    box = Box()
    letter = {"address": "ada@acme.example", "subject": "s", "text": "the code is 123456"}
    delivery = box.begin(type="welcome", message=letter, urgent=False)
    box.fail(delivery, DeliveryError("later"))
    assert "123456" in box.work.statements[-1][1][-1]
    box.outbox.settle(box.work, Outcome(delivery, Receipt()))
    assert "123456" not in box.work.statements[-1][1][-1]


def test_a_delivery_comes_back_as_it_was_written() -> None:
    work = Work()
    delivery = Delivery(**NOTICE, queued_at=5.0, attempts=2, uncertain=1)
    delivery.say(work, "retrying", trouble="x")
    [(_, row)] = work.statements
    assert replace(Delivery.load(row[-1]), open=True) == delivery


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://hooks.example/secret?key=1", "https://hooks.example/…"),
        ("https://user:pass@hooks.example:8443/x", "https://hooks.example:8443/…"),
        ("https://[bad", "…"),
        ("https://hooks.example:nonsense/", "…"),
    ],
)
def test_of_a_url_only_the_host_is_shown(address: str, shown: str) -> None:
    assert shown_address(replace(HOOK, address=address)) == shown
    assert shown_address(KIM) == "kim@acme.example"
