"""The journal of facts: what the node saw and did, kept before it can be lost.

Theory of operation. The call's thread puts a fact into a queue and goes on; it never waits and never sees an
error. One thread gathers for a few milliseconds, writes everything as one transaction (group commit) with
synchronous=FULL, and begins again. A failed write leaves its facts at the head of the queue, raises the alarm
once, and is tried again with growing pauses. When more is held than memory should bear, the oldest facts go to
stderr as JSON lines, where the service manager's log keeps them: late and in the wrong place, not lost in silence.
Kill -9 loses what was queued and not committed, some tens of milliseconds, and leaves a whole file.
"""

import json
import sqlite3
import sys
import threading
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TextIO

from callpoint.snapshot.alarms import AlarmCallback, Alarms, to_stderr
from callpoint.snapshot.facts import Fact, facts_after, last_seq, read_dialogs
from callpoint.snapshot.journal_file import FactRow, JournalFile, facts_json

__all__ = ["Fact", "Journal", "facts_after", "last_seq", "read_dialogs"]

# Long enough that facts of many calls share one fsync, short enough that a crash loses next to nothing.
GATHER_SECONDS: Final = 0.02
# About 50 MB of facts, which is an hour of a busy node's calls.
MAX_HELD: Final = 50_000
# So many more may wait for stderr, which can be a pipe that nobody empties.
MAX_SPILLED: Final = 50_000
MAX_BATCH: Final = 2_000
FIRST_PAUSE_SECONDS: Final = 0.1
LONGEST_PAUSE_SECONDS: Final = 5.0


class Journal:
    """Appends to `path` from any thread. Creating one touches no disk, so a full disk stops no node from starting."""

    def __init__(
        self,
        path: Path,
        *,
        alarm: AlarmCallback = to_stderr,
        overflow: TextIO | None = None,
        max_held: int = MAX_HELD,
        first_pause: float = FIRST_PAUSE_SECONDS,
    ) -> None:
        self._path = path
        self._file = JournalFile(path)
        self._alarms = Alarms(alarm)
        self._overflow = overflow or sys.stderr
        self._max_held = max_held
        self._first_pause = first_pause
        self._queue: deque[FactRow] = deque()
        self._spilled: deque[FactRow] = deque()
        self._dialogs: dict[str, str | None] = {}
        self._changed = threading.Condition()
        self._appended = 0
        self._settled = 0
        self._dialog_changes = 0
        self._dialogs_settled = 0
        self._idle = False
        self._lost = False
        self._closing = threading.Event()
        self._spill_ready = threading.Event()
        self._writer = threading.Thread(target=self._run, name="journal", daemon=True)
        self._spiller = threading.Thread(target=self._spill, name="journal-overflow", daemon=True)
        self._writer.start()
        self._spiller.start()

    def append(self, call_id: str, organization: str, kind: str, data: Mapping[str, Any], at: str = "") -> None:
        """Note a fact. Returns at once and raises nothing. `at` is now, in UTC milliseconds, unless given."""
        row = (at or _now(), _clean(call_id), _clean(organization), kind, dict(data))
        with self._changed:
            self._queue.append(row)
            self._appended += 1
            self._shed()
            self._wake()

    def save_dialogs(self, call_id: str, state: str) -> None:
        """Keep the state of a call's dialogs (JSON text) for a restart; a later one replaces it."""
        self._set_dialogs(call_id, _clean(state))

    def close_dialogs(self, call_id: str) -> None:
        """The call is over: nothing of it needs restoring."""
        self._set_dialogs(call_id, None)

    def open_dialogs(self) -> dict[str, str]:
        """call_id → state of the calls that were up. To be asked at start; {} and an alarm when it cannot be read."""
        try:
            saved: dict[str, str | None] = dict(read_dialogs(self._path))
        except (sqlite3.Error, OSError) as error:
            self._alarms.set(
                "journal_dialogs", f"calls that were up cannot be restored from {self._path.name}: {error}"
            )
            saved = {}
        with self._changed:
            saved |= self._dialogs
        return {call_id: state for call_id, state in saved.items() if state is not None}

    def flush(self, timeout: float) -> bool:
        """Wait until all that was noted before is on the disk (or has overflowed); False when `timeout` passed."""
        with self._changed:
            facts, dialogs = self._appended, self._dialog_changes
            return self._changed.wait_for(lambda: self._settled >= facts and self._dialogs_settled >= dialogs, timeout)

    @property
    def held(self) -> int:
        """How many facts wait for the disk."""
        return len(self._queue)

    def close(self, timeout: float = 5.0) -> bool:
        """Write what is left and stop. False when not everything could be written: that then went to stderr."""
        written = self.flush(timeout)
        with self._changed:
            self._closing.set()
            self._changed.notify_all()
        self._writer.join(timeout)
        self._spill_ready.set()
        self._spiller.join(timeout)
        return written

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _shed(self) -> None:
        """Hand what is too much to the overflow's thread; the condition is held."""
        while len(self._queue) > self._max_held:
            self._spilled.append(self._queue.popleft())
            self._settled += 1
            if len(self._spilled) > MAX_SPILLED:
                self._spilled.popleft()
                self._lost = True
            self._spill_ready.set()

    def _tell_lost(self) -> None:
        """Told by the journal's own threads: an alarm's listener has no business in a call's."""
        if self._lost:
            self._alarms.set("journal_overflow", "facts are lost: neither the journal nor stderr takes them")

    def _set_dialogs(self, call_id: str, state: str | None) -> None:
        with self._changed:
            self._dialogs[_clean(call_id)] = state
            self._dialog_changes += 1
            self._wake()

    def _wake(self) -> None:
        """Only a sleeping writer needs to be told; a notice for each fact would cost the calls more than the fact."""
        if self._idle:
            self._idle = False
            self._changed.notify_all()

    # --- the writer's thread -----------------------------------------------------------------------------

    def _run(self) -> None:
        pause = 0.0
        while self._wait_for_work(pause):
            pause = self._write_some(pause)
        self._file.close()
        with self._changed:
            self._max_held = 0
            self._shed()

    def _wait_for_work(self, pause: float) -> bool:
        """False when all is done and nobody will bring more. After a failure `pause` is kept even with work there."""
        if not pause:
            with self._changed:
                while not (self._closing.is_set() or self._queue or self._dialogs):
                    self._idle = True
                    self._changed.wait()
        return not self._closing.wait(pause or GATHER_SECONDS)

    def _write_some(self, pause: float) -> float:
        """Write a batch; returns how long to pause before the next, 0 when it went well."""
        with self._changed:
            rows = [self._queue.popleft() for _ in range(min(len(self._queue), MAX_BATCH))]
            dialogs, self._dialogs = self._dialogs, {}
            dialog_changes = self._dialog_changes
        try:
            self._file.write(rows, dialogs)
        except (sqlite3.Error, OSError) as error:
            self._put_back(rows, dialogs)
            self._tell_lost()
            self._alarms.set(
                "journal", f"{self._path.name} cannot be written ({error}); calls go on, facts are held in memory"
            )
            return min(max(pause * 2, self._first_pause), LONGEST_PAUSE_SECONDS)
        self._alarms.clear("journal", f"{self._path.name} is written again")
        with self._changed:
            self._settled += len(rows)
            self._dialogs_settled = dialog_changes
            self._changed.notify_all()
        return 0.0

    def _put_back(self, rows: list[FactRow], dialogs: dict[str, str | None]) -> None:
        with self._changed:
            self._queue.extendleft(reversed(rows))
            self._dialogs = dialogs | self._dialogs
            self._shed()

    # --- the overflow's thread: stderr may be a pipe nobody empties, which must hold up neither call nor disk

    def _spill(self) -> None:
        while True:
            self._spill_ready.wait()
            self._spill_ready.clear()
            self._tell_lost()
            while self._spilled:
                self._print(self._spilled.popleft())
            if self._closing.is_set() and not self._writer.is_alive():
                return

    def _print(self, row: FactRow) -> None:
        at, call_id, organization, kind, data = row
        line = {
            "at": at,
            "call_id": call_id,
            "organization": organization,
            "kind": kind,
            "data": json.loads(facts_json(data)),
        }
        try:
            self._overflow.write(json.dumps({"journal_overflow": line}) + "\n")
            self._overflow.flush()
        except (OSError, ValueError):
            # The last place there is has failed too; there is nowhere else to go but the alarm.
            self._lost = True
            self._tell_lost()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def _clean(text: str) -> str:
    """Bytes of the wire that were not UTF-8 are spelled out: SQLite would refuse the whole transaction."""
    return text.encode("utf-8", "backslashreplace").decode()
