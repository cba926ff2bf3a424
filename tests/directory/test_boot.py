"""Starting: the secret key, the settings, and that looking at them leaves nothing behind."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from callpoint.directory.secret_key import make_secret_key, secret_key
from callpoint.ops.django_settings import database

START = """
from pathlib import Path
from callpoint.directory.boot import start_django, migrate
start_django(Path("data"))
migrate()
from django.conf import settings
from django.db import connection
with connection.cursor() as cursor:
    found = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")]
print(settings.SECRET_KEY, settings.DEBUG, *found)
"""


def python(code: str, folder: Path, **environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CALLPOINT_", "DJANGO_"))}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=kept | environment, capture_output=True, text=True, check=True
    )
    return run.stdout.strip()


def test_start_makes_key_and_tables(tmp_path: Path) -> None:
    first = python(START, tmp_path).split()
    key = tmp_path / "data" / "secret.key"
    assert first == [key.read_text(), "False", "wal", "2", "1"]
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert (tmp_path / "data" / "callpoint.db").exists()
    assert python(START, tmp_path).split() == first


def test_importing_the_settings_writes_nothing(tmp_path: Path) -> None:
    code = "import callpoint.ops.django_settings as s; print(len(s.SECRET_KEY) >= 50, s.DATABASES['default']['NAME'])"
    assert python(code, tmp_path) == f"True {tmp_path / 'callpoint-data' / 'callpoint.db'}"
    assert list(tmp_path.iterdir()) == []


def test_of_many_starts_at_once_one_makes_the_key(tmp_path: Path) -> None:
    def start(_: int) -> str:
        make_secret_key(tmp_path)
        return secret_key(tmp_path)

    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(start, range(64)))
    assert len(keys) == 1
    assert len(keys.pop()) >= 50
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_a_given_key_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLPOINT_SECRET_KEY", "given")
    assert secret_key(tmp_path) == "given"


def test_sqlite_takes_the_write_lock_at_the_start() -> None:
    options = database("sqlite:///x.db")["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] >= 10


def test_postgresql_by_url() -> None:
    settings = database("postgres://user:word@host:5433/name")
    assert (settings["ENGINE"], settings["HOST"], settings["PORT"], settings["NAME"]) == (
        *("django.db.backends.postgresql", "host", 5433, "name"),
    )


def test_migrations_are_complete(db: None) -> None:
    code = "import django; django.setup(); from django.core.management import call_command; "
    code += "call_command('makemigrations', check=True, dry_run=True, verbosity=0)"
    python(code, Path.cwd(), DJANGO_SETTINGS_MODULE="callpoint.ops.django_settings")
