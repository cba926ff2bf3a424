"""The window that covers a screen while an alert wants to be seen."""

import time
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QScreen, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from callpoint.desktop.agent.alert import Alert
from callpoint.desktop.agent.health import Link
from callpoint.desktop.agent.situation import Situation
from callpoint.desktop.onsite.alert_list import AlertList
from callpoint.desktop.onsite.alert_view import AlertView
from callpoint.desktop.onsite.colours import colours_of, style_sheet
from callpoint.desktop.onsite.floor_plan import FloorPlan
from callpoint.desktop.onsite.labels import label, panel, show_text
from callpoint.desktop.onsite.responders_view import RespondersView
from callpoint.desktop.onsite.trouble import trouble_words
from callpoint.desktop.onsite.words import Words

INPUT_GRACE: Final = 1.0
"""Seconds in which nothing acknowledges: who was typing or clicking when the window came up did not mean it."""
FULL_HEIGHT: Final = 1080  # lines of the screen the sizes of the letters are meant for
FLAGS: Final = Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint


class AlertWindow(QWidget):
    """On one monitor. What is done in it is told by its signals; what it shows is given by `show_situation`."""

    acknowledged = Signal(str)
    said = Signal(str, str)
    chosen = Signal(str)
    hide_asked = Signal()
    name_changed = Signal(str)
    moved_on = Signal(int)

    def __init__(self, words: Words, screen: QScreen, name: str) -> None:
        super().__init__(None, FLAGS)
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle("Callpoint Onsite")
        self.monitor = screen
        self._words = words
        self._alert: Alert | None = None
        self._appeared = 0.0
        self._style = ""
        self._lost = label("lost")
        self._view, self._list = AlertView(words), AlertList(words)
        self._plan, self._responders = FloorPlan(words), RespondersView(words)
        self._name = QLineEdit(name)
        self._acknowledge = QPushButton(words("acknowledge"))
        self._hide = QPushButton(words("hide"))
        self._set_up()
        self._connect()

    def _set_up(self) -> None:
        self._acknowledge.setObjectName("acknowledge")
        self._name.setPlaceholderText(self._words("name"))
        self._name.setAccessibleName(self._words("name"))
        self._name.setMaxLength(80)
        for button in (self._acknowledge, self._hide):
            button.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.addWidget(self._acknowledge, 3)
        buttons.addWidget(self._name, 1)
        buttons.addWidget(self._hide, 1)
        right = QVBoxLayout()
        right.addWidget(panel(self._plan), 1)
        right.addWidget(panel(self._responders), 1)
        middle = QHBoxLayout()
        middle.addWidget(self._list, 2)
        middle.addWidget(self._view, 6)
        middle.addLayout(right, 4)
        column = QVBoxLayout(self)
        column.addWidget(self._lost)
        column.addLayout(middle, 1)
        column.addLayout(buttons)

    def _connect(self) -> None:
        self._acknowledge.clicked.connect(self._take)
        self._hide.clicked.connect(self.hide_asked.emit)
        self._list.chosen.connect(self.chosen.emit)
        self._responders.said.connect(self._say)
        self._name.editingFinished.connect(lambda: self.name_changed.emit(self._name.text().strip()))
        for keys, action in (
            ("Ctrl+Return", self._take),
            ("Ctrl+Enter", self._take),
            ("Escape", self.hide_asked.emit),
            ("Ctrl+Down", lambda: self.moved_on.emit(1)),
            ("Ctrl+Up", lambda: self.moved_on.emit(-1)),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(action)

    def appear(self) -> None:
        """Covers its monitor, above every other window."""
        if not self.isVisible():
            self._appeared = time.monotonic()
            self.setScreen(self.monitor)
            self.setGeometry(self.monitor.geometry())
            self.showFullScreen()
            self.setFocus()
        elif self.windowState() & Qt.WindowState.WindowMinimized:
            self.showFullScreen()
        self.raise_()
        self.activateWindow()

    def show_situation(
        self, shown: list[Alert], alert: Alert, situation: Situation, high_contrast: bool, troubles: list[str]
    ) -> None:
        """`alert` is the one looked at, `shown` all there are. `troubles` are sentences of this computer's own."""
        now = time.monotonic()
        self._alert = alert
        self._restyle(alert, high_contrast)
        lost = trouble_words(situation, self._words, now) if situation.link(now) in (Link.LOST, Link.REFUSED) else ""
        show_text(self._lost, "\n".join(part for part in (lost, *troubles) if part))
        self._view.show_alert(alert, situation, now)
        self._list.show_alerts(shown, alert.id, situation, now)
        self._plan.show_alert(alert)
        waiting = alert.id in situation.waiting
        self._responders.show_alert(alert, waiting)
        taken = alert.acknowledged or waiting
        self._acknowledge.setText(self._words("acknowledged_here" if taken else "acknowledge"))
        self._acknowledge.setEnabled(not taken)
        free = not [one for one in shown if one.demands and one.id not in situation.waiting]
        self._hide.setEnabled(free)
        self._hide.setToolTip("" if free else self._words("hide_not_yet"))

    def set_name(self, name: str) -> None:
        """What somebody typed on another monitor."""
        if not self._name.hasFocus():
            self._name.setText(name)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Closing is hiding, and hiding has its rule."""
        event.ignore()
        self.hide_asked.emit()

    def _restyle(self, alert: Alert, high_contrast: bool) -> None:
        scale = self.monitor.geometry().height() / FULL_HEIGHT
        style = style_sheet(colours_of(alert.emergency, alert.test, high_contrast), scale)
        if style != self._style:
            self._style = style
            self.setStyleSheet(style)

    def _take(self) -> None:
        deliberate = time.monotonic() - self._appeared > INPUT_GRACE
        if deliberate and self._alert is not None and self._acknowledge.isEnabled():
            self.name_changed.emit(self._name.text().strip())
            self.acknowledged.emit(self._alert.id)

    def _say(self, text: str) -> None:
        if self._alert is not None:
            self.name_changed.emit(self._name.text().strip())
            self.said.emit(self._alert.id, text)
