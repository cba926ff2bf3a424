"""What the dispatcher sees to by itself: recipients are tested, and it is told when none of them is there."""

from typing import Final

from callpoint.dispatcher.alerts import Alerts
from callpoint.dispatcher.clock import Clock
from callpoint.dispatcher.delivery import SELF_TEST, Delivery, shown_address
from callpoint.dispatcher.own_journal import Work, now_text
from callpoint.dispatcher.raising import Raising
from callpoint.dispatcher.reach import Reach
from callpoint.dispatcher.reachability import HOLD_SECONDS, IsLive, nobody_reachable
from callpoint.dispatcher.self_tests import due_since
from callpoint.routing.alert_call import AlertCall
from callpoint.routing.alert_records import AlertPlan, Recipient

NOBODY: Final = "nobody_reachable"


class Care:
    """`look` now and then; what is to be sent comes back."""

    def __init__(self, alerts: Alerts, raising: Raising, reach: Reach, clock: Clock, is_live: IsLive) -> None:
        self._alerts = alerts
        self._raising = raising
        self._reach = reach
        self._clock = clock
        self._is_live = is_live
        self._nobody_since: dict[str, float] = {}

    def look(self, work: Work) -> list[Delivery]:
        found: list[Delivery] = []
        for organization in self._alerts.organizations():
            plan = self._alerts.plan(organization)
            if plan is not None:
                found += self._tests(work, plan)
                found += self._reachable(work, plan)
        return found

    def test(self, work: Work, plan: AlertPlan, recipient: Recipient, name: str) -> Delivery:
        """A test of that recipient now; `name` tells it from others of the same."""
        now = self._clock.wall()
        self._reach.tested(work, plan.organization, recipient.id, now)
        delivery = Delivery(
            key=f"{SELF_TEST}/{recipient.id}/{name}",
            organization=plan.organization,
            alert="",
            call_id="",
            type=SELF_TEST,
            channel=recipient.channel,
            recipient_id=recipient.id,
            recipient=recipient.name or recipient.channel,
            address=shown_address(recipient),
            queued_at=now,
            test=True,
        )
        delivery.say(work, "queued")
        return delivery

    def _tests(self, work: Work, plan: AlertPlan) -> list[Delivery]:
        now, found = self._clock.wall(), []
        for one in plan.recipients:
            standing = self._reach.seen(work, plan.organization, one.id, now)
            since = due_since(plan.organization, one.id, one.channel, plan.time_zone, standing, now)
            if since is not None:
                found.append(self.test(work, plan, one, str(int(since))))
        return found

    def _reachable(self, work: Work, plan: AlertPlan) -> list[Delivery]:
        organization = plan.organization
        why = nobody_reachable(plan, self._is_live, self._reach.of, self._clock.wall())
        standing = self._alerts.of_subject(organization, NOBODY)
        if not why:
            self._nobody_since.pop(organization, None)
            if standing is not None:
                self._alerts.update(work, standing, "cleared")
            return []
        since = self._nobody_since.setdefault(organization, self._clock.monotonic())
        if standing is not None or self._clock.monotonic() - since < HOLD_SECONDS:
            return []
        now = self._clock.wall()
        call = AlertCall(organization=organization, at=now_text(now), about=why)
        return self._alerts.raise_(work, f"{NOBODY}/{organization}/{int(now * 1000)}", NOBODY, call, subject=NOBODY)
