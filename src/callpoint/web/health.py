"""`/healthz` and `/metrics`: for monitors, without signing in and without a word about anybody."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from callpoint import __version__

# The worker gives a sign of life every second, and a change shall be in the snapshot within one.
WORKER_SILENT_SECONDS: Final = 10.0


def worker_status(data: Path) -> dict[str, Any]:
    """The worker's own report with `seconds_ago`; `{"trouble": …}` when there is none that can be read."""
    try:
        status = json.loads((data / "worker.json").read_text("utf-8"))
        age = datetime.now(UTC) - datetime.fromisoformat(status["at"])
        return {"seconds_ago": round(max(0.0, age.total_seconds()), 1), "tasks": dict(status["tasks"])}
    except FileNotFoundError:
        return {"trouble": "the worker has not run here yet"}
    except (OSError, ValueError, KeyError, TypeError) as error:
        return {"trouble": f"the worker's status cannot be read: {error}"}


def database_trouble() -> str:
    """Why the central database does not answer; "" when it does."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return str(error).strip() or type(error).__name__
    return ""


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and the worker lives, else 503; calls do not depend on either."""
    database, worker = database_trouble(), worker_status(Path(settings.DATA))
    well = not database and worker.get("seconds_ago", WORKER_SILENT_SECONDS + 1) <= WORKER_SILENT_SECONDS
    report = {"status": "ok" if well else "trouble", "version": __version__, "database": database or "ok"}
    return JsonResponse(report | {"worker": worker}, status=200 if well else 503)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The same in the text format of Prometheus."""
    worker = worker_status(Path(settings.DATA))
    lines = [
        *_gauge("callpoint_database_up", "Whether the central database answers.", {"": not database_trouble()}),
        *_gauge(
            "callpoint_worker_seen_seconds",
            "Seconds since the worker's last sign of life.",
            {"": worker["seconds_ago"]} if "seconds_ago" in worker else {},
        ),
    ]
    tasks = worker.get("tasks", {})
    behind = {f'{{task="{name}"}}': task.get("behind_seconds", 0) for name, task in tasks.items()}
    troubled = {f'{{task="{name}"}}': bool(task.get("trouble")) for name, task in tasks.items()}
    lines += _gauge("callpoint_worker_behind_seconds", "Seconds since a task last had nothing left to do.", behind)
    lines += _gauge("callpoint_worker_trouble", "Whether a task of the worker cannot do its work.", troubled)
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; version=0.0.4; charset=utf-8")


def _gauge(name: str, explanation: str, values: Mapping[str, float]) -> list[str]:
    if not values:
        return []
    head = [f"# HELP {name} {explanation}", f"# TYPE {name} gauge"]
    return head + [f"{name}{labels} {float(value):g}" for labels, value in values.items()]
