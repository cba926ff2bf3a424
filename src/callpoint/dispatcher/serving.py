"""Does what worker and pages have asked for (`dispatcher.requests`)."""

import logging

from callpoint.dispatcher.alerts import Alerts
from callpoint.dispatcher.care import Care
from callpoint.dispatcher.clock import Clock
from callpoint.dispatcher.delivery import Delivery
from callpoint.dispatcher.own_journal import Work
from callpoint.dispatcher.raising import Raising
from callpoint.dispatcher.requests import Message, Raise, RequestError, TestRecipient, read_request
from callpoint.snapshot import fact_kinds
from callpoint.snapshot.facts import Fact

logger = logging.getLogger(__name__)


class Requests:
    """`take` for each fact of `requests.db`; what is to be sent comes back."""

    def __init__(self, alerts: Alerts, raising: Raising, care: Care, clock: Clock) -> None:
        self._alerts = alerts
        self._raising = raising
        self._care = care
        self._clock = clock

    def take(self, work: Work, fact: Fact, *, late: bool = False) -> list[Delivery]:
        """`late` does not matter: what was asked for is done."""
        if fact.kind != fact_kinds.REQUESTED:
            return []
        try:
            request = read_request(fact)
        except RequestError as error:
            logger.error("request %d cannot be followed: %s", fact.seq, error)
            return []
        match request:
            case TestRecipient():
                return self._test(work, request)
            case Message():
                return self._message(work, request)
            case Raise():
                key = f"raised/{request.call.organization}/{request.key}"
                return self._raising.raise_for(work, key, request.type, request.call)

    def _test(self, work: Work, request: TestRecipient) -> list[Delivery]:
        plan = self._alerts.plan(request.organization)
        known = plan.recipients if plan is not None else ()
        recipient = next((one for one in known if one.id == request.recipient), None)
        if plan is None or recipient is None:
            logger.error("%s has no recipient %s to test", request.organization, request.recipient)
            return []
        return [self._care.test(work, plan, recipient, request.key)]

    def _message(self, work: Work, request: Message) -> list[Delivery]:
        delivery = Delivery(
            key=f"message/{request.key}",
            organization=request.organization,
            alert="",
            call_id="",
            type=request.type,
            channel="email",
            recipient_id="",
            recipient=request.name or request.address,
            address=request.address,
            queued_at=self._clock.wall(),
        )
        names = ("address", "subject", "text", "language")
        delivery.message = {name: getattr(request, name) for name in names}
        delivery.say(work, "queued")
        return [delivery]
