"""The sign in the tray: red when the server is lost, and the way to everything that is no alert."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from callpoint.desktop.agent.health import Link
from callpoint.desktop.agent.situation import Situation
from callpoint.desktop.onsite.trouble import trouble_words
from callpoint.desktop.onsite.words import Words

# Not by colour alone: each has its own sign too.
LOOKS: Final[Mapping[str, tuple[str, str]]] = {
    "good": ("#14532d", "✓"),
    "alert": ("#8f0a17", "●"),
    "lost": ("#8f0a17", "!"),
    "starting": ("#4b5563", "…"),
    "unheard": ("#7a4a00", "?"),
}
SIZE: Final = 64  # pixels, scaled down by the tray


class Tray(QObject):
    """`asked` carries the name of the menu's entry: "show", "sound", "contrast", "setup", "quit"."""

    asked = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self.look = "starting"
        self.menu = QMenu()
        for name in ("show", "sound", "contrast", "setup", "quit"):
            action = QAction(words(f"menu_{name}"), self.menu)
            action.triggered.connect(lambda _=False, name=name: self.asked.emit(name))
            self.menu.addAction(action)
        self.icon = QSystemTrayIcon(icon(*LOOKS[self.look]))
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)

    def show_situation(self, situation: Situation, heard: bool, monotonic: float) -> None:
        """The sign and the words under it."""
        link = situation.link(monotonic)
        look = look_of(situation, link, heard)
        if look != self.look:
            self.look = look
            self.icon.setIcon(icon(*LOOKS[look]))
        lines = [trouble_words(situation, self._words, monotonic)]
        if not heard:
            lines.append(self._words("not_heard"))
        if situation.unsent:
            lines.append(self._words("unsent", count=situation.unsent))
        if situation.rejected:
            lines.append(self._words("rejected"))
        self.icon.setToolTip("\n".join(lines))

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.asked.emit("show")


def look_of(situation: Situation, link: Link, heard: bool) -> str:
    """Which of `LOOKS`: what is worst stands before the rest."""
    if link in (Link.LOST, Link.REFUSED):
        return "lost"
    if situation.board.demanding:
        return "alert"
    if link is Link.STARTING:
        return "starting"
    return "good" if heard else "unheard"


def icon(colour: str, sign: str) -> QIcon:
    """A disc with a sign in it."""
    picture = QPixmap(SIZE, SIZE)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(colour))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(0, 0, SIZE, SIZE)
    font = painter.font()
    font.setPixelSize(SIZE * 2 // 3)
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor("#ffffff"))
    painter.drawText(picture.rect(), Qt.AlignmentFlag.AlignCenter, sign)
    painter.end()
    return QIcon(picture)
