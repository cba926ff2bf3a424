"""One alert as told so far: the facts about it, folded into what a screen that comes late is shown at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from callpoint.dispatcher.screens.moments import seconds_of
from callpoint.dispatcher.screens.viewer import Audience
from callpoint.routing.alert_records import EVERY_SCREEN
from callpoint.snapshot import fact_kinds
from callpoint.snapshot.facts import Fact

ENDED: Final = "ended"
CLOSED: Final = "closed"
# When it is over and somebody has seen to it, it stays in sight so long for those who just come back.
SEEN_TO_SECONDS: Final = 600.0
# A test nobody acknowledges is nobody's danger.
TEST_SECONDS: Final = 900.0
# Nobody runs to yesterday's call; it is in the record.
STALE_SECONDS: Final = 24 * 3600.0
# An organization whose subscriptions name no screen at all still has them lit when somebody is in danger.
EVERYBODYS: Final = frozenset({"emergency", "relay_center", "psap_callback"})
# More chat or notices than a screen could show; the journal has the rest.
MOST_LINES: Final = 500

Document = dict[str, Any]


@dataclass
class Story:
    """`call` is `AlertCall.to_json` with what has changed since. Times are ISO 8601 in UTC, as in facts.

    `told` says from which fact on which screens are told: ids, or EVERY_SCREEN.
    """

    alert: str
    organization: str
    call_id: str
    type: str
    at: str
    seq: int
    call: Document
    test: bool = False
    quiet: bool = False
    subscriptions: tuple[str, ...] = ()
    state: str = ""
    state_at: str = ""
    closed_at: str = ""
    steps: list[Document] = field(default_factory=list)
    acknowledged: list[Document] = field(default_factory=list)
    escalated: list[Document] = field(default_factory=list)
    chat: list[Document] = field(default_factory=list)
    notices: dict[str, Document] = field(default_factory=dict)
    listeners: dict[str, Document] = field(default_factory=dict)
    told: list[tuple[int, frozenset[str]]] = field(default_factory=list)
    last_at: str = ""

    @classmethod
    def begun(cls, fact: Fact, quiet: bool) -> "Story":
        """From a fact ALERT."""
        data = fact.data
        screens = frozenset(map(str, data.get("screens", (EVERY_SCREEN,))))
        if not screens and data.get("type") in EVERYBODYS:
            screens = frozenset({EVERY_SCREEN})
        return cls(
            alert=str(data.get("alert", "")),
            organization=fact.organization,
            call_id=fact.call_id,
            type=str(data.get("type", "")),
            at=fact.at,
            seq=fact.seq,
            call=dict(data.get("call") or {}),
            test=bool(data.get("test")),
            quiet=quiet,
            subscriptions=tuple(map(str, data.get("subscriptions") or ())),
            told=[(fact.seq, screens)],
            last_at=fact.at,
        )

    @property
    def building_id(self) -> str:
        return str(self.call.get("building_id") or "")

    def told_since(self, audience: Audience) -> int | None:
        """The number of the fact from which on that audience is told; None while it is not."""
        if not audience.covers(self.building_id):
            return None
        if audience.board:
            return self.seq
        wanted = {EVERY_SCREEN, audience.screen} - {""}
        return next((seq for seq, screens in self.told if screens & wanted), None)

    def take(self, fact: Fact) -> None:
        """A later fact of this alert; kinds that change nothing here are passed over."""
        take = _TAKERS.get(fact.kind)
        if take is not None:
            take(self, fact)
            self.last_at = fact.at

    def is_open(self, now: float) -> bool:
        """Whether a screen that comes now (seconds since 1970) is to show it."""
        if self.closed_at or now - seconds_of(self.at) > STALE_SECONDS:
            return False
        idle = now - seconds_of(self.last_at)
        if self.test and idle > TEST_SECONDS:
            return False
        over = self.state == ENDED or not self.call_id
        return not (over and self.acknowledged and idle > SEEN_TO_SECONDS)


def _updated(story: Story, fact: Fact) -> None:
    state = str(fact.data.get("state") or "")
    changed: Mapping[str, Any] = fact.data.get("call") or {}
    story.call.update(changed)
    _add(story.steps, {"state": state, "at": fact.at, "call": dict(changed), **step_note(fact)})
    story.state, story.state_at = state or story.state, fact.at
    if state == CLOSED:
        story.closed_at = fact.at


def step_note(fact: Fact) -> Document:
    """What the engine says of a step beside state and call."""
    return {name: value for name, value in fact.data.items() if name not in ("alert", "type", "state", "call")}


def _noticed(story: Story, fact: Fact) -> None:
    key = str(fact.data.get("key") or f"{fact.data.get('channel')}/{fact.data.get('recipient')}")
    if key in story.notices or len(story.notices) < MOST_LINES:
        story.notices[key] = notice_line(fact)


def notice_line(fact: Fact) -> Document:
    """What everybody may know of a notice; addresses are for the board alone."""
    return {
        "key": str(fact.data.get("key") or ""),
        "recipient": str(fact.data.get("recipient") or ""),
        "channel": str(fact.data.get("channel") or ""),
        "state": str(fact.data.get("state") or ""),
        "by": str(fact.data.get("by") or ""),
        "at": fact.at,
    }


def _acknowledged(story: Story, fact: Fact) -> None:
    how = str(fact.data.get("how") or "")
    _add(story.acknowledged, {"by": str(fact.data.get("by") or ""), "how": how, "at": fact.at})


def _escalated(story: Story, fact: Fact) -> None:
    story.told.append((fact.seq, frozenset(map(str, fact.data.get("screens") or ()))))
    _add(story.escalated, {"group": str(fact.data.get("group") or ""), "at": fact.at})


def _said(story: Story, fact: Fact) -> None:
    text = str(fact.data.get("text") or "")
    _add(story.chat, {"by": str(fact.data.get("by") or ""), "text": text, "at": fact.at})


def _add(lines: list[Document], line: Document) -> None:
    """Once: a fact told before the disk took it comes again when it did (`Hub.tell_unwritten`)."""
    if line not in lines:
        lines.append(line)
        del lines[:-MOST_LINES]


def _monitored(story: Story, fact: Fact) -> None:
    by, step = str(fact.data.get("by") or ""), str(fact.data.get("step") or "")
    if by and step in ("listening", "joined"):
        story.listeners[by] = {"by": by, "step": step, "how": str(fact.data.get("how") or ""), "at": fact.at}
    elif step in ("left", "failed"):
        story.listeners.pop(by, None)
    elif step == "released":
        story.listeners.clear()


_TAKERS: Final[Mapping[str, Callable[[Story, Fact], None]]] = {
    fact_kinds.ALERT_UPDATED: _updated,
    fact_kinds.NOTICE: _noticed,
    fact_kinds.ACKNOWLEDGED: _acknowledged,
    fact_kinds.ESCALATED: _escalated,
    fact_kinds.CHAT: _said,
    fact_kinds.MONITOR: _monitored,
}
