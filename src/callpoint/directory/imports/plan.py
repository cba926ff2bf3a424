"""What a comparison found, row by row, in a SQLite file of its own: written by the worker, read by pages, then applied.

So a preview of 200,000 rows costs no memory and no other writer's time, and what is applied is what was shown.
"""

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self

from callpoint.directory.export import neutralised
from callpoint.directory.imports.files import plan_path
from callpoint.directory.imports.result import RowError
from callpoint.directory.imports.table import REJECTED_COLUMNS
from callpoint.directory.models import ImportRun

RowKind = Literal["new", "changed", "unchanged", "wrong", "missing"]
KINDS: Final[tuple[RowKind, ...]] = ("new", "changed", "unchanged", "wrong", "missing")
_COUNTED: Final = ("not_dispatchable", "suggested", "warnings")
_WILDCARDS: Final = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})
# Columns that hold keys: what they mean is told in words.
_KEYS: Final = frozenset({"assigned_location_id"})
_TABLES: Final = """
CREATE TABLE row (
    id INTEGER PRIMARY KEY, number INTEGER NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL,
    shown TEXT NOT NULL, object INTEGER, work TEXT, cells TEXT
);
CREATE TABLE problem (
    row INTEGER NOT NULL, warning INTEGER NOT NULL, number INTEGER NOT NULL, column TEXT NOT NULL,
    message TEXT NOT NULL, given TEXT NOT NULL, suggestions TEXT NOT NULL
);
CREATE TABLE building (name TEXT PRIMARY KEY, object INTEGER, address INTEGER, work TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
_INDEXES: Final = """
CREATE INDEX row_kind ON row (kind, id);
CREATE INDEX problem_row ON problem (row);
"""


@dataclass(frozen=True)
class FieldChange:
    """A field's value before and after, as people read it ("" for none)."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class PlanRow:
    """One row of a preview: its number in the file (0 for one that is missing from it), and what it is about.

    `key` is the person's ID or the location's building and name, `name` who that is. `changes` are the fields that
    differ (all that are filled for a new row), and with the first row of a building that is made or gets another
    address that address and its verdict, also where the verdict is the same before and after. `problems` is what is
    wrong, `warnings` what to know about a good row.
    """

    kind: RowKind
    number: int
    key: str
    name: str
    changes: tuple[FieldChange, ...] = ()
    problems: tuple[RowError, ...] = ()
    warnings: tuple[RowError, ...] = ()

    @property
    def column(self) -> str:
        """The header of the first wrong column."""
        return self.problems[0].column if self.problems else ""

    @property
    def reason(self) -> str:
        """What is wrong, all of it."""
        return "; ".join(problem.message for problem in self.problems)

    @property
    def suggestion(self) -> str:
        """The likely right ones, if the row names any."""
        return " | ".join(one for problem in self.problems for one in problem.suggestions)


@dataclass(frozen=True)
class Step:
    """What one row makes to be done: `object` is what it changes (None: something new), `work` what it becomes."""

    kind: RowKind
    key: str
    object: int | None
    work: Mapping[str, Any]


@dataclass(frozen=True)
class BuildingStep:
    """A building that is made or gets an address; `address` is the key of the one it has."""

    name: str
    object: int | None
    address: int | None
    work: Mapping[str, Any]


class _File:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def meta(self, name: str) -> Any:
        """What was kept under that name; None without it."""
        found = self._connection.execute("SELECT value FROM meta WHERE name = ?", [name]).fetchone()
        return json.loads(found[0]) if found else None


class Plan(_File):
    """A finished comparison, read only. Close it, or use it in a `with`."""

    @classmethod
    def open(cls, run: ImportRun) -> Self:
        """The run's. Raises FileNotFoundError when it was never made or has been forgotten."""
        return cls.at(plan_path(run))

    @classmethod
    def at(cls, path: Path) -> Self:
        if not path.exists():
            raise FileNotFoundError(f"there is no comparison at {path.name}")
        return cls(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True))

    def counts(self) -> dict[str, int]:
        """How many rows of each of `KINDS`, and `not_dispatchable`, `suggested` and `warnings` among them."""
        return {str(name): int(count) for name, count in self.meta("counts").items()}

    def count(self, kind: RowKind, search: str = "") -> int:
        """How many rows `rows` would give without a limit."""
        if not search:
            return self.counts()[kind]
        found = self._connection.execute(f"SELECT count(*) FROM row WHERE {_WHERE}", _where(kind, search))  # noqa: S608
        return int(found.fetchone()[0])

    def rows(self, kind: RowKind, offset: int = 0, limit: int = 50, search: str = "") -> list[PlanRow]:
        """Rows in the order of the file; `search` is looked for in key and name, in either case."""
        found = self._connection.execute(
            f"SELECT id, number, kind, key, name, shown, work FROM row WHERE {_WHERE} ORDER BY id LIMIT ? OFFSET ?",  # noqa: S608
            [*_where(kind, search), limit, offset],
        )
        return [
            PlanRow(
                *(row[2], row[1], row[3], row[4]),
                tuple(_changes(row[2], json.loads(row[5]), row[6])),
                tuple(self._problems(row[0], warning=False)),
                tuple(self._problems(row[0], warning=True)),
            )
            for row in found.fetchall()
        ]

    def problems(self, warning: bool = False) -> Iterator[RowError]:
        """Everything that is wrong, or the warnings about good rows, in the order of the file."""
        of_rows = "row NOT IN (SELECT id FROM row WHERE kind = 'missing')"
        sql = f"{_PROBLEMS} WHERE warning = ? AND {of_rows} ORDER BY row, rowid"
        return _errors(self._connection.execute(sql, [warning]))

    def _problems(self, row: int, warning: bool) -> Iterator[RowError]:
        sql = f"{_PROBLEMS} WHERE row = ? AND warning = ? ORDER BY rowid"
        return _errors(self._connection.execute(sql, [row, warning]))

    def rejected(self) -> Iterator[list[str]]:
        """The file of the wrong rows, header first: their cells as they stand in the file, and what is wrong.

        No cell is one a spreadsheet would evaluate. The file can be corrected and imported again as it is.
        """
        headers: list[str] = self.meta("headers")
        yield [neutralised(cell) for cell in [*headers, *REJECTED_COLUMNS]]
        found = self._connection.execute("SELECT id, number, cells FROM row WHERE kind = 'wrong' ORDER BY id")
        for key, number, cells in found:
            # What its row has too many would push our columns aside.
            own: list[str] = (json.loads(cells) + [""] * len(headers))[: len(headers)]
            told = list(self._problems(key, warning=False))
            columns = ", ".join(dict.fromkeys(one.column for one in told if one.column))
            message = "; ".join(one.message for one in told)
            likely = " | ".join(one for problem in told for one in problem.suggestions)
            yield [neutralised(cell) for cell in [*own, str(number), columns, message, likely]]

    def steps(self, kind: RowKind) -> Iterator[Step]:
        """What has to be done for the rows of that kind, in the order of the file."""
        found = self._connection.execute("SELECT key, object, work FROM row WHERE kind = ? ORDER BY id", [kind])
        for key, key_of_object, work in found:
            yield Step(kind, key, key_of_object, json.loads(work) if work else {})

    def buildings(self) -> Iterator[BuildingStep]:
        """Buildings to be made or readdressed."""
        for name, key, address, work in self._connection.execute("SELECT name, object, address, work FROM building"):
            yield BuildingStep(name, key, address, json.loads(work))


_WHERE: Final = r"kind = ? AND (? = '' OR key LIKE ? ESCAPE '\' OR name LIKE ? ESCAPE '\')"
_PROBLEMS: Final = "SELECT number, column, message, given, suggestions FROM problem"


def _where(kind: str, search: str) -> list[str]:
    pattern = f"%{search.translate(_WILDCARDS)}%"
    return [kind, search, pattern, pattern]


def _changes(kind: str, shown: Sequence[tuple[str, str, str]], work: str | None) -> Iterator[FieldChange]:
    """What was noted to be shown, and for a new row all it will have."""
    yield from (FieldChange(*change) for change in shown)
    if kind == "new" and work:
        step = json.loads(work)
        values = {name: value for name, value in step["values"].items() if name not in _KEYS} | step["told"]
        yield from (FieldChange(name, "", _words(value)) for name, value in values.items() if value not in (None, ""))


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _errors(found: sqlite3.Cursor) -> Iterator[RowError]:
    for number, column, message, given, suggestions in found:
        yield RowError(number, column, message, given, tuple(json.loads(suggestions)))


@dataclass
class Noted:
    """A row on its way into the plan; `shown` are field, before and after."""

    number: int
    kind: RowKind
    key: str
    name: str = ""
    shown: Sequence[tuple[str, str, str]] = ()
    object: int | None = None
    work: Mapping[str, Any] | None = None
    cells: Sequence[str] | None = None
    problems: Sequence[RowError] = ()
    warnings: Sequence[RowError] = ()


@dataclass
class PlanWriter(_File):
    """Writes a plan beside its place and puts it there when it is finished. Nothing of it is left otherwise."""

    path: Path
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys((*KINDS, *_COUNTED), 0))

    def __post_init__(self) -> None:
        self._draft = self.path.with_suffix(".new")
        self._draft.unlink(missing_ok=True)
        super().__init__(sqlite3.connect(self._draft, isolation_level=None))
        # A draft is worth nothing after a crash; what is finished is on disk before it gets its name.
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.executescript(_TABLES)
        self._connection.execute("BEGIN")
        self._next = 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        self._draft.unlink(missing_ok=True)

    def add(self, rows: Sequence[Noted]) -> None:
        """Take rows, in the order of the file."""
        lines, problems = [], []
        for row in rows:
            self.counts[row.kind] += 1
            # What is said of somebody who is in no row concerns only whoever looks at the missing ones.
            self.counts["warnings"] += len(row.warnings) if row.kind != "missing" else 0
            lines.append(_line(self._next, row))
            problems += [_problem(self._next, False, one) for one in row.problems]
            problems += [_problem(self._next, True, one) for one in row.warnings]
            self._next += 1
        self._connection.executemany("INSERT INTO row VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", lines)
        self._connection.executemany("INSERT INTO problem VALUES (?, ?, ?, ?, ?, ?, ?)", problems)

    def warn(self, message: str) -> None:
        """Something to know about the file as a whole."""
        self.counts["warnings"] += 1
        line = _problem(0, True, RowError(0, "", message))
        self._connection.execute("INSERT INTO problem VALUES (?, ?, ?, ?, ?, ?, ?)", line)

    def add_buildings(self, buildings: Sequence[BuildingStep]) -> None:
        """Take buildings, each once."""
        lines = [(one.name, one.object, one.address, _json(one.work)) for one in buildings]
        self._connection.executemany("INSERT INTO building VALUES (?, ?, ?, ?)", lines)

    def finish(self, **meta: Any) -> None:
        """Keep what else is known, and put the plan in its place."""
        lines = [(name, _json(value)) for name, value in (meta | {"counts": self.counts}).items()]
        self._connection.executemany("INSERT INTO meta VALUES (?, ?)", lines)
        self._connection.execute("COMMIT")
        self._connection.executescript(_INDEXES)
        self.close()
        _on_disk(self._draft)
        self._draft.replace(self.path)


def _on_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _line(key: int, row: Noted) -> tuple[Any, ...]:
    work = _json(row.work) if row.work is not None else None
    cells = _json(list(row.cells)) if row.cells is not None else None
    shown = _json([list(change) for change in row.shown])
    return (key, row.number, row.kind, row.key, row.name, shown, row.object, work, cells)


def _problem(row: int, warning: bool, error: RowError) -> tuple[Any, ...]:
    return (row, warning, error.row, error.column, error.message, error.given, _json(error.suggestions))
