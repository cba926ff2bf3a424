"""One alert in full: who calls, from where, how the call goes."""

from typing import Final

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from callpoint.desktop.agent.alert import Alert
from callpoint.desktop.agent.server_clock import elapsed, moment
from callpoint.desktop.agent.situation import Situation
from callpoint.desktop.onsite.labels import label, show_text
from callpoint.desktop.onsite.words import Words, number_as_read, time_of, timer

# Rows of the grid: the word for it, and the part of the call it shows.
ROWS: Final = (
    ("building", "building"),
    ("floor", "floor"),
    ("room", "room"),
    ("unit", "unit"),
    ("place", "note"),
    ("address", "location"),
    ("unsure", "location_unsure"),
    ("psap", "psap"),
)


class AlertView(QWidget):
    """Shows whatever alert it is given; has no state of its own."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._heading, self._test = label("heading"), label("test")
        self._timer, self._state = label("timer"), label("state")
        self._person, self._callback = label("person"), label("callback")
        self._names = {key: label("name", words(key)) for key, _ in ROWS}
        self._values = {key: label("value") for key, _ in ROWS}
        self._directions = label("value")
        self._directions_name = label("name", words("directions"))
        self._message = label("faint")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._banner())
        column.addWidget(label("name", words("who")))
        column.addWidget(self._person)
        column.addWidget(label("name", words("callback")))
        column.addWidget(self._callback)
        column.addLayout(self._grid())
        column.addWidget(self._directions_name)
        column.addWidget(self._directions)
        column.addStretch(1)
        column.addWidget(self._message)

    def _banner(self) -> QFrame:
        frame = QFrame()
        frame.setObjectName("banner")
        row = QHBoxLayout(frame)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self._test)
        left.addWidget(self._heading)
        right.addWidget(self._timer)
        right.addWidget(self._state)
        row.addLayout(left, 3)
        row.addLayout(right, 1)
        return frame

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        for number, (key, _) in enumerate(ROWS):
            grid.addWidget(self._names[key], number, 0)
            grid.addWidget(self._values[key], number, 1)
        return grid

    def show_alert(self, alert: Alert, situation: Situation, monotonic: float) -> None:
        """Fills every field from `alert`."""
        words = self._words
        show_text(self._test, words("test_banner") if alert.test else "")
        show_text(self._heading, words.type(alert.type))
        ended = moment(alert.state_at) if alert.call_over else None
        show_text(self._timer, timer(elapsed(alert.at, ended or situation.now(monotonic))))
        show_text(self._state, self._state_words(alert))
        show_text(self._person, person_of(alert) or words("unknown"))
        number = alert.of_call("callback_number") or alert.of_call("caller_number")
        show_text(self._callback, number_as_read(number) or words("unknown"))
        for key, name in ROWS:
            value = alert.of_call(name) or (alert.building.name if key == "building" else "")
            show_text(self._values[key], value)
            self._names[key].setVisible(bool(value))
        show_text(self._directions, alert.building.directions)
        self._directions_name.setVisible(bool(alert.building.directions))
        show_text(self._message, "\n".join(alert.lines))

    def _state_words(self, alert: Alert) -> str:
        if alert.closed_at:
            return self._words("closed")
        if not alert.of_call("call_id"):
            return ""
        state = self._words.named("state", alert.state)
        return f"{state}, {self._words('since', time=time_of(alert.state_at or alert.at))}"


def person_of(alert: Alert) -> str:
    """Name and ID of the caller, or what an alert without a call is about."""
    name, number = alert.of_call("person"), alert.of_call("device_user_id")
    named = f"{name} ({number})" if name and number else name or number
    return named or alert.of_call("about") or alert.title
