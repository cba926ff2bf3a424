"""The write side of the snapshot, used by the publisher."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from callpoint.routing.identity import near_miss_key
from callpoint.routing.records import FixedRoute, Identity, LocationRecord, Psap, Record, to_json
from callpoint.snapshot import schema
from callpoint.snapshot.changes import KEY_SEPARATOR, AnyRecord, Change, Clear, Put, Remove, small_row

# Enough for people of one building to come together, and no more memory than that for a million homes.
LOCATIONS_REMEMBERED: Final = 10_000

_PLACES: Final = frozenset({"network_location", "current_location", "assigned_location", "number_location"})
_compact: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode

_PUT_SMALL: Final = "INSERT OR REPLACE INTO small (kind, key, body, version) VALUES (?, ?, ?, ?)"
_NAME_PSAP: Final = """
INSERT INTO small (kind, key, body, version) VALUES (?, ?, ?, ?)
ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body, version = excluded.version WHERE small.body IS NULL
"""
_PUT_LOCATION: Final = "INSERT OR REPLACE INTO location (id, body, psap) VALUES (?, ?, ?)"
_PUT_IDENTITY: Final = "INSERT OR REPLACE INTO identity VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_UNUSED: Final = """
DELETE FROM location WHERE id NOT IN (
    SELECT network_location FROM identity WHERE network_location IS NOT NULL
    UNION SELECT current_location FROM identity WHERE current_location IS NOT NULL
    UNION SELECT assigned_location FROM identity WHERE assigned_location IS NOT NULL
    UNION SELECT number_location FROM identity WHERE number_location IS NOT NULL)
"""


class SnapshotWriter:
    """Writes `path`, one transaction for each `apply`. One writer at a time; readers are never blocked.

    Raises sqlite3.Error and OSError as they come: a publisher shall fail loudly and try again.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, timeout=10.0)
        schema.create(self._db)

    @property
    def version(self) -> int:
        """The version of what was applied last, 0 for an empty snapshot."""
        row = self._db.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()
        return int(row[0]) if row is not None else 0

    def apply(self, changes: Iterable[Change], version: int | None = None) -> int:
        """All of `changes` in order, or none of them. Returns the version the snapshot now has.

        `version` is the publisher's own count; a version that is not newer has been applied before (a publisher
        that was killed repeats itself) and is passed over. None counts on by one.
        """
        self._db.execute("BEGIN IMMEDIATE")
        try:
            now = self.version
            if version is None or version > now:
                now = now + 1 if version is None else version
                batch = _Batch(self._db, now)
                for change in changes:
                    batch.apply(change)
                self._db.execute("INSERT OR REPLACE INTO meta VALUES ('version', ?)", (now,))
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        return now

    def drop_unused_locations(self) -> int:
        """Delete locations nobody refers to any more; returns how many. Reads everything: for the night."""
        return self._db.execute(_UNUSED).rowcount

    def shrink_log(self) -> None:
        """After a bulk load: fold the write-ahead log into the file, as far as readers allow at this moment."""
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Batch:
    """The changes of one transaction. Remembers what it put, as thousands of people share a location."""

    def __init__(self, db: sqlite3.Connection, version: int) -> None:
        self._db = db
        self._version = version
        self._locations: dict[str, LocationRecord] = {}
        self._psaps: dict[str, Psap] = {}

    def apply(self, change: Change) -> None:
        match change:
            case Put(record):
                self._put(record)
            case Remove():
                self._remove(change)
            case Clear():
                self._clear()

    def _put(self, record: AnyRecord) -> None:
        match record:
            case Identity():
                self._put_identity(record)
            case LocationRecord():
                self._put_location(record)
            case Psap():
                self._put_psap(record)
            case FixedRoute():
                self._put_embedded(record.psap)
                # Targets are kept with the PSAP; the route only names it.
                self._put_small(record, replace(record, psap=Psap(record.psap.name)))
            case _:
                self._put_small(record, record)

    def _put_small(self, record: Any, stored: Record) -> None:
        kind, key = small_row(record)
        self._db.execute(_PUT_SMALL, (kind, KEY_SEPARATOR.join(key), _text(stored), self._version))

    def _put_embedded(self, psap: Psap | None) -> None:
        """A PSAP inside another record; without targets it is only named there, and keeps the targets it has."""
        if psap is None or self._psaps.get(psap.name) == psap:
            return
        if psap.targets:
            self._put_psap(psap)
        else:
            self._db.execute(_NAME_PSAP, ("psap", psap.name, _text(psap), self._version))

    def _put_psap(self, psap: Psap) -> None:
        self._psaps[psap.name] = psap
        self._put_small(psap, psap)

    def _put_location(self, location: LocationRecord | None) -> str | None:
        if location is None:
            return None
        if self._locations.get(location.id) != location:
            if len(self._locations) >= LOCATIONS_REMEMBERED:
                self._locations.clear()
            self._locations[location.id] = location
            self._put_embedded(location.psap)
            psap = location.psap.name if location.psap is not None else None
            self._db.execute(_PUT_LOCATION, (location.id, _text(location, frozenset({"psap"})), psap))
        return location.id

    def _put_identity(self, person: Identity) -> None:
        row = (
            *(person.organization, person.identity, near_miss_key(person.identity), _text(person, _PLACES)),
            self._put_location(person.network_location),
            self._put_location(person.current_location),
            self._put_location(person.assigned_location),
            self._put_location(person.number_location),
        )
        self._db.execute(_PUT_IDENTITY, row)

    def _remove(self, change: Remove) -> None:
        if change.kind == "identity":
            self._db.execute("DELETE FROM identity WHERE organization = ? AND identity = ?", change.key)
        elif change.kind == "location":
            self._locations.pop(change.key[0], None)
            self._db.execute("DELETE FROM location WHERE id = ?", change.key)
        else:
            self._psaps.clear()
            row = (self._version, change.kind, KEY_SEPARATOR.join(change.key))
            self._db.execute("UPDATE small SET body = NULL, version = ? WHERE kind = ? AND key = ?", row)

    def _clear(self) -> None:
        self._locations.clear()
        self._psaps.clear()
        self._db.execute("DELETE FROM identity")
        self._db.execute("DELETE FROM location")
        self._db.execute("UPDATE small SET body = NULL, version = ?", (self._version,))


def _text(record: Record, without: frozenset[str] = frozenset()) -> str:
    return _compact(to_json(record, without))
