"""A large change prepared beside the database and then written at once, so that others hardly wait for it.

SQLite has one writer at a time. Whoever writes a hundred thousand rows spends most of that time on what needs no
database at all: reading a plan, making rows, hashing the history. Here all of that is done first, into a file of its
own; the transaction itself only copies from there, in SQLite's own code. What was prepared rests on the organization's
history as it was then: if anything was added meanwhile, it is prepared anew.

PostgreSQL lets others write meanwhile, so there the rows are written as they come.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self, TypeVar

from django.db import connection, models, transaction

from callpoint.directory.insert import Columns, insert, new_keys, update
from callpoint.directory.models import ChainHead, Change
from callpoint.directory.models.chain import START, digest, hold, seal
from callpoint.directory.models.change import mark

T = TypeVar("T")
_TRIES: Final = 3
# Keys nobody else will get; what is left over of them is never given out.
_KEYS_AT_ONCE: Final = 5000
_NAME: Final = "stage"


class Writer(Protocol):
    """Where rows in bulk go. All within one organization's history for a stage; anybody's otherwise."""

    def hold(self, chain: int) -> ChainHead: ...
    def keys(self, model: type[models.Model], count: int) -> Sequence[int]: ...
    def insert(self, model: type[models.Model], rows: Sequence[dict[str, Any]]) -> None: ...
    def update(self, model: type[models.Model], rows: Sequence[dict[str, Any]]) -> None: ...
    def delete(self, model: type[models.Model], keys: Sequence[int]) -> None: ...
    def record(self, changes: Sequence[dict[str, Any]]) -> None: ...
    def mark(self, kind: str, ids: Sequence[int], gone: Sequence[list[str]]) -> None: ...


class _Database:
    """Straight into the database. Within a transaction."""

    def hold(self, chain: int) -> ChainHead:
        return hold(chain)

    def keys(self, model: type[models.Model], count: int) -> Sequence[int]:
        return new_keys(model, count)

    def insert(self, model: type[models.Model], rows: Sequence[dict[str, Any]]) -> None:
        insert(model, rows)

    def update(self, model: type[models.Model], rows: Sequence[dict[str, Any]]) -> None:
        update(model, rows)

    def delete(self, model: type[models.Model], keys: Sequence[int]) -> None:
        model._base_manager.filter(pk__in=keys).delete()

    def record(self, changes: Sequence[dict[str, Any]]) -> None:
        """Changes of one organization: chained and kept."""
        seal(changes)
        for change, key in zip(changes, new_keys(Change, len(changes)), strict=True):
            change["id"] = key
        insert(Change, changes)

    def mark(self, kind: str, ids: Sequence[int], gone: Sequence[list[str]]) -> None:
        mark(kind, ids, gone)


class Stage:
    """Rows of one organization that wait in a file, and what else is to be done when they are copied."""

    def __init__(self, path: Path, chain: int) -> None:
        path.unlink(missing_ok=True)
        self._path = path
        self._file = sqlite3.connect(path, isolation_level=None)
        # Worth nothing after a crash: it is made anew then.
        self._file.execute("PRAGMA journal_mode = OFF")
        self._file.execute("PRAGMA synchronous = OFF")
        self._file.execute("BEGIN")
        found = ChainHead.objects.filter(pk=chain).first()
        self._head = found if found is not None else ChainHead(chain=chain, digest=START)
        self._began_at = (self._head.number, self._head.digest)
        self._tables: dict[tuple[str, type[models.Model], tuple[str, ...]], str] = {}
        self._steps: list[Callable[[], None]] = []
        self._spare: dict[type[models.Model], list[int]] = {}
        self._marks: list[tuple[str, Sequence[int], Sequence[list[str]]]] = []

    def hold(self, chain: int) -> ChainHead:
        """The history as it will be after all that is staged. Raises ValueError for another organization's."""
        if chain != self._head.chain:
            raise ValueError("a stage holds the rows of one organization")
        return self._head

    def keys(self, model: type[models.Model], count: int) -> Sequence[int]:
        spare = self._spare.setdefault(model, [])
        if len(spare) < count:
            spare += _reserved(model, max(count, _KEYS_AT_ONCE))
        taken, self._spare[model] = spare[:count], spare[count:]
        return taken

    def insert(self, model: type[models.Model], rows: Sequence[dict[str, Any]]) -> None:
        self._keep("insert", model, rows)

    def update(self, model: type[models.Model], rows: Sequence[dict[str, Any]]) -> None:
        self._keep("update", model, rows)

    def delete(self, model: type[models.Model], keys: Sequence[int]) -> None:
        self._steps.append(lambda: _DATABASE.delete(model, keys))

    def record(self, changes: Sequence[dict[str, Any]]) -> None:
        for change in changes:
            head = self.hold(change["organization_id"] or 0)
            change["chain"], change["number"], change["previous"] = head.chain, head.number + 1, head.digest
            head.number, head.digest = change["number"], digest(change)
            change["digest"] = head.digest
        self._keep("insert", Change, changes)

    def mark(self, kind: str, ids: Sequence[int], gone: Sequence[list[str]]) -> None:
        self._marks.append((kind, ids, gone))

    def _keep(self, what: str, model: type[models.Model], rows: Sequence[dict[str, Any]]) -> None:
        names = tuple(rows[0])
        columns = Columns(model, names)
        table = self._tables.get((what, model, names))
        if table is None:
            table = self._tables[what, model, names] = f"t{len(self._tables)}"
            told = ", ".join("id INTEGER PRIMARY KEY" if name == '"id"' else name for name in columns.quoted)
            self._file.execute(f"CREATE TABLE {table} ({told})")
            self._steps.append(lambda: _copy(what, columns, table))
        places = ", ".join("?" * len(names))
        self._file.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({places})", columns.lines(rows))  # noqa: S608

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)

    @contextmanager
    def attached(self) -> Iterator[None]:
        """Finished, and to be seen by the database's own connection. Outside of any transaction."""
        self._file.execute("COMMIT")
        self._file.close()
        with connection.cursor() as cursor:
            cursor.execute(f"ATTACH DATABASE %s AS {_NAME}", [str(self._path)])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute(f"DETACH DATABASE {_NAME}")

    def still_fits(self) -> bool:
        """Hold the history, and see whether it ends where it did when this was begun. Within the transaction."""
        head = hold(self._head.chain)
        return (head.number, head.digest) == self._began_at

    def carry_out(self) -> None:
        """Write all of it. Within the transaction."""
        for step in self._steps:
            step()
        for kind, ids, gone in self._marks:
            mark(kind, ids, gone)
        self._head.save()


def _copy(what: str, columns: Columns, table: str) -> None:
    names = ", ".join(columns.quoted)
    statement = f"INSERT INTO main.{columns.table} ({names}) SELECT {names} FROM {_NAME}.{table} ORDER BY rowid"  # noqa: S608 - our names
    if what == "update":
        own = ", ".join(name for name in columns.quoted if name != '"id"')
        found = f"SELECT {own} FROM {_NAME}.{table} AS s WHERE s.id = main.{columns.table}.id"  # noqa: S608 - our names
        statement = f"UPDATE main.{columns.table} SET ({own}) = ({found}) WHERE id IN (SELECT id FROM {_NAME}.{table})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _reserved(model: type[models.Model], count: int) -> range:
    """The next keys of a table, which its sequence will pass over."""
    table = model._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        keys = new_keys(model, count)
        cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [keys[-1], table])
        if not cursor.rowcount:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, keys[-1]])
    return range(keys[0], keys[-1] + 1)


_DATABASE: Final = _Database()
_writer: ContextVar[Writer | None] = ContextVar("writer", default=None)


def writer() -> Writer:
    """Where rows in bulk go now."""
    return _writer.get() or _DATABASE


@contextmanager
def _writing_to(stage: Stage) -> Iterator[None]:
    token = _writer.set(stage)
    try:
        yield
    finally:
        _writer.reset(token)


def written_at_once(
    chain: int, scratch: Path, work: Callable[[], T], finish: Callable[[T], None], ahead: bool = True
) -> T:
    """What `work` writes in bulk to one organization, and what `finish` does with its result, in one transaction.

    `work` must write by `bulk` only. With `ahead` it may be prepared beside the database (`scratch` is a file that may
    be made for it), and is done again when that was in vain; then it must not read what it has written itself.
    """
    if ahead and connection.vendor == "sqlite" and not connection.in_atomic_block:
        for _ in range(_TRIES):
            with Stage(scratch, chain) as stage:
                with _writing_to(stage):
                    result = work()
                with stage.attached(), transaction.atomic():
                    if stage.still_fits():
                        stage.carry_out()
                        finish(result)
                        return result
    # Or somebody changes something all the time: then they wait.
    with transaction.atomic():
        result = work()
        finish(result)
        return result
