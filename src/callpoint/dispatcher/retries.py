"""When a notice that was not taken is tried again, and until when."""

import random
from dataclasses import dataclass
from typing import Final

from callpoint.dispatcher.delivery import MESSAGES, Delivery

JITTER: Final = 0.2  # of each pause, either way: a thousand notices that failed together must not return together


@dataclass(frozen=True)
class Patience:
    """`pauses` after the first, second, … failure, the last one then for good; given up `seconds` after queueing.

    `uncertain` is how often one may be repeated that may have arrived all the same.
    """

    pauses: tuple[float, ...]
    seconds: float
    uncertain: int


URGENT: Final = Patience((1.0, 2.0, 4.0, 8.0, 15.0, 30.0), 1800.0, 1000)
"""A person may be in danger: twice is better than never."""
ORDINARY: Final = Patience((10.0, 30.0, 60.0, 120.0, 300.0), 1800.0, 3)
MESSAGE: Final = Patience((60.0, 300.0, 900.0, 1800.0, 3600.0), 86_400.0, 2)
"""Letters: a mail server may be down for a night."""
CALL: Final = Patience((15.0, 30.0, 60.0), 600.0, 2)
"""A phone rings a few times, not for half an hour."""


def patience(delivery: Delivery) -> Patience:
    if delivery.channel == "voice":
        return CALL
    if delivery.urgent:
        return URGENT
    return MESSAGE if delivery.type in MESSAGES else ORDINARY


def pause(delivery: Delivery, retry_after: float | None, chance: random.Random) -> float:
    """Seconds until the next attempt, `delivery.attempts` having failed; never before the other side wants it."""
    pauses = patience(delivery).pauses
    wanted = pauses[min(max(delivery.attempts, 1), len(pauses)) - 1]
    return max(wanted * (1 + JITTER * (2 * chance.random() - 1)), retry_after or 0.0)
