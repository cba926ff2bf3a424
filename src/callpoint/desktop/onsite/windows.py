"""The alert windows of all monitors: when they appear, which alert they show, when they may go."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QScreen

from callpoint.desktop.agent.alert import Alert
from callpoint.desktop.agent.situation import Situation
from callpoint.desktop.onsite.alert_window import AlertWindow
from callpoint.desktop.onsite.words import Words


class AlertWindows(QObject):
    """One window for each monitor, all showing the same. They stay until somebody hides them, and nobody can while an
    alert demands to be taken.
    """

    acknowledged = Signal(str)
    said = Signal(str, str)
    name_changed = Signal(str)

    def __init__(self, words: Words, name: str) -> None:
        super().__init__()
        self._words = words
        self._name = name
        self._selected = ""
        self._visible = False
        self._windows: dict[QScreen, AlertWindow] = {}
        self._situation: Situation | None = None
        self._high_contrast = False
        self._troubles: list[str] = []
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.screenAdded.connect(lambda _: self._refresh())
            application.screenRemoved.connect(self._removed)

    @property
    def visible(self) -> bool:
        return self._visible

    @property
    def windows(self) -> list[AlertWindow]:
        """Those there are now, one for each monitor."""
        return list(self._windows.values())

    def show_situation(self, situation: Situation, high_contrast: bool, troubles: list[str]) -> None:
        """Takes up what is new; appears when something demands it."""
        new = new_demands(self._situation, situation)
        self._situation, self._high_contrast, self._troubles = situation, high_contrast, troubles
        if new and not self._keeps_the_screen(new[0]):
            self._selected = new[0].id
        if demanding(situation):
            self._visible = True
        self._refresh()

    def open(self, alert: str = "") -> None:
        """Somebody wants to look, demanded or not."""
        if self._situation is not None and self._situation.board.alerts:
            self._selected = alert or self._selected
            self._visible = True
            self._refresh()

    def hide_all(self) -> None:
        """Unless an alert still demands to be taken."""
        if self._situation is None or not demanding(self._situation):
            self._visible = False
            for window in self._windows.values():
                window.hide()

    def set_words(self, words: Words, name: str) -> None:
        """The language or the name has changed."""
        self._words, self._name = words, name
        for screen in list(self._windows):
            self._drop(screen)
        self._refresh()

    def _keeps_the_screen(self, new: Alert) -> bool:
        """Whether the alert looked at stays: what somebody reads is not taken away, unless a test for an emergency."""
        looked_at = demanding(self._situation) if self._situation is not None else []
        selected = next((one for one in looked_at if one.id == self._selected), None)
        return selected is not None and (selected.emergency or not new.emergency)

    def _refresh(self) -> None:
        if not self._visible or self._situation is None:
            return
        shown = shown_alerts(self._situation, self._selected)
        if not shown:
            return
        alert = next((one for one in shown if one.id == self._selected), shown[0])
        self._selected = alert.id
        for screen in QGuiApplication.screens():
            window = self._windows.get(screen) or self._make(screen)
            window.show_situation(shown, alert, self._situation, self._high_contrast, self._troubles)
            if demanding(self._situation) or not window.isVisible():
                window.appear()

    def _make(self, screen: QScreen) -> AlertWindow:
        window = AlertWindow(self._words, screen, self._name)
        window.acknowledged.connect(self.acknowledged.emit)
        window.said.connect(self.said.emit)
        window.chosen.connect(self._choose)
        window.moved_on.connect(self._move)
        window.hide_asked.connect(self.hide_all)
        window.name_changed.connect(self._rename)
        self._windows[screen] = window
        return window

    def _removed(self, screen: QScreen) -> None:
        self._drop(screen)
        self._refresh()

    def _drop(self, screen: QScreen) -> None:
        window = self._windows.pop(screen, None)
        if window is not None:
            window.hide()
            window.deleteLater()

    def _choose(self, alert: str) -> None:
        self._selected = alert
        self._refresh()

    def _move(self, step: int) -> None:
        if self._situation is None:
            return
        ids = [alert.id for alert in shown_alerts(self._situation, self._selected)]
        if self._selected in ids:
            self._choose(ids[(ids.index(self._selected) + step) % len(ids)])

    def _rename(self, name: str) -> None:
        if name != self._name:
            self._name = name
            for window in self._windows.values():
                window.set_name(name)
            self.name_changed.emit(name)


def demanding(situation: Situation) -> list[Alert]:
    """Alerts to cover the screen and to be heard: nobody has taken them, here or anywhere."""
    return [alert for alert in situation.board.demanding if alert.id not in situation.waiting]


def shown_alerts(situation: Situation, selected: str) -> list[Alert]:
    """What there is to look at: emergencies first, among them those nobody has taken, then the newest.

    When nothing goes on, the latest ones.
    """
    board = situation.board
    going_on = [alert for alert in board.alerts if alert in board.going_on or alert.id == selected]
    waiting = situation.waiting

    def urgency(alert: Alert) -> tuple[bool, bool]:
        return (not alert.emergency, not alert.demands or alert.id in waiting)

    newest_first: Iterable[Alert] = reversed(going_on or board.alerts[-10:])
    return sorted(newest_first, key=urgency)


def new_demands(before: Situation | None, now: Situation) -> list[Alert]:
    """Those that demand now and did not before, the most urgent first."""
    known = {alert.id for alert in demanding(before)} if before is not None else set()
    return sorted((a for a in demanding(now) if a.id not in known), key=lambda alert: not alert.emergency)
