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

ROUND_SECONDS: Final = 5.0
LOOKS_A_ROUND: Final = 100
CALM_SECONDS: Final = 3600.0
"""A recipient who needs no test now is looked at again after this."""
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
        self._waiting: list[str] = []
        self._at_once = 1
        self._round_at = 0.0

    def look(self, work: Work) -> list[Delivery]:
        """Looks after the next few organizations, so that each has its turn within a round and none waits for all."""
        found: list[Delivery] = []
        for organization in self._next():
            plan = self._alerts.plan(organization)
            if plan is not None:
                found += self._tests(work, plan)
                found += self._reachable(work, plan)
        return found

    def _next(self) -> list[str]:
        now = self._clock.monotonic()
        if not self._waiting and now >= self._round_at:
            self._round_at = now + ROUND_SECONDS
            self._waiting = self._alerts.organizations()
            self._at_once = len(self._waiting) // LOOKS_A_ROUND + 1
        taken, self._waiting = self._waiting[: self._at_once], self._waiting[self._at_once :]
        return taken

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
            if now < standing.calm_until <= now + CALM_SECONDS:
                continue
            since = due_since(plan.organization, one.id, one.channel, plan.time_zone, standing, now)
            if since is None:
                standing.calm_until = now + (CALM_SECONDS if standing.tested_at else 0.0)
            else:
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
