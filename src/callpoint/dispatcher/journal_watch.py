"""Knows the newest fact of the journal, and wakes whoever waits for a newer one."""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

from callpoint.snapshot.facts import Fact, facts_after, last_seq

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.1  # an alert is on the screen within this of its commit; one look costs some tens of microseconds


class JournalWatch:
    """One poll for all listeners. Belongs to one event loop; `run` is its task."""

    def __init__(self, journal: Path, poll_seconds: float = POLL_SECONDS) -> None:
        self._journal = journal
        self._poll_seconds = poll_seconds
        self._grown = asyncio.Condition()
        self.newest = 0
        self.trouble = ""  # why the journal cannot be read, "" while it can

    async def run(self) -> None:
        """Looks until cancelled. An unreadable journal is told once, and looked at again."""
        while True:
            await self.look()
            await asyncio.sleep(self._poll_seconds)

    async def look(self) -> None:
        """One look."""
        try:
            newest = await asyncio.to_thread(last_seq, self._journal)
        except (sqlite3.Error, OSError) as error:
            if not self.trouble:
                logger.error("the journal cannot be read: %s", error)
            self.trouble = str(error)
            return
        self.trouble = ""
        if newest != self.newest:
            async with self._grown:
                self.newest = newest
                self._grown.notify_all()

    async def wait_beyond(self, seq: int, limit: float) -> None:
        """Returns when there is a fact after `seq`, at the latest after `limit` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit), self._grown:
                await self._grown.wait_for(lambda: self.newest > seq)

    async def facts(self, seq: int, heartbeat: float) -> AsyncIterator[Fact | None]:
        """The facts after `seq` without end; None after each `heartbeat` seconds of silence."""
        while True:
            try:
                found = await asyncio.to_thread(facts_after, self._journal, seq)
            except (sqlite3.Error, OSError) as error:
                self.trouble = str(error)
                found = []
            for fact in found:
                yield fact
                seq = fact.seq
            if not found:
                await self.wait_beyond(seq, heartbeat)
                if self.newest <= seq or self.trouble:
                    yield None
                    await asyncio.sleep(self._poll_seconds if self.trouble else 0)
