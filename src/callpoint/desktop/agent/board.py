"""All alerts a screen knows of: events in, the next board out. No I/O; every board is a value that never changes."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from callpoint.desktop.agent.alert import Alert, Plain, sequence, text
from callpoint.desktop.agent.event_stream import ServerEvent

MOST_KEPT: Final = 200  # alerts; those that are over and taken go first, one that demands a look never goes

_CHANGES: Final[Mapping[str, Callable[[Alert, Plain], Alert]]] = {
    "updated": Alert.updated,
    "notice": Alert.with_told,
    "acknowledged": Alert.with_acknowledgement,
    "escalated": Alert.with_escalation,
    "chat": Alert.with_chat,
    "closed": Alert.closed,
}
_PARTS: Final[Mapping[str, Callable[[Alert, Plain], Alert]]] = {
    "acknowledged": Alert.with_acknowledgement,
    "notices": Alert.with_told,
    "escalated": Alert.with_escalation,
    "chat": Alert.with_chat,
}


@dataclass(frozen=True)
class Board:
    """The alerts, oldest first."""

    alerts: tuple[Alert, ...] = ()

    def find(self, alert_id: str) -> Alert | None:
        return next((alert for alert in self.alerts if alert.id == alert_id), None)

    @property
    def demanding(self) -> tuple[Alert, ...]:
        """Those that cover the screen, and are heard, until somebody takes them."""
        return tuple(alert for alert in self.alerts if alert.demands)

    @property
    def going_on(self) -> tuple[Alert, ...]:
        """Those worth looking at: demanding, or their call goes on."""
        return tuple(alert for alert in self.alerts if alert.demands or not alert.call_over)

    @property
    def notes(self) -> tuple[Alert, ...]:
        """Those noted in a corner, until somebody has seen them."""
        return tuple(alert for alert in self.alerts if alert.note)

    def apply(self, event: ServerEvent) -> "Board":
        """The board after `event`. What cannot be read, or is of a newer server, changes nothing."""
        plain = _document(event.data)
        alert_id = text(plain, "alert")
        if not alert_id:
            return self
        if event.name == "alert":
            return self._with(_kept(self.find(alert_id), Alert.read(plain)))
        known, change = self.find(alert_id), _CHANGES.get(event.name)
        return self if known is None or change is None else self._with(change(known, plain))

    def with_state(self, plain: Plain) -> "Board":
        """The board with everything the server's `state` tells. Alerts it no longer lists are over, and stay."""
        board = self
        listed = [row for row in sequence(plain, "alerts") if isinstance(row, Mapping) and text(row, "alert")]
        for row in listed:
            board = board._with(_kept(board.find(text(row, "alert")), _from_row(row)))
        there = {text(row, "alert") for row in listed}
        for alert in board.alerts:
            if alert.id not in there and not alert.closed_at:
                board = board._with(alert.closed({}))
        return board

    def with_speech(self, alert_id: str, path: str) -> "Board":
        """With the spoken words of an alert as a file on this computer."""
        known = self.find(alert_id)
        return self if known is None else self._with(replace(known, speech=path))

    def with_picture(self, picture: str, path: str) -> "Board":
        """With the floor plan the server has under `picture` as a file on this computer, for every alert of it."""
        return Board(tuple(replace(a, picture=path) if a.building.picture == picture else a for a in self.alerts))

    def _with(self, alert: Alert) -> "Board":
        if self.find(alert.id) is not None:
            return Board(tuple(alert if one.id == alert.id else one for one in self.alerts))
        alerts = sorted((*self.alerts, alert), key=lambda one: one.at)
        spare = len(alerts) - MOST_KEPT
        for old in [one for one in alerts if one.call_over and not one.demands][: max(0, spare)]:
            alerts.remove(old)
        return Board(tuple(alerts))


def _document(data: str) -> Plain:
    try:
        plain = json.loads(data)
    except ValueError:
        return {}
    return plain if isinstance(plain, dict) else {}


def _from_row(row: Plain) -> Alert:
    """An alert as `state` lists it: its `alert` event, with what has happened since beside it."""
    alert = Alert.read(row).updated({"state": text(row, "state"), "at": text(row, "state_at")})
    for name, change in _PARTS.items():
        for part in sequence(row, name):
            if isinstance(part, Mapping):
                alert = change(alert, part)
    closed_at = text(row, "closed_at")
    return alert.closed({"at": closed_at}) if closed_at else alert


def _kept(known: Alert | None, told: Alert) -> Alert:
    """`told`, without losing what was already known of it: events come again after a lost connection."""
    if known is None:
        return told
    for one in known.acknowledgements:
        told = told.with_acknowledgement(vars(one))
    for said in known.chat:
        told = told.with_chat(vars(said))
    newer = told.state_at >= known.state_at and told.state
    return replace(
        told,
        state=told.state if newer else known.state,
        state_at=told.state_at if newer else known.state_at,
        told=told.told or known.told,
        escalations=told.escalations or known.escalations,
        closed_at=told.closed_at or known.closed_at,
        speech=known.speech,
        picture=known.picture,
    )
