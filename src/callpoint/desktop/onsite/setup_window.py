"""Asks for the server and the token, once, where no installer has said them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from callpoint.desktop.agent.host import HostError, base_url
from callpoint.desktop.agent.settings import Settings
from callpoint.desktop.onsite.colours import TEST, style_sheet
from callpoint.desktop.onsite.labels import fit, label, show_text
from callpoint.desktop.onsite.words import Words


class SetupWindow(QWidget):
    """`entered` carries the server's address and the token; a token already known need not be typed again."""

    entered = Signal(str, str)

    def __init__(self, words: Words, settings: Settings) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setStyleSheet(style_sheet(TEST, 0.75))
        self.setWindowTitle(words("setup_title"))
        self._words = words
        self._settings = settings
        self.host, self.token = QLineEdit(settings.host), QLineEdit()
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.save = QPushButton(words("setup_save"))
        self.problem = label("value")
        self.problem.hide()
        form = QFormLayout()
        form.addRow(words("setup_host"), self.host)
        form.addRow(words("setup_token"), self.token)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.problem)
        column.addWidget(self.save)
        self.save.clicked.connect(self._save)
        self.token.returnPressed.connect(self._save)
        self.setMinimumWidth(760)
        fit(self)

    def tell(self, problem: str) -> None:
        """A sentence on what is wrong; the window stays."""
        show_text(self.problem, problem)
        fit(self)

    def _save(self) -> None:
        try:
            host = base_url(self.host.text())
        except HostError:
            self.tell(self._words("setup_bad_host"))
            return
        # A token goes to the server it was given for and to no other.
        known = self._settings.token if host == self._settings.host else ""
        token = self.token.text().strip() or known
        if not token:
            self.tell(self._words("setup_no_token"))
            return
        self.entered.emit(host, token)
