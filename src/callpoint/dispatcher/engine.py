"""The heart of alerting: what happened becomes alerts, alerts become notices, and each is sent until somebody knows.

Theory of operation. A turn reads what is new in the journals of the node and of requests, and looks at what is due.
Both only change what is in memory and note it in one `Work`; when that is on the disk, with how far the journals have
been read, the notices are handed to the deliverer. Killed before that, the next start reads the same facts again;
killed after, it finds the notices queued and sends them. Everything here runs in one event loop, so two
acknowledgements never cross each other. The node knows nothing of all this: no call waits for it.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from callpoint.channels.notice import Report, Sender
from callpoint.dispatcher.alerts import ALERT_LINGERS_SECONDS, Alerts, Plans
from callpoint.dispatcher.care import Care
from callpoint.dispatcher.clock import Clock, SystemClock
from callpoint.dispatcher.composing import NO_ADDRESSES, Addresses, Composer
from callpoint.dispatcher.deliverer import LIMITS, Deliverer, Outcome
from callpoint.dispatcher.delivery import Delivery
from callpoint.dispatcher.following import Follower
from callpoint.dispatcher.lane import Limits
from callpoint.dispatcher.links import Link
from callpoint.dispatcher.live_screens import LiveScreens
from callpoint.dispatcher.open_alert import OpenAlert
from callpoint.dispatcher.outbox import Outbox
from callpoint.dispatcher.own_journal import NotWrittenError, OwnJournal, Work
from callpoint.dispatcher.raising import Raising
from callpoint.dispatcher.reach import Reach
from callpoint.dispatcher.serving import Requests
from callpoint.dispatcher.source import Found
from callpoint.routing.alert_records import Channel, Recipient
from callpoint.snapshot import fact_kinds
from callpoint.snapshot.facts import Fact

logger = logging.getLogger(__name__)

LOOK_SECONDS: Final = 0.02
"""An alert is on its way within this of its commit; a look costs some tens of microseconds."""
FORGET_SECONDS: Final = 3600.0
KEPT_SECONDS: Final = 7 * 24 * 3600.0
"""Notices that are over are kept so long by their key, so that none is sent twice."""

MakeSenders = Callable[["Engine"], Mapping[Channel, Sender]]
"""Sets the channels up: they are given the engine's `report` and `screens`."""


class Engine:
    """`start`, then `run` as a task, then `close`; all of it within one event loop."""

    def __init__(
        self,
        journal: OwnJournal,
        plans: Plans,
        sources: Mapping[str, Path],
        make_senders: MakeSenders,
        *,
        addresses: Addresses = NO_ADDRESSES,
        clock: Clock | None = None,
        limits: Mapping[Channel, Limits] = LIMITS,
    ) -> None:
        """`sources` are the journals followed: `node` and `requests`."""
        self.journal = journal
        self.screens = LiveScreens(plans)
        self._clock = clock or SystemClock()
        self._alerts = Alerts(plans, self._clock)
        self._raising = Raising(self._alerts, self._clock)
        self._reach = Reach()
        self._outbox = Outbox(self._clock, self._reach)
        self._care = Care(self._alerts, self._raising, self._reach, self._clock, self.screens.is_live)
        self._requests = Requests(self._alerts, self._raising, self._care, self._clock)
        self._followers = [Follower(name, path) for name, path in sources.items()]
        self._takers = {"node": self._raising.take, "requests": self._requests.take}
        composer = Composer(self._alerts, self._clock, addresses)
        self._senders = make_senders(self)
        self._deliverer = Deliverer(self._senders, self._clock, composer.compose, self._settled, limits)
        self._reader = ThreadPoolExecutor(1, "journals")
        self._forget_at = 0.0
        self._tasks: set[asyncio.Task[Any]] = set()

    # --- for others --------------------------------------------------------------------------------------

    @property
    def newest(self) -> int:
        """The number of the newest fact of the dispatcher's journal."""
        return self.journal.newest

    @property
    def trouble(self) -> str:
        """Why something cannot be read or written now, "" when all can."""
        return self.journal.trouble or next((one.trouble for one in self._followers if one.trouble), "")

    def open_alerts(self, organization: str) -> list[OpenAlert]:
        """What somebody has still to see to, or whose call goes on; oldest first."""
        return self._alerts.open_of(organization)

    def alert(self, organization: str, alert: str) -> OpenAlert | None:
        """That alert, open or over for less than an hour; None when it is not this organization's."""
        return self._alerts.get(organization, alert)

    def linked(self, link: Link) -> tuple[OpenAlert, Recipient | None] | None:
        """What a link opens: its alert, and the recipient as the plan has it now; None when the alert is long over."""
        alert = self._alerts.find(link.alert)
        if alert is None:
            return None
        plan = self._alerts.plan(alert.organization)
        known = plan.recipients if plan is not None else ()
        return alert, next((one for one in known if one.id == link.recipient_id), None)

    def figures(self) -> dict[str, int]:
        """Counts for whoever watches the dispatcher: notices `waiting` and `sending`."""
        return {"waiting": self._deliverer.waiting, "sending": self._deliverer.under_way}

    async def acknowledge(self, organization: str, alert: str, by: str, how: str, recipient_id: str = "") -> bool:
        """Somebody sees to it. False: no such open alert of that organization. A later one is noted, too."""
        found = self._alerts.get(organization, alert)
        if found is None:
            return False
        work = Work()
        self._alerts.acknowledge(work, found, by, how, recipient_id)
        for delivery in self._outbox.of_alert(organization, alert, recipient_id) if recipient_id else ():
            if delivery.state != "acknowledged":
                delivery.say(work, "acknowledged", by=by)
        await self._write(work)
        return True

    async def chat(self, organization: str, alert: str, by: str, text: str) -> bool:
        """A word among responders. False: no such open alert of that organization."""
        found = self._alerts.get(organization, alert)
        if found is None:
            return False
        work = Work()
        work.fact(fact_kinds.CHAT, organization, found.call.call_id, {"alert": alert, "by": by, "text": text})
        await self._write(work)
        return True

    async def screen_sign(self, organization: str, screen: str, state: str, program: str, origin: str) -> None:
        """A screen came (`connected`), went (`lost`), or was heard (`volume_checked`)."""
        self.screens.sign(organization, screen, state)
        work = Work()
        data = {"screen": screen, "state": state, "program": program, "origin": origin}
        work.fact(fact_kinds.SCREEN, organization, "", data)
        await self._write(work)

    async def monitor_fact(self, organization: str, call_id: str, data: Mapping[str, Any]) -> None:
        """Somebody listens to a call, or does no more (`fact_kinds.MONITOR`)."""
        work = Work()
        work.fact(fact_kinds.MONITOR, organization, call_id, data)
        await self._write(work)

    def report(self, report: Report) -> None:
        """What another side says later of something it took. For the channels; to be called in the event loop."""
        task = asyncio.create_task(self._reported(report))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- running -----------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Takes up what was open when the dispatcher last ended. A file that cannot be read is told and left aside."""
        self.journal.start()
        try:
            await self._in_thread(self._load)
        except sqlite3.Error as error:
            logger.error("%s cannot be read: %s", self.journal.path, error)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.turn()
            except Exception:  # a fault of ours in one turn must not end all alerting
                logger.exception("a turn of the dispatcher")
            await asyncio.sleep(LOOK_SECONDS)

    async def turn(self) -> None:
        """One look at everything: journals, steps that are due, recipients to be tested, notices to be sent."""
        for follower in self._followers:
            while (await self._follow(follower)).more:
                pass
        work = Work()
        found = self._alerts.due_steps(work) + self._raising.overdue(work)
        found += self._care.look(work)
        now = self._clock.monotonic()
        if now >= self._forget_at:
            self._forget_at = now + FORGET_SECONDS
            self._forget(work)
        await self._write(work)
        self._send(found)

    async def close(self) -> None:
        """Stops; what has yet to be sent stays queued for the next start."""
        await self._deliverer.close()
        for sender in self._senders.values():
            await sender.close()
        await self.journal.close()
        self._reader.shutdown(wait=False)

    # --- within ------------------------------------------------------------------------------------------

    async def _follow(self, follower: Follower) -> Found:
        """Takes what is new in one journal."""
        found: Found = await self._in_thread(follower.look, self._clock.wall())
        if not found.facts:
            return found
        work, sends = Work(), []
        for fact in found.facts:
            sends += self._taken(work, follower.name, fact, follower.is_late(fact, self._clock.wall()))
        follower.advance(work, found)
        await self._write(work)
        self._send(sends)
        return found

    def _taken(self, work: Work, source: str, fact: Fact, late: bool) -> list[Delivery]:
        """A fact nobody can work on must not keep the others from being told."""
        mine = Work()
        try:
            sends = self._takers[source](mine, fact, late=late)
        except Exception:  # whatever is in it, the next fact may be a call
            logger.exception("fact %d of %s was passed over", fact.seq, source)
            return []
        work.add(mine)
        return sends

    async def _write(self, work: Work) -> None:
        """Waits until it is on the disk. One that is refused is told by the journal; people are told all the same."""
        if not work:
            return
        try:
            await self.journal.commit(work)
        except NotWrittenError as error:
            logger.debug("going on unwritten: %s", error)

    def _send(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            self._deliverer.add(self._outbox.begin(delivery))
        self._deliverer.pump()

    async def _settled(self, outcome: Outcome) -> None:
        work = Work()
        again = self._outbox.settle(work, outcome)
        await self._write(work)
        if again:
            self._deliverer.add(outcome.delivery)

    async def _reported(self, report: Report) -> None:
        delivery = self._outbox.of_reference(report.reference) or await self._in_thread(self._find, report.reference)
        if delivery is None:
            logger.info("a report about %r, which nobody here has sent", report.reference)
            return
        work = Work()
        again = self._outbox.report(work, delivery, report)
        await self._write(work)
        if again:
            self._deliverer.add(delivery)
        if report.state == "acknowledged":
            by = report.by or delivery.recipient
            await self.acknowledge(delivery.organization, delivery.alert, by, "voice", delivery.recipient_id)

    def _find(self, reference: str) -> Delivery | None:
        query = "SELECT state FROM delivery WHERE reference = ? AND reference <> '' ORDER BY at DESC LIMIT 1"
        rows = self.journal.read(query, reference)
        return self._outbox.begin(Delivery.load(rows[0][0])) if rows else None

    def _load(self) -> None:
        read = self.journal.read
        since = self._clock.wall() - ALERT_LINGERS_SECONDS
        query = "SELECT id, organization, type, raised_at, open, state FROM alert WHERE open OR raised_at > ?"
        self._alerts.load([OpenAlert.load(row) for row in read(f"{query} ORDER BY raised_at", since)])
        self._raising.load(dict(read("SELECT call_id, fact FROM undecided")))
        self._reach.load(read("SELECT organization, recipient, good, at, tested_at, seen_at FROM reach"))
        for follower in self._followers:
            follower.load(read("SELECT seq, at FROM source WHERE name = ?", follower.name))
        for (state,) in read("SELECT state FROM delivery WHERE open ORDER BY at"):
            self._deliverer.add(self._outbox.begin(Delivery.load(state)))

    def _forget(self, work: Work) -> None:
        before = self._clock.wall() - KEPT_SECONDS
        work.run("DELETE FROM delivery WHERE NOT open AND at < ?", before)
        work.run("DELETE FROM alert WHERE NOT open AND raised_at < ?", before)

    async def _in_thread(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """In the one thread that reads files: a provider's slow name server must not have taken the last of a pool."""
        return await asyncio.get_running_loop().run_in_executor(self._reader, function, *arguments)
