"""What guards against work that grows with the square of its input, without measuring this machine."""

import gc
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
TRIES = 5


def soon(work: Callable[[], T], seconds: float) -> T:
    """What `work` gives, if one of a few runs of it stays within `seconds` of processor time; else the test fails.

    `seconds` is many times what the work takes: a run that is repeated is one that fell together with others on the
    same processor, never slow work, which is slow each time. The collector rests meanwhile, because in a process
    that has run ten thousand tests it has more to look through than the work itself.
    """
    collecting = gc.isenabled()
    taken = []
    for _ in range(TRIES):
        gc.disable()
        began = time.process_time()
        try:
            answer = work()
        finally:
            taken.append(time.process_time() - began)
            if collecting:
                gc.enable()
        if taken[-1] < seconds:
            return answer
    raise AssertionError(f"took {min(taken):.2f} s of processor time at best, more than {seconds} s")
