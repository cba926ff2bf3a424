"""Runs checks side by side. None may hang or end the others: this is the outer edge where that is held."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from callpoint.ops.config import Config
from callpoint.ops.doctor.finding import Finding, FindingKind

T = TypeVar("T")

CHECK_SECONDS: Final = 20.0

SLOW = FindingKind(
    "doctor.check-slow",
    "warning",
    "A check was given up because it took too long; what it looks at is unknown, and may hang others as well.",
    "Look at what the check names: a disk or name server that does not answer, or a file grown very large.",
)
FAILED = FindingKind(
    "doctor.check-failed",
    "error",
    "A check broke off, so what it looks at is unknown. Often a file this user may not read.",
    "Run it as the user Callpoint runs as; if that does not help, report it with the sentence shown.",
)


@dataclass(frozen=True)
class Subject:
    """The installation looked at. `now` is aware UTC."""

    config: Config
    now: datetime

    @property
    def data(self) -> Path:
        return self.config.data

    @property
    def snapshot_path(self) -> Path:
        return self.config.node_dir / "snapshot.db"

    @property
    def journal_path(self) -> Path:
        return self.config.node_dir / "journal.db"


@dataclass(frozen=True)
class Check:
    """`look` yields findings as it makes them: what it found before its `limit` (seconds) counts."""

    name: str
    look: Callable[[Subject], Iterable[Finding]]
    limit: float = CHECK_SECONDS


@dataclass
class _Run:
    check: Check
    findings: list[Finding] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def __call__(self, subject: Subject) -> None:
        try:
            for finding in self.check.look(subject):
                self.findings.append(finding)
        except Exception as error:  # noqa: BLE001 - the outer edge: a broken check is a finding, the others go on
            sentence = f"The check of {self.check.name} broke off: {type(error).__name__}: {error}"
            self.findings.append(FAILED.found(sentence))
        finally:
            self.done.set()


def run_checks(subject: Subject, checks: Sequence[Check]) -> list[Finding]:
    """What all checks found, in the order of the checks; takes as long as the slowest, at most its limit."""
    runs = [_Run(check) for check in checks]
    began = time.monotonic()
    for run in runs:
        # Daemons: one that hangs must not keep the program from ending.
        threading.Thread(target=run, args=(subject,), name=run.check.name, daemon=True).start()
    found: list[Finding] = []
    for run in runs:
        in_time = run.done.wait(max(0.0, began + run.check.limit - time.monotonic()))
        found += list(run.findings)
        if not in_time:
            found.append(SLOW.found(f"The check of {run.check.name} was given up after {run.check.limit:g} s."))
    return found


def within(seconds: float, work: Callable[[], T]) -> T:
    """What `work` returns or raises; TimeoutError when it takes longer, as name servers can.

    The work is then left alone in a thread that does not keep the program from ending.
    """
    results: list[T] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            results.append(work())
        except Exception as error:  # noqa: BLE001 - handed over to the caller, whichever it is
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise TimeoutError(f"no result within {seconds:g} s")
    return results[0]
