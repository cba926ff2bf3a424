"""The snapshot: what the node decides calls by. `central_database` asks whether it is as new as the directory."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from callpoint.ops.doctor.check import Check, Subject
from callpoint.ops.doctor.finding import Finding, FindingKind, counted, listed
from callpoint.ops.doctor.sqlite_look import faults, looking_at, was_interrupted
from callpoint.routing.records import Identity, LocationRecord, Provider, Record, RecordError, Target, from_json
from callpoint.snapshot.schema import SCHEMA_VERSION
from callpoint.snapshot.store import Snapshot

LOOK_SECONDS: Final = 12.0
RECORDS_SECONDS: Final = 4.0  # some 200,000 records; the newest faults show in the first of them
WRONG_SHOWN: Final = 3

MISSING = FindingKind(
    "snapshot.missing",
    "error",
    "The node has no snapshot of the directory: nobody is known, and every call goes to the relay center.",
    "Start `callpoint up`: its worker publishes the directory. If it runs, read what the worker says.",
)
UNREADABLE = FindingKind(
    "snapshot.unreadable",
    "error",
    "The snapshot cannot be read: every call is treated as one of an unknown person.",
    "Stop the worker, delete `node/snapshot.db*` and `node/published.json`, and start it: it publishes all anew.",
)
DAMAGED = FindingKind(
    "snapshot.damaged",
    "error",
    "The structure of the snapshot is broken, so that some people are not found when they call.",
    "Stop the worker, delete `node/snapshot.db*` and `node/published.json`, and start it: it publishes all anew.",
)
OTHER_SCHEMA = FindingKind(
    "snapshot.other-version",
    "error",
    "The snapshot was written by a version of Callpoint whose tables differ from this one's.",
    "Run node and worker from the same installation of Callpoint.",
)
BAD_RECORD = FindingKind(
    "snapshot.record",
    "error",
    "A record in the snapshot cannot be read. An older one of it, or none, is used; a person with such a record "
    "reaches the relay center.",
    "Save the object once more in the portal; if that does not help, delete `node/published.json` and restart the "
    "worker.",
)
NOT_CHECKED = FindingKind(
    "snapshot.not-checked",
    "notice",
    "The snapshot is so large that its structure was not checked to the end in the time doctor takes.",
    "Run `sqlite3 snapshot.db 'PRAGMA quick_check'` at a quiet hour.",
)
FINE = FindingKind("snapshot.fine", "ok", "The snapshot is there and can be read.")


@contextmanager
def published(subject: Subject) -> Iterator[Snapshot]:
    """The directory as the node sees it, with the relay center of the configuration behind it. Tells no alarm."""
    relay = tuple(Target("relay center", uri, "i3", "relay_center") for uri in subject.config.sip.fallback_relay)
    snapshot = Snapshot(subject.snapshot_path, fallback=Provider(relay_center=relay), alarm=lambda *_: None)
    try:
        yield snapshot
    finally:
        snapshot.close()


def look(subject: Subject) -> Iterator[Finding]:
    """There, readable, whole, and every record one this version knows."""
    path = subject.snapshot_path
    if not subject.data.is_dir():
        return
    if not path.is_file():
        yield MISSING.found(f"There is no snapshot {path}.")
        return
    try:
        with looking_at(path, LOOK_SECONDS) as db:
            yield from _content(db, path)
    except sqlite3.Error as error:
        if was_interrupted(error):
            yield NOT_CHECKED.found(f"{path} was not checked to the end.")
        else:
            yield UNREADABLE.found(f"{path} cannot be read: {error}.")


def _content(db: sqlite3.Connection, path: Path) -> Iterator[Finding]:
    (schema,) = db.execute("PRAGMA user_version").fetchone()
    if schema != SCHEMA_VERSION:
        yield OTHER_SCHEMA.found(f"{path} has tables of version {schema}; this program knows {SCHEMA_VERSION}.")
        return
    wrong = [BAD_RECORD.found(f"Records in {path} cannot be read: {bad}.") for bad in _bad_records(db, path)]
    if damage := faults(db):
        wrong.append(DAMAGED.found(f"{path} is damaged: {'; '.join(damage)}."))
    yield from wrong
    if not wrong:
        (people,) = db.execute("SELECT count(*) FROM identity").fetchone()
        (places,) = db.execute("SELECT count(*) FROM location").fetchone()
        yield FINE.found(
            f"The snapshot can be read: {counted(people, 'person', 'people')}, {counted(places, 'location')}."
        )


def _bad_records(db: sqlite3.Connection, path: Path) -> Iterator[str]:
    """One text for the small tables, one each for people and locations."""
    told: list[str] = []
    snapshot = Snapshot(
        path, alarm=lambda name, text, cleared: told.append(text) if name == "snapshot_record" else None
    )
    try:
        if not snapshot.trouble:
            yield from (text.partition(": ")[2] for text in told)
    finally:
        snapshot.close()
    deadline = time.monotonic() + RECORDS_SECONDS
    people = db.execute("SELECT organization || '/' || identity, body FROM identity")
    yield from _unreadable(people, Identity, deadline)
    yield from _unreadable(db.execute("SELECT 'location ' || id, body FROM location"), LocationRecord, deadline)


def _unreadable(rows: sqlite3.Cursor, kind: type[Record], deadline: float) -> Iterator[str]:
    wrong: list[str] = []
    for name, body in rows:
        try:
            from_json(kind, json.loads(body))
        except (RecordError, ValueError) as error:
            wrong.append(f"{name} ({error})")
        if time.monotonic() > deadline:
            break
    if wrong:
        yield listed(wrong, WRONG_SHOWN)


CHECKS = (Check("the snapshot", look),)
