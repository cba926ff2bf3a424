"""The secret that signs sessions: made once, kept in the data directory, readable by its owner only."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

FILE_NAME = "secret.key"


def secret_key(data: Path) -> str:
    """The key of this data directory, `CALLPOINT_SECRET_KEY` if that is set, or (before the first start) one that lasts
    only as long as the process. Never writes."""
    if given := os.environ.get("CALLPOINT_SECRET_KEY"):
        return given
    try:
        return (data / FILE_NAME).read_text("ascii").strip()
    except FileNotFoundError:
        return secrets.token_urlsafe(48)


def make_secret_key(data: Path) -> None:
    """Write a key into the data directory (mode 0600) unless there is one. Raises `OSError`."""
    # O_EXCL: of several processes that start at once, exactly one makes the key.
    with suppress(FileExistsError):
        descriptor = os.open(data / FILE_NAME, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
