"""The worker's import job: it takes what waits, tidies up, and a kill leaves all of an import or nothing."""

import json
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings
from tests.directory.cast import Cast
from tests.directory.imports.bringing import (
    HEADER,
    LOCATIONS,
    PLACES,
    TWO,
    USERS,
    again,
    compared,
    confirmed,
    files,
    numbers,
    uploaded,
)
from tests.directory.judges import STATE_STREET, Told, valid
from tests.worker.test_process import PREPARE, start, worker

from callpoint.datasets.errors import DatasetError
from callpoint.directory.imports import run as imports
from callpoint.directory.imports.work import KEPT_FOR
from callpoint.directory.models import ImportRun
from callpoint.directory.tenancy import everywhere, inside
from callpoint.worker.importing import ImportJob


@pytest.fixture(autouse=True)
def data(tmp_path: Path, settings: Settings) -> Path:
    settings.DATA = tmp_path / "data"
    return tmp_path / "data"


@pytest.fixture
def job(data: Path) -> ImportJob:
    found = ImportJob(data / "datasets", lambda _: Told(lambda _: valid(STATE_STREET)).judge)
    found.open()
    return found


def test_it_compares_and_writes_what_waits(real: Cast, job: ImportJob) -> None:
    assert job.step() is False
    first = confirmed(uploaded(real.acme, USERS, HEADER + TWO))
    second = confirmed(uploaded(real.acme, LOCATIONS, PLACES + "A,115 State St,Montpelier,VT,05633,US,,,\n"))
    assert [job.step(), job.step(), job.step()] == [True, True, False]
    assert [again(run).state for run in (first, second)] == ["compared", "compared"]
    assert numbers(second) == {"new": 1, "missing": 1}
    with inside(real.acme):
        imports.accept(again(first))
    assert job.step() is True
    assert again(first).state == "applied"


def test_a_data_set_that_cannot_be_read_fails_the_import(people: Cast, data: Path) -> None:
    def broken(_: Path) -> Any:
        raise DatasetError("The set vermont cannot be read.", "Load it again.")

    run = confirmed(uploaded(people.acme, LOCATIONS, PLACES + "A,115 State St,Montpelier,VT,05633,US,,,\n"))
    ImportJob(data, broken).step()
    run = again(run)
    assert (run.state, run.trouble) == ("failed", "The set vermont cannot be read. Load it again.")


def test_it_forgets_old_files_now_and_then(people: Cast, data: Path) -> None:
    now = [0.0]
    job = ImportJob(data, clock=lambda: now[0])
    job.open()
    job.step()
    run = compared(people.acme, USERS, HEADER + TWO)
    with everywhere():
        ImportRun.objects.filter(pk=run.pk).update(state_at=timezone.now() - KEPT_FOR)
    job.step()
    assert files(run), "not yet: it looks once an hour"
    now[0] = 3601.0
    job.step()
    assert (files(run), again(run).state) == (set(), "cancelled")


def test_it_waits_half_a_second_at_most(real: Cast, job: ImportJob) -> None:
    stop = threading.Event()
    stop.set()
    began = time.monotonic()
    job.wait(stop)
    assert time.monotonic() - began < 0.4
    job.close()


ROWS = 5_000
PATIENCE = 120.0
BRING = """
import json
from callpoint.directory.imports import run as imports
from callpoint.directory.imports.files import store_upload, upload_path
from callpoint.directory.imports.shape import shape_of
from callpoint.directory.models import Organization
from callpoint.directory.tenancy import everywhere, inside
with everywhere():
    demo = Organization.objects.get(slug="demo")
with inside(demo):
    run = imports.start(demo, "users", "people.csv", "me", "", None)
    rows = [f"K{n},First,Last,k{n}@demo.example\\n".encode() for n in range(int(sys.argv[1]))]
    store_upload(run, [b"Employee ID,First Name,Last Name,Email\\n", *rows])
    imports.confirm_mapping(run, shape_of(upload_path(run), "users").mapping)
print(run.pk)
"""
ACCEPT = """
from callpoint.directory.imports import run as imports
from callpoint.directory.models import ImportRun
from callpoint.directory.tenancy import everywhere, inside
with everywhere():
    run = ImportRun.objects.select_related("organization").get(pk=int(sys.argv[1]))
with inside(run.organization):
    imports.accept(run)
"""
LOOK = """
import json
from callpoint.directory.models import Change, ImportRun, Person
from callpoint.directory.models.chain import START, digest
from callpoint.directory.tenancy import everywhere
with everywhere():
    run = ImportRun.objects.get(pk=int(sys.argv[1]))
    made = Person.objects.filter(device_user_id__startswith="K").count()
    previous, whole = START, True
    for entry in Change.objects.filter(chain=run.organization_id).order_by("number").values().iterator():
        whole = whole and entry["previous"] == previous and entry["digest"] == digest(entry)
        previous = entry["digest"]
    print(json.dumps([run.state, made, Change.objects.filter(import_run=run).count(), whole]))
"""


def run(code: str, folder: Path, *arguments: str) -> str:
    process = start(code, folder, *arguments)
    output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    return output.strip()


def eventually(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.005)


def state_of(folder: Path, key: str) -> list[Any]:
    """The run's state, how many people and changes it made, and whether the history is one chain."""
    found: list[Any] = json.loads(run(LOOK, folder, key))
    return found


@pytest.mark.stack
@pytest.mark.timeout(600)
def test_killed_at_any_moment_it_goes_on_and_nothing_is_half_written(tmp_path: Path) -> None:
    installed = tmp_path
    run(PREPARE, installed)
    key = run(BRING, installed, str(ROWS))
    progress = installed / "data" / "imports" / key / "progress.json"

    def phase() -> str:
        try:
            return str(json.loads(progress.read_text())["phase"])
        except (FileNotFoundError, ValueError):
            return ""

    def state() -> str:
        with closing(sqlite3.connect(installed / "data" / "callpoint.db")) as raw:
            return str(raw.execute("SELECT state FROM directory_importrun").fetchone()[0])

    with worker(installed) as killed:
        eventually(lambda: phase() == "comparing")
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    assert state() == "comparing"
    with worker(installed):
        eventually(lambda: state() == "compared")
    run(ACCEPT, installed, key)
    stage = progress.with_name("stage.sqlite")
    with worker(installed) as killed:
        eventually(lambda: phase() == "applying" and stage.exists() and stage.stat().st_size > 100_000)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    assert state_of(installed, key) in (["applying", 0, 0, True], ["applied", ROWS, ROWS, True])
    with worker(installed):
        eventually(lambda: state() == "applied" and not stage.exists())
    assert state_of(installed, key) == ["applied", ROWS, ROWS, True]
