"""The alarm that nobody of an organization could be told of an emergency now.

Judged from what is known without trying: whether a screen is there, and what the last notice or test of everybody else
came to. An organization that wants to be told of nothing is not alarmed; the portal says so instead.
"""

from collections.abc import Callable, Sequence
from typing import Final

from callpoint.dispatcher.reach import Standing
from callpoint.routing.alert_records import AlertPlan, Recipient
from callpoint.routing.who_is_told import recipients_of

GRACE_SECONDS: Final = 600.0
"""So long a new recipient has for its first test."""
HOLD_SECONDS: Final = 30.0
"""Screens come back by themselves after a restart; what passes sooner than this is not told."""
_WANTED: Final = frozenset({"emergency", "relay_center"})

IsLive = Callable[[str, Recipient], bool]
StandingOf = Callable[[str, str], Standing | None]


def recipients_of_emergencies(plan: AlertPlan) -> tuple[Recipient, ...]:
    """Everybody whom some step of a subscription of emergencies names, each once."""
    steps = (step for one in plan.subscriptions if one.type in _WANTED for step in one.steps)
    found = {recipient.id: recipient for step in steps for recipient in recipients_of(plan, step)}
    return tuple(found.values())


def nobody_reachable(plan: AlertPlan, is_live: IsLive, standing: StandingOf, now: float) -> str:
    """Why nobody could be told, in one sentence; "" when somebody could, or there is nobody to be told."""
    recipients = recipients_of_emergencies(plan)
    if not recipients:
        return ""
    for one in recipients:
        if one.channel == "onsite":
            if is_live(plan.organization, one):
                return ""
        elif not _out_of_reach(standing(plan.organization, one.id), now):
            return ""
    return _sentence(recipients)


def _out_of_reach(found: Standing | None, now: float) -> bool:
    if found is None:
        return False  # not looked at yet
    if found.at:
        return not found.good
    return now - found.seen_at > GRACE_SECONDS


def _sentence(recipients: Sequence[Recipient]) -> str:
    screens = sum(one.channel == "onsite" for one in recipients)
    others = len(recipients) - screens
    parts = []
    if screens:
        parts.append("no screen is connected")
    if others == 1:
        parts.append("the last notice or test to the one other recipient failed, or it was never tested")
    elif others:
        parts.append(f"the last notices or tests to all {others} other recipients failed, or they were never tested")
    return " and ".join(parts)
