"""The read side of the snapshot: the directory as a call sees it.

A look-up is one statement by primary key on a local file, some tens of microseconds. Everything that can go wrong
with the file ends in one of three ways, none of which is an exception the call does not know: the small tables
are answered from what was read last, a person's record is answered with DirectoryUnavailable, and an alarm is told.
"""

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Final, Protocol, TypeVar
from urllib.parse import quote

from callpoint.i3.civic import Civic
from callpoint.i3.shapes import Shape
from callpoint.routing.alert_records import AlertPlan
from callpoint.routing.identity import near_miss_key
from callpoint.routing.records import (
    Identity,
    LocationRecord,
    Organization,
    Provider,
    Psap,
    RecordError,
    Target,
    Trunk,
    from_json,
)
from callpoint.routing.served_by import NO_BOUNDARIES, STILL_LOADING, BoundaryAnswer, served_by
from callpoint.routing.view import DirectoryUnavailable
from callpoint.snapshot.alarms import AlarmCallback, Alarms, to_stderr
from callpoint.snapshot.boundaries import LoadedBoundaries
from callpoint.snapshot.small_tables import SmallTables

# How often the file is looked at for changes: far below the second in which a change must count, far above
# the cost of looking, so that the five questions of one call look once.
CHECK_SECONDS: Final = 0.02
# After a failure to open, when to try again: calls of a burst must not each pay for a file that is broken.
RETRY_SECONDS: Final = 1.0
# WAL readers wait for nobody but a recovery after a crash, which is short.
BUSY_SECONDS: Final = 0.05
NEAR_MISSES: Final = 20

_LOCATIONS: Final = ("network_location", "current_location", "assigned_location", "number_location")
_PERSON: Final = """
SELECT i.body, n.body, n.psap, c.body, c.psap, a.body, a.psap, p.body, p.psap FROM identity i
LEFT JOIN location n ON n.id = i.network_location LEFT JOIN location c ON c.id = i.current_location
LEFT JOIN location a ON a.id = i.assigned_location LEFT JOIN location p ON p.id = i.number_location
WHERE i.organization = ? AND i.identity = ?
"""
_NEAR: Final = (
    "SELECT identity FROM identity WHERE organization = ? AND near = ? AND identity <> ? ORDER BY identity LIMIT ?"
)

T = TypeVar("T")


class Boundaries(Protocol):
    """Where a snapshot finds the service boundaries: `LiveBoundaries`, or `BoundariesOnDemand` for a command."""

    @property
    def loaded(self) -> LoadedBoundaries | None:
        """None while they are being read."""
        ...


class Snapshot:
    """A DirectoryView over `path`. Safe to share between threads. Opens nothing before it is asked.

    `fallback` and `fallback_trunks` come from the node's own configuration and stand in while no snapshot was
    ever read; its relay center also stands in where the published provider names none. `alarm` is told once
    when the file fails and once when it is well again. Without `boundaries` places are known to fixed routes only.
    """

    def __init__(
        self,
        path: Path,
        *,
        fallback: Provider | None = None,
        fallback_trunks: tuple[Trunk, ...] = (),
        boundaries: Boundaries | None = None,
        alarm: AlarmCallback = to_stderr,
        check_seconds: float = CHECK_SECONDS,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self._path = path
        self._fallback = fallback or Provider()
        self._fallback_trunks = fallback_trunks
        self._boundaries = boundaries
        self._alarms = Alarms(alarm)
        self._check_seconds = check_seconds
        self._retry_seconds = retry_seconds
        self._lock = threading.RLock()
        self._db: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._data_version = -1
        self._version = 0
        self._small: SmallTables | None = None
        self._next_check = 0.0
        self._next_open = 0.0
        self._trouble = ""
        self._unwell = False

    @property
    def version(self) -> int:
        """The version of the small tables as last read, 0 when nothing ever was."""
        with self._lock:
            self._look()
            return self._version

    @property
    def trouble(self) -> str:
        """Why the file cannot be read now, "" when it can."""
        with self._lock:
            self._look()
            return self._trouble

    def organization(self, slug: str) -> Organization | None:
        """From memory. DirectoryUnavailable only while no snapshot was ever read: nobody is known to be unknown."""
        with self._lock:
            self._look()
            if self._small is None:
                raise DirectoryUnavailable(self._trouble)
            return self._small.organizations.get(slug)

    def person(self, organization: str, identity: str) -> Identity | None:
        """By exact identity, with its locations as of one moment. DirectoryUnavailable when the file fails."""
        if not (_storable(organization) and _storable(identity)):
            return None
        with self._lock:
            row = self._ask(lambda db: db.execute(_PERSON, (organization, identity)).fetchone())
            return self._identity(row) if row is not None else None

    def near_misses(self, organization: str, identity: str) -> Sequence[str]:
        """At most NEAR_MISSES other identities that look the same. DirectoryUnavailable when the file fails."""
        key = near_miss_key(identity)
        if not key or not (_storable(organization) and _storable(identity)):
            return ()
        with self._lock:
            rows = self._ask(lambda db: db.execute(_NEAR, (organization, key, identity, NEAR_MISSES)).fetchall())
            return tuple([name for (name,) in rows])

    def provider(self) -> Provider:
        with self._lock:
            self._look()
            published = self._small.provider if self._small is not None else None
            if published is None:
                return self._fallback
            if published.relay_center:
                return published
            return Provider(**{**published.__dict__, "relay_center": self._fallback.relay_center})

    def trunks(self) -> Sequence[Trunk]:
        """The same object until a trunk changes (see `routing.trunk_match.TrunkTable`)."""
        with self._lock:
            self._look()
            return (self._small.trunks if self._small is not None else ()) or self._fallback_trunks

    def targets(self) -> tuple[Target, ...]:
        """Every target a call may be sent to: of all PSAPs, of boundaries, then the relay center's. From memory."""
        loaded = self._boundaries.loaded if self._boundaries is not None else None
        with self._lock:
            self._look()
            psaps = self._small.psaps.values() if self._small is not None else ()
            published = tuple([target for psap in psaps for target in psap.targets])
            return published + (loaded.targets if loaded is not None else ()) + self.provider().relay_center

    def psap_by_boundary(self, shape: Shape, at: str) -> BoundaryAnswer:
        """By the service boundaries at `at`, ISO 8601; "" or what nobody can read stands for now.

        A PSAP of the boundary's name in the directory is preferred, for its targets are the operator's choice.
        """
        if self._boundaries is None:
            return NO_BOUNDARIES
        loaded = self._boundaries.loaded
        if loaded is None:
            return STILL_LOADING
        with self._lock:
            self._look()
            known = self._small.psaps if self._small is not None else {}
        return served_by(loaded.index, shape, _moment_or_now(at), loaded.names, known)

    def alert_plan(self, organization: str) -> AlertPlan | None:
        """Who of the organization is told of what; None when nothing was published for it. From memory."""
        with self._lock:
            self._look()
            return self._small.alert_plans.get(organization) if self._small is not None else None

    def alert_plans(self) -> Sequence[AlertPlan]:
        """Every organization's. From memory."""
        with self._lock:
            self._look()
            return tuple(self._small.alert_plans.values()) if self._small is not None else ()

    def psaps(self) -> Sequence[Psap]:
        """Every PSAP of the directory. From memory."""
        with self._lock:
            self._look()
            return tuple(self._small.psaps.values()) if self._small is not None else ()

    def psap(self, name: str) -> Psap | None:
        """The directory's PSAP of that name. From memory."""
        with self._lock:
            self._look()
            return self._small.psaps.get(name) if self._small is not None else None

    def psap_for(self, civic: Civic | None, shape: Shape | None) -> Psap | None:
        """By the boundaries of today where there is a shape, then by fixed routes, which know civic places only."""
        served = self.psap_by_boundary(shape, "").psap if shape is not None else None
        if served is not None:
            return served
        with self._lock:
            self._look()
            return self._small.routes.psap_for(civic) if self._small is not None else None

    def close(self) -> None:
        """Close the file; what was read into memory goes on being answered until the next look."""
        with self._lock:
            self._drop()

    # --- following the file ------------------------------------------------------------------------------

    def _look(self) -> None:
        now = monotonic()
        if now < self._next_check:
            return
        self._next_check = now + self._check_seconds
        self._follow_file(now)
        if self._db is not None:
            self._follow_changes(self._db)

    def _follow_file(self, now: float) -> None:
        try:
            status = os.stat(self._path)
        except OSError as error:
            # An open connection goes on serving a file that was unlinked under it.
            self._fail("snapshot_missing", f"{self._path.name} is not there ({error.strerror})", unusable=False)
            return
        self._alarms.clear("snapshot_missing", f"{self._path.name} is there")
        if self._file != (status.st_dev, status.st_ino) and now >= self._next_open:
            self._next_open = now + self._retry_seconds
            self._open((status.st_dev, status.st_ino))

    def _open(self, file: tuple[int, int]) -> None:
        """Read the small tables of a new file; only when that went well does it take the old one's place."""
        small, db = SmallTables(), None
        try:
            db = sqlite3.connect(
                f"file:{quote(str(self._path))}?mode=ro",
                uri=True,
                timeout=BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            )
            db.execute("PRAGMA cache_size = -16000")
            data_version, version = _versions(db)
            wrong = small.take(db.execute("SELECT kind, key, body FROM small"))
        except sqlite3.Error as error:
            if db is not None:
                db.close()
            self._fail("snapshot_unreadable", f"{self._path.name} cannot be read: {error}", unusable=self._db is None)
            return
        self._drop()
        self._db, self._file, self._small = db, file, small
        self._data_version, self._version = data_version, version
        self._well(wrong)

    def _follow_changes(self, db: sqlite3.Connection) -> None:
        try:
            (data_version,) = db.execute("PRAGMA data_version").fetchone()
            if data_version == self._data_version or self._small is None:
                return
            data_version, version = _versions(db)
            if version < self._version and self._file is not None:
                # Somebody put an older copy in its place: what it lacks must be forgotten, too.
                self._open(self._file)
                return
            newer = "SELECT kind, key, body FROM small WHERE version > ?"
            wrong = self._small.take(db.execute(newer, (self._version,)))
        except sqlite3.Error as error:
            self._broken(error)
            return
        self._data_version, self._version = data_version, version
        self._well(wrong)

    def _ask(self, query: Callable[[sqlite3.Connection], T]) -> T:
        self._look()
        if self._db is None:
            raise DirectoryUnavailable(self._trouble)
        try:
            answer = query(self._db)
        except sqlite3.Error as error:
            self._broken(error)
            raise DirectoryUnavailable(self._trouble) from error
        if self._unwell:
            # Only an answered question proves that it is well: a file with one bad page opens without complaint.
            self._unwell, self._trouble = False, ""
            self._alarms.clear("snapshot_unreadable", f"{self._path.name} is read again")
        return answer

    def _identity(self, row: tuple[str | None, ...]) -> Identity:
        try:
            person = json.loads(row[0] or "{}")
            found = from_json(Identity, person)
            places = {
                name: self._location(body, psap)
                for name, body, psap in zip(_LOCATIONS, row[1::2], row[2::2], strict=True)
                if body is not None
            }
        except (RecordError, json.JSONDecodeError) as error:
            self._alarms.set("snapshot_record", f"a record in {self._path.name} cannot be read: {error}")
            raise DirectoryUnavailable(f"the person's record cannot be read ({error})") from error
        return Identity(**{**found.__dict__, **places})

    def _location(self, body: str, psap: str | None) -> LocationRecord:
        location = from_json(LocationRecord, json.loads(body))
        known = self._small.psaps.get(psap) if psap is not None and self._small is not None else None
        return LocationRecord(**{**location.__dict__, "psap": known}) if known is not None else location

    # --- trouble -----------------------------------------------------------------------------------------

    def _broken(self, error: sqlite3.Error) -> None:
        """The open file failed. A lock passes by itself; anything else wants the file opened afresh."""
        busy = getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        if not busy:
            self._drop()
        self._fail("snapshot_unreadable", f"{self._path.name} cannot be read: {error}", unusable=True)

    def _fail(self, name: str, text: str, *, unusable: bool) -> None:
        if unusable or self._db is None:
            self._trouble = text
        self._unwell = self._unwell or name == "snapshot_unreadable"
        self._alarms.set(name, text)

    def _well(self, wrong: list[str]) -> None:
        self._trouble = ""
        if wrong:
            self._alarms.set("snapshot_record", f"records in {self._path.name} cannot be read: {'; '.join(wrong[:5])}")
        else:
            self._alarms.clear("snapshot_record", f"the records in {self._path.name} can be read")

    def _drop(self) -> None:
        if self._db is not None:
            with suppress(sqlite3.Error):
                self._db.close()
        self._db, self._file = None, None


def _versions(db: sqlite3.Connection) -> tuple[int, int]:
    (data_version,) = db.execute("PRAGMA data_version").fetchone()
    row = db.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()
    return int(data_version), int(row[0]) if row is not None else 0


def _moment_or_now(text: str) -> str:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return datetime.now(UTC).isoformat()
    return text


def _storable(text: str) -> bool:
    """False for text with bytes that were not UTF-8 on the wire: no record can have such a key."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
