"""The data directory: there, ours to write, private, and with room for the journal to grow."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from callpoint.ops.data_dir import ADMIN_PASSWORD_FILE, OPERATOR_TOKEN_FILE
from callpoint.ops.doctor.check import Check, Subject
from callpoint.ops.doctor.finding import Finding, FindingKind

# Facts of a call take about 10 kB: below the first figure 100,000 calls fit, below the second soon none.
LITTLE_BYTES: Final = 1 << 30
NO_BYTES: Final = 100 << 20
SECRETS: Final = ("secret.key", ADMIN_PASSWORD_FILE, OPERATOR_TOKEN_FILE)

MISSING = FindingKind(
    "data.missing",
    "error",
    "The data directory does not exist: this installation was never started, or another directory was meant.",
    "Name the right one with --data, or start `callpoint up` (or `demo`), which makes it.",
)
UNWRITABLE = FindingKind(
    "data.unwritable",
    "error",
    "Files cannot be written in the data directory, so facts of calls would be lost with the node's memory.",
    "Give the directory to the user Callpoint runs as, and see that the disk is not mounted read-only or full.",
)
OTHER_OWNER = FindingKind(
    "data.other-owner",
    "notice",
    "The data directory belongs to another user than the one who runs doctor, who may be allowed more or less.",
    "Run doctor as the owner to see what Callpoint itself would meet.",
)
FULL = FindingKind(
    "data.full",
    "error",
    "The disk is as good as full. Calls go on, but their facts cannot be kept, and changes do not reach the node.",
    "Make room on this disk, or move the data directory to a larger one.",
)
LITTLE_SPACE = FindingKind(
    "data.little-space",
    "warning",
    "The disk has little room left for the journal and the call records.",
    "Make room on this disk before it is full.",
)
OPEN_SECRET = FindingKind(
    "data.open-secret",
    "warning",
    "A secret file can be read by other users of this machine.",
    "Run chmod 600 on the file, and replace the secret if others had time to read it.",
)
FINE = FindingKind("data.fine", "ok", "The data directory can be written and has room.")


def look(subject: Subject) -> Iterator[Finding]:
    """Directory, writing, room, secrets."""
    folder = subject.data
    if not folder.is_dir():
        yield MISSING.found(f"There is no data directory {folder.absolute()}.")
        return
    wrong = [*_writing(folder), *_room(folder)]
    yield from wrong
    if folder.stat().st_uid != os.geteuid():
        yield OTHER_OWNER.found(f"{folder} belongs to user {folder.stat().st_uid}; you are user {os.geteuid()}.")
    for name in SECRETS:
        file = folder / name
        if file.exists() and file.stat().st_mode & 0o077:
            yield OPEN_SECRET.found(f"Other users can reach {file} (mode {file.stat().st_mode & 0o777:03o}).")
    if not wrong:
        free = shutil.disk_usage(folder).free
        yield FINE.found(f"{folder} can be written; {free / 1e9:,.1f} GB are free.")


def _writing(folder: Path) -> Iterator[Finding]:
    for place in (folder, folder / "node"):
        if not place.is_dir():
            continue
        try:
            with tempfile.TemporaryFile(dir=place) as file:
                file.write(b"\0")
        except OSError as error:
            yield UNWRITABLE.found(f"{place} cannot be written: {error.strerror}.")


def _room(folder: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(folder).free
    if free < NO_BYTES:
        yield FULL.found(f"Only {free / 1e6:,.0f} MB are free on the disk of {folder}.")
    elif free < LITTLE_BYTES:
        yield LITTLE_SPACE.found(f"Only {free / 1e6:,.0f} MB are free on the disk of {folder}.")


CHECKS = (Check("the data directory", look),)
