"""The worker's main loop: its tasks, each in a thread, and a sign of life every second."""

import logging
import signal
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from callpoint.worker.forgetting import ForgetJob
from callpoint.worker.importing import ImportJob
from callpoint.worker.ingesting import DISPATCHER, IngestJob, NoticeIngestJob
from callpoint.worker.lost_over_http import ask
from callpoint.worker.mapping import MappingJob
from callpoint.worker.outside_ecrf import EcrfJob
from callpoint.worker.prompts import PromptJob
from callpoint.worker.publishing import PublishJob
from callpoint.worker.readiness import ReadinessJob
from callpoint.worker.reminding import RemindJob
from callpoint.worker.status import write_status
from callpoint.worker.task import Job, Task
from callpoint.worker.welcoming import WelcomeJob

logger = logging.getLogger(__name__)

DATASETS: Final = "datasets"
STATUS_SECONDS: Final = 1.0
# A piece of work takes far less; whatever takes longer is repeated at the next start.
STOP_SECONDS: Final = 5.0


class WorkerConfig(Protocol):
    """What the worker must know."""

    @property
    def data(self) -> Path:
        """The data directory, with `node/` in it."""
        ...


def main(config: WorkerConfig) -> int:
    """Run until SIGTERM or SIGINT; the exit status. Django must have been started for the data directory."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return run(config.data, stop)


def run(data: Path, stop: threading.Event) -> int:
    """Run until `stop` is set: 0, or 1 when a task died, so that the supervisor starts a new worker."""
    node_dir = data / "node"
    node_dir.mkdir(parents=True, exist_ok=True)
    prompts = PromptJob(node_dir)
    publish, ingest = PublishJob(node_dir, prompts.published), IngestJob(node_dir)
    notices = NoticeIngestJob(data / DISPATCHER)
    mapping, importing = MappingJob(data / DATASETS), ImportJob(data / DATASETS)
    jobs: Sequence[Job] = (
        *(publish, ingest, notices, prompts, mapping, importing),
        *(EcrfJob(ask), WelcomeJob(data), RemindJob(data), ReadinessJob(data), ForgetJob()),
    )
    tasks = [Task(job, stop) for job in jobs]
    for task in tasks:
        task.start()
    logger.info("working for %s", data)
    healthy = _watch(data, tasks, stop)
    stop.set()
    for task in tasks:
        task.join(STOP_SECONDS)
    logger.info("stopped")
    return 0 if healthy else 1


def _watch(data: Path, tasks: Sequence[Task], stop: threading.Event) -> bool:
    """Tell of the tasks' health until told to stop; False when a task is no longer alive."""
    while not stop.is_set():
        if not all(task.alive for task in tasks):
            logger.error("a task ended by itself: %s", ", ".join(task.job.name for task in tasks if not task.alive))
            return False
        try:
            write_status(data, tasks, time.monotonic())
        except OSError as error:
            logger.warning("the status cannot be written: %s", error)
        stop.wait(STATUS_SECONDS)
    return True
