"""The worker of the import's bench: what a real one does with an import, but for speech, which would say thousands of
addresses for minutes afterwards. A process of its own, so that its memory and processor time can be told."""

import signal
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from callpoint.directory.address_desk import DATASETS
from callpoint.worker.importing import ImportJob
from callpoint.worker.mapping import MappingJob
from callpoint.worker.publishing import PublishJob
from callpoint.worker.readiness import ReadinessJob
from callpoint.worker.task import Job, Task

IDLE_FILE: Final = "bench-idle"
"""In the data directory while no task has anything left to do."""
_LOOK_SECONDS: Final = 0.2


def main(data: Path, scale: int) -> int:
    """Run until SIGTERM; 1 when a task died."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    node = data / "node"
    node.mkdir(parents=True, exist_ok=True)
    sets = data / DATASETS
    publish = PublishJob(node, lambda _: None)
    jobs: Sequence[Job] = (publish, MappingJob(sets), ReadinessJob(data), ImportJob(sets))
    tasks = [Task(job, stop) for job in jobs]
    for task in tasks:
        task.start()
    steps = -1
    while not stop.wait(_LOOK_SECONDS) and all(task.alive for task in tasks):
        # Idle: since the last look nobody has done a thing.
        before, steps = steps, sum(task.health.steps for task in tasks)
        busy = steps != before or any(task.health.trouble for task in tasks)
        (data / IDLE_FILE).unlink(missing_ok=True) if busy else (data / IDLE_FILE).touch()
    healthy = stop.is_set()
    stop.set()
    for task in tasks:
        task.join(5)
    return 0 if healthy else 1
