"""Labels and small layouts. Every text is plain: a name with signs of HTML in it is shown as it is written."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QLayout, QSizePolicy, QVBoxLayout, QWidget

MARGIN: Final = 24  # pixels, for the borders style sheets draw


def label(style: str = "", text: str = "") -> QLabel:
    """A label that wraps; `style` is its name in the style sheet."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    made.setObjectName(style)
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return made


def show_text(target: QLabel, text: str) -> None:
    """Sets the text, and takes an empty label out of the layout."""
    if target.text() != text:
        target.setText(text)
    target.setVisible(bool(text))


def panel(*content: QWidget | QLayout) -> QFrame:
    """A framed column."""
    frame = QFrame()
    frame.setObjectName("panel")
    column = QVBoxLayout(frame)
    for one in content:
        if isinstance(one, QLayout):
            column.addLayout(one)
        else:
            column.addWidget(one)
    return frame


def fit(window: QWidget) -> None:
    """Makes the window as high as its text needs: Qt's own guess forgets that labels wrap."""
    layout = window.layout()
    width = max(window.width(), window.minimumWidth())
    if layout is not None:
        layout.activate()
        window.setMinimumHeight(max(layout.totalHeightForWidth(width), window.sizeHint().height()) + MARGIN)
