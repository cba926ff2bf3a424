"""A PostgreSQL server of our own for a bench: on a socket, in a folder that goes with it, with its own defaults."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

_UNPRIVILEGED: Final = "postgres"  # the server refuses to run as root
_DEBIAN: Final = Path("/usr/lib/postgresql")


def programs() -> Path | None:
    """The folder of the newest `initdb` of this machine; None without one."""
    found = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    here = shutil.which("initdb")
    return found[-1].parent if found else Path(here).parent if here else None


@contextmanager
def server(binaries: Path) -> Iterator[str]:
    """Gives the URL of an empty database while it runs. Raises CalledProcessError when it does not start."""
    folder = Path(tempfile.mkdtemp(prefix="callpoint-bench-pg-"))  # a socket's path must be short
    account = _UNPRIVILEGED if os.geteuid() == 0 else None
    if account:
        shutil.chown(folder, account)
    how: dict[str, Any] = {"user": account, "cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    files, log = str(folder / "data"), str(folder / "log")
    made = [str(binaries / "initdb"), "-D", files, "-A", "trust", "-U", "callpoint", "-E", "UTF8"]
    control = [str(binaries / "pg_ctl"), "-D", files, "-w"]
    try:
        subprocess.run(made, check=True, **how)
        options = f"-k {folder} -c listen_addresses=''"
        subprocess.run([*control, "-l", log, "-o", options, "start"], check=True, **how)
        try:
            yield f"postgres://callpoint@/postgres?host={folder}"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=True, **how)
    finally:
        shutil.rmtree(folder)
