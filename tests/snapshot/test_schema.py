"""The tables of a snapshot file."""

import sqlite3
from pathlib import Path

from callpoint.snapshot import schema


def test_a_new_file_has_all_its_tables_or_none(tmp_path: Path) -> None:
    """A reader who comes in between would find the small tables, and nobody in the directory."""
    statements: list[str] = []
    db = sqlite3.connect(tmp_path / "snapshot.db", isolation_level=None)
    db.set_trace_callback(lambda text: statements.append(text.strip()))
    schema.create(db)
    db.close()
    began = next(number for number, text in enumerate(statements) if text.startswith("BEGIN"))
    ended = next(number for number, text in enumerate(statements) if text.startswith("COMMIT"))
    made = [number for number, text in enumerate(statements) if text.startswith("CREATE")]
    assert made
    assert all(began < number < ended for number in made)
