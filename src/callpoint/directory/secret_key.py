"""The secret that signs sessions: made once, kept in the data directory, readable by its owner only."""

import os
import secrets
import tempfile
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
    """Put a key into the data directory (mode 0600) unless there is one. Raises `OSError`."""
    target = data / FILE_NAME
    if target.exists():
        return
    descriptor, name = tempfile.mkstemp(dir=data, prefix=f"{FILE_NAME}.")  # mkstemp makes it 0600
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        # A link appears whole or not at all: of processes that start at once one wins, and none reads half a key.
        with suppress(FileExistsError):
            os.link(name, target)
    finally:
        os.unlink(name)
