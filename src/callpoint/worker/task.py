"""One thing the worker does over and over, in a thread of its own; trouble of one never stops another."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

logger = logging.getLogger(__name__)

FIRST_PAUSE: Final = 0.2
# The database may be back at any moment, and then a change must be visible soon.
LONGEST_PAUSE: Final = 5.0


class Job(Protocol):
    """Work in steps. Whatever a step raises is told, and the job is opened anew after a pause."""

    name: str

    def open(self) -> None:
        """Get ready, at first and after trouble; what was open before is closed."""
        ...

    def step(self) -> bool:
        """Do one piece of work; False when there was none."""
        ...

    def wait(self, stop: threading.Event) -> None:
        """Return when there may be work, at the latest after half a second or when told to stop."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Health:
    """What is known of a task: seconds (monotonic) when it last had nothing left to do, and its trouble or ""."""

    caught_up: float
    steps: int
    trouble: str


class Task:
    """Runs a job in a thread until told to stop."""

    def __init__(self, job: Job, stop: threading.Event, clock: Callable[[], float] = time.monotonic) -> None:
        self.job = job
        self._stop = stop
        self._clock = clock
        self._health = Health(clock(), 0, "starting")
        self._pause = 0.0
        self._ready = False
        self._thread = threading.Thread(target=self.run, name=job.name, daemon=True)

    @property
    def health(self) -> Health:
        return self._health

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def join(self, timeout: float) -> None:
        self._thread.join(timeout)

    def run(self) -> None:
        """Steps until told to stop; then closes the job."""
        while not self._stop.is_set():
            if not self.once():
                self._rest()
        self.job.close()

    def once(self) -> bool:
        """One step, opening the job first where needed; False when there was nothing to do, or trouble."""
        try:
            if not self._ready:
                self.job.open()
                self._ready = True
            worked = self.job.step()
        except Exception as error:  # noqa: BLE001 - the outer edge: told, paused and tried again for ever
            self._failed(error)
            return False
        if self._health.trouble and self._health.trouble != "starting":
            logger.info("%s: well again", self.job.name)
        self._pause = 0.0
        caught_up = self._health.caught_up if worked else self._clock()
        self._health = Health(caught_up, self._health.steps + worked, "")
        return worked

    def _failed(self, error: Exception) -> None:
        self._ready = False
        self._pause = min(LONGEST_PAUSE, self._pause * 2 or FIRST_PAUSE)
        trouble = f"{type(error).__name__}: {error}"
        # The same trouble again and again is told once; its traceback is of use to whoever repairs it.
        if trouble != self._health.trouble:
            logger.error("%s: %s; trying again", self.job.name, trouble, exc_info=error)
        self._health = Health(self._health.caught_up, self._health.steps, trouble)

    def _rest(self) -> None:
        if self._pause:
            self._stop.wait(self._pause)
        else:
            self.job.wait(self._stop)
