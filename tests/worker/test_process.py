"""The worker as a process of its own: told to stop, killed, and started again."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.worker.boundaries import area, load

from callpoint.snapshot import fact_kinds
from callpoint.snapshot.journal import Journal
from callpoint.snapshot.store import Snapshot

pytestmark = pytest.mark.stack

PATIENCE = 30.0
HEAD = """
import sys
from pathlib import Path
from types import SimpleNamespace
from callpoint.directory.boot import migrate, start_django
start_django(Path("data"))
"""
PREPARE = """
migrate()
from callpoint.directory.sample import build_sample_organization
build_sample_organization("sip:911@127.0.0.1:5070", "sip:911@127.0.0.1:5072", "a@demo.example", "correct-horse-battery")
"""
WORK = """
import callpoint.worker.prompts as prompts
prompts.Renderer.open = lambda folder: SimpleNamespace(render=lambda text: b"", close=lambda: None)  # no speech here
from callpoint.worker.process import main
sys.exit(main(SimpleNamespace(data=Path("data"))))
"""
RENAME = """
from callpoint.directory.models import Person, acting
from callpoint.directory.tenancy import everywhere
with acting("test", "renamed"), everywhere():
    person = Person.objects.get(device_user_id="E1001")
    person.first_name = sys.argv[1]
    person.save()
"""
COUNT = """
from callpoint.calls.models import CallRecord
from callpoint.directory.tenancy import everywhere
with everywhere():
    print(CallRecord.objects.count(), sum(call.steps.count() for call in CallRecord.objects.all()))
"""


def start(code: str, folder: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CALLPOINT_", "DJANGO_"))}
    command = [sys.executable, "-c", HEAD + code, *arguments]
    return subprocess.Popen(command, cwd=folder, env=environment, text=True, stdout=subprocess.PIPE)


def run(code: str, folder: Path, *arguments: str) -> str:
    process = start(code, folder, *arguments)
    output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    return output.strip()


@contextmanager
def worker(folder: Path) -> Iterator[subprocess.Popen[str]]:
    process = start(WORK, folder)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def soon(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    run(PREPARE, tmp_path)
    return tmp_path


def name_in(view: Snapshot) -> str:
    return "" if view.trouble else getattr(view.person("demo", "E1001"), "name", "")


def test_kill_restart_and_stop(installed: Path) -> None:
    data = installed / "data"
    view = Snapshot(data / "node" / "snapshot.db", check_seconds=0, retry_seconds=0, alarm=lambda *_: None)
    with Journal(data / "node" / "journal.db") as journal:
        with worker(installed) as killed:
            soon(lambda: name_in(view) == "Ada Martin")
            for number in range(50):
                journal.append(f"call-{number}", "demo", fact_kinds.RECEIVED, {"dialled": "911"})
            killed.send_signal(signal.SIGKILL)
        run(RENAME, installed, "Augusta")
        assert name_in(view) == "Ada Martin", "calls go on by the last snapshot"
        for number in range(50, 100):
            journal.append(f"call-{number}", "demo", fact_kinds.RECEIVED, {"dialled": "911"})
        with worker(installed) as stopped:
            soon(lambda: name_in(view) == "Augusta Martin")
            soon(lambda: run(COUNT, installed) == "100 100")
            stopped.send_signal(signal.SIGTERM)
            assert stopped.wait(PATIENCE) == 0
    view.close()


TOWNS = 2000
PREPARE_TOWNS = """
migrate()
from django.db import transaction
from callpoint.directory import provision
from callpoint.directory.bulk import insert_rows
from callpoint.directory.models import Address, acting
from callpoint.directory.models.base import Signature
from callpoint.directory.tenancy import everywhere
with acting("test", "towns"), everywhere(), transaction.atomic():
    acme = provision.create_organization("acme", "Acme")
    rows = [
        Address(organization=acme, country="US", a1="VT", hno=str(n), latitude=44.26, longitude=-72.58 + n % 2 / 2)
        for n in range(int(sys.argv[1]))
    ]
    insert_rows(rows, Signature("test", "towns"))
"""
RUNS = """
import json
from django.db.models import Count
from callpoint.directory.models import Address, RemappedAddress, Remapping
from callpoint.directory.tenancy import everywhere
with everywhere():
    runs = [[run.examined, run.changed, run.finished_at is not None] for run in Remapping.objects.order_by("pk")]
    names = dict(Address.objects.values_list("psap__name").annotate(Count("pk")))
    print(json.dumps([runs, {str(name): names[name] for name in names}, RemappedAddress.objects.count()]))
"""


def test_killed_while_it_goes_through_all_addresses_it_goes_on(tmp_path: Path) -> None:
    run(PREPARE_TOWNS, tmp_path, str(TOWNS))
    load(tmp_path / "data" / "datasets", area("West", -73.0), area("East", -72.5))

    def runs() -> list[Any]:
        found: list[Any] = json.loads(run(RUNS, tmp_path))
        return found

    with worker(tmp_path) as killed:
        database = tmp_path / "data" / "callpoint.db"
        soon(lambda: examined(database) > 0)
        killed.send_signal(signal.SIGKILL)
        killed.wait(PATIENCE)
    (left,), _, lines = runs()
    assert 0 < left[0] < TOWNS, "it was killed in the middle"
    assert (left[1], left[2], lines) == (left[0], False, left[0]), "a batch is written whole, with its lines"
    with worker(tmp_path):
        soon(lambda: runs()[0][0][2])
    done, names, lines = runs()
    assert done == [[TOWNS, TOWNS, True]], "the same way through, each address once"
    assert (names, lines) == ({"West": TOWNS // 2, "East": TOWNS // 2}, TOWNS)


def examined(database: Path) -> int:
    """Asked directly: a process for each question would be too slow to catch it in the middle."""
    with closing(sqlite3.connect(database)) as raw:
        found = raw.execute("SELECT max(examined) FROM directory_remapping").fetchone()
    return int(found[0] or 0)
