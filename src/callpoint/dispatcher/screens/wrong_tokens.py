"""Wrong tokens, counted for each address: nobody guesses 192 bits, but nobody shall try for free either."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

WRONG_A_MINUTE: Final = 10
MINUTE: Final = 60.0
# An attacker has many addresses; the oldest are forgotten.
MOST_ADDRESSES: Final = 10_000


class WrongTokens:
    """Asked only after a token was found wrong, so a good one is never refused for a neighbour's sake.

    `monotonic` gives seconds that only grow.
    """

    def __init__(self, monotonic: Callable[[], float], limit: int = WRONG_A_MINUTE) -> None:
        self._monotonic = monotonic
        self._limit = limit
        self._counts: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def too_many(self, address: str) -> float:
        """Notes one more of that address; for how many seconds it is to stay away, 0 while it may try again."""
        now = self._monotonic()
        since, count = self._counts.pop(address, (now, 0))
        if now - since >= MINUTE:
            since, count = now, 0
        self._counts[address] = (since, count + 1)
        if len(self._counts) > MOST_ADDRESSES:
            self._counts.popitem(last=False)
        return max(1.0, since + MINUTE - now) if count >= self._limit else 0.0
