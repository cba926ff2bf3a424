"""How long to wait before a process that died is started again."""

from collections.abc import Sequence

# The first restart is at once (a node must be back within 2 s); a process that keeps dying is not hammered.
DELAYS = (0.05, 0.2, 0.5, 1.0, 2.0, 5.0)
# Whoever dials 911 while the node is dead gets no answer: however often it dies, it is back within 2 s.
NODE_DELAYS = (0.05, 0.2, 0.5)
STEADY_SECONDS = 30.0  # a process that lived this long has recovered: its next death starts from the front


class Backoff:
    """Pure; `now` is monotonic seconds."""

    def __init__(self, delays: Sequence[float] = DELAYS, steady: float = STEADY_SECONDS) -> None:
        self._delays = delays
        self._steady = steady
        self._deaths = 0
        self._started_at = 0.0

    def started(self, now: float) -> None:
        self._started_at = now

    def delay_after_death(self, now: float) -> float:
        """Seconds until the next start: the last of `delays` when it died that often without a steady life between."""
        if now - self._started_at >= self._steady:
            self._deaths = 0
        delay = self._delays[min(self._deaths, len(self._delays) - 1)]
        self._deaths += 1
        return delay
