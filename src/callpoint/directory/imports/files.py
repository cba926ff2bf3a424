"""Where the files of an import lie: `<data>/imports/<run>/`, with the upload, what was found in it and the progress.

Uploads hold personal data: they are readable by the installation's own account only, and `forget` takes them away.
"""

import errno
import hashlib
import os
import shutil
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

from django.conf import settings

from callpoint.directory.models import ImportRun

MOST_BYTES: Final = 50 * 2**20
"""An upload of 200,000 people with all columns takes about 30 MB."""
MOST_ROWS: Final = 200_000
FOLDER: Final = "imports"
UPLOAD: Final = "upload.csv"
PLAN: Final = "plan.sqlite"
STAGE: Final = "stage.sqlite"
PROGRESS: Final = "progress.json"
_OWN: Final = 0o700


class UploadError(ValueError):
    """An upload that is not kept; the text says why and what to do."""


def folder_of(run: ImportRun) -> Path:
    """Where the run's files lie; nobody has made it yet for a run without an upload."""
    return Path(settings.DATA) / FOLDER / str(run.pk)


def upload_path(run: ImportRun) -> Path:
    return folder_of(run) / UPLOAD


def plan_path(run: ImportRun) -> Path:
    return folder_of(run) / PLAN


def progress_path(run: ImportRun) -> Path:
    return folder_of(run) / PROGRESS


def store_upload(run: ImportRun, chunks: Iterable[bytes], declared: int | None = None) -> None:
    """Keep the run's file as it comes, and its size and SHA-256 in the run. On disk for sure when this returns.

    `declared` is how many bytes were announced. Raises `UploadError` for a file that is too large, cut short, or for
    which there is no room; nothing of it is left then.
    """
    path = upload_path(run)
    path.parent.mkdir(parents=True, exist_ok=True, mode=_OWN)
    try:
        run.bytes, run.sha256, lines = _written(path, chunks)
        run.counts = {"rows": max(lines - 1, 0)}  # about: quoted line ends and blank lines are found when it is read
        if declared is not None and run.bytes != declared:
            raise UploadError(
                f"only {run.bytes:,} of {declared:,} bytes have arrived: the upload was cut off; send the file again"
            )
    except UploadError:
        forget(run)
        raise
    except OSError as error:
        forget(run)
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise UploadError(
            "there is no room for the file on the server's disk; make room there and send it again"
        ) from error
    run.save(update_fields=["bytes", "sha256", "counts"])


def _written(path: Path, chunks: Iterable[bytes]) -> tuple[int, str, int]:
    size, lines, digest = 0, 0, hashlib.sha256()
    with path.open("wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > MOST_BYTES:
                most = f"{MOST_BYTES // 2**20} MB"
                raise UploadError(f"the file is larger than {most}; split it, each part with the header line")
            lines += chunk.count(b"\n")
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return size, digest.hexdigest(), lines


def forget(run: ImportRun) -> None:
    """Take all files of the run away; the run itself and what it changed stay in the history."""
    folder = folder_of(run)
    if folder.exists():
        shutil.rmtree(folder)


def remove_stages(but: Collection[int]) -> None:
    """Take away what workers that were killed had prepared; `but` are the runs that are being worked on."""
    for path in (Path(settings.DATA) / FOLDER).glob(f"*/{STAGE}"):
        if path.parent.name not in {str(key) for key in but}:
            path.unlink(missing_ok=True)
