"""How far an import has come: a small file that the worker replaces and pages read, so that no database is asked."""

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from callpoint.directory.imports.files import PROGRESS, progress_path
from callpoint.directory.models import ImportRun

EVERY_SECONDS: Final = 0.25


@dataclass(frozen=True)
class Progress:
    """`phase` is "comparing", "applying" or "undoing"; `done` of `of` rows (0 while that is not known yet).

    `attempt` counts from 1: a worker that was killed begins anew.
    """

    phase: str
    done: int
    of: int
    attempt: int = 1

    @property
    def percent(self) -> int:
        """Whole percents; 100 only when all is done."""
        return min(100, 100 * self.done // self.of) if self.of else 0


def progress(run: ImportRun) -> Progress | None:
    """How far the worker has come with the run's present work; None before it took it up."""
    found = read(progress_path(run))
    return found if found is not None and found.phase == run.state else None


def read(path: Path) -> Progress | None:
    """What the file says; None without one, or when it is not ours."""
    try:
        return Progress(**json.loads(path.read_text("utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


class ProgressFile:
    """Tells how far one phase of a run has come, at most four times a second; in the run's folder."""

    def __init__(self, folder: Path, phase: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = folder / PROGRESS
        path = self._path
        self._clock = clock
        self._next = 0.0
        before = read(path)
        again = before is not None and before.phase == phase
        self._now = Progress(phase, 0, 0, before.attempt + 1 if before is not None and again else 1)
        self._write()

    @property
    def attempt(self) -> int:
        """How often this phase has been begun, this time included."""
        return self._now.attempt

    def tell(self, done: int, of: int) -> None:
        """`done` of `of` rows."""
        self._now = Progress(self._now.phase, done, of, self._now.attempt)
        if self._clock() >= self._next or done == of:
            self._write()

    def finish(self) -> None:
        """The phase is over, one way or the other: the next one begins with its first attempt."""
        self._path.unlink(missing_ok=True)

    def _write(self) -> None:
        self._next = self._clock() + EVERY_SECONDS
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps(asdict(self._now)), "utf-8")
        os.replace(draft, self._path)
