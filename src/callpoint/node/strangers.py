"""What is spent on sources nobody knows: a refusal each, so many a second, then silence."""

from collections.abc import Callable


class AnswerBudget:
    """A token bucket over all strangers together: a flood of forged sources must not make us a reflector."""

    def __init__(self, per_second: float, now: Callable[[], float]) -> None:
        self._per_second = per_second
        self._now = now
        self._tokens = per_second
        self._filled_at = now()

    def spend(self) -> bool:
        """True when one more answer may be given."""
        now = self._now()
        self._tokens = min(self._per_second, self._tokens + (now - self._filled_at) * self._per_second)
        self._filled_at = now
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True
