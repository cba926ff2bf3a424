"""Asks a person whether an alert would be heard here: no program can know whether the loudspeaker is on."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from callpoint.desktop.onsite.colours import TEST, style_sheet
from callpoint.desktop.onsite.labels import fit, label, show_text
from callpoint.desktop.onsite.words import Words


class SoundCheck(QWidget):
    """`again` asks for the sound, `answered` says whether somebody heard it."""

    again = Signal()
    answered = Signal(bool)

    def __init__(self, words: Words) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.WindowStaysOnTopHint)
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setStyleSheet(style_sheet(TEST, 0.75))
        self.setWindowTitle(words("sound_title"))
        self._words = words
        self._help = label("faint")
        self.yes, self.no = QPushButton(words("sound_yes")), QPushButton(words("sound_no"))
        self.replay = QPushButton(words("sound_again"))
        self.yes.clicked.connect(self._heard)
        self.no.clicked.connect(self._not_heard)
        self.replay.clicked.connect(self.again.emit)
        column = QVBoxLayout(self)
        column.addWidget(label("value", words("sound_question")))
        column.addWidget(self._help)
        row = QHBoxLayout()
        for button in (self.yes, self.replay, self.no):
            button.setAutoDefault(True)
            row.addWidget(button)
        column.addLayout(row)
        self._help.hide()
        self.setMinimumWidth(760)

    def begin(self) -> None:
        """Appears, and has the sound played."""
        self._help.hide()
        fit(self)
        self.show()
        self.raise_()
        self.replay.setFocus()  # not "yes": a key meant for another window would answer it
        self.again.emit()

    def tell_no_player(self) -> None:
        """The sound could not even be played."""
        show_text(self._help, f"{self._words('no_sound')}\n{self._words('sound_help')}")
        fit(self)

    def _heard(self) -> None:
        self.hide()
        self.answered.emit(True)

    def _not_heard(self) -> None:
        show_text(self._help, self._words("sound_help"))
        fit(self)
        self.answered.emit(False)
