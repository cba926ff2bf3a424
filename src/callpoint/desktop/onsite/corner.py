"""Small windows in a corner of the main monitor, above the others, that take no keyboard away from anybody."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

EDGE: Final = 24  # pixels from the corner
WIDTH: Final = 460
FLAGS: Final = (
    Qt.WindowType.Tool
    | Qt.WindowType.FramelessWindowHint
    | Qt.WindowType.WindowStaysOnTopHint
    | Qt.WindowType.WindowDoesNotAcceptFocus
)


class CornerWindow(QWidget):
    """At the right; `top` says in which of the two corners."""

    def __init__(self, top: bool) -> None:
        super().__init__(None, FLAGS)
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._top = top
        self.column = QVBoxLayout(self)

    def appear(self) -> None:
        """In its corner, as high as its content needs."""
        screen = QGuiApplication.primaryScreen().availableGeometry()
        height = max(self.heightForWidth(WIDTH), self.sizeHint().height())
        y = screen.top() + EDGE if self._top else screen.bottom() - EDGE - height
        self.setGeometry(screen.right() - EDGE - WIDTH, y, WIDTH, height)
        if not self.isVisible():
            self.show()
        self.raise_()
