"""What came of each attempt: noted, tried again later, or given up; and what the other side reports afterwards."""

import random
from collections import OrderedDict
from typing import Final

from callpoint.channels.notice import DeliveryError, Receipt, Report
from callpoint.dispatcher.clock import Clock
from callpoint.dispatcher.deliverer import Outcome
from callpoint.dispatcher.delivery import MESSAGES, Delivery
from callpoint.dispatcher.own_journal import Work
from callpoint.dispatcher.reach import Reach
from callpoint.dispatcher.retries import patience, pause

REFERENCES_KEPT: Final = 50_000


class Outbox:
    """Changes deliveries and notes it in a `Work`. Sends nothing."""

    def __init__(self, clock: Clock, reach: Reach, chance: random.Random | None = None) -> None:
        self._clock = clock
        self._reach = reach
        self._chance = chance or random.Random()  # noqa: S311 - pauses, no secrets
        self._sent: OrderedDict[str, Delivery] = OrderedDict()

    def begin(self, delivery: Delivery) -> Delivery:
        """Sets when it is due and when it is given up: at once, or for one from before a restart what is left."""
        age = max(0.0, self._clock.wall() - delivery.queued_at)
        # A clock that was set wrongly must not make a notice too old before it was ever tried.
        left = patience(delivery).seconds - age if delivery.attempts else patience(delivery).seconds
        delivery.due = self._clock.monotonic()
        delivery.last_moment = delivery.due + max(0.0, left)
        return delivery

    def settle(self, work: Work, outcome: Outcome) -> bool:
        """Notes what came of it; whether it is to be sent again, at its new `due`."""
        delivery = outcome.delivery
        if outcome.not_sent is not None:
            delivery.say(work, "failed" if outcome.not_sent.failed else "skipped", trouble=str(outcome.not_sent))
            return False
        delivery.attempts += 1
        if outcome.receipt is not None:
            self._taken(work, delivery, outcome.receipt)
            return False
        trouble = outcome.trouble or DeliveryError("it was not taken")
        self._known(work, delivery, good=False)
        return self._again(work, delivery, trouble)

    def report(self, work: Work, delivery: Delivery, report: Report) -> bool:
        """What the other side said later; whether it is to be sent again."""
        if report.state == "failed":
            self._known(work, delivery, good=False)
            again = delivery.channel == "voice"
            return self._again(work, delivery, DeliveryError(report.why or "it did not arrive", permanent=not again))
        self._known(work, delivery, good=True)
        delivery.say(work, "acknowledged" if report.state == "acknowledged" else "delivered", by=report.by)
        return False

    def of_reference(self, reference: str) -> Delivery | None:
        """The delivery the other side has that name for, if it was sent not long ago by this process."""
        return self._sent.get(reference)

    def of_alert(self, organization: str, alert: str, recipient_id: str) -> list[Delivery]:
        """Those to that recipient that were handed over with a reference or without, as far as still known."""
        return [
            one
            for one in self._sent.values()
            if (one.organization, one.alert, one.recipient_id) == (organization, alert, recipient_id)
        ]

    def _taken(self, work: Work, delivery: Delivery, receipt: Receipt) -> None:
        delivery.reference = receipt.reference
        self._sent[receipt.reference or f"key {delivery.key}"] = delivery
        while len(self._sent) > REFERENCES_KEPT:
            self._sent.popitem(last=False)
        self._known(work, delivery, good=True)
        delivery.say(work, "sent", trouble=delivery.words_trouble)
        if receipt.delivered:
            delivery.say(work, "delivered", trouble=delivery.words_trouble)

    def _again(self, work: Work, delivery: Delivery, trouble: DeliveryError) -> bool:
        delivery.uncertain += int(trouble.uncertain)
        words = f"{trouble} (it may have arrived all the same)" if trouble.uncertain else str(trouble)
        due = self._clock.monotonic() + pause(delivery, trouble.retry_after, self._chance)
        if trouble.permanent:
            delivery.say(work, "failed", trouble=words, permanent=True)
            return False
        if due > delivery.last_moment or delivery.uncertain > patience(delivery).uncertain:
            delivery.say(work, "failed", trouble=f"given up: {words}")
            return False
        delivery.due = due
        delivery.say(work, "retrying", trouble=words)
        return True

    def _known(self, work: Work, delivery: Delivery, *, good: bool) -> None:
        if delivery.recipient_id and delivery.type not in MESSAGES:
            self._reach.came_to(work, delivery.organization, delivery.recipient_id, self._clock.wall(), good=good)
