"""Files of ours: whole or not at all, and nobody else's to read."""

import contextlib
import os
import tempfile
from pathlib import Path


def write_private(path: Path, content: str) -> None:
    """Puts `content` (UTF-8) in the place of the file in one step, readable by its owner only. Raises OSError."""
    write_bytes(path, content.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """The same for bytes. A computer switched off in the middle is left with the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # made with mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        with contextlib.suppress(OSError):  # the failure itself is what is told
            Path(name).unlink()
        raise
