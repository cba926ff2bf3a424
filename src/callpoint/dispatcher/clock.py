"""The two clocks: one for what is written down, one for waiting."""

import time
from typing import Protocol


class Clock(Protocol):
    """`wall` is seconds since 1970, which may jump; `monotonic` never does, and means nothing after a restart."""

    def wall(self) -> float: ...

    def monotonic(self) -> float: ...


class SystemClock:
    """The machine's."""

    def wall(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()
