"""The hub: reads the dispatcher's journal once and tells every screen and board at the same moment.

Theory of operation. Facts come from the journal in their order, are folded into stories, and each becomes one text for
each audience (organization, language, buildings, screen or board), which is then pushed to all its connections. What
can wait a little (notices on their way) is held back so that a burst of them costs each connection one write; whatever
cannot (an alert, an acknowledgement, a word) takes everything before it along, so numbers never go backwards.

A screen that comes back names the last event it saw. While the hub remembers what came after, it gets exactly that;
else it gets `state`: everything open, with all that was told of it. Nothing is missed in either way.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from callpoint.dispatcher.screens import connection as ends
from callpoint.dispatcher.screens.bookshelf import Bookshelf
from callpoint.dispatcher.screens.connection import Connection
from callpoint.dispatcher.screens.moments import moment_of
from callpoint.dispatcher.screens.plans import Plans
from callpoint.dispatcher.screens.story import Story
from callpoint.dispatcher.screens.teller import Teller, sse
from callpoint.dispatcher.screens.texts import Texts, Told
from callpoint.dispatcher.screens.viewer import Audience, Viewer
from callpoint.routing.alert_records import EVERY_SCREEN
from callpoint.snapshot import fact_kinds
from callpoint.snapshot.facts import BATCH, Fact, facts_after, last_seq

logger = logging.getLogger(__name__)

# Without the bell of `ring` a commit is seen within this; one look costs some tens of microseconds.
POLL_SECONDS: Final = 0.1
# Notices of one alert come by tens within a moment; a screen shows them no worse half a second later.
HOLD_SECONDS: Final = 0.5
CAN_WAIT: Final = frozenset({fact_kinds.NOTICE, fact_kinds.SCREEN, fact_kinds.CALL_OUT, fact_kinds.REQUESTED})
# A day of a busy provider at most, read in less than a second when the dispatcher starts.
BACKLOG_FACTS: Final = 50_000
# A page that hears nothing for two of these takes its server for lost.
BEAT_SECONDS: Final = 8
TRIM_TICKS: Final = 30
BEAT: Final = b": beat\n\n"
# A crashed screen's old streams linger until TCP notices; more at once than these is a token in too many places.
STREAMS_EACH: Final = 4


class Hub:
    """Belongs to one event loop; `run` is its task. `now` gives seconds since 1970."""

    def __init__(
        self, journal: Path, plans: Plans, now: Callable[[], float], poll_seconds: float = POLL_SECONDS
    ) -> None:
        self.trouble = ""  # why the journal cannot be read, "" while it can
        self.position = 0  # the newest fact that was told
        self.on_recalled: Callable[[Fact], None] = _nothing  # told of what happened before the start
        self.on_alert: Callable[[Fact, Story], None] = _nothing  # told of each new alert, after the screens were
        self._journal = journal
        self._plans = plans
        self._now = now
        self._poll_seconds = poll_seconds
        self._teller = Teller(plans)
        self._shelf = Bookshelf(self._is_quiet)
        self._held: list[Fact] = []
        self._held_since = 0.0
        self._read = 0
        self._bell = asyncio.Event()
        self._connections: dict[int, Connection] = {}
        self._by_viewer: dict[tuple[str, str, str], list[Connection]] = {}
        self._number = 0
        self._ticks = 0
        self._texts = Texts(self._teller)
        self._starting = False
        self._closing = False

    # --- reading ---------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Reads what happened of late, so that screens that come are told of all that is open."""
        try:
            newest = await asyncio.to_thread(last_seq, self._journal)
        except (sqlite3.Error, OSError) as error:
            self._in_trouble(error)
            return
        self._read = self.position = max(0, newest - BACKLOG_FACTS)
        self._texts.begin_after(self._read)
        self._starting = True
        while await self.look():
            pass
        self._flush()
        self._starting = False

    async def run(self) -> None:
        """Until cancelled: told facts go out, every second the plans are looked at."""
        loop = asyncio.get_running_loop()
        ticked = loop.time()
        while True:
            await self.look()
            if loop.time() - ticked >= 1.0:
                ticked = loop.time()
                self.tick()
            try:
                async with asyncio.timeout(self._poll_seconds):
                    await self._bell.wait()
            except TimeoutError:
                continue
            self._bell.clear()

    def ring(self, facts: Sequence[Fact] = ()) -> None:
        """Something was committed: to be called in the event loop (made for `OwnJournal.on_committed`).

        The next facts are taken as they are handed over; after a gap, or without any, the journal is read.
        """
        if facts and not self._starting and facts[0].seq == self._read + 1:
            self.take(facts)
        else:
            self._bell.set()

    async def look(self) -> bool:
        """One look into the journal; whether there was anything new. An unreadable one is told once and tried again."""
        try:
            found = await asyncio.to_thread(facts_after, self._journal, self._read)
        except (sqlite3.Error, OSError) as error:
            self._in_trouble(error)
            return False
        self.trouble = ""
        self.take(found)
        return len(found) == BATCH

    def take(self, facts: Iterable[Fact]) -> None:
        """Facts in their order; those taken before are passed over."""
        urgent = False
        for fact in facts:
            if fact.seq <= self._read:
                continue  # handed over while the journal was being read
            self._held_since = self._held_since if self._held else self._now()
            self._held.append(fact)
            self._read = fact.seq
            urgent = urgent or fact.kind not in CAN_WAIT
        # A clock set back must not hold anything: then the difference is negative.
        if urgent or not 0 <= self._now() - self._held_since < HOLD_SECONDS:
            self._flush()

    def _flush(self) -> None:
        if self._held:
            held, self._held = self._held, []
            self._tell(held)

    def tell_unwritten(self, facts: Iterable[Fact]) -> None:
        """Facts the disk refuses for now: they are shown all the same, without a number, and once more when written."""
        self._push_all([Told(fact, story) for fact in facts if (story := self._shelf.take(fact)) is not None])

    def _in_trouble(self, error: Exception) -> None:
        if not self.trouble:
            logger.error("the dispatcher's journal cannot be read: %s", error)
        self.trouble = str(error)

    def _is_quiet(self, fact: Fact) -> bool:
        """As the engine says; where it says nothing, a test is quiet if every subscription to it wants it so."""
        if "quiet" in fact.data or not fact.data.get("test"):
            return bool(fact.data.get("quiet"))
        plan = self._plans.plan(fact.organization)
        names = set(fact.data.get("subscriptions") or ())
        return all(one.quiet_tests for one in plan.subscriptions if one.name in names) if plan is not None else True

    # --- telling ---------------------------------------------------------------------------------------------

    def _tell(self, facts: list[Fact]) -> None:
        told = [Told(fact, story) for fact in facts if (story := self._shelf.take(fact)) is not None]
        for one in told:
            self._texts.remember(one)
        self.position = facts[-1].seq
        self._texts.forget()
        self._push_all(told)
        if self._starting:
            for fact in facts:
                self.on_recalled(fact)
            return
        for one in told:
            if one.fact.kind == fact_kinds.ALERT:
                self.on_alert(one.fact, one.story)

    def _push_all(self, told: list[Told]) -> None:
        concerned = {one.story.organization for one in told}
        texts: dict[Audience, bytes] = {}
        for connection in self._connections.values():
            audience = connection.audience
            if audience.organization not in concerned:
                continue
            if audience not in texts:
                texts[audience] = self._texts.joined(told, audience)
            connection.push(texts[audience])

    # --- connections -----------------------------------------------------------------------------------------

    def connect(self, viewer: Viewer, language: str, last_id: int | None) -> Connection:
        """A new stream, with all that is to be sent first. `last_id` is the last event it has seen (None: none)."""
        self._number += 1
        connection = Connection(self._number, viewer, viewer.audience(language), ends.MAX_WAITING_BYTES)
        mine = self._by_viewer.setdefault((viewer.kind, viewer.organization, viewer.id), [])
        for older in mine[: max(0, len(mine) + 1 - STREAMS_EACH)]:
            older.end(ends.END_REPLACED)
        mine.append(connection)
        self._connections[connection.number] = connection
        hello = sse("hello", self.hello(viewer, connection.audience))
        connection.push(hello + self._first(connection.audience, last_id))
        if self._closing:
            connection.end(ends.END_CLOSING)
        return connection

    def _first(self, audience: Audience, last_id: int | None) -> bytes:
        """What was missed, or the state of now."""
        return self._texts.first(audience, last_id, self.position, lambda: self._shelf.seen_by(audience, self._now()))

    def disconnect(self, connection: Connection) -> None:
        """The stream is over; again is harmless."""
        connection.end(ends.END_GONE)
        self._connections.pop(connection.number, None)
        key = (connection.viewer.kind, connection.viewer.organization, connection.viewer.id)
        mine = self._by_viewer.get(key, [])
        if connection in mine:
            mine.remove(connection)
        if not mine:
            self._by_viewer.pop(key, None)

    @property
    def connected(self) -> int:
        return len(self._connections)

    def screens_connected(self, organization: str) -> frozenset[str]:
        """Ids of the organization's screens that have a stream now."""
        return frozenset(key for kind, slug, key in self._by_viewer if kind == "screen" and slug == organization)

    def languages_listening(self, organization: str) -> set[str]:
        """In which languages its screens would say an alert."""
        found = {one.audience for one in self._connections.values() if not one.audience.board}
        return {audience.language for audience in found if audience.organization == organization}

    def story(self, viewer: Viewer, alert: str) -> Story | None:
        """The alert, if that viewer may see it."""
        story = self._shelf.find(viewer.organization, alert)
        return story if story is not None and story.told_since(viewer.audience()) is not None else None

    def is_shown(self, organization: str, alert: str, screen: str) -> bool:
        """Whether that screen (or any one, for EVERY_SCREEN) has a stream now to which the alert was handed."""
        story = self._shelf.find(organization, alert)
        if story is None:
            return False
        connected = [one for one in self._connections.values() if one.viewer.organization == organization]
        return any(
            story.told_since(one.audience) is not None
            for one in connected
            if not one.viewer.is_watcher and not one.ended and screen in (EVERY_SCREEN, one.viewer.id)
        )

    def hello(self, viewer: Viewer, audience: Audience) -> dict[str, Any]:
        """Who the viewer is, and the server's clock, by which pages count."""
        plan = self._plans.plan(viewer.organization)
        return {
            "kind": viewer.kind,
            "id": viewer.id,
            "name": viewer.name,
            "organization": viewer.organization,
            "organization_name": (plan.name if plan is not None else "") or viewer.organization,
            "language": audience.language,
            "buildings": sorted(viewer.buildings),
            "now": moment_of(self._now()),
        }

    def state(self, audience: Audience) -> dict[str, Any]:
        """Everything that audience is to see now, oldest first."""
        stories = self._shelf.seen_by(audience, self._now())
        return {"position": self.position, "alerts": [self._teller.whole(story, audience) for story in stories]}

    # --- every second ----------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Signs of life to a part of the connections each second, and an end to those who may look no more."""
        self._ticks += 1
        for connection in self._connections.values():
            if connection.number % BEAT_SECONDS == self._ticks % BEAT_SECONDS:
                connection.push(BEAT)
        if self._ticks % TRIM_TICKS == 0:
            self._shelf.trim(self._now())
        self._texts.forget()
        if self._plans.refresh():
            self._check_viewers()

    def _check_viewers(self) -> None:
        for connection in self._connections.values():
            now = self._plans.as_now(connection.viewer)
            if now is None:
                connection.end(ends.END_REVOKED)
            elif now != connection.viewer:
                # Another name, language or building filter: the page comes again and is shown what it is to see.
                connection.end(ends.END_CHANGED)

    def close(self) -> None:
        """The process stops: everybody is told to come again."""
        self._closing = True
        for connection in self._connections.values():
            connection.end(ends.END_CLOSING)


def _nothing(*_: object) -> None:
    """Nobody listens."""
