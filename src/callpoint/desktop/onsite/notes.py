"""Alerts that are no emergency, in a corner: quiet tests, a call that ended, a trunk that is down."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from callpoint.desktop.agent.alert import Alert
from callpoint.desktop.onsite.alert_view import person_of
from callpoint.desktop.onsite.colours import colours_of, style_sheet
from callpoint.desktop.onsite.corner import CornerWindow
from callpoint.desktop.onsite.labels import label, show_text
from callpoint.desktop.onsite.words import Words, time_of

SCALE = 0.75  # of the letters of the large window


class NoteWindow(CornerWindow):
    """Shows the latest note, and how many there are. `opened` carries the alert's id."""

    opened = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__(top=False)
        self._words = words
        self._note: Alert | None = None
        self._closed: set[str] = set()
        self._heading, self._text, self._count = label("state"), label("value"), label("faint")
        self._open, self._close = QPushButton(words("open")), QPushButton(words("dismiss"))
        self._open.clicked.connect(self._opened)
        self._close.clicked.connect(self._dismissed)
        row = QHBoxLayout()
        row.addWidget(self._open)
        row.addWidget(self._close)
        for part in (self._heading, self._text, self._count):
            self.column.addWidget(part)
        self.column.addLayout(row)
        self._notes: tuple[Alert, ...] = ()

    def show_notes(self, notes: tuple[Alert, ...], high_contrast: bool) -> None:
        """Appears while there are any that nobody here has closed."""
        self._notes = notes
        left = [note for note in notes if note.id not in self._closed]
        self._note = left[-1] if left else None
        if self._note is None:
            self.hide()
            return
        note = self._note
        self.setStyleSheet(style_sheet(colours_of(False, note.test, high_contrast), SCALE))
        heading = self._words("test_banner") if note.test else self._words.type(note.type)
        show_text(self._heading, f"{time_of(note.at)}  {heading}")
        show_text(self._text, person_of(note))
        show_text(self._count, self._words("calls", count=len(left)).partition(" (")[0] if len(left) > 1 else "")
        self.appear()

    def _opened(self) -> None:
        if self._note is not None:
            self.opened.emit(self._note.id)
            self._dismissed()

    def _dismissed(self) -> None:
        """Here only; nobody has taken care of it by that."""
        self._closed |= {note.id for note in self._notes}
        self.hide()
