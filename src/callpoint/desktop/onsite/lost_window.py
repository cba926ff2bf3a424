"""Red and above the other windows for as long as alerts do not reach this computer. It cannot be closed: it is true."""

from callpoint.desktop.agent.health import Link
from callpoint.desktop.agent.situation import Situation
from callpoint.desktop.onsite.colours import LOST_GROUND, LOST_TEXT
from callpoint.desktop.onsite.corner import CornerWindow
from callpoint.desktop.onsite.labels import label, show_text
from callpoint.desktop.onsite.trouble import trouble_words
from callpoint.desktop.onsite.words import Words

_STYLE = f"""
QWidget {{ background: {LOST_GROUND}; color: {LOST_TEXT}; }}
QLabel#lost {{ font-size: 19px; font-weight: 700; }} QLabel#why {{ font-size: 13px; }}
"""


class LostWindow(CornerWindow):
    """Says since when, and the cause as far as it is known."""

    def __init__(self, words: Words) -> None:
        super().__init__(top=True)
        self._words = words
        self._lost, self._why = label("lost"), label("why")
        self.column.addWidget(self._lost)
        self.column.addWidget(self._why)
        self.setStyleSheet(_STYLE)

    def show_situation(self, situation: Situation, monotonic: float) -> None:
        """Appears when the server is lost or does not accept us, and goes when it is back."""
        if situation.link(monotonic) not in (Link.LOST, Link.REFUSED):
            self.hide()
            return
        show_text(self._lost, trouble_words(situation, self._words, monotonic))
        why = situation.health.why
        show_text(self._why, self._words("why", why=why) if why else "")
        self.appear()
