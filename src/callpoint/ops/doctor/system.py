"""The machine: Python, SQLite, limits, clock."""

import ctypes
import platform
import resource
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from callpoint.ops.doctor.check import Check, Subject
from callpoint.ops.doctor.finding import Finding, FindingKind
from callpoint.transport.udp import BUFFER_BYTES

OLDEST_PYTHON: Final = (3, 11)
OLDEST_SQLITE: Final = (3, 35, 0)
FEWEST_FILES: Final = 4096  # a connection of a trunk or target is one, a 933 call two
RECEIVE_LIMIT: Final = Path("/proc/sys/net/core/rmem_max")
CLOCK_NOT_SET: Final = 5  # adjtimex(2): TIME_ERROR, the clock is not synchronised
TIMEX_BYTES: Final = 512  # more than struct timex has on any platform
CLOCK_SLACK_SECONDS: Final = 60.0

OLD_PYTHON = FindingKind(
    "system.python", "error", "This Python is older than Callpoint supports.", "Install Python 3.11 or newer."
)
OLD_SQLITE = FindingKind(
    "system.sqlite",
    "error",
    "SQLite is older than 3.35 or was built without its JSON functions; journal and snapshot need both.",
    "Use a Python that was built with a newer SQLite.",
)
FEW_FILES = FindingKind(
    "system.open-files",
    "warning",
    f"A process may hold fewer than {FEWEST_FILES} files and connections open; a busy node would refuse connections.",
    f"Raise the limit: `ulimit -n {FEWEST_FILES}`, LimitNOFILE= in a systemd unit, or limits.conf.",
)
SMALL_BUFFER = FindingKind(
    "system.receive-buffer",
    "notice",
    "The system lets a UDP socket hold fewer bytes than the node asks for; in a burst of calls messages are lost and "
    "have to be repeated, which costs each of them half a second or more.",
    f"Run `sysctl -w net.core.rmem_max={BUFFER_BYTES}`, and put it into /etc/sysctl.d/ to last.",
)
CLOCK_LOOSE = FindingKind(
    "system.clock",
    "notice",
    "The system says that its clock is not kept right by a time server; times in the proof of calls may be wrong. "
    "In a container the host's clock counts.",
    "Run chrony, ntpd or systemd-timesyncd on this host.",
)
CLOCK_BACK = FindingKind(
    "system.clock-back",
    "warning",
    "Files of Callpoint were written later than now: the clock was set back, or was wrong when they were written.",
    "Set the clock by a time server.",
)
FINE = FindingKind("system.fine", "ok", "The machine has what Callpoint needs.")


def look(subject: Subject) -> Iterator[Finding]:
    """Everything about the machine."""
    wrong = [*_versions(), *_limits(RECEIVE_LIMIT), *_clock(subject)]
    yield from wrong
    if not any(finding.severity in ("warning", "error") for finding in wrong):
        yield FINE.found(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.system()}.")


def _versions() -> Iterator[Finding]:
    if sys.version_info[:2] < OLDEST_PYTHON:
        yield OLD_PYTHON.found(f"This is Python {platform.python_version()}.")
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        yield OLD_SQLITE.found(f"This is SQLite {sqlite3.sqlite_version}.")
        return
    db = sqlite3.connect(":memory:")
    try:
        db.execute("SELECT json_extract('{}', '$.a')")
    except sqlite3.Error as error:
        yield OLD_SQLITE.found(f"SQLite {sqlite3.sqlite_version} has no JSON functions: {error}.")
    finally:
        db.close()


def _limits(receive_limit: Path) -> Iterator[Finding]:
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files != resource.RLIM_INFINITY and files < FEWEST_FILES:
        yield FEW_FILES.found(f"A process started like this one may open {files:,} files.")
    try:
        most = int(receive_limit.read_text())
    except (OSError, ValueError):
        return  # not Linux, or hidden by a container: nothing is known, and nothing can be done
    if most < BUFFER_BYTES:
        yield SMALL_BUFFER.found(f"net.core.rmem_max is {most:,}; the node asks for {BUFFER_BYTES:,} bytes.")


def _clock(subject: Subject) -> Iterator[Finding]:
    if clock_is_loose():
        yield CLOCK_LOOSE.found("The system says that its clock is not synchronised.")
    newest = max((_written(path) for path in (subject.journal_path, subject.snapshot_path)), default=0.0)
    ahead = newest - subject.now.timestamp()
    if ahead > CLOCK_SLACK_SECONDS:
        at = datetime.fromtimestamp(newest, UTC)
        yield CLOCK_BACK.found(f"Files were written at {at:%Y-%m-%d %H:%M} UTC, {ahead / 60:,.0f} minutes from now.")


def _written(path: Path) -> float:
    return path.stat().st_mtime if path.exists() else 0.0


def clock_is_loose() -> bool:
    """Asks the kernel (Linux); False where it cannot be asked."""
    if not sys.platform.startswith("linux"):
        return False
    asking = ctypes.create_string_buffer(TIMEX_BYTES)  # zeros: change nothing, only tell
    try:
        return bool(ctypes.CDLL(None, use_errno=True).adjtimex(asking) == CLOCK_NOT_SET)
    except (OSError, AttributeError):
        return False


CHECKS = (Check("the system", look),)
