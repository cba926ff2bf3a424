"""Health for monitors: true to the database and the worker, silent about people."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

TASKS = {
    "publish": {"behind_seconds": 0.25, "steps": 3, "trouble": ""},
    "ingest": {"behind_seconds": 9, "trouble": "x"},
}


def worker_seen(data: Path, seconds_ago: float) -> None:
    at = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    (data / "worker.json").write_text(json.dumps({"at": at.isoformat(), "tasks": TASKS}))


def test_well(db: None, data: Path) -> None:
    worker_seen(data, 1)
    response = Client().get("/healthz")
    report = response.json()
    assert (response.status_code, report["status"], report["database"]) == (200, "ok", "ok")
    assert report["worker"]["tasks"] == TASKS
    assert 1 <= report["worker"]["seconds_ago"] < 9


def test_a_silent_worker_is_trouble(db: None, data: Path) -> None:
    worker_seen(data, 60)
    response = Client().get("/healthz")
    assert (response.status_code, response.json()["status"]) == (503, "trouble")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"at": "yesterday", "tasks": {}}', '{"at": 5}'])
def test_a_broken_status_is_trouble(text: str, db: None, data: Path) -> None:
    (data / "worker.json").write_text(text)
    response = Client().get("/healthz")
    assert response.status_code == 503
    assert "cannot be read" in response.json()["worker"]["trouble"]


def test_no_worker_yet(db: None) -> None:
    response = Client().get("/healthz")
    assert response.status_code == 503
    assert "has not run here yet" in response.json()["worker"]["trouble"]


def test_a_dead_database_is_trouble(db: None, data: Path) -> None:
    worker_seen(data, 1)

    def broken(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        raise OperationalError("no route to host")

    with connection.execute_wrapper(broken):
        response = Client().get("/healthz")
        numbers = Client().get("/metrics").content.decode()
    assert (response.status_code, response.json()["database"]) == (503, "no route to host")
    assert "callpoint_database_up 0" in numbers


def test_metrics(db: None, data: Path) -> None:
    worker_seen(data, 0)
    response = Client().get("/metrics")
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = response.content.decode().splitlines()
    assert "callpoint_database_up 1" in lines
    assert 'callpoint_worker_behind_seconds{task="publish"} 0.25' in lines
    assert 'callpoint_worker_trouble{task="ingest"} 1' in lines
    for line in lines:
        assert line.startswith(("# HELP callpoint_", "# TYPE callpoint_", "callpoint_"))


def test_metrics_without_a_worker(db: None) -> None:
    body = Client().get("/metrics").content.decode()
    assert "callpoint_worker_seen_seconds" not in body
    assert body.endswith("\n")
