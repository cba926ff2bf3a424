"""All alerts at once, the most urgent first: which one is being looked at, and which nobody has taken yet."""

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from callpoint.desktop.agent.alert import Alert
from callpoint.desktop.agent.situation import Situation
from callpoint.desktop.onsite.alert_view import person_of
from callpoint.desktop.onsite.labels import label
from callpoint.desktop.onsite.words import Words, timer

PADDING: Final = 14  # pixels: what the style sheet puts around an item, on a large screen
_ID: Final = Qt.ItemDataRole.UserRole


class AlertList(QWidget):
    """`chosen` carries the id of the alert to look at. Hidden while there is only one."""

    chosen = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._heading = label("name")
        self._list = QListWidget()
        self._list.setWordWrap(True)
        self._list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self._list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.currentItemChanged.connect(self._changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._heading)
        column.addWidget(self._list, 1)

    def show_alerts(self, alerts: list[Alert], selected: str, situation: Situation, monotonic: float) -> None:
        """Keeps the items that are there, so that a click never meets another alert than the one aimed at."""
        self.setVisible(len(alerts) > 1)
        self._heading.setText(self._words("calls", count=len(alerts)))
        self._list.setAccessibleName(self._heading.text())
        self._list.blockSignals(True)
        if [self._id(row) for row in range(self._list.count())] != [alert.id for alert in alerts]:
            self._list.clear()
            for alert in alerts:
                item = QListWidgetItem()
                item.setData(_ID, alert.id)
                self._list.addItem(item)
        for row, alert in enumerate(alerts):
            waiting = alert.id in situation.waiting
            self._list.item(row).setText(self._text(alert, waiting, situation.seconds(alert.at, monotonic)))
            self._make_room(self._list.item(row))
            if alert.id == selected:
                self._list.setCurrentRow(row)
        self._list.blockSignals(False)

    def _make_room(self, item: QListWidgetItem) -> None:
        """Qt's own measure forgets the padding of the style sheet, and would cut the last line off."""
        width = self._list.viewport().width()
        room = QRect(0, 0, max(1, width - 2 * PADDING), 10_000)
        needed = self._list.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, item.text())
        item.setSizeHint(QSize(width, needed.height() + 2 * PADDING))

    def _text(self, alert: Alert, waiting: bool, seconds: int) -> str:
        taken = alert.acknowledged or waiting
        mark = "✓" if taken else "●"
        kind = self._words("test_banner") if alert.test else self._words.type(alert.type)
        place = " · ".join(part for part in (alert.of_call("building"), alert.of_call("floor")) if part)
        return f"{mark} {kind}\n{person_of(alert)}\n{place}  {timer(seconds)}"

    def _id(self, row: int) -> str:
        return str(self._list.item(row).data(_ID))

    def _changed(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(str(item.data(_ID)))
