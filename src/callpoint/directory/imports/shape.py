"""What a file looks like before anything is compared: encoding, columns, what they most likely mean, what is wrong."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from django.utils import timezone

from callpoint.directory.imports.fields import ALIASES, missing_columns
from callpoint.directory.imports.files import MOST_ROWS
from callpoint.directory.imports.table import Table, TableError, plain
from callpoint.directory.models import ColumnMapping, Organization

ROWS_SHOWN: Final = 5
PROBLEMS_TOLD: Final = 20


@dataclass(frozen=True)
class Shape:
    """A file at first sight. `mapping` is field name → header, as proposed; `remembered` when somebody confirmed it for
    a file with this header line before. `first_rows` are the cells by column, in the order of `headers`.

    With `problems` the file cannot be imported; `notes` are about what can (a guessed encoding, wrong rows to come).
    `missing` says which column must still be chosen, "" when none.
    """

    encoding: str = ""
    delimiter: str = ""
    headers: tuple[str, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    remembered: bool = False
    ignored: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    missing: str = ""
    rows: int = 0
    first_rows: tuple[tuple[str, ...], ...] = ()


def shape_of(path: Path, kind: str, organization: Organization | None = None) -> Shape:
    """Look through the whole file, a row at a time. Never raises for what is in it: `problems` tells.

    With an organization, columns that were confirmed for such a file are remembered; call within its scope then.
    """
    try:
        with path.open("rb") as stream:
            return _looked_through(Table(stream, {}, {}), kind, organization)
    except TableError as error:
        return Shape(problems=(told(error),))
    except FileNotFoundError:
        return Shape(problems=("the file is no longer there; send it again",))


def told(error: TableError) -> str:
    """The error with its row, as one sentence."""
    return f"row {error.row}: {error}" if error.row else f"the file {error}" if _is_clause(error) else str(error)


def _is_clause(error: TableError) -> bool:
    return str(error).startswith(("is ", "begins ", "holds ", "cannot "))


def _looked_through(table: Table, kind: str, organization: Organization | None) -> Shape:
    remembered = _remembered(table, kind, organization)
    mapping, doubts = proposed(table.own_headers, kind)
    if remembered is not None:
        mapping, doubts = remembered, []
    rows = 0
    first: list[tuple[str, ...]] = []
    notes = [table.encoding.note] if table.encoding.note else []
    troubles: list[str] = []
    for row in table:
        rows += 1
        if len(first) < ROWS_SHOWN:
            first.append(tuple(islice((*row.all, *[""] * len(table.headers)), len(table.own_headers))))
        if row.trouble:
            troubles.append(f"row {row.number}: {row.trouble}")
        if rows > MOST_ROWS:
            raise TableError(f"has more than {MOST_ROWS:,} rows; split it, each part with the header line", row.number)
    if not rows:
        raise TableError("the file has a header line and no rows below it; add the rows and send it again")
    used = set(mapping.values())
    return Shape(
        encoding=table.encoding.name,
        delimiter=table.delimiter,
        headers=table.own_headers,
        mapping=mapping,
        remembered=remembered is not None,
        ignored=tuple(name for name in table.own_headers if name not in used),
        notes=(*notes, *doubts, *_few(troubles)),
        missing=missing_columns(kind, set(mapping)),
        rows=rows,
        first_rows=tuple(first),
    )


def _few(troubles: Sequence[str]) -> list[str]:
    more = len(troubles) - PROBLEMS_TOLD
    return [*troubles[:PROBLEMS_TOLD], *([f"{more:,} more rows have the same trouble"] if more > 0 else [])]


def proposed(headers: Sequence[str], kind: str) -> tuple[dict[str, str], list[str]]:
    """Field name → header by what the columns are called, and what is doubtful about it. The first one that means
    something has it."""
    mapping: dict[str, str] = {}
    doubts = []
    for header in headers:
        name = ALIASES[kind].get(plain(header))
        if name in mapping:
            doubts.append(f"the columns {mapping[name]!r} and {header!r} mean the same; choose the right one")
        elif name is not None:
            mapping[name] = header
    return mapping, doubts


def headers_of(path: Path) -> Table:
    """The file's table, for its header line alone. Raises `TableError`."""
    with path.open("rb") as stream:
        return Table(stream, {}, {})


def _digest(table: Table) -> str:
    return hashlib.sha256(json.dumps(table.signature).encode()).hexdigest()


def _remembered(table: Table, kind: str, organization: Organization | None) -> dict[str, str] | None:
    """What was confirmed for such a header line, with this file's headers; kept is each column's place in the line."""
    if organization is None:
        return None
    found = ColumnMapping.objects.filter(organization=organization, kind=kind, headers=_digest(table)).first()
    if found is None:
        return None
    headers = table.own_headers
    return {name: headers[place] for name, place in found.mapping.items()}


def remember(organization: Organization, kind: str, path: Path, mapping: Mapping[str, str]) -> None:
    """Keep how a file of this header line is read, for the next one. Call within the organization's scope."""
    table = headers_of(path)
    places = {name: table.own_headers.index(header) for name, header in mapping.items()}
    ColumnMapping.objects.update_or_create(
        organization=organization,
        kind=kind,
        headers=_digest(table),
        defaults={"mapping": places, "used_at": timezone.now()},
    )
