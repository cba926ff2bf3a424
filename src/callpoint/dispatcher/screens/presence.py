"""Which screens are alive: told to the journal when it changes, and once an hour, so that the portal can show it.

A screen is alive while it has a stream and, if it ever sent beats, the last one is fresh: a page that froze keeps its
stream open, but beats no more.
"""

import logging
import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from callpoint.dispatcher.own_journal import NotWrittenError
from callpoint.dispatcher.screens.actions import Actions, Sign
from callpoint.dispatcher.screens.viewer import Viewer
from callpoint.snapshot import fact_kinds
from callpoint.snapshot.facts import Fact

logger = logging.getLogger(__name__)

# Pages beat every 30 s; two may get lost on the way.
BEAT_FRESH_SECONDS: Final = 75.0
# A reload, a switched cable, a restart of the dispatcher with thousands of screens: no news.
LOST_SECONDS: Final = 30.0
# So that a fact about every living screen is among the latest when the dispatcher starts again.
TOLD_AGAIN_SECONDS: Final = 3600.0
# A button pressed again and again is one check.
CHECK_SECONDS: Final = 30.0
# Thousands that come at once are written a part each second.
MOST_AT_ONCE: Final = 200
_chance = random.SystemRandom()

Key = tuple[str, str]
"""Organization and id of a screen."""
OnLive = Callable[[str, str, Sign], object]
"""Told at once, before anything is written: organization, screen, `connected` or `lost`."""


@dataclass
class _Life:
    program: str = ""
    origin: str = ""
    streams: int = 0
    beat: float | None = None
    away_since: float = 0.0
    told: bool = False  # whether the journal says it is connected
    told_as: tuple[str, str] = ("", "")
    told_at: float = 0.0
    checked_at: float | None = None

    def is_alive(self, now: float) -> bool:
        return self.streams > 0 and (self.beat is None or now - self.beat < BEAT_FRESH_SECONDS)


class Presence:
    """Belongs to one event loop. `monotonic` gives seconds that only grow."""

    def __init__(self, actions: Actions, monotonic: Callable[[], float]) -> None:
        self.on_live: OnLive = _nobody
        self._actions = actions
        self._monotonic = monotonic
        self._lives: dict[Key, _Life] = {}

    def recall(self, fact: Fact) -> None:
        """A fact SCREEN of before the start: what the journal says now need not be said again."""
        if fact.kind != fact_kinds.SCREEN or fact.data.get("state") not in ("connected", "lost"):
            return
        now = self._monotonic()
        life = self._life((fact.organization, str(fact.data.get("screen") or "")))
        life.told = fact.data["state"] == "connected"
        life.told_as = (str(fact.data.get("program") or ""), str(fact.data.get("origin") or ""))
        # Spread over the hour, or all would be told again in the same second.
        life.told_at = now - _chance.random() * TOLD_AGAIN_SECONDS / 2
        life.away_since = now

    def stream(self, viewer: Viewer, origin: str, program: str, began: bool) -> None:
        """A stream of that screen began or ended."""
        life = self._life((viewer.organization, viewer.id))
        life.streams += 1 if began else -1
        self.on_live(viewer.organization, viewer.id, "connected" if life.streams > 0 else "lost")
        if began:
            life.origin, life.program = origin, program or life.program
            # It may be another program now, one that does not beat.
            life.beat = life.beat if life.streams > 1 else None
        elif life.streams <= 0:
            life.away_since = self._monotonic()

    async def beat(self, viewer: Viewer, origin: str, program: str, volume_checked: bool) -> None:
        """A sign of life. `volume_checked`: somebody there has just said that the sound was heard."""
        now = self._monotonic()
        life = self._life((viewer.organization, viewer.id))
        life.beat, life.origin, life.program = now, origin, program or life.program
        if volume_checked and (life.checked_at is None or now - life.checked_at > CHECK_SECONDS):
            life.checked_at = now
            await self._tell((viewer.organization, viewer.id), life, "volume_checked")

    async def step(self) -> None:
        """Tells what has changed; to be called every second. What cannot be written now is told by a later step."""
        now = self._monotonic()
        told = 0
        for key, life in list(self._lives.items()):
            state = self._news(life, now)
            if state is None:
                if not life.told and not life.streams and now - life.away_since > TOLD_AGAIN_SECONDS:
                    del self._lives[key]
                continue
            if told >= MOST_AT_ONCE:
                return
            told += 1
            if not await self._tell(key, life, state):
                return
            self.on_live(key[0], key[1], "connected" if life.is_alive(now) else "lost")
            life.told, life.told_as, life.told_at = state == "connected", (life.program, life.origin), now

    def _news(self, life: _Life, now: float) -> Sign | None:
        if life.is_alive(now):
            life.away_since = now
            same = life.told and life.told_as == (life.program, life.origin)
            return None if same and now - life.told_at < TOLD_AGAIN_SECONDS else "connected"
        return "lost" if life.told and now - life.away_since >= LOST_SECONDS else None

    async def _tell(self, key: Key, life: _Life, state: Sign) -> bool:
        try:
            await self._actions.screen_sign(key[0], key[1], state, life.program, life.origin)
        except (OSError, sqlite3.Error, NotWrittenError) as error:
            logger.warning("that screen %s of %s is %s could not be written down: %s", key[1], key[0], state, error)
            return False
        return True

    def _life(self, key: Key) -> _Life:
        return self._lives.setdefault(key, _Life(away_since=self._monotonic()))


def _nobody(*_: object) -> None:
    """Nobody wants to know."""
