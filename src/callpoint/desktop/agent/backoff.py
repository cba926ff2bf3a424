"""How long to wait before the server is asked again."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

FIRST: Final = 0.5  # seconds
LONGEST: Final = 30.0  # seconds: a screen that lost its server is back within half a minute of the server's return
REFUSED: Final = 300.0  # seconds between questions with a token that is not taken: it may be put right in the portal


@dataclass
class Backoff:
    """Doubles from `FIRST` to `LONGEST`. Each pause is between half and the whole of that, by chance: thousands of
    screens that lose one server at the same instant must not come back at the same instant.
    """

    chance: Callable[[], float] = random.random
    attempts: int = 0

    def next(self, at_least: float = 0.0) -> float:
        """Seconds to wait now; `at_least` is what the server asked for."""
        limit = min(LONGEST, FIRST * 2 ** min(self.attempts, 16))
        self.attempts += 1
        return self._spread(max(limit, at_least * 2))

    def refused(self) -> float:
        """Seconds to wait when the server knows us and says no."""
        return self._spread(REFUSED)

    def reset(self) -> None:
        """It went well."""
        self.attempts = 0

    def _spread(self, limit: float) -> float:
        return limit * (0.5 + self.chance() / 2)
