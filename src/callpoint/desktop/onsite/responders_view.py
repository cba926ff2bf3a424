"""Who takes care of it, who has been told, and what the responders write to each other."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from callpoint.desktop.agent.alert import Alert
from callpoint.desktop.onsite.labels import label, show_text
from callpoint.desktop.onsite.words import Words, time_of

LONGEST_MESSAGE = 1000  # characters, as the server takes them


class RespondersView(QWidget):
    """`said` carries what was typed."""

    said = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._acknowledged, self._escalated, self._told = label("value"), label("faint"), label("faint")
        self._chat = QPlainTextEdit()
        self._chat.setReadOnly(True)
        self._chat.setAccessibleName(words("responders"))
        self._chat.setTabChangesFocus(True)
        self.message = QLineEdit()
        self.message.setPlaceholderText(words("chat_hint"))
        self.message.setAccessibleName(words("chat_hint"))
        self.message.setMaxLength(LONGEST_MESSAGE)
        self.message.returnPressed.connect(self._send)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(label("name", words("responders")))
        for part in (self._acknowledged, self._escalated, self._told):
            column.addWidget(part)
        column.addWidget(self._chat, 1)
        column.addWidget(self.message)

    def show_alert(self, alert: Alert, waiting: bool) -> None:
        """`waiting`: somebody here has acknowledged, and the server does not know yet."""
        words = self._words
        lines = [
            words("acknowledged_by", time=time_of(one.at), by=one.by, how=words.named("how", one.how))
            for one in alert.acknowledgements
        ]
        if waiting:
            lines.append(words("acknowledge_waits"))
        show_text(self._acknowledged, "\n".join(lines) or words("nobody_yet"))
        groups = [words("escalated", group=group) for group in alert.escalations]
        show_text(self._escalated, "\n".join(groups))
        names = ", ".join(
            words(
                "told_one",
                name=one.recipient,
                channel=words.named("channel", one.channel),
                state=words.named("notice", one.state),
            )
            for one in alert.told
        )
        show_text(self._told, words("told", names=names) if names else "")
        chat = "\n".join(f"{time_of(line.at)}  {line.by}: {line.text}" for line in alert.chat)
        if self._chat.toPlainText() != chat:
            self._chat.setPlainText(chat)
            self._chat.verticalScrollBar().setValue(self._chat.verticalScrollBar().maximum())

    def _send(self) -> None:
        text = self.message.text().strip()
        self.message.clear()
        if text:
            self.said.emit(text)
