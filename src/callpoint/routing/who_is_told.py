"""Who is told of a call, when: the subscriptions that match it, their steps, and who of them is on duty.

Pure: an alert plan, a call and a moment in; recipients out. `callpoint explain` and the dispatcher ask the same
functions. Two rules stand above what an organization has set: if nobody of a step is on duty the next step comes at
once, and if nobody at all is on duty everybody is told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from callpoint.routing.alert_call import AlertCall
from callpoint.routing.alert_records import AlertPlan, AlertStep, AlertType, DutyTime, Recipient, Subscription

DAY_MINUTES: Final = 24 * 60
_SILENT: Final = frozenset({"sms", "voice"})
_ALSO: Final[Mapping[str, AlertType]] = {"relay_center": "emergency"}
"""A call that goes to the relay center is a 911 call all the same: whoever is told of those is told of it."""


@dataclass(frozen=True)
class Begun:
    """A step whose turn has come: the `step`-th of the subscription, and whom of it to tell (nobody twice)."""

    subscription: Subscription
    step: int
    recipients: tuple[Recipient, ...]

    @property
    def group(self) -> str:
        steps = self.subscription.steps
        return steps[self.step].group if self.step < len(steps) else ""


def matching(plan: AlertPlan, call: AlertCall, type_: AlertType) -> tuple[Subscription, ...]:
    """The subscriptions of the plan for this: those of its very type first. None when the call is another's."""
    if call.organization != plan.organization:
        return ()
    types = [type_, *([_ALSO[type_]] if type_ in _ALSO else [])]
    return tuple(one for kind in types for one in plan.subscriptions if one.type == kind and _matches(one, call))


def at_once(plan: AlertPlan, call: AlertCall, type_: AlertType, at: datetime) -> tuple[Begun, ...]:
    """The steps that begin with the alert. Everybody of every step where otherwise nobody would ever be on duty.

    A recipient named by a subscription of the relay center's is not told once more as one of emergencies.
    """
    found = matching(plan, call, type_)
    if found and not any(recipients_on_duty(plan, step, at) for one in found for step in one.steps):
        begun = [Begun(one, index, recipients_of(plan, step)) for one in found for index, step in enumerate(one.steps)]
    else:
        first = [turn_of(plan, one, 0, at) for one in found if one.steps and one.steps[0].after_seconds <= 0]
        begun = [step for step in first if step is not None]
    return _once_each(begun, type_)


def turn_of(plan: AlertPlan, subscription: Subscription, step: int, at: datetime) -> Begun | None:
    """What begins when it is the turn of the `step`-th: it, or the next with somebody on duty; None without any."""
    for index in range(step, len(subscription.steps)):
        found = recipients_on_duty(plan, subscription.steps[index], at)
        if found:
            return Begun(subscription, index, found)
    return None


def recipients_of(plan: AlertPlan, step: AlertStep) -> tuple[Recipient, ...]:
    """Those of the step that the plan knows, each once, in their order."""
    known = {one.id: one for one in plan.recipients}
    return tuple(known[key] for key in dict.fromkeys(step.recipients) if key in known)


def recipients_on_duty(plan: AlertPlan, step: AlertStep, at: datetime) -> tuple[Recipient, ...]:
    return recipients_of(plan, step) if on_duty(step.duty, plan.time_zone, at) else ()


def on_duty(duty: Sequence[DutyTime], time_zone: str, at: datetime) -> bool:
    """Whether `at` (aware) lies in one of these times, by the clock on the wall there; none at all mean always.

    Times nobody can read count as on duty: a slip in a plan must not silence it.
    """
    local = at.astimezone(zone(time_zone))
    return not duty or any(_covers(one, local) for one in duty)


def quietened(subscription: Subscription, recipient: Recipient, *, test: bool) -> bool:
    """Whether the recipient is spared: a test call rings no phone and sends no text message where it is to be quiet."""
    return test and subscription.quiet_tests and recipient.channel in _SILENT


def told(plan: AlertPlan, call: AlertCall, type_: AlertType, at: datetime) -> tuple[str, ...]:
    """In words, a line for each step: "Desk: Kim (email), Front door (onsite)", later ones with "after 60 s"."""
    begun = at_once(plan, call, type_, at)
    lines = [_line(one.subscription, one.group, 0, one.recipients) for one in begun if one.recipients]
    began = {(one.subscription.id, one.step) for one in begun}
    for subscription in matching(plan, call, type_):
        last = max((index for key, index in began if key == subscription.id), default=-1)
        later = [(step, recipients_on_duty(plan, step, at)) for step in subscription.steps[last + 1 :]]
        lines += [_line(subscription, step.group, step.after_seconds, found) for step, found in later if found]
    return tuple(lines)


def _line(subscription: Subscription, group: str, after: int, recipients: Sequence[Recipient]) -> str:
    people = ", ".join(f"{one.name or one.channel} ({one.channel})" for one in recipients)
    when = f"after {after} s without acknowledgement, " if after > 0 else ""
    return f"{when}{group or subscription.name}: {people}"


def _matches(one: Subscription, call: AlertCall) -> bool:
    """Within a filter any matches, all filters must. Compared exactly; an empty filter asks nothing."""
    filters = (
        (one.buildings, call.building_id),
        (one.locations, call.location_id),
        (one.trunks, call.trunk),
        (one.people, call.device_user_id),
    )
    return all(not wanted or value in wanted for wanted, value in filters)


def _once_each(begun: Sequence[Begun], type_: AlertType) -> tuple[Begun, ...]:
    """Each recipient once in a subscription, and not as one of emergencies whom one of `type_` names already."""
    named: set[str] = set()
    kept: list[Begun] = []
    own: dict[str, set[str]] = {}
    for one in begun:
        seen = own.setdefault(one.subscription.id, set())
        barred = seen if one.subscription.type == type_ else seen | named
        rest = tuple(recipient for recipient in one.recipients if recipient.id not in barred)
        seen.update(recipient.id for recipient in rest)
        if one.subscription.type == type_:
            named.update(recipient.id for recipient in rest)
        kept.append(Begun(one.subscription, one.step, rest))
    return tuple(kept)


def _covers(duty: DutyTime, local: datetime) -> bool:
    begins, ends = _minutes(duty.begins), _minutes(duty.ends)
    if begins is None or ends is None:
        return True
    minute, yesterday = local.hour * 60 + local.minute, (local - timedelta(days=1)).weekday()
    today = local.weekday() in duty.days
    if ends > begins:
        return today and begins <= minute < ends
    return (today and minute >= begins) or (yesterday in duty.days and minute < ends)


def _minutes(text: str) -> int | None:
    """Of the day, "24:00" being its end; None for what is no time."""
    hours, colon, minutes = text.partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal()):
        return None
    found = int(hours) * 60 + int(minutes)
    return found if int(minutes) < 60 and found <= DAY_MINUTES else None


def zone(name: str) -> tzinfo:
    """The time zone of that name; UTC for one nobody knows."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
