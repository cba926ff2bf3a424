"""Facts as events of the screens' streams: what is told of each kind, in whose words, and in which form.

`id:` is the fact's number, `event:` the name, `data:` one line of JSON (Server-Sent Events, WHATWG HTML §9.2).
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from callpoint.dispatcher.screens.plans import Plans
from callpoint.dispatcher.screens.story import CLOSED, Document, Story, notice_line, step_note
from callpoint.dispatcher.screens.viewer import Audience
from callpoint.dispatcher.screens.words import screen_words
from callpoint.routing.alert_records import AlertPlan, BuildingPlan
from callpoint.snapshot import fact_kinds
from callpoint.snapshot.facts import Fact

# What only the board is told of a notice: an address is the recipient's own, a trouble the administrator's.
_BOARD_NOTICE: Final = ("subscription", "step", "address", "attempt", "trouble", "permanent")


class Teller:
    """Makes the texts. Whether an audience may see a story is asked before, by whoever has it told."""

    def __init__(self, plans: Plans) -> None:
        self._plans = plans

    def event(self, fact: Fact, story: Story, audience: Audience) -> bytes:
        """The fact as an event for that audience; b"" for one it is not told of."""
        make = _MAKERS.get(fact.kind)
        if make is None or (fact.kind == fact_kinds.MONITOR and not audience.board):
            return b""
        if fact.kind == fact_kinds.ALERT:
            return sse("alert", self.alert(story, audience), fact.seq)
        name, data = make(fact, audience)
        return sse(name, {"alert": story.alert, **data, "at": fact.at}, fact.seq)

    def begun(self, story: Story, audience: Audience, seq: int) -> bytes:
        """The alert with all that has happened since, as an event for those who are told only now."""
        return sse("alert", self.whole(story, audience), seq)

    def alert(self, story: Story, audience: Audience) -> Document:
        """What an alert is when it is raised."""
        plan = self._plans.plan(story.organization) or AlertPlan(story.organization)
        return {
            "alert": story.alert,
            "type": story.type,
            "test": story.test,
            "quiet": story.quiet,
            "call": story.call,
            "words": screen_words(plan, story, audience.language),
            "subscriptions": list(story.subscriptions),
            "at": story.at,
            "building": _building(plan, story.building_id, audience.board),
        }

    def whole(self, story: Story, audience: Audience) -> Document:
        """An alert with all that has happened since: what somebody who comes late is told."""
        return {
            **self.alert(story, audience),
            "state": story.state,
            "state_at": story.state_at,
            "closed_at": story.closed_at,
            "steps": story.steps if audience.board else [],
            "acknowledged": story.acknowledged,
            "escalated": story.escalated,
            "chat": story.chat,
            "notices": list(story.notices.values()),
            "listeners": list(story.listeners.values()) if audience.board else [],
        }


def sse(name: str, data: Mapping[str, Any], seq: int = 0) -> bytes:
    """One event; without `seq` it does not count for Last-Event-ID."""
    number = f"id: {seq}\n" if seq else ""
    return f"{number}event: {name}\ndata: {as_json(data)}\n\n".encode()


def as_json(data: Mapping[str, Any]) -> str:
    """One line, ASCII alone: no sign in it could end a line of an event."""
    return json.dumps(data, separators=(",", ":"), default=str)


def _building(plan: AlertPlan, building_id: str, board: bool) -> Document | None:
    found = next((one for one in plan.buildings if one.id == building_id), None) if building_id else None
    if found is None:
        return None
    return {
        "name": found.name,
        "directions": found.directions,
        "picture": _picture(found, board),
        "point": list(found.point) if found.point else None,
    }


def _picture(building: BuildingPlan, board: bool) -> str:
    return f"/{'board' if board else 'onsite'}/api/plan/{building.id}" if building.picture else ""


def _updated(fact: Fact, audience: Audience) -> tuple[str, Document]:
    state = str(fact.data.get("state") or "")
    if state == CLOSED:
        return "closed", {}
    note = step_note(fact) if audience.board else {}
    return "updated", {**note, "state": state, "call": fact.data.get("call") or {}}


def _noticed(fact: Fact, audience: Audience) -> tuple[str, Document]:
    more = {name: fact.data.get(name) for name in _BOARD_NOTICE} if audience.board else {}
    return "notice", {**notice_line(fact), **more}


def _acknowledged(fact: Fact, _: Audience) -> tuple[str, Document]:
    return "acknowledged", {"by": str(fact.data.get("by") or ""), "how": str(fact.data.get("how") or "")}


def _escalated(fact: Fact, _: Audience) -> tuple[str, Document]:
    return "escalated", {"group": str(fact.data.get("group") or "")}


def _said(fact: Fact, _: Audience) -> tuple[str, Document]:
    return "chat", {"by": str(fact.data.get("by") or ""), "text": str(fact.data.get("text") or "")}


def _monitored(fact: Fact, _: Audience) -> tuple[str, Document]:
    return "monitor", {name: str(fact.data.get(name) or "") for name in ("step", "by", "how", "why", "session")}


def _raised(_: Fact, __: Audience) -> tuple[str, Document]:
    return "alert", {}


_MAKERS: Final[Mapping[str, Callable[[Fact, Audience], tuple[str, Document]]]] = {
    fact_kinds.ALERT: _raised,
    fact_kinds.ALERT_UPDATED: _updated,
    fact_kinds.NOTICE: _noticed,
    fact_kinds.ACKNOWLEDGED: _acknowledged,
    fact_kinds.ESCALATED: _escalated,
    fact_kinds.CHAT: _said,
    fact_kinds.MONITOR: _monitored,
}
