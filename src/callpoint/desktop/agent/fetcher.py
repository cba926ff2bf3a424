"""Fetches what an alert names: its spoken words and the floor plan, into files that a player and a window can open."""

import asyncio
import hashlib
import logging
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from callpoint.desktop.agent.api import OnsiteApi, RefusedError, RejectedError, UnavailableError
from callpoint.desktop.agent.backoff import Backoff
from callpoint.desktop.agent.board import Board
from callpoint.desktop.agent.file import write_bytes
from callpoint.desktop.agent.reporter import Reporter

logger = logging.getLogger(__name__)

TRIES: Final = 8  # over about a minute: speech is rendered while the alert is already out
KEPT_SECONDS: Final = 7 * 24 * 3600  # files of older alerts are taken away when the program starts


class Fetcher:
    """Belongs to one event loop. Each thing is asked for once; what cannot be had is gone without."""

    def __init__(self, api: OnsiteApi, folder: Path, reporter: Reporter) -> None:
        self._api = api
        self._folder = folder
        self._reporter = reporter
        self._begun: set[str] = set()

    def wanted(self, board: Board) -> list[Awaitable[None]]:
        """What has not been begun yet, as work to be awaited."""
        work: list[Awaitable[None]] = []
        for alert in board.going_on:
            if alert.demands and self._first(f"speech {alert.id}"):
                work.append(self._speech(alert.id))
            picture = alert.building.picture
            if picture and not alert.picture and self._first(f"picture {picture} {alert.id}"):
                work.append(self._picture(picture))
        return work

    def clear_old(self) -> None:
        """Takes away what earlier alerts left."""
        oldest = time.time() - KEPT_SECONDS
        try:
            for path in self._folder.iterdir() if self._folder.is_dir() else ():
                if path.stat().st_mtime < oldest:
                    path.unlink()
        except OSError as error:
            logger.warning("old files stay: %s", error)

    def _first(self, thing: str) -> bool:
        new = thing not in self._begun
        self._begun.add(thing)
        return new

    async def _speech(self, alert: str) -> None:
        path = self._path(f"speech {alert}", ".wav")
        if await self._fetch(path, lambda: self._api.speech(alert)):
            self._reporter.update(board=self._reporter.board.with_speech(alert, str(path)))

    async def _picture(self, picture: str) -> None:
        path = self._path(f"picture {picture}", ".picture")
        if await self._fetch(path, lambda: self._api.file(picture)) or path.is_file():
            self._reporter.update(board=self._reporter.board.with_picture(picture, str(path)))

    async def _fetch(self, path: Path, ask: Callable[[], Awaitable[bytes]]) -> bool:
        backoff = Backoff()
        for _ in range(TRIES):
            try:
                write_bytes(path, await ask())
            except (UnavailableError, RejectedError) as error:
                logger.info("%s is not to be had yet: %s", path.name, error)
                await asyncio.sleep(backoff.next())
            except (RefusedError, OSError) as error:
                logger.warning("%s is not to be had: %s", path.name, error)
                return False
            else:
                return True
        return False

    def _path(self, thing: str, ending: str) -> Path:
        return self._folder / (hashlib.sha256(thing.encode()).hexdigest()[:32] + ending)
