"""Labels and small layouts. Every text is plain: a name with signs of HTML in it is shown as it is written."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QLayout, QSizePolicy, QVBoxLayout, QWidget


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
