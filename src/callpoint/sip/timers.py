"""SIP timers as numbers, and a queue that says which of them is due.

`Timers` holds the values of RFC 3261 §A (table 4) in seconds. `TimerQueue` is a heap with lazy deletion: stopping
a timer only forgets it, its place in the heap is thrown away when it comes to the top or when more than half of the
heap is dead. Time is any growing number of seconds handed in by the caller; nothing here reads a clock.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

DEAD_PLACES_KEPT = 4096
"""Stopped timers left in the heap before it is rebuilt: small enough for memory, large enough to be rare."""


@dataclass(frozen=True, slots=True)
class Timers:
    """Base values of RFC 3261 §17.1.1.1 in seconds; every other timer follows from them.

    t1: estimate of the round trip; t2: longest gap between retransmissions; t4: how long a message may live in the
    network; timer_c: how long an INVITE may ring without news (RFC 3261 §16.6 step 11 wants more than 3 minutes);
    timer_d: how long answers to a refused INVITE over UDP are absorbed (RFC 3261 §17.1.1.2 wants 32 s at least);
    trying: how long the application may take before the transaction says 100 itself (RFC 3261 §17.2.1).
    """

    t1: float = 0.5
    t2: float = 4.0
    t4: float = 5.0
    timer_c: float = 185.0
    timer_d: float = 32.0
    trying: float = 0.2

    @property
    def timeout(self) -> float:
        """64*T1: timers B, F, H, J, L and M, and the wait for an answer after CANCEL."""
        return 64 * self.t1

    def doubled(self, interval: float) -> float:
        """The gap after `interval` for timers E and G and for repeated 2xx: twice as long, T2 at most."""
        return min(2 * interval, self.t2)


class TimerQueue(Generic[T]):
    """Things due at a time. `start` gives a number by which `stop` forgets the thing again.

    >>> queue: TimerQueue[str] = TimerQueue()
    >>> tea = queue.start(3.0, "tea")
    >>> queue.next_due()
    3.0
    >>> queue.take_due(3.5)
    'tea'
    >>> queue.take_due(3.5) is None
    True
    """

    __slots__ = ("_heap", "_last", "_things")

    def __init__(self) -> None:
        self._heap: list[tuple[float, int]] = []
        self._things: dict[int, T] = {}
        self._last = 0

    def __len__(self) -> int:
        """How many are running (stopped ones do not count)."""
        return len(self._things)

    def start(self, due: float, thing: T) -> int:
        """Let `thing` become due at `due`; those of the same time come in the order they were started."""
        self._last += 1
        self._things[self._last] = thing
        heapq.heappush(self._heap, (due, self._last))
        return self._last

    def stop(self, number: int) -> None:
        """Forget it; one that has already been taken is no error."""
        if self._things.pop(number, None) is not None and len(self._heap) > 2 * len(self._things) + DEAD_PLACES_KEPT:
            self._heap = [place for place in self._heap if place[1] in self._things]
            heapq.heapify(self._heap)

    def next_due(self) -> float | None:
        """When the first running one is due; None when nothing runs."""
        heap = self._heap
        while heap and heap[0][1] not in self._things:
            heapq.heappop(heap)
        return heap[0][0] if heap else None

    def take_due(self, now: float) -> T | None:
        """The first one due at `now` or before, taken out; None when there is none."""
        due = self.next_due()
        if due is None or due > now:
            return None
        return self._things.pop(heapq.heappop(self._heap)[1])
