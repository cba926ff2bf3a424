"""How often a token may ask: a bucket of requests for each, filled at a steady rate."""

import math
import threading
import time
from collections.abc import Callable
from typing import Final

PER_SECOND: Final = 20.0
"""Lasting rate. With people written a thousand at a time, 100,000 are loaded in a hundred requests."""
BURST: Final = 200
_MOST_BUCKETS: Final = 10_000


class Limits:
    """Buckets by token, for one process. `clock` is monotonic seconds. Safe to share between threads."""

    def __init__(self, per_second: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[int, tuple[float, float]] = {}

    def take(self, token: int) -> int:
        """0 when the request may pass; otherwise whole seconds until one will."""
        now = self._clock()
        with self._lock:
            left, since = self._buckets.get(token, (float(self._burst), now))
            left = min(self._burst, left + (now - since) * self._per_second)
            passes = left >= 1
            self._buckets[token] = (left - 1 if passes else left, now)
            if len(self._buckets) > _MOST_BUCKETS:
                self._forget_full(now)
        return 0 if passes else max(1, math.ceil((1 - left) / self._per_second))

    def _forget_full(self, now: float) -> None:
        """A bucket that has filled up again is as good as none."""
        fills = self._burst / self._per_second
        self._buckets = {token: kept for token, kept in self._buckets.items() if now - kept[1] < fills}


LIMITS: Final = Limits(PER_SECOND, BURST)
