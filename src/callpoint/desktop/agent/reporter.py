"""Tells whoever listens how things stand, once for each burst of changes."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from callpoint.desktop.agent.board import Board
from callpoint.desktop.agent.health import Health
from callpoint.desktop.agent.situation import Situation

Listener = Callable[[Situation], None]


class Reporter:
    """Belongs to one event loop. While `holding`, changes of the board are kept back: what comes in a burst after a
    lost connection is shown as it ended, not as a flicker of alerts long acknowledged.
    """

    def __init__(self, listener: Listener, monotonic: Callable[[], float]) -> None:
        self.monotonic = monotonic
        self.board = Board()
        self.situation = Situation(Board(), Health(monotonic()))
        self.holding = False
        self._listener = listener
        self._scheduled = False

    @property
    def health(self) -> Health:
        return self.situation.health

    def update(self, **changed: Any) -> None:
        """Changes fields of the situation; the listener hears of it before the loop waits again."""
        board = changed.pop("board", self.board)
        self.board = board
        new = replace(self.situation, board=self.situation.board if self.holding else board, **changed)
        if new != self.situation:
            self.situation = new
            self._schedule()

    def hold(self) -> None:
        """From now on the board is kept back."""
        self.holding = True

    def release(self) -> None:
        """What was kept back is told now."""
        self.holding = False
        self.update()

    def tell_again(self) -> None:
        """Time alone has changed how things stand."""
        self._schedule()

    def _schedule(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._tell)

    def _tell(self) -> None:
        self._scheduled = False
        self._listener(self.situation)
