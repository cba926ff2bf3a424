"""Sends what is due, many at a time, and tells what came of each. Knows nothing of alerts."""

import asyncio
import contextlib
import heapq
import itertools
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from callpoint.channels.notice import DeliveryError, Notice, Receipt, Sender
from callpoint.dispatcher.clock import Clock
from callpoint.dispatcher.delivery import BY_URL, Delivery
from callpoint.dispatcher.lane import Lane, Limits
from callpoint.routing.alert_records import Channel, Recipient

logger = logging.getLogger(__name__)

LIMITS: Final[Mapping[Channel, Limits]] = {
    "onsite": Limits(1000, 5.0, 10_000.0),
    "email": Limits(64, 30.0, 1000.0),
    "sms": Limits(64, 30.0, 200.0),
    "voice": Limits(64, 180.0, 10.0),
    "webhook": Limits(16, 15.0, 500.0),
    "teams": Limits(4, 15.0, 4.0),
    "slack": Limits(4, 15.0, 2.0),
}
"""Of one other side each: of a gateway, or of one host for what goes to a URL. Teams takes 4 requests a second and
Slack about one, with short bursts; beyond that they answer 429."""

_EACH_FOR_ITSELF: Final = frozenset({"onsite", "voice"})
LANES_KEPT: Final = 1000
CLOSE_SECONDS: Final = 2.0


class NotSentError(Exception):
    """There is nothing to send any more, in words for the record. `failed`: though there should be."""

    def __init__(self, why: str, *, failed: bool = False) -> None:
        super().__init__(why)
        self.failed = failed


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt: a receipt, or the trouble."""

    delivery: Delivery
    receipt: Receipt | None = None
    trouble: DeliveryError | None = None
    not_sent: NotSentError | None = None


Prepare = Callable[[Delivery], tuple[Notice, Recipient]]
"""The words and the address, made when it is sent. Raises NotSentError."""


class Deliverer:
    """`pump` starts whatever may go now; call it again when `wakes` says so, or after `add`.

    `on_outcome` is awaited for each attempt; a delivery comes back only by `add`.
    """

    def __init__(
        self,
        senders: Mapping[Channel, Sender],
        clock: Clock,
        prepare: Prepare,
        on_outcome: Callable[[Outcome], Awaitable[None]],
        limits: Mapping[Channel, Limits] = LIMITS,
    ) -> None:
        self._senders = senders
        self._clock = clock
        self._prepare = prepare
        self._on_outcome = on_outcome
        self._limits = limits
        self._later: list[tuple[float, int, Delivery]] = []
        self._order = itertools.count()
        self._lanes: dict[tuple[str, str], Lane] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, delivery: Delivery) -> None:
        """Has it sent once `delivery.due` has come."""
        heapq.heappush(self._later, (delivery.due, next(self._order), delivery))

    def pump(self) -> None:
        now = self._clock.monotonic()
        while self._later and self._later[0][0] <= now:
            delivery = heapq.heappop(self._later)[2]
            self._lane(delivery).put(delivery)
        for lane in self._lanes.values():
            while (delivery := lane.take(now)) is not None:  # type: ignore[assignment]
                self._start(delivery, lane)

    def wakes(self) -> float | None:
        """Seconds until there is something to do by the clock alone; None when there is not."""
        now = self._clock.monotonic()
        waits = [wait for lane in self._lanes.values() if (wait := lane.wakes(now)) is not None]
        if self._later:
            waits.append(max(0.0, self._later[0][0] - now))
        return min(waits, default=None)

    @property
    def under_way(self) -> int:
        return len(self._tasks)

    @property
    def waiting(self) -> int:
        return len(self._later) + sum(lane.waiting for lane in self._lanes.values())

    def shut(self, channel: str, organization: str, address: str) -> bool:
        """Whether the other side for that has failed lately and is only tried now and then."""
        lane = self._lanes.get(_way(channel, organization, address))
        return lane is not None and lane.shut

    async def close(self) -> None:
        """Cuts what is under way; what was not finished stays queued where it is kept."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSE_SECONDS)

    def _start(self, delivery: Delivery, lane: Lane) -> None:
        task = asyncio.create_task(self._attempt(delivery, lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _attempt(self, delivery: Delivery, lane: Lane) -> None:
        with self._place(lane) as well:
            outcome = await self._send(delivery, lane.limits.seconds)
            well.append(_works(outcome))
        self.pump()
        await self._on_outcome(outcome)

    @contextlib.contextmanager
    def _place(self, lane: Lane) -> Iterator[list[bool | None]]:
        well: list[bool | None] = []
        try:
            yield well
        finally:
            lane.done(self._clock.monotonic(), well=well[0] if well else None)

    async def _send(self, delivery: Delivery, seconds: float) -> Outcome:
        try:
            notice, recipient = self._prepare(delivery)
            sender = self._senders.get(delivery.channel)
            if sender is None:
                raise DeliveryError(f"{delivery.channel} is not set up here", permanent=True)
            async with asyncio.timeout(seconds):
                return Outcome(delivery, await sender.send(notice, recipient))
        except NotSentError as error:
            return Outcome(delivery, not_sent=error)
        except DeliveryError as error:
            return Outcome(delivery, trouble=error)
        except TimeoutError:
            trouble = DeliveryError(f"no answer within {seconds:g} s", uncertain=True)
            return Outcome(delivery, trouble=trouble)
        except Exception as error:  # a fault of one channel must not stop the others, nor lose the notice
            logger.exception("sending %s", delivery.key)
            return Outcome(delivery, trouble=DeliveryError(f"a fault: {error!r}"))

    def _lane(self, delivery: Delivery) -> Lane:
        way = _way(delivery.channel, delivery.organization, delivery.address)
        lane = self._lanes.get(way)
        if lane is None:
            if len(self._lanes) > LANES_KEPT:
                self._lanes = {key: one for key, one in self._lanes.items() if one.waiting or one.under_way or one.shut}
            lane = self._lanes[way] = Lane(self._limits[delivery.channel])
        return lane


def _way(channel: str, organization: str, address: str) -> tuple[str, str]:
    """Hosts of URLs hang one by one, and screens are each organization's own; other channels have one gateway each."""
    if channel == "onsite":
        return channel, organization
    return channel, address if channel in BY_URL else ""


def _works(outcome: Outcome) -> bool | None:
    """What an attempt says of the other side; None: nothing.

    A refusal for good is an answer, too. "Not now, come again then" is one about this notice (greylisting, a pace to
    be kept). A screen that is away and a phone nobody picks up say nothing of the others.
    """
    trouble = outcome.trouble
    if outcome.receipt is not None:
        return True
    if trouble is None or outcome.delivery.channel in _EACH_FOR_ITSELF:
        return None
    if trouble.permanent:
        return True
    return None if trouble.retry_after is not None and not trouble.uncertain else False
