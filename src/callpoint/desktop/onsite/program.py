"""The program as a whole: the agent's situations in, windows and sounds out."""

import logging
import time
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox, QSystemTrayIcon

from callpoint.desktop.agent.agent_thread import AgentThread
from callpoint.desktop.agent.file import write_bytes
from callpoint.desktop.agent.places import Places
from callpoint.desktop.agent.settings import Settings
from callpoint.desktop.agent.settings_sources import SettingsFileError, save_for_user
from callpoint.desktop.agent.situation import Situation
from callpoint.desktop.onsite.lost_window import LostWindow
from callpoint.desktop.onsite.notes import NoteWindow
from callpoint.desktop.onsite.player import Player, system_player
from callpoint.desktop.onsite.setup_window import SetupWindow
from callpoint.desktop.onsite.single_instance import SingleInstance
from callpoint.desktop.onsite.siren import Siren, Sound
from callpoint.desktop.onsite.sound_check import SoundCheck
from callpoint.desktop.onsite.tones import CHIME, SIREN, wav
from callpoint.desktop.onsite.tray import Tray
from callpoint.desktop.onsite.windows import AlertWindows, demanding
from callpoint.desktop.onsite.words import words_for

logger = logging.getLogger(__name__)

TICK_MILLISECONDS: Final = 1000  # the timer of a call


class Program(QObject):
    """Everything between `QApplication` and the agent. Signals bring what other threads tell into the windows' one."""

    _told = Signal(object)
    _sounded = Signal(bool)

    def __init__(self, settings: Settings, places: Places, player: Player | None = None) -> None:
        super().__init__()
        self.settings = settings
        self.situation: Situation | None = None
        self.heard = False
        self.no_sound = False
        self._places = places
        self._agent: AgentThread | None = None
        self._chimed: set[str] = set()
        self._words = words_for(settings.language)
        self._high_contrast = high_contrast(settings)
        self._tones = {name: self._tone(name, wav(tones)) for name, tones in (("siren", SIREN), ("chime", CHIME))}
        self.windows = AlertWindows(self._words, settings.name)
        self.notes, self.lost = NoteWindow(self._words), LostWindow(self._words)
        self.sound_check, self.tray = SoundCheck(self._words), Tray(self._words)
        self.setup: SetupWindow | None = None
        self.siren = Siren(player or system_player(), self._sounded.emit)
        self._timer = QTimer(self, interval=TICK_MILLISECONDS)
        self._connect()

    def _connect(self) -> None:
        self._told.connect(self._take)
        self._sounded.connect(self._take_sounded)
        self._timer.timeout.connect(self._show)
        self.windows.acknowledged.connect(self._acknowledge)
        self.windows.said.connect(self._say)
        self.windows.name_changed.connect(self._rename)
        self.notes.opened.connect(self.windows.open)
        self.sound_check.again.connect(lambda: self.siren.once(Sound(self._tones["siren"])))
        self.sound_check.answered.connect(self._answered)
        self.tray.asked.connect(self.ask)

    def start(self, check_sound: bool = True) -> None:
        """Begins to follow the server, or asks for it first."""
        self._timer.start()
        self.tray.icon.show()
        if not self.settings.complete:
            self._set_up()
            return
        self._follow()
        if check_sound:
            self.sound_check.begin()

    def stop(self) -> None:
        """Ends the agent and all sound."""
        self._timer.stop()
        self.siren.close()
        if self._agent is not None:
            self._agent.stop()
        self.tray.icon.hide()

    def ask(self, entry: str) -> None:
        """What the tray's menu offers."""
        {
            "show": self._show_alerts,
            "sound": self.sound_check.begin,
            "contrast": self._turn_contrast,
            "setup": self._set_up,
            "quit": self._quit,
        }[entry]()

    # --- the server ---

    def _follow(self) -> None:
        if self._agent is not None:
            self._agent.stop()
        self._agent = AgentThread(self.settings, self._places, self._told.emit)
        self._agent.volume_checked(self.heard)
        self._agent.start()

    def _take(self, situation: Situation) -> None:
        self.situation = situation
        self._sound(situation)
        self._show()

    def _show(self) -> None:
        if self.situation is None:
            return
        now = time.monotonic()
        troubles = [self._words("no_sound")] if self.no_sound else []
        self.windows.show_situation(self.situation, self._high_contrast, troubles)
        self.notes.show_notes(self.situation.board.notes, self._high_contrast)
        self.lost.show_situation(self.situation, now)
        self.tray.show_situation(self.situation, self.heard, now)

    # --- sound ---

    def _sound(self, situation: Situation) -> None:
        self.siren.sound(
            tuple(
                Sound(self._tones["chime" if alert.test else "siren"], alert.speech) for alert in demanding(situation)
            )
        )
        loud = {note.id for note in situation.board.notes if not note.quiet}
        if loud - self._chimed:
            self._chimed |= loud
            self.siren.once(Sound(self._tones["chime"]))

    def _take_sounded(self, heard: bool) -> None:
        self.no_sound = not heard
        if not heard:
            QApplication.beep()
            if self.sound_check.isVisible():
                self.sound_check.tell_no_player()

    def _answered(self, heard: bool) -> None:
        self.heard = heard
        if self._agent is not None:
            self._agent.volume_checked(heard)
        self._show()

    def _tone(self, name: str, content: bytes) -> str:
        path = self._places.cache / f"{name}.wav"
        try:
            write_bytes(path, content)
        except OSError as error:  # a full disk: an older file of ours may still be there
            logger.error("the sound of alerts cannot be kept: %s", error)
        return str(path)

    # --- what people do ---

    def _acknowledge(self, alert: str) -> None:
        if self._agent is not None:
            self._agent.acknowledge(alert, self.settings.name)

    def _say(self, alert: str, text: str) -> None:
        if self._agent is not None:
            self._agent.chat(alert, self.settings.name, text)

    def _rename(self, name: str) -> None:
        self._keep(name=name)

    def _turn_contrast(self) -> None:
        self._high_contrast = not self._high_contrast
        self._keep(contrast="high" if self._high_contrast else "normal")
        self._show()

    def _show_alerts(self) -> None:
        if self.situation is not None and self.situation.board.alerts:
            self.windows.open()
        elif not self.settings.complete:
            self._set_up()
        else:
            self.tray.icon.showMessage(self._words("no_alerts"), self.tray.icon.toolTip())
            if not QSystemTrayIcon.isSystemTrayAvailable():
                self.sound_check.begin()

    def _set_up(self) -> None:
        self.setup = SetupWindow(self._words, self.settings)
        self.setup.entered.connect(self._entered)
        self.setup.show()

    def _entered(self, host: str, token: str) -> None:
        problem = self._keep(host=host, token=token)
        if self.setup is not None:
            if problem:
                self.setup.tell(problem)
                return
            self.setup.close()
        self._follow()
        self.sound_check.begin()

    def _keep(self, **changed: str) -> str:
        """Takes the settings up, and keeps them in the user's file; a sentence on why that did not go, else ""."""
        self.settings = Settings(**{**vars(self.settings), **changed})
        try:
            save_for_user(self._places, **changed)
        except (OSError, SettingsFileError) as error:
            logger.warning("the settings cannot be kept: %s", error)
            return self._words("setup_not_kept", why=error)
        return ""

    def _quit(self) -> None:
        button = QMessageBox.StandardButton
        answer = QMessageBox.question(None, "Callpoint Onsite", self._words("quit_question"), button.Yes | button.No)
        if answer == button.Yes:
            QApplication.quit()


def high_contrast(settings: Settings) -> bool:
    """As the settings say, else as the system is set."""
    if settings.contrast:
        return settings.contrast == "high"
    hints = QGuiApplication.styleHints()  # kept in a name: what it hands out lives no longer than it does
    return bool(hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast)


def run(settings: Settings, places: Places, arguments: list[str]) -> int:
    """The program until somebody quits it; the exit code."""
    application: Any = QApplication(arguments)
    application.setApplicationName("Callpoint Onsite")
    application.setQuitOnLastWindowClosed(False)
    first = SingleInstance(places.state)
    if not first.is_first():
        return 0
    program = Program(settings, places)
    first.asked.connect(lambda: program.ask("show"))
    application.aboutToQuit.connect(program.stop)
    program.start()
    return int(application.exec())
