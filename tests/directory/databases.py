"""Real databases for tests that need several connections: a SQLite file, and a PostgreSQL server of our own."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from callpoint.ops.django_settings import database as describe

UNPRIVILEGED = "postgres"  # the server refuses to run as root


@contextmanager
def as_default(url: str, blocker: DjangoDbBlocker) -> Iterator[None]:
    """Make the database at `url` Django's, for this thread and for all that are started."""
    with blocker.unblock():
        settings = connections.settings
        before, connection = settings["default"], connections["default"]
        settings["default"] = connections.configure_settings({"default": describe(url)})["default"]
        connections["default"] = connections.create_connection("default")
        try:
            yield
        finally:
            connections["default"].close()
            settings["default"], connections["default"] = before, connection


@dataclass
class Server:
    """A PostgreSQL server on a socket of its own."""

    socket: Path
    user: str

    def url(self, name: str) -> str:
        return f"postgres://{self.user}@/{name}?host={self.socket}"

    def execute(self, statement: str) -> None:
        with psycopg.connect(host=str(self.socket), user=self.user, dbname="postgres", autocommit=True) as raw:
            raw.execute(statement.encode())


@pytest.fixture(scope="session")
def postgresql(peer: Callable[[str], str], django_db_blocker: DjangoDbBlocker) -> Iterator[Server]:
    """A server started for these tests, with the tables in a template database `tables`."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    programs = found[-1].parent if found else Path(peer("postgres")).parent
    folder = Path(tempfile.mkdtemp(prefix="callpoint-pg-"))  # a socket's path must be short
    account = UNPRIVILEGED if os.geteuid() == 0 else None
    if account:
        shutil.chown(folder, account)
    run: dict[str, Any] = {"user": account, "cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT}
    try:
        subprocess.run(
            [programs / "initdb", "-D", folder / "data", "-A", "trust", "-U", "callpoint", "-N"], check=True, **run
        )
        control = [programs / "pg_ctl", "-D", folder / "data", "-w"]
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=50"
        subprocess.run([*control, "-l", folder / "log", "-o", options, "start"], check=True, **run)
        try:
            server = Server(folder, "callpoint")
            server.execute("CREATE DATABASE tables")
            with as_default(server.url("tables"), django_db_blocker):
                call_command("migrate", interactive=False, verbosity=0)
            yield server
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=True, **run)
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Path:
    """A SQLite file with the tables, to be copied."""
    path = tmp_path_factory.mktemp("tables") / "callpoint.db"
    with as_default(f"sqlite:///{path}", django_db_blocker):
        call_command("migrate", interactive=False, verbosity=0)
        with connections["default"].cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.peers)])
def database(request: pytest.FixtureRequest, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """An empty database of each kind, one after the other, that several connections can use; gives its kind."""
    if request.param == "sqlite":
        path = tmp_path / "callpoint.db"
        shutil.copy(request.getfixturevalue("sqlite_tables"), path)
        with as_default(f"sqlite:///{path}", django_db_blocker):
            yield "sqlite"
        return
    server: Server = request.getfixturevalue("postgresql")
    server.execute("CREATE DATABASE fresh TEMPLATE tables")
    try:
        with as_default(server.url("fresh"), django_db_blocker):
            yield "postgresql"
    finally:
        server.execute("DROP DATABASE fresh WITH (FORCE)")
