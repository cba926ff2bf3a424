"""The tables of the dispatcher's journal besides its facts: what is open, and what has yet to be sent."""

from typing import Final

OUTBOX_TABLES: Final = """
CREATE TABLE IF NOT EXISTS source (
    name TEXT PRIMARY KEY, seq INTEGER NOT NULL, at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS undecided (call_id TEXT PRIMARY KEY, fact TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS alert (
    id TEXT PRIMARY KEY, organization TEXT NOT NULL, type TEXT NOT NULL, call_id TEXT NOT NULL,
    raised_at REAL NOT NULL, open INTEGER NOT NULL, state TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS alert_of_call ON alert (call_id);
CREATE TABLE IF NOT EXISTS delivery (
    key TEXT PRIMARY KEY, open INTEGER NOT NULL, at REAL NOT NULL, reference TEXT NOT NULL, state TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS delivery_open ON delivery (at) WHERE open;
CREATE INDEX IF NOT EXISTS delivery_reference ON delivery (reference) WHERE reference <> '';
CREATE TABLE IF NOT EXISTS reach (
    organization TEXT NOT NULL, recipient TEXT NOT NULL, good INTEGER NOT NULL, at REAL NOT NULL,
    tested_at REAL NOT NULL, seen_at REAL NOT NULL, PRIMARY KEY (organization, recipient)
) WITHOUT ROWID;
"""
"""`source`: how far a journal has been read, and when its last fact was written: the same number with another time is
another journal. `undecided`: calls whose decision is not there yet. `alert.state` and `delivery.state` are JSON
(`dispatcher.open_alert`, `dispatcher.delivery`). `reach`: whether the last thing sent to a recipient arrived, when it
was last tested, and when it was first seen. Times are seconds since 1970."""
