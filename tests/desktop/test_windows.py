"""The program under a real X server and window manager: covers other windows, is heard, is quiet, tells the truth."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QImage, QScreen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from callpoint.desktop.agent.places import Places
from callpoint.desktop.agent.settings import Settings
from callpoint.desktop.onsite.program import Program
from tests.desktop.screen import GREEN, SIZE, qt_starts, x_screen, xdotool
from tests.desktop.server import TOKEN, OnsiteServer, moment

pytestmark = pytest.mark.peers
EMERGENCY_EDGE, TEST_EDGE, LOST = QColor("#8f0a17"), QColor("#0b4a86"), QColor("#8f0a17")


@pytest.fixture(scope="module")
def display(peer: Callable[[str], str]) -> Iterator[str]:
    peer("xdotool")
    with x_screen(peer("Xvfb"), peer("openbox")) as name:
        problem = qt_starts(name)
        assert not problem, f"Qt cannot open a window (make peers): {problem}"
        before = {key: os.environ.get(key) for key in ("DISPLAY", "QT_QPA_PLATFORM")}
        os.environ.update(DISPLAY=name, QT_QPA_PLATFORM="xcb")
        application = QApplication.instance() or QApplication([])
        assert isinstance(application, QApplication)
        application.setQuitOnLastWindowClosed(False)
        yield name
        application.shutdown()
        for key, value in before.items():
            os.environ.pop(key) if value is None else os.environ.update({key: value})


class Ears:
    """Instead of a loudspeaker: what was to be heard."""

    def __init__(self) -> None:
        self.played: list[str] = []
        self.works = True

    def play(self, path: Path, stop: threading.Event) -> bool:
        self.played.append(path.name)
        stop.wait(0.05)
        return self.works


class Desk:
    """The program at work, and the eyes of who sits in front of it."""

    def __init__(self, server: OnsiteServer, places: Places, display: str, **settings: str) -> None:
        self.ears = Ears()
        self.display = display
        whole = replace(Settings(server.url, TOKEN, "en", "Ann"), **settings)
        self.program = Program(whole, places, self.ears)

    @property
    def window(self) -> Any:
        return self.program.windows.windows[0]

    def spin(self, seconds: float = 0.0) -> None:
        end = time.monotonic() + seconds
        while True:
            QApplication.processEvents()
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            if time.monotonic() >= end:
                return
            time.sleep(0.01)

    def until(self, condition: Callable[[], object], what: str = "") -> None:
        end = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < end, what or "it did not come to be"
            self.spin(0.02)

    def look(self, screen: QScreen | None = None) -> QImage:
        """What really stands on the screen, whoever drew it."""
        self.spin(0.1)
        return (screen or QApplication.primaryScreen()).grabWindow(0).toImage()

    def covers(self, colour: QColor) -> bool:
        """Whether all four edges of the screen have it: nothing else is in sight."""
        picture, (width, height) = self.look(), SIZE
        places = [(3, 3), (width - 4, 3), (3, height - 4), (width - 4, height - 4), (width // 2, height - 4)]
        return all(picture.pixelColor(x, y) == colour for x, y in places)

    def press(self, keys: str) -> None:
        self.until(self.window.isActiveWindow, "the window has not got the keyboard")
        xdotool(self.display, "key", keys)
        self.spin(0.2)

    def text(self) -> str:
        """All words on the window."""
        from_labels = [label.text() for label in self.window.findChildren(type(self.window._lost)) if label.isVisible()]
        return "\n".join(from_labels)


Open = Callable[..., Desk]


@pytest.fixture
def desk(server: OnsiteServer, places: Places, display: str) -> Iterator[Open]:
    desks: list[Desk] = []

    def start(check_sound: bool = False, **settings: str) -> Desk:
        made = Desk(server, places, display, **settings)
        desks.append(made)
        made.program.start(check_sound)
        return made

    yield start
    for made in desks:
        made.program.stop()
        for window in QApplication.topLevelWidgets():
            window.hide()
        made.spin(0.1)


@pytest.fixture
def other_program(display: str) -> Iterator[subprocess.Popen[str]]:
    """Somebody's full-screen work, green."""
    command = [sys.executable, "-c", GREEN]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "DISPLAY": display})
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "shown"
    yield process
    process.terminate()
    process.wait(20)


def test_an_emergency_covers_another_programs_full_screen_and_stays_above(
    server: OnsiteServer, desk: Open, other_program: subprocess.Popen[str], tmp_path: Path
) -> None:
    made = desk()
    made.until(lambda: made.look().pixelColor(3, 3) == QColor("#00ff00"))
    server.raise_alert("call-1")
    made.until(lambda: made.covers(EMERGENCY_EDGE))
    made.look().save(str(tmp_path / "emergency.png"))
    assert (made.window.width(), made.window.height()) == SIZE
    assert made.window.windowState() & Qt.WindowState.WindowFullScreen
    found = xdotool(made.display, "search", "--onlyvisible", "--pid", str(other_program.pid)).split()
    assert found
    for number in found:
        xdotool(made.display, "windowactivate", number)
        xdotool(made.display, "windowraise", number)
    made.spin(0.5)
    made.until(lambda: made.covers(EMERGENCY_EDGE))
    assert "+1 802 555 0123" in made.text()
    for words in ("Maya Okafor (E1001)", "State House", "214", "Northwest corner, by the stairs", "Elevators"):
        assert words in made.text()


def test_it_is_heard_until_a_key_acknowledges_it_and_can_be_hidden_then(server: OnsiteServer, desk: Open) -> None:
    made = desk()
    server.files["/onsite/api/speech/call-1.wav"] = b"RIFF"
    server.raise_alert("call-1")
    made.until(lambda: made.ears.played.count("siren.wav") >= 2)
    made.until(lambda: any(name not in ("siren.wav", "chime.wav") for name in made.ears.played), "its words are spoken")
    made.press("Escape")
    made.window.close()
    assert made.window.isVisible(), "nobody hides what nobody has taken"
    made.until(lambda: (made.press("ctrl+Return"), server.posts("acknowledge"))[1])
    (taken,) = server.posts("acknowledge")
    assert (taken["alert"], taken["by"]) == ("call-1", "Ann")
    made.until(lambda: "Ann takes care of it (screen)" in made.text())
    count = len(made.ears.played)
    made.spin(2.0)
    assert len(made.ears.played) - count <= 1
    made.press("Escape")
    made.until(lambda: not made.window.isVisible())


def test_a_key_pressed_as_it_comes_up_acknowledges_nothing(server: OnsiteServer, desk: Open) -> None:
    made = desk()
    server.raise_alert("call-1")
    made.until(lambda: made.program.windows.windows and made.window.isVisible())
    made.window._appeared = time.monotonic()
    QTest.keyClick(made.window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    QTest.mouseClick(made.window._acknowledge, Qt.MouseButton.LeftButton)
    made.spin(0.3)
    assert not server.posts("acknowledge")
    assert made.program.situation is not None
    assert not made.program.situation.waiting


def test_two_calls_at_once_the_untaken_first(server: OnsiteServer, desk: Open) -> None:
    made = desk()
    server.raise_alert("call-1")
    made.until(lambda: "Maya Okafor (E1001)" in made.text() if made.program.windows.windows else False)
    server.raise_alert("call-2", call={"person": "Zoé Tremblay", "device_user_id": "E1002"})
    made.until(lambda: "2 alerts" in made.text())
    assert "Maya Okafor (E1001)" in made.text(), "what somebody reads is not taken away"
    made.press("ctrl+Down")
    made.until(lambda: "Zoé Tremblay (E1002)" in made.text())
    made.until(lambda: (made.press("ctrl+Return"), server.posts("acknowledge"))[1])
    assert [post["alert"] for post in server.posts("acknowledge")] == ["call-2"]
    made.spin(0.5)
    count = made.ears.played.count("siren.wav")
    made.until(lambda: made.ears.played.count("siren.wav") > count, "the other one still sounds")
    made.press("Escape")
    assert made.window.isVisible()


def test_a_test_looks_and_sounds_otherwise_and_a_quiet_one_is_silent(server: OnsiteServer, desk: Open) -> None:
    made = desk()
    server.raise_alert("quiet", type="test_call", test=True, quiet=True)
    made.until(made.program.notes.isVisible)
    made.spin(1.0)
    assert not made.program.windows.visible
    assert made.ears.played == []
    server.raise_alert("loud", type="test_call", test=True)
    made.until(lambda: made.covers(TEST_EDGE))
    made.until(lambda: "chime.wav" in made.ears.played)
    assert "siren.wav" not in made.ears.played
    assert "TEST — NO EMERGENCY" in made.text()
    server.raise_alert("call-1")
    made.until(lambda: "siren.wav" in made.ears.played)


def test_an_emergency_takes_the_screen_from_a_test(server: OnsiteServer, desk: Open) -> None:
    made = desk()
    server.raise_alert("loud", type="test_call", test=True)
    made.until(lambda: made.covers(TEST_EDGE))
    server.raise_alert("call-1")
    made.until(lambda: made.covers(EMERGENCY_EDGE))


def test_in_french(server: OnsiteServer, desk: Open) -> None:
    made = desk(language="fr")
    server.raise_alert("call-1")
    made.until(lambda: made.program.windows.windows and "APPEL D’URGENCE" in made.text())
    for words in ("Rappeler au", "Étage", "Accès"):
        assert words in made.text()
    assert server.streams()[-1]["language"] == "fr", "the alert's own words come in French too"


def test_it_is_red_when_the_server_is_lost_and_good_again_after(server: OnsiteServer, desk: Open) -> None:
    made = desk()
    made.until(lambda: made.program.tray.look == "unheard")
    server.stop()
    made.until(made.program.lost.isVisible)
    assert made.program.tray.look == "lost"
    corner = made.program.lost.geometry()
    assert made.look().pixelColor(corner.left() + 3, corner.top() + 3) == LOST
    assert "THE SERVER IS LOST since" in made.program.tray.icon.toolTip()
    server.start()
    made.until(lambda: not made.program.lost.isVisible())
    assert made.program.tray.look == "unheard"


def test_a_loss_during_a_call_is_told_on_the_alert_and_the_acknowledgement_waits(
    server: OnsiteServer, desk: Open
) -> None:
    made = desk()
    server.raise_alert("call-1")
    made.until(lambda: made.program.windows.windows and made.window.isVisible())
    server.stop()
    made.until(lambda: "THE SERVER IS LOST since" in made.text())
    made.until(lambda: (made.press("ctrl+Return"), made.program.situation.waiting)[1])  # type: ignore[union-attr]
    made.until(lambda: "The server does not know yet" in made.text())
    server.start()
    made.until(lambda: "Ann takes care of it (screen)" in made.text())


def test_a_revoked_token_is_said_in_red(server: OnsiteServer, desk: Open) -> None:
    server.tokens.clear()
    made = desk()
    made.until(made.program.lost.isVisible)
    assert "NOT ACCEPTED" in made.program.tray.icon.toolTip()


def test_the_sound_check_tells_the_server_what_was_heard(server: OnsiteServer, desk: Open) -> None:
    made = desk(check_sound=True)
    made.until(lambda: "siren.wav" in made.ears.played)
    check = made.program.sound_check
    assert check.isVisible()
    QTest.mouseClick(check.no, Qt.MouseButton.LeftButton)
    assert check.isVisible()
    assert "Turn up the volume" in check._help.text()
    assert check.yes.height() >= check.yes.sizeHint().height(), "nothing is cut off"
    QTest.mouseClick(check.yes, Qt.MouseButton.LeftButton)
    made.until(lambda: server.posts("beat") and server.posts("beat")[-1]["volume_checked"])
    assert not check.isVisible()
    made.until(lambda: made.program.tray.look == "good")


def test_a_computer_without_sound_says_so_on_the_alert(server: OnsiteServer, desk: Open) -> None:
    made = desk()
    made.ears.works = False
    server.raise_alert("call-1")
    made.until(lambda: made.program.windows.windows and "NO SOUND" in made.text())


def test_chat_goes_to_the_others_and_names_are_shown_as_they_are_written(server: OnsiteServer, desk: Open) -> None:
    made = desk()
    server.raise_alert("call-1", call={"person": "<b>Eve</b><img src=x>"})
    made.until(lambda: made.program.windows.windows and "<b>Eve</b><img src=x> (E1001)" in made.text())
    message = made.window._responders.message
    message.setFocus()
    QTest.keyClicks(message, "I have the keys")
    QTest.keyClick(message, Qt.Key.Key_Return)
    made.until(lambda: server.posts("chat"))
    assert server.posts("chat")[0]["text"] == "I have the keys"
    made.until(lambda: "Ann: I have the keys" in made.window._responders._chat.toPlainText())
    assert not server.posts("acknowledge"), "Enter in the chat takes care of nothing"


def test_the_call_goes_on_in_sight_beside_the_floor_plan(server: OnsiteServer, desk: Open, tmp_path: Path) -> None:
    plan = QImage(400, 300, QImage.Format.Format_RGB32)
    plan.fill(QColor("#33aa77"))
    plan.save(str(tmp_path / "plan.png"))
    server.files["/onsite/api/plan/7"] = (tmp_path / "plan.png").read_bytes()
    made = desk()
    server.raise_alert("call-1", ago=61)
    made.until(lambda: made.program.windows.windows and not made.window._plan.pixmap().isNull())
    middle = made.window._plan.mapToGlobal(made.window._plan.rect().center())
    assert made.look().pixelColor(middle) == QColor("#33aa77")
    server.tell("updated", alert="call-1", state="answered", at=moment(), call={})
    made.until(lambda: "Speaking with 911" in made.text())
    assert made.window._view._timer.text().startswith("1:0")
    server.tell("updated", alert="call-1", state="ended", at=moment(ago=1), call={})
    server.tell("updated", alert="call-1", state="ended", at=moment(), call={})
    made.until(lambda: "Call is over" in made.text())
    stopped = made.window._view._timer.text()
    made.spin(2.5)
    assert made.window._view._timer.text() == stopped, "the timer stops with the call"


def test_high_contrast_is_kept_for_the_next_start(server: OnsiteServer, desk: Open, places: Places) -> None:
    made = desk()
    server.raise_alert("call-1")
    made.until(lambda: made.covers(EMERGENCY_EDGE))
    made.program.ask("contrast")
    made.until(lambda: made.covers(QColor("#ffffff")))
    assert '"contrast": "high"' in places.user.read_text("utf-8")


def test_without_a_token_it_asks_for_one_and_keeps_it(server: OnsiteServer, desk: Open, places: Places) -> None:
    made = desk(token="")
    setup = made.program.setup
    assert setup is not None
    assert setup.isVisible()
    QTest.mouseClick(setup.save, Qt.MouseButton.LeftButton)
    assert "Enter the token" in setup.problem.text()
    setup.host.setText("nonsense here")
    setup.token.setText(TOKEN)
    QTest.mouseClick(setup.save, Qt.MouseButton.LeftButton)
    assert "not the address" in setup.problem.text()
    setup.host.setText(server.url)
    QTest.mouseClick(setup.save, Qt.MouseButton.LeftButton)
    made.until(server.streams)
    assert not setup.isVisible()
    assert TOKEN in places.user.read_text("utf-8")


def test_every_monitor_is_covered_also_one_that_comes_later(
    server: OnsiteServer, desk: Open, peer: Callable[[str], str]
) -> None:
    def xrandr(*arguments: str) -> None:
        subprocess.run([peer("xrandr"), *arguments], env={**os.environ, "DISPLAY": made.display}, check=True)

    made = desk()
    server.raise_alert("call-1")
    made.until(lambda: made.covers(EMERGENCY_EDGE))
    half, height = SIZE[0] // 2, SIZE[1]
    xrandr("--setmonitor", "left", f"{half}/170x{height}/212+0+0", "screen")
    xrandr("--setmonitor", "right", f"{half}/170x{height}/212+{half}+0", "none")
    try:
        made.until(lambda: len(made.program.windows.windows) == 2)
        geometries = [(0, 0, half, height), (half, 0, half, height)]
        made.until(lambda: sorted(w.geometry().getRect() for w in made.program.windows.windows) == geometries)
        for screen in QApplication.screens():
            made.until(lambda screen=screen: made.look(screen).pixelColor(3, height - 4) == EMERGENCY_EDGE)
        for window in made.program.windows.windows:
            assert window._view._callback.text() == "+1 802 555 0123"
        made.spin(1.1)
        made.program.windows.windows[1]._take()
        made.until(lambda: server.posts("acknowledge"), "it may be acknowledged on any of them")
    finally:
        xrandr("--delmonitor", "right")
        xrandr("--delmonitor", "left")
    made.until(lambda: len(QApplication.screens()) == 1)
    made.until(lambda: len(made.program.windows.windows) == 1)
