"""The way to one other side (a mail server, a gateway, a host of webhooks): how much may be under way at once.

Theory of operation. Each other side has a lane of its own, so that one that hangs holds up nobody else. In a lane
the urgent go first. After some failures in a row the lane is shut, and what waits in it is left alone: one notice at a
time tries whether the other side is back, after ever longer pauses; the first that gets through opens the lane again.
So ten thousand notices to a dead gateway cost one attempt now and then, and none of them uses up its patience.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from callpoint.dispatcher.delivery import Delivery

FAILURES_TO_SHUT: Final = 5
FIRST_SHUT_SECONDS: Final = 1.0
LONGEST_SHUT_SECONDS: Final = 15.0


@dataclass(frozen=True)
class Limits:
    """`at_once` sends under way, each given up after `seconds`; `per_second` begun on average."""

    at_once: int
    seconds: float
    per_second: float


@dataclass
class Lane:
    """`now` is always monotonic seconds. Whoever takes a delivery gives its place back by `done`."""

    limits: Limits
    under_way: int = 0
    failures: int = 0
    _urgent: deque[Delivery] = field(default_factory=deque)
    _ordinary: deque[Delivery] = field(default_factory=deque)
    _shut_seconds: float = 0.0
    _try_at: float = 0.0
    _allowance: float = 0.0
    _counted_at: float | None = None

    @property
    def waiting(self) -> int:
        return len(self._urgent) + len(self._ordinary)

    @property
    def shut(self) -> bool:
        return self._shut_seconds > 0

    def put(self, delivery: Delivery) -> None:
        (self._urgent if delivery.urgent else self._ordinary).append(delivery)

    def take(self, now: float) -> Delivery | None:
        """The next that may be sent now; None when there is none, or none may."""
        self._count(now)
        if not self.waiting or not self._open(now) or self._allowance < 1.0:
            return None
        self._allowance -= 1.0
        self.under_way += 1
        return (self._urgent or self._ordinary).popleft()

    def wakes(self, now: float) -> float | None:
        """In how many seconds `take` may give what it does not give now; None when that is not a matter of time."""
        if not self.waiting or self.under_way >= self._places:
            return None
        waits = (1.0 - self._allowance) / self.limits.per_second
        return max(waits, self._try_at - now if self.shut else 0.0, 0.0)

    def done(self, now: float, *, well: bool | None) -> None:
        """A send is over. `well`: the other side works (even if it refused this one); None: that is not known."""
        self.under_way -= 1
        if well:
            self.failures, self._shut_seconds = 0, 0.0
        elif well is False:
            self.failures += 1
            if self.failures >= FAILURES_TO_SHUT:
                self._shut_seconds = min(max(self._shut_seconds * 2, FIRST_SHUT_SECONDS), LONGEST_SHUT_SECONDS)
                self._try_at = now + self._shut_seconds

    @property
    def _places(self) -> int:
        return 1 if self.shut else self.limits.at_once

    def _open(self, now: float) -> bool:
        return self.under_way < self._places and (not self.shut or now >= self._try_at)

    def _count(self, now: float) -> None:
        """A second's allowance may be saved up, so that a burst after silence goes out at once."""
        passed = 0.0 if self._counted_at is None else max(0.0, now - self._counted_at)
        most = max(1.0, self.limits.per_second)
        self._allowance = (
            most if self._counted_at is None else min(most, self._allowance + passed * self.limits.per_second)
        )
        self._counted_at = now
