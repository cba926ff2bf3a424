"""Starting Django in a process of its own: which data directory, which database, which settings, and the tables."""

import os
from pathlib import Path

import django
from django.core.management import call_command

from callpoint.directory.secret_key import make_secret_key

SETTINGS = "callpoint.ops.django_settings"


def start_django(data: Path, database_url: str = "") -> None:
    """Make Django ready for this data directory (created if missing, with its secret key). Once per process.

    The database is `database_url`, else `CALLPOINT_DATABASE_URL`, else SQLite in `data`; processes started from
    here see the same. Raises `OSError` when `data` cannot be written.
    """
    data.mkdir(parents=True, exist_ok=True, mode=0o750)
    make_secret_key(data)
    os.environ["CALLPOINT_DATA"] = str(data.absolute())
    if database_url:
        os.environ["CALLPOINT_DATABASE_URL"] = database_url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()


def migrate() -> None:
    """Bring the tables up to this version; nothing happens when they are. Call after `start_django`."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
