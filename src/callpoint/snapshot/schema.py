"""The tables of `snapshot.db`.

Identities are keyed exactly: SQLite's default collation compares bytes. `near` is `identity.near_miss_key`, to
find look-alikes for the reasons. A location is stored once, however many people sit there, and names its PSAP;
the PSAP itself is in `small`, so that a changed target is one row. Rows of `small` stay as tombstones (body NULL)
when removed, so that readers need only look at what is newer than what they have.
"""

import sqlite3
from typing import Final

SCHEMA_VERSION: Final = 1

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS small (
    kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT, version INTEGER NOT NULL, PRIMARY KEY (kind, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS small_version ON small (version);
CREATE TABLE IF NOT EXISTS location (id TEXT PRIMARY KEY, body TEXT NOT NULL, psap TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS identity (
    organization TEXT NOT NULL, identity TEXT NOT NULL, near TEXT NOT NULL, body TEXT NOT NULL,
    network_location TEXT, current_location TEXT, assigned_location TEXT, number_location TEXT,
    PRIMARY KEY (organization, identity)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS identity_near ON identity (organization, near);
"""


def create(db: sqlite3.Connection) -> None:
    """Make the tables where they are missing, in a file that readers can read while it is written (WAL)."""
    db.execute("PRAGMA journal_mode = WAL")
    # A lost commit is published again by the worker; the journal, which nobody can repeat, uses FULL.
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("PRAGMA cache_size = -64000")
    # At once, so that a reader who comes now finds all tables or none.
    db.executescript(f"BEGIN IMMEDIATE; {_TABLES} COMMIT;")
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
