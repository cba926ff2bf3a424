"""Alarms of the two files, told once when trouble begins and once when it is over."""

import sys
import traceback
from collections.abc import Callable

AlarmCallback = Callable[[str, str, bool], None]
"""Takes the alarm's short name, the text for an operator, and whether it is cleared. May come from any thread."""


def to_stderr(name: str, text: str, cleared: bool) -> None:
    """What happens to alarms nobody asked for."""
    sys.stderr.write(f"{'cleared' if cleared else 'ALARM'} {name}: {text}\n")


class Alarms:
    """Remembers which alarms stand, so that a fault met a thousand times a second is told once."""

    def __init__(self, callback: AlarmCallback) -> None:
        self._callback = callback
        self._standing: set[str] = set()

    def set(self, name: str, text: str) -> None:
        """The trouble is there (again)."""
        if name not in self._standing:
            self._standing.add(name)
            self._tell(name, text, False)

    def clear(self, name: str, text: str) -> None:
        """The trouble is over, if there was any."""
        if name in self._standing:
            self._standing.discard(name)
            self._tell(name, text, True)

    @property
    def standing(self) -> frozenset[str]:
        return frozenset(self._standing)

    def _tell(self, name: str, text: str, cleared: bool) -> None:
        try:
            self._callback(name, text, cleared)
        except Exception:  # noqa: BLE001 - a listener's fault must not stop a call or the journal's thread
            traceback.print_exc()
