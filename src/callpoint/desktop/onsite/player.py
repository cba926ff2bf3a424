"""Plays a WAV file with what the system brings along; PySide6-Essentials has no sound of its own."""

import contextlib
import logging
import os
import shutil
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

if sys.platform == "win32":
    import winsound

logger = logging.getLogger(__name__)

LONGEST_SECONDS: Final = 120.0  # a player that hangs (a sound server that died) is ended
LOOK_SECONDS: Final = 0.05  # how long a sound goes on after somebody has acknowledged
COMMANDS: Final[Mapping[str, Sequence[tuple[str, ...]]]] = {
    "darwin": (("afplay",),),
    "linux": (("pw-play",), ("paplay",), ("aplay", "-q")),
}


class Player(Protocol):
    """Something that makes a file heard."""

    def play(self, path: Path, stop: threading.Event) -> bool:
        """Returns when it was played, or `stop` was set; False if it cannot have been heard."""
        ...


class CommandPlayer:
    """Programs that take a file's name, tried in their order; the one that worked is tried first next time."""

    def __init__(self, commands: Sequence[tuple[str, ...]]) -> None:
        self._commands = list(commands)

    def play(self, path: Path, stop: threading.Event) -> bool:
        for command in list(self._commands):
            if self._one(command, path, stop):
                self._commands.sort(key=lambda one: one is not command)
                return True
        return stop.is_set()

    def _one(self, command: tuple[str, ...], path: Path, stop: threading.Event) -> bool:
        try:
            running = subprocess.Popen(
                [*command, str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=outer_environment()
            )
        except OSError as error:
            logger.warning("%s: %s", command[0], error)
            return False
        end = time.monotonic() + LONGEST_SECONDS
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return running.wait(LOOK_SECONDS) == 0
            if stop.is_set() or time.monotonic() > end:
                running.kill()
                running.wait()
                return stop.is_set()


def outer_environment() -> dict[str, str]:
    """The environment for programs of the system: without the library path a packed program has set for itself."""
    environment = dict(os.environ)
    before = environment.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is not None:
        environment["LD_LIBRARY_PATH"] = before
    elif getattr(sys, "frozen", False):
        environment.pop("LD_LIBRARY_PATH", None)
    return environment


def seconds_of(path: Path) -> float:
    """How long a WAV file plays; 0 if it is none."""
    with contextlib.suppress(OSError, EOFError, wave.Error), wave.open(str(path), "rb") as file:
        return file.getnframes() / (file.getframerate() or 1)
    return 0.0


def commands_here(
    system: str = sys.platform, which: Callable[[str], str | None] = shutil.which
) -> list[tuple[str, ...]]:
    """The players there are, best first."""
    return [command for command in COMMANDS.get(system, COMMANDS["linux"]) if which(command[0])]


if sys.platform == "win32":

    class WindowsPlayer:
        """The system's own function. It plays in the background, so we wait for as long as the file lasts."""

        def play(self, path: Path, stop: threading.Event) -> bool:
            try:
                winsound.PlaySound(str(path), winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT)
            except RuntimeError as error:
                logger.warning("%s cannot be played: %s", path, error)
                return False
            if stop.wait(min(seconds_of(path), LONGEST_SECONDS)):
                winsound.PlaySound(None, 0)
            return True

    def system_player() -> Player:
        """What plays on this computer."""
        return WindowsPlayer()

else:

    def system_player() -> Player:
        """What plays on this computer; with no program at all every attempt fails, and is told."""
        return CommandPlayer(commands_here())
