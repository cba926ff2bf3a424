"""The worker's part in imports: compares, applies and undoes what pages have asked for, one run at a time.

A run is found by its state in the database, so nothing is lost with the process: whoever starts next goes on.
"""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.db import connection
from django.utils import timezone

from callpoint.addresses.remote.second_opinion import second_opinion
from callpoint.addresses.remote.settings import RemoteSettings
from callpoint.directory.imports.judge import whole_judge
from callpoint.directory.imports.work import forget_old, next_run, work_on
from callpoint.directory.verdicts import Judge
from callpoint.transport.http_exchange import exchange
from callpoint.worker.database_file import DatabaseFile

POLL_SECONDS: Final = 0.5
TIDY_SECONDS: Final = 3600.0


class ImportJob:
    """A step is one run's present state: comparing, applying or undoing."""

    name = "import"

    def __init__(
        self,
        datasets: Path,
        judge_for: Callable[[Path], Judge] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._datasets = datasets
        self._judge_for = judge_for or _judge_with_opinion
        self._clock = clock
        self._tidy_at = clock()
        self._file = DatabaseFile()

    def open(self) -> None:
        self.close()
        self._file.open()

    def step(self) -> bool:
        self._file.check()
        run = next_run()
        if run is None:
            self._tidy()
            return False
        work_on(run, lambda: self._judge_for(self._datasets))
        return True

    def wait(self, stop: threading.Event) -> None:
        stop.wait(POLL_SECONDS)

    def close(self) -> None:
        connection.close()

    def _tidy(self) -> None:
        if self._clock() >= self._tidy_at:
            self._tidy_at = self._clock() + TIDY_SECONDS
            forget_old(timezone.now())


def _judge_with_opinion(datasets: Path) -> Judge:
    """By the data sets, and by the provider the operator may have chosen where those know the area only."""
    return whole_judge(datasets, second_opinion(RemoteSettings.from_environment(os.environ), exchange))
