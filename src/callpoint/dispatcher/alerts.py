"""The alerts that are open: raised, gone on with, acknowledged, escalated, closed.

Every change is made here in memory and noted in a `Work`; what there is to send comes back as deliveries. Nothing
waits and nothing is sent here, so each change is whole. An alert belongs to the organization of its fact for good, and
its recipients are looked up in that organization's plan alone.
"""

import heapq
import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from callpoint.dispatcher.clock import Clock
from callpoint.dispatcher.delivery import Delivery, shown_address
from callpoint.dispatcher.open_alert import OpenAlert
from callpoint.dispatcher.own_journal import Work
from callpoint.routing.alert_call import AlertCall
from callpoint.routing.alert_records import AlertPlan, AlertType, Recipient, Subscription
from callpoint.routing.records import Trunk
from callpoint.routing.who_is_told import Begun, at_once, matching, quietened, recipients_of, turn_of
from callpoint.snapshot import fact_kinds

ALERT_LINGERS_SECONDS: Final = 3600.0
"""So long after it is over an alert may still be acknowledged, as by those who read their e-mail late."""
LONGEST_SECONDS: Final = 24 * 3600.0
MOST_OPEN: Final = 20_000
TROUBLES: Final = frozenset({"trunk_down", "nobody_reachable"})
"""Alerts that end when their trouble does, not with a call."""


class Plans(Protocol):
    """What is needed of `snapshot.store.Snapshot`."""

    def alert_plan(self, organization: str) -> AlertPlan | None: ...

    def alert_plans(self) -> Sequence[AlertPlan]: ...

    def trunks(self) -> Sequence[Trunk]: ...


class Alerts:
    """All that are kept, by id. Belongs to one event loop."""

    def __init__(self, plans: Plans, clock: Clock) -> None:
        self._plans = plans
        self._clock = clock
        self._kept: dict[str, OpenAlert] = {}
        self._of_call: dict[str, list[OpenAlert]] = {}
        self._unplanned: dict[str, OpenAlert] = {}
        self._of_subject: dict[tuple[str, str], OpenAlert] = {}
        self._turns: list[tuple[float, int, str, str]] = []
        self._ends: list[tuple[float, int, str]] = []
        self._order = itertools.count()

    # --- looking -----------------------------------------------------------------------------------------

    def get(self, organization: str, key: str) -> OpenAlert | None:
        """The alert of that id, if it is kept and that organization's."""
        found = self._kept.get(key)
        return found if found is not None and found.organization == organization else None

    def find(self, key: str) -> OpenAlert | None:
        """The alert of that id, whoever's: for those who hold a signed link to it."""
        return self._kept.get(key)

    def of_call(self, call_id: str) -> Sequence[OpenAlert]:
        return tuple(self._of_call.get(call_id, ())) if call_id else ()

    def of_subject(self, organization: str, subject: str) -> OpenAlert | None:
        """The open one about that trouble."""
        found = self._of_subject.get((organization, subject))
        return found if found is not None and found.open else None

    def open_of(self, organization: str) -> list[OpenAlert]:
        return [one for one in self._kept.values() if one.open and one.organization == organization]

    def plan(self, organization: str) -> AlertPlan | None:
        return self._plans.alert_plan(organization)

    def organizations(self) -> list[str]:
        """Those with a plan."""
        return [plan.organization for plan in self._plans.alert_plans()]

    def trunk_at(self, organization: str, uri: str) -> str:
        """The name of that organization's trunk (or one for all) whose calls back go there; "" when none do."""
        found = (
            one for one in self._plans.trunks() if one.callback_uri == uri and one.organization in ("", organization)
        )
        return next((one.name for one in found), "") if uri else ""

    # --- changing ----------------------------------------------------------------------------------------

    def load(self, alerts: Iterable[OpenAlert]) -> None:
        """Takes up what was open before a restart; its age is what the wall clock says, never below nothing."""
        for alert in alerts:
            age = min(max(0.0, self._clock.wall() - alert.raised_at), LONGEST_SECONDS)
            alert.began = self._clock.monotonic() - age
            self._keep(alert)
            for subscription in self._subscriptions(alert):
                self._schedule(alert, subscription)

    def raise_(
        self, work: Work, key: str, type_: AlertType, call: AlertCall, *, subject: str = "", late: bool = False
    ) -> list[Delivery]:
        """A new alert; what there is to send at once. [] for an id that is known: nobody is told twice."""
        if key in self._kept:
            return []
        test = type_ == "test_call"
        now, monotonic = self._clock.wall(), self._clock.monotonic()
        alert = OpenAlert(key, call.organization, type_, call, now, monotonic, test=test, late=late, subject=subject)
        plan = self.plan(call.organization)
        found = matching(plan, call, type_) if plan is not None else ()
        begun = at_once(plan, call, type_, self._now()) if plan is not None else ()
        alert.quiet = late or (test and all(one.quiet_tests for one in found))
        alert.unplanned = plan is None
        self._keep(alert)
        self._say_raised(work, alert, found, begun)
        return self._begin(work, alert, found, begun)

    def update(self, work: Work, alert: OpenAlert, state: str, **more: Any) -> None:
        """The call of the alert went on, or its trouble did. `more["call"]` is what changed of the call."""
        if state in ("ended", "cleared"):
            alert.call_state = state
        else:
            alert.call_state = alert.call_state or state
        call = more.pop("call", {})
        data = {"alert": alert.id, "type": alert.type, "state": state, "call": call, **more}
        work.fact(fact_kinds.ALERT_UPDATED, alert.organization, alert.call.call_id, data)
        alert.save(work)
        self._close_if_over(work, alert)

    def acknowledge(self, work: Work, alert: OpenAlert, by: str, how: str, recipient_id: str = "") -> None:
        """Somebody sees to it. The first one stops all further steps; the next ones are noted."""
        data = {"alert": alert.id, "by": by, "how": how, "recipient_id": recipient_id}
        work.fact(fact_kinds.ACKNOWLEDGED, alert.organization, alert.call.call_id, data)
        if not alert.acknowledged:
            alert.acknowledged = True
            self._unplanned.pop(alert.id, None)
            self._skip_further_steps(work, alert)
            alert.steps.clear()
            alert.save(work)
            self._close_if_over(work, alert)

    def due_steps(self, work: Work) -> list[Delivery]:
        """Steps whose turn has come, and alerts that have been open long enough."""
        now, found = self._clock.monotonic(), self._planned_now(work)
        while self._turns and self._turns[0][0] <= now:
            _, _, key, subscription = heapq.heappop(self._turns)
            found += self._begin_step(work, key, subscription)
        while self._ends and self._ends[0][0] <= now:
            self._end(work, heapq.heappop(self._ends)[2])
        return found

    def wakes(self) -> float | None:
        """Seconds until `due_steps` has something to do."""
        times = [heap[0][0] for heap in (self._turns, self._ends) if heap]
        return max(0.0, min(times) - self._clock.monotonic()) if times else None

    # --- steps -------------------------------------------------------------------------------------------

    def _plan_steps(self, alert: OpenAlert, found: Sequence[Subscription], begun: Sequence[Begun]) -> None:
        if alert.late:
            return
        for one in found:
            began = [step.step for step in begun if step.subscription.id == one.id]
            if not (alert.test and one.quiet_tests):
                # Nobody of its first steps is on duty, though somebody of another subscription is: it is passed over.
                missed = len(one.steps) if one.steps and one.steps[0].after_seconds <= 0 else 0
                alert.steps[one.id] = max(began) + 1 if began else missed
                self._schedule(alert, one)

    def _begin(
        self, work: Work, alert: OpenAlert, found: Sequence[Subscription], begun: Sequence[Begun]
    ) -> list[Delivery]:
        self._plan_steps(alert, found, begun)
        alert.save(work)
        return [delivery for one in begun for delivery in self._deliveries(work, alert, one)]

    def _planned_now(self, work: Work) -> list[Delivery]:
        """Alerts raised while no plan could be read, as right after a start: told as soon as there is one."""
        sends = []
        for alert in list(self._unplanned.values()):
            plan = self.plan(alert.organization)
            if plan is not None:
                del self._unplanned[alert.id]
                alert.unplanned = False
                found = matching(plan, alert.call, alert.type)
                begun = at_once(plan, alert.call, alert.type, self._now())
                sends += self._begin(work, alert, found, begun)
        return sends

    def _schedule(self, alert: OpenAlert, subscription: Subscription) -> None:
        step = alert.steps.get(subscription.id)
        if step is not None and step < len(subscription.steps) and not alert.acknowledged:
            due = alert.began + subscription.steps[step].after_seconds
            heapq.heappush(self._turns, (due, next(self._order), alert.id, subscription.id))

    def _begin_step(self, work: Work, key: str, subscription_id: str) -> list[Delivery]:
        alert = self._kept.get(key)
        subscription = next((one for one in self._subscriptions(alert) if one.id == subscription_id), None)
        if alert is None or subscription is None or alert.acknowledged or not alert.open:
            return []
        plan = self.plan(alert.organization)
        step = alert.steps.get(subscription_id)
        begun = turn_of(plan, subscription, step, self._now()) if plan is not None and step is not None else None
        alert.steps[subscription_id] = begun.step + 1 if begun is not None else len(subscription.steps)
        alert.save(work)
        if begun is None:
            return []
        if begun.step:
            self._say_escalated(work, alert, begun)
        self._schedule(alert, subscription)
        return self._deliveries(work, alert, begun)

    def _skip_further_steps(self, work: Work, alert: OpenAlert) -> None:
        plan = self.plan(alert.organization)
        for subscription in self._subscriptions(alert):
            first = alert.steps.get(subscription.id, len(subscription.steps))
            for index in range(first, len(subscription.steps)):
                recipients = recipients_of(plan, subscription.steps[index]) if plan is not None else ()
                for recipient in recipients:
                    delivery = self._delivery(alert, subscription, index, recipient)
                    delivery.say(work, "skipped", trouble="acknowledged before its turn")

    def _subscriptions(self, alert: OpenAlert | None) -> Sequence[Subscription]:
        """Those with steps to come, as the plan has them now."""
        plan = self.plan(alert.organization) if alert is not None and alert.steps else None
        if alert is None or plan is None:
            return ()
        return [one for one in plan.subscriptions if one.id in alert.steps]

    # --- telling -----------------------------------------------------------------------------------------

    def _deliveries(self, work: Work, alert: OpenAlert, begun: Begun) -> list[Delivery]:
        found = []
        for recipient in begun.recipients:
            delivery = self._delivery(alert, begun.subscription, begun.step, recipient)
            if quietened(begun.subscription, recipient, test=alert.test):
                delivery.say(work, "skipped", trouble="a quiet test")
            elif alert.late and recipient.channel in ("voice", "sms"):
                delivery.say(work, "skipped", trouble="too late to ring for")
            else:
                delivery.say(work, "queued")
                found.append(delivery)
        return found

    def _delivery(self, alert: OpenAlert, subscription: Subscription, step: int, recipient: Recipient) -> Delivery:
        return Delivery(
            key=f"{alert.id}/{subscription.id}/{step}/{recipient.id}",
            organization=alert.organization,
            alert=alert.id,
            call_id=alert.call.call_id,
            type=alert.type,
            channel=recipient.channel,
            recipient_id=recipient.id,
            recipient=recipient.name or recipient.channel,
            address=shown_address(recipient),
            queued_at=self._clock.wall(),
            subscription=subscription.name,
            subscription_id=subscription.id,
            step=step,
            urgent=alert.urgent,
            test=alert.test,
        )

    def _say_raised(self, work: Work, alert: OpenAlert, found: Sequence[Subscription], begun: Sequence[Begun]) -> None:
        data = {
            "alert": alert.id,
            "type": alert.type,
            "call": alert.call_json,
            "test": alert.test,
            "quiet": alert.quiet,
            "late": alert.late,
            "digest": alert.call.location_digest,
            "subscriptions": [one.name for one in found],
            "screens": _screens(begun),
        }
        work.fact(fact_kinds.ALERT, alert.organization, alert.call.call_id, data)

    def _say_escalated(self, work: Work, alert: OpenAlert, begun: Begun) -> None:
        data: Mapping[str, Any] = {
            "alert": alert.id,
            "subscription": begun.subscription.name,
            "step": begun.step,
            "group": begun.group,
            "screens": _screens([begun]),
        }
        work.fact(fact_kinds.ESCALATED, alert.organization, alert.call.call_id, data)

    # --- keeping -----------------------------------------------------------------------------------------

    def _keep(self, alert: OpenAlert) -> None:
        self._kept[alert.id] = alert
        self._ends_in(alert, LONGEST_SECONDS - (self._clock.monotonic() - alert.began))
        if alert.call.call_id:
            self._of_call.setdefault(alert.call.call_id, []).append(alert)
        if alert.unplanned and alert.open and not alert.acknowledged:
            self._unplanned[alert.id] = alert
        if alert.subject:
            self._of_subject[alert.organization, alert.subject] = alert
        while len(self._kept) > MOST_OPEN:
            self._forget(next(iter(self._kept)))

    def _close_if_over(self, work: Work, alert: OpenAlert) -> None:
        """Over is what nobody has to see to any more: it leaves the screens, and can be acknowledged a while longer."""
        with_end = bool(alert.call.call_id) and alert.type != "call_ended"
        ended = alert.call_state == "ended" or not with_end
        seen_to = (alert.acknowledged or alert.test) and alert.type not in TROUBLES
        if alert.open and ((seen_to and ended) or alert.call_state == "cleared"):
            self._close(work, alert)

    def _close(self, work: Work, alert: OpenAlert) -> None:
        alert.open = False
        self._unplanned.pop(alert.id, None)
        data = {"alert": alert.id, "type": alert.type, "state": "closed", "call": {}}
        work.fact(fact_kinds.ALERT_UPDATED, alert.organization, alert.call.call_id, data)
        alert.save(work)
        self._ends_in(alert, ALERT_LINGERS_SECONDS)

    def _ends_in(self, alert: OpenAlert, seconds: float) -> None:
        heapq.heappush(self._ends, (self._clock.monotonic() + seconds, next(self._order), alert.id))

    def _end(self, work: Work, key: str) -> None:
        """Open for too long it is closed; closed for long enough it is let go of."""
        alert = self._kept.get(key)
        if alert is not None and alert.open:
            self._close(work, alert)
        elif alert is not None:
            self._forget(key)

    def _forget(self, key: str) -> None:
        alert = self._kept.pop(key)
        self._unplanned.pop(key, None)
        if self._of_subject.get((alert.organization, alert.subject)) is alert:
            del self._of_subject[alert.organization, alert.subject]
        rest = [one for one in self._of_call.get(alert.call.call_id, ()) if one is not alert]
        if rest:
            self._of_call[alert.call.call_id] = rest
        else:
            self._of_call.pop(alert.call.call_id, None)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.wall(), UTC)


def _screens(begun: Sequence[Begun]) -> list[str]:
    """Ids of the screens that are told, or EVERY_SCREEN."""
    told = (one.address for step in begun for one in step.recipients if one.channel == "onsite")
    return list(dict.fromkeys(told))
