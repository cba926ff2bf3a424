"""The worker's process, started and looked at from outside."""

import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from callpoint.ops.bench.usage import peak_mib, usage

_STOP_SECONDS = 15


class WorkerProcess:
    """Runs within the `with`; the database is the one this process has."""

    def __init__(self, data: Path) -> None:
        command = [sys.executable, "-m", "callpoint.ops.bench.import_process", "worker", str(data), "1"]
        self._log = (data / "worker.log").open("wb")
        self._process = subprocess.Popen(command, stdout=self._log, stderr=self._log)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def cpu_seconds(self) -> float:
        """Processor time of all its threads so far. Raises FileNotFoundError when it has ended."""
        return usage(self._process.pid).cpu_seconds

    def peak_mb(self) -> float:
        """The most memory it ever had, in millions of bytes."""
        return peak_mib(self._process.pid) * 2**20 / 1e6
