"""Which column of a file is which of our fields, found by looking at its header."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from callpoint.datasets.errors import DatasetError
from callpoint.datasets.fields import ESSENTIAL, FIELDS, GEOMETRY
from callpoint.datasets.kinds import Kind
from callpoint.datasets.known_maps import KNOWN_MAPS, KnownMap


@dataclass(frozen=True)
class ColumnMap:
    """How one file, or one layer of it, is read.

    `columns` maps a field to the column's name as the file writes it, `constants` a field to a value all rows have
    (they give way to a column). `ignored` columns are read by nobody. `complete`: its publisher claims to have
    every address of an area.
    """

    name: str
    columns: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    complete: bool = False


def detect(
    kind: Kind, header: Sequence[str], chosen: Mapping[str, str], *, has_geometry: bool = False
) -> ColumnMap | None:
    """The map that fits the header best; None when none does.

    `chosen` is the operator's own, field to column; it wins over what is known. With `has_geometry` the file brings
    points, lines or areas itself and needs no columns for them. DatasetError when `chosen` names a field or column
    that does not exist.
    """
    if "" in header:
        header = [name for name in header if name]
    own = _own(kind, header, chosen)
    # The operator's own stands first: a known map that finds nothing more has no part in it.
    candidates = [_finish("columns named by the operator", own, {}, header, False)]
    candidates += [_apply(known, header, own) for known in KNOWN_MAPS if known.kind == kind]
    needed = ESSENTIAL[kind] + (() if has_geometry else GEOMETRY[kind])
    fitting = [one for one in candidates if all(any(name in one.columns for name in group) for group in needed)]
    return max(fitting, key=lambda one: len(one.columns), default=None)


def needs(kind: Kind, *, has_geometry: bool = False) -> str:
    """What a file of this kind must have, in words."""
    groups = ESSENTIAL[kind] + (() if has_geometry else GEOMETRY[kind])
    return "; ".join(" or ".join(group) for group in dict.fromkeys(groups))


def plain(header: str) -> str:
    """A column's name as people tell it from others: without case, blanks, dashes and underscores."""
    return re.sub(r"[\s_\-.]+", "", header).casefold()


def _own(kind: Kind, header: Sequence[str], chosen: Mapping[str, str]) -> dict[str, str]:
    fields = {plain(name): name for name in FIELDS[kind]}
    columns = {plain(name): name for name in header}
    own: dict[str, str] = {}
    for wanted, column in chosen.items():
        if plain(wanted) not in fields:
            raise DatasetError(
                f"{kind} have no field {wanted!r}.{_nearest(wanted, FIELDS[kind])}",
                f"The fields are {', '.join(FIELDS[kind])}.",
            )
        if plain(column) not in columns:
            raise DatasetError(
                f"The file has no column {column!r}.{_nearest(column, header)}", f"It has {', '.join(header)}."
            )
        own[fields[plain(wanted)]] = columns[plain(column)]
    return own


def _nearest(word: str, among: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, among, n=1)
    return f" Is {close[0]!r} meant?" if close else ""


def _apply(known: KnownMap, header: Sequence[str], own: Mapping[str, str]) -> ColumnMap:
    columns = dict(own)
    by_name = {plain(name): name for name in reversed(header)}
    own_names = {name: name for name in FIELDS[known.kind]}
    for column, name in (dict(known.columns) | own_names).items():
        found = by_name.get(plain(column))
        if found is not None and name not in columns:
            columns[name] = found
    return _finish(known.name, columns, known.constants, header, known.complete)


def _finish(
    name: str, columns: Mapping[str, str], constants: Mapping[str, str], header: Sequence[str], complete: bool
) -> ColumnMap:
    used: Final = set(columns.values())
    return ColumnMap(name, columns, constants, tuple(column for column in header if column not in used), complete)
