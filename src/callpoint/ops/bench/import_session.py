"""The bench's administrator: brings the files in as the pages do, and sees how pages and other writers fare meanwhile.

Prints its figures as one JSON object. The worker is another process, as in an installation.
"""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Final

from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from callpoint.directory import provision
from callpoint.directory.boot import migrate
from callpoint.directory.imports import run as imports
from callpoint.directory.imports.files import store_upload, upload_path
from callpoint.directory.imports.shape import shape_of
from callpoint.directory.models import Account, ImportRun, Organization, Person, acting
from callpoint.directory.tenancy import everywhere, inside
from callpoint.ops.bench import synthetic_people as company
from callpoint.ops.bench.import_jobs import IDLE_FILE
from callpoint.ops.bench.import_worker import WorkerProcess
from callpoint.ops.bench.synthetic_points import points
from callpoint.web.portal.people.timing import time_list_pages

PEOPLE: Final = 100_000
LOCATIONS: Final = 23_131
ADDRESSES: Final = 670
DOORS: Final = 100_000
"""Address points the addresses are taken from, loaded as a data set."""
_LOOK_SECONDS: Final = 0.05
_PAUSE_SECONDS: Final = 0.2
_PATIENCE_SECONDS: Final = 600.0
_PIECE: Final = 1 << 16


@dataclass
class Meanwhile:
    """Milliseconds a page and a change in another organization took while the worker was at it."""

    page: list[float] = field(default_factory=list)
    change: list[float] = field(default_factory=list)
    refused: int = 0
    """Changes that were given up after the database's patience (20 s) was at its end."""


@dataclass
class Session:
    """One administrator of one company, and a neighbour on the same installation."""

    data: Path
    acme: Organization
    neighbour: Person
    account: Account
    client: Client
    worker: WorkerProcess
    meanwhile: Meanwhile = field(default_factory=Meanwhile)
    figures: dict[str, float] = field(default_factory=dict)

    def bring(self, kind: str, file: Path, prefix: str) -> ImportRun:
        """The whole way of one file; what it took is added to the figures `prefix`_…"""
        with inside(self.acme):
            run = imports.start(self.acme, kind, file.name, self.account.email, "bench", self.account)
            store_upload(run, _chunks(file))
            self._timed(f"{prefix}shape_s", lambda: self._confirm(run))
        self._until(run, ImportRun.State.COMPARED, f"{prefix}preview")
        with inside(self.acme):
            imports.accept(run, skip_wrong=True)
        self._until(run, ImportRun.State.APPLIED, f"{prefix}apply")
        return run

    def _confirm(self, run: ImportRun) -> None:
        shape = shape_of(upload_path(run), run.kind, self.acme)
        imports.confirm_mapping(run, shape.mapping)

    def _until(self, run: ImportRun, state: str, figure: str) -> None:
        """Wait for the worker, while others go on with theirs."""
        began, used = time.perf_counter(), self.worker.cpu_seconds()
        with self._others_at_work():
            while True:
                with everywhere():
                    run.refresh_from_db(fields=["state", "counts", "trouble"])
                if run.state not in (ImportRun.State.COMPARING, ImportRun.State.APPLYING):
                    break
                time.sleep(_LOOK_SECONDS)
            self._add(f"{figure}_s", time.perf_counter() - began)
            self._add(f"{figure}_cpu_s", self.worker.cpu_seconds() - used)
        if run.state != state:
            raise RuntimeError(f"the import is {run.state}: {run.trouble}")

    @contextmanager
    def _others_at_work(self) -> Iterator[None]:
        over = threading.Event()
        other = threading.Thread(target=self._look_around, args=[over])
        other.start()
        try:
            yield
        finally:
            over.set()
            other.join()

    def _look_around(self, over: threading.Event) -> None:
        """What others do meanwhile: look at the list, and change something."""
        try:
            while not over.wait(_PAUSE_SECONDS):
                began = time.perf_counter()
                self.look()
                self.meanwhile.page.append((time.perf_counter() - began) * 1000)
                began = time.perf_counter()
                self._change_something()
                self.meanwhile.change.append((time.perf_counter() - began) * 1000)
        finally:
            connection.close()

    def _change_something(self) -> None:
        try:
            with acting("neighbour", "renamed"), everywhere():
                self.neighbour.first_name = f"Name {len(self.meanwhile.change)}"
                self.neighbour.save()
        except OperationalError:
            self.meanwhile.refused += 1

    def look(self) -> None:
        """One look at the list of people. Raises RuntimeError when it is not shown."""
        response = self.client.get(reverse("people", args=[self.acme.slug]))
        if response.status_code != 200:
            raise RuntimeError(f"the list was answered with {response.status_code}")

    def rest(self) -> None:
        """Until the worker has nothing left to do."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        time.sleep(1)
        while not (self.data / IDLE_FILE).exists():
            if time.monotonic() > deadline:
                raise RuntimeError("the worker did not come to rest")
            time.sleep(0.1)

    def _timed(self, figure: str, work: Callable[[], None]) -> None:
        began = time.perf_counter()
        work()
        self._add(figure, time.perf_counter() - began)

    def _add(self, figure: str, seconds: float) -> None:
        self.figures[figure] = round(self.figures.get(figure, 0.0) + seconds, 3)


def main(data: Path, scale: int) -> int:
    """Both files, both again, and the list at the size they leave; a `scale`-th of it all."""
    migrate()
    locations, people = _files(data, scale)
    with WorkerProcess(data) as worker:
        session = _session(data, worker)
        session.look()  # the first one makes the pages ready, which a process does once
        session.rest()
        for prefix in ("", "again_"):
            session.bring(ImportRun.Kind.LOCATIONS, locations, prefix)
            run = session.bring(ImportRun.Kind.USERS, people, prefix)
            if prefix:
                session.figures["again_changes"] = run.counts["new"] + run.counts["changed"]
            began = time.perf_counter()
            session.rest()
            session.figures[f"{prefix}afterwards_s"] = round(time.perf_counter() - began, 1)
        session.figures |= _meanwhile(session.meanwhile)
        session.figures["worker_peak_mb"] = round(worker.peak_mb(), 1)
    pages = time_list_pages(session.acme, session.account)
    session.figures |= {"list_page_median_ms": round(median(pages.values()), 1)}
    session.figures |= {"list_page_slowest_ms": round(max(pages.values()), 1)}
    session.figures |= {"list_first_page_ms": round(pages["first page"], 1)}
    with everywhere():
        session.figures["people"] = Person.objects.filter(organization=session.acme).count()
    sys.stdout.write(json.dumps(session.figures) + "\n")
    return 0


def _session(data: Path, worker: WorkerProcess) -> Session:
    with acting("bench", "set up"), everywhere():
        provision.set_provider([("sip:911@relay.example", "carrier")], second_factor_required=False)
        acme = provision.create_organization("acme", "Acme", status="active")
        other = provision.create_organization("other", "Other", status="active")
        neighbour = provision.create_person(other, "N1", first_name="Neighbour")
        account = provision.create_administrator(acme, "admin@acme.example", "correct-horse-battery").account
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    return Session(data, acme, neighbour, account, client, worker)


def _files(data: Path, scale: int) -> tuple[Path, Path]:
    every = DOORS // ADDRESSES
    doors = list(islice((door for place, door in enumerate(points(DOORS)) if place % every == 0), ADDRESSES))
    seats = list(company.places(doors, LOCATIONS // scale))
    locations, people = data / "locations.csv", data / "people.csv"
    company.write(locations, company.PLACE_HEADER, iter(seats))
    company.write(people, company.PERSON_HEADER, company.people(seats, PEOPLE // scale))
    return locations, people


def _meanwhile(seen: Meanwhile) -> dict[str, float]:
    found = {"page": seen.page, "change": seen.change}
    told = {f"meanwhile_{name}_median_ms": round(median(times), 1) for name, times in found.items()}
    told["meanwhile_changes_refused"] = seen.refused
    return told | {f"meanwhile_{name}_slowest_ms": round(max(times), 1) for name, times in found.items()}


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            yield piece
