"""Sounds every alert in turn, again and again, until there is none left to sound."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from callpoint.desktop.onsite.player import Player

PAUSE_SECONDS: Final = 1.0  # in which people can speak and hear each other


@dataclass(frozen=True)
class Sound:
    """A tone, and the words spoken after it ("" while they have not been fetched)."""

    tone: str
    speech: str = ""


class Siren:
    """Has a thread of its own. `on_result` is called in it: whether the last attempt can have been heard."""

    def __init__(self, player: Player, on_result: Callable[[bool], None], pause: float = PAUSE_SECONDS) -> None:
        self._player = player
        self._on_result = on_result
        self._pause = pause
        self._sounds: tuple[Sound, ...] = ()
        self._once: Sound | None = None
        self._changed = threading.Condition()
        self._stop = threading.Event()  # a new one for each sound: what is stopped stays stopped
        self._ended = False
        self._thread = threading.Thread(target=self._work, name="siren", daemon=True)
        self._thread.start()

    def sound(self, sounds: tuple[Sound, ...]) -> None:
        """From now on these, in turn; none is silence at once. A new list lets the present sound come to its end."""
        with self._changed:
            if sounds == self._sounds:
                return
            self._sounds = sounds
            if not sounds:
                self._stop.set()
            self._changed.notify_all()

    def once(self, sound: Sound) -> None:
        """One time, for the sound check; while an alert sounds it is what is heard instead."""
        with self._changed:
            self._once = sound
            self._changed.notify_all()

    def close(self) -> None:
        """Silence, and the end of the thread."""
        with self._changed:
            self._ended = True
            self._stop.set()
            self._changed.notify_all()
        self._thread.join(5)

    def _work(self) -> None:
        turn = 0
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ended or self._sounds or self._once)
                if self._ended:
                    return
                repeated = bool(self._sounds)
                sound = self._sounds[turn % len(self._sounds)] if repeated else self._once
                self._once = None
                stop = self._stop = threading.Event()
            turn += 1
            if sound is not None:
                self._play(sound, stop)
            if repeated:
                stop.wait(self._pause)

    def _play(self, sound: Sound, stop: threading.Event) -> None:
        heard = self._player.play(Path(sound.tone), stop)
        if sound.speech and not stop.is_set():
            self._player.play(Path(sound.speech), stop)
        self._on_result(heard)
