"""Facts of the node become alerts, and what happens to those alerts' calls.

A call is told when its decision is known, which stands in the journal with its arrival. Where the decision could not be
written down the alert goes out all the same, with what is known, as soon as the call goes on or some time has passed.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from callpoint.dispatcher.alerts import Alerts
from callpoint.dispatcher.clock import Clock
from callpoint.dispatcher.delivery import Delivery
from callpoint.dispatcher.open_alert import URGENT
from callpoint.dispatcher.own_journal import Work
from callpoint.routing.alert_call import AlertCall, alert_call
from callpoint.routing.alert_records import AlertType
from callpoint.routing.who_is_told import matching
from callpoint.snapshot import fact_kinds
from callpoint.snapshot.facts import Fact

logger = logging.getLogger(__name__)

UNDECIDED_SECONDS: Final = 2.0
DOWN_ALARMS: Final = frozenset({"target_down", "trunk_down"})
"""The node's alarms that organizations are told of, each once until it is cleared. One in no organization's name is
about a target of PSAPs or of the relay center, or a trunk shared by all, and so everybody's."""


@dataclass(frozen=True)
class _Undecided:
    fact: Fact
    since: float


class Raising:
    """`take` for each fact, in order; `overdue` now and then. What is to be sent comes back."""

    def __init__(self, alerts: Alerts, clock: Clock) -> None:
        self._alerts = alerts
        self._clock = clock
        self._undecided: dict[str, _Undecided] = {}

    def load(self, undecided: Mapping[str, str]) -> None:
        """Takes up calls that had no decision yet, by call_id (the table `undecided`)."""
        now = self._clock.monotonic()
        self._undecided = {key: _Undecided(Fact(**json.loads(text)), now) for key, text in undecided.items()}

    def take(self, work: Work, fact: Fact, *, late: bool = False) -> list[Delivery]:
        """`late`: the fact is old, as we were away."""
        found: list[Delivery] = []
        if fact.call_id in self._undecided and fact.kind != fact_kinds.DECIDED:
            found += self._decide(work, fact.call_id, {}, late=late)
        handle = _HANDLERS.get(fact.kind)
        return found + (handle(self, work, fact, late) if handle is not None else [])

    def overdue(self, work: Work) -> list[Delivery]:
        """Tells of calls whose decision has not come."""
        limit = self._clock.monotonic() - UNDECIDED_SECONDS
        waited = [key for key, one in self._undecided.items() if one.since <= limit]
        return [delivery for key in waited for delivery in self._decide(work, key, {}, late=False)]

    def raise_for(self, work: Work, key: str, type_: AlertType, call: AlertCall, subject: str = "") -> list[Delivery]:
        """An alert of no call, if anybody wants to know of such."""
        return self._alerts.raise_(work, key, type_, call, subject=subject) if self._wanted(type_, call) else []

    # --- kinds of fact -----------------------------------------------------------------------------------

    def _received(self, work: Work, fact: Fact, _: bool) -> list[Delivery]:
        self._undecided[fact.call_id] = _Undecided(fact, self._clock.monotonic())
        work.run("INSERT OR REPLACE INTO undecided VALUES (?, ?)", fact.call_id, json.dumps(asdict(fact), default=str))
        return []

    def _decided(self, work: Work, fact: Fact, late: bool) -> list[Delivery]:
        if fact.call_id in self._undecided:
            return self._decide(work, fact.call_id, fact.data, late=late)
        for alert in self._alerts.of_call(fact.call_id):
            # It was told before its decision was known: this is what became known.
            known = alert_call(fact.call_id, alert.organization, alert.call.at, {}, fact.data).to_json()
            alert.call = AlertCall.from_json(alert.call.to_json() | {name: one for name, one in known.items() if one})
            self._alerts.update(work, alert, "decided", call=alert.call_json)
        return []

    def _decide(self, work: Work, call_id: str, decided: Mapping[str, Any], *, late: bool) -> list[Delivery]:
        received = self._undecided.pop(call_id).fact
        work.run("DELETE FROM undecided WHERE call_id = ?", call_id)
        call = _call_of(received, decided)
        return self._alerts.raise_(work, call_id, _type_of(call), call, late=late)

    def _psap_callback(self, work: Work, fact: Fact, late: bool) -> list[Delivery]:
        data = fact.data
        received = {"service": "psap_callback", "trunk": data.get("trunk", ""), "caller": data.get("source", "")}
        call = alert_call(fact.call_id, fact.organization, fact.at, received, data)
        number = call.callback_number or str(data.get("number") or "")
        call = replace(call, callback_number=number, about=str(data.get("original_call_id") or ""))
        return self._alerts.raise_(work, fact.call_id, "psap_callback", call, late=late)

    def _went_on(self, work: Work, fact: Fact, _: bool) -> list[Delivery]:
        for alert in self._alerts.of_call(fact.call_id):
            if alert.type != "call_ended":
                self._alerts.update(work, alert, _STATES[fact.kind], **_shown(fact))
        return []

    def _ended(self, work: Work, fact: Fact, late: bool) -> list[Delivery]:
        alerts = self._alerts.of_call(fact.call_id)
        self._went_on(work, fact, late)
        urgent = next((one for one in alerts if one.type in URGENT), None)
        if urgent is None:
            return []
        call = replace(urgent.call, about=str(fact.data.get("why") or ""))
        if not self._wanted("call_ended", call):
            return []
        return self._alerts.raise_(work, f"{fact.call_id}/call_ended", "call_ended", call, late=late)

    def _misdial(self, work: Work, fact: Fact, late: bool) -> list[Delivery]:
        data = fact.data
        call = AlertCall(
            organization=fact.organization,
            dialled=str(data.get("dialled") or ""),
            at=fact.at,
            device_user_id=str(data.get("identity") or ""),
            trunk=str(data.get("trunk") or ""),
            about=str(data.get("dialled") or ""),
        )
        if late or not self._wanted("misdial", call):
            return []
        return self._alerts.raise_(work, f"misdial/{fact.seq}", "misdial", call)

    def _alarm(self, work: Work, fact: Fact, late: bool) -> list[Delivery]:
        name = str(fact.data.get("alarm") or "")
        if name not in DOWN_ALARMS:
            return []
        whose = [fact.organization] if fact.organization else self._alerts.organizations()
        about = str(fact.data.get("about") or fact.data.get("trunk") or "")
        subject = f"{name}:{about}"
        if fact.data.get("cleared"):
            return self._cleared(work, whose, subject, fact)
        return [one for organization in whose for one in self._down(work, organization, subject, fact, late)]

    def _cleared(self, work: Work, whose: list[str], subject: str, fact: Fact) -> list[Delivery]:
        for organization in whose:
            alert = self._alerts.of_subject(organization, subject)
            if alert is not None:
                self._alerts.update(work, alert, "cleared", text=str(fact.data.get("text") or ""))
        return []

    def _down(self, work: Work, organization: str, subject: str, fact: Fact, late: bool) -> list[Delivery]:
        if late or self._alerts.of_subject(organization, subject) is not None:
            return []
        text = str(fact.data.get("text") or "")
        trunk = str(fact.data.get("trunk") or "") or self._alerts.trunk_at(
            organization, str(fact.data.get("about") or "")
        )
        call = AlertCall(organization=organization, at=fact.at, trunk=trunk, about=text)
        return self.raise_for(work, f"alarm/{fact.seq}/{organization}", "trunk_down", call, subject)

    def _wanted(self, type_: AlertType, call: AlertCall) -> bool:
        plan = self._alerts.plan(call.organization)
        return plan is not None and bool(matching(plan, call, type_))


def _call_of(received: Fact, decided: Mapping[str, Any]) -> AlertCall:
    """With what can be read of its decision: one that is broken must not keep the call from being told."""
    try:
        return alert_call(received.call_id, received.organization, received.at, received.data, decided)
    except (TypeError, ValueError, LookupError, AttributeError):
        logger.exception("the decision of %s cannot be read", received.call_id)
        return alert_call(received.call_id, received.organization, received.at, received.data, {})


def _type_of(call: AlertCall) -> AlertType:
    if call.service in ("read_back", "test"):
        return "test_call"
    return "emergency" if call.direct and not call.unregistered else "relay_center"


def _shown(fact: Fact) -> dict[str, Any]:
    """What responders see of a step; nothing of it is secret, and headers of peers are not in it."""
    wanted = ("target", "by", "kind", "why", "reason", "status", "attempt", "talked_seconds", "answered", "early_media")
    return {name: fact.data[name] for name in wanted if name in fact.data}


_STATES: Final[Mapping[str, str]] = {
    fact_kinds.DIALLED: "dialling",
    fact_kinds.PROGRESS: "ringing",
    fact_kinds.ATTEMPT_FAILED: "target_failed",
    fact_kinds.ANSWERED: "answered",
    fact_kinds.RESTORED: "restored",
    fact_kinds.ENDED: "ended",
}

_HANDLERS: Final[Mapping[str, Callable[[Raising, Work, Fact, bool], list[Delivery]]]] = {
    fact_kinds.RECEIVED: Raising._received,
    fact_kinds.DECIDED: Raising._decided,
    fact_kinds.PSAP_CALLBACK: Raising._psap_callback,
    fact_kinds.MISDIAL: Raising._misdial,
    fact_kinds.ALARM: Raising._alarm,
    **dict.fromkeys(_STATES, Raising._went_on),
    fact_kinds.ENDED: Raising._ended,
}
