"""The worker's health, as a small file that other processes read: `worker.json` in the data directory."""

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from callpoint.worker.task import Task

FILE_NAME: Final = "worker.json"


def write_status(data: Path, tasks: Sequence[Task], now: float) -> None:
    """Replace the file. `now` is monotonic seconds; `behind_seconds` since a task last had nothing left to do."""
    status = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "tasks": _tasks(tasks, now)}
    draft = data / f"{FILE_NAME}.new"
    draft.write_text(json.dumps(status), "utf-8")
    os.replace(draft, data / FILE_NAME)


def _tasks(tasks: Sequence[Task], now: float) -> dict[str, Any]:
    return {
        task.job.name: {
            "behind_seconds": round(max(0.0, now - task.health.caught_up), 3),
            "steps": task.health.steps,
            "trouble": task.health.trouble,
        }
        for task in tasks
    }
