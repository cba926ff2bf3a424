"""A real X screen with a window manager, for windows that are to cover others."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.desktop.server import until

SIZE = (1280, 800)


@contextmanager
def x_screen(xvfb: str, window_manager: str) -> Iterator[str]:
    """Starts both; the display's name."""
    read, write = os.pipe()
    command = [
        xvfb,
        "-displayfd",
        str(write),
        "-screen",
        "0",
        f"{SIZE[0]}x{SIZE[1]}x24",
        "-nolisten",
        "tcp",
        "-noreset",
    ]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as said:
        display = f":{said.readline().strip()}"
    manager = subprocess.Popen([window_manager], env={**os.environ, "DISPLAY": display}, stderr=subprocess.DEVNULL)
    try:
        until(lambda: xdotool(display, "get_desktop").isdigit(), what="the window manager did not start")
        yield display
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait(20)


def xdotool(display: str, *arguments: str) -> str:
    """What xdotool answers, "" if it failed."""
    program = shutil.which("xdotool") or "xdotool"
    environment = {**os.environ, "DISPLAY": display}
    run = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)
    return run.stdout.strip() if run.returncode == 0 else ""


def qt_starts(display: str) -> str:
    """Why Qt cannot open a window here, "" if it can: it would end this whole process otherwise."""
    script = "from PySide6.QtWidgets import QApplication; QApplication([])"
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    command = [sys.executable, "-c", script]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    return "" if run.returncode == 0 else run.stderr or f"exit code {run.returncode}"


# Another program's window: full-screen, bright green, in front until something stands above it.
GREEN = """
import sys
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
window = QWidget()
window.setStyleSheet("background: #00ff00")
window.showFullScreen()
window.raise_()
window.activateWindow()
print("shown", flush=True)
application.exec()
"""
