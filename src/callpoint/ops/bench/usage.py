"""What a process has used, read from /proc (Linux)."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Usage:
    """`cpu_seconds` of all its threads since its start; `rss_mib` resident now."""

    cpu_seconds: float
    rss_mib: float


def usage(pid: int) -> Usage:
    """Raises FileNotFoundError when the process is gone or the system has no /proc."""
    # The name in brackets may hold blanks, so fields are counted from behind it (proc(5)).
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return Usage(ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE") / 2**20)


def peak_mib(pid: int) -> float:
    """The most memory that was ever resident. Raises as `usage` does."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 2**10
    raise FileNotFoundError(f"/proc/{pid}/status does not tell the peak")
