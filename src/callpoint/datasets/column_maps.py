"""Which column of a file is which of our fields, found by looking at its header."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from callpoint.datasets.errors import DatasetError
from callpoint.datasets.fields import CLDXF_NAMES, ESSENTIAL, FIELDS, GEOMETRY
from callpoint.datasets.kinds import Kind
from callpoint.datasets.known_maps import KNOWN_MAPS, KnownMap

# Its kind is of no matter: it knows no column of its own.
_OPERATORS: Final = KnownMap("columns named by the operator", "roads", {})


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
    needed = ESSENTIAL[kind] + (() if has_geometry else GEOMETRY[kind])

    def fits(columns: Mapping[str, str]) -> bool:
        return all(any(name in columns for name in group) for group in needed)

    # Who names all that is needed knows the file: what publishers mean by "ST" or "type" has no say in it.
    candidates = [_OPERATORS] if fits(own) else [known for known in KNOWN_MAPS if known.kind == kind]
    found = [_apply(kind, known, header, own) for known in candidates]
    return max((one for one in found if fits(one.columns)), key=lambda one: len(one.columns), default=None)


def needs(kind: Kind, *, has_geometry: bool = False) -> str:
    """What a file of this kind must have, in words."""
    groups = ESSENTIAL[kind] + (() if has_geometry else GEOMETRY[kind])
    return "; ".join(" or ".join(group) for group in dict.fromkeys(groups))


def plain(header: str) -> str:
    """A column's name as people tell it from others: without case, blanks, dashes and underscores."""
    return re.sub(r"[\s_\-.]+", "", header).casefold()


def _own(kind: Kind, header: Sequence[str], chosen: Mapping[str, str]) -> dict[str, str]:
    also = {plain(ours): name for ours, name in CLDXF_NAMES.items() if name in FIELDS[kind]}
    fields = also | {plain(name): name for name in FIELDS[kind]}
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


def _apply(kind: Kind, known: KnownMap, header: Sequence[str], own: Mapping[str, str]) -> ColumnMap:
    """The operator's columns, then the publisher's, then those that bear the name of a field."""
    columns = dict(own)
    free = {plain(name): name for name in reversed(header) if name not in own.values()}
    by_name = {name: name for name in FIELDS[kind]}
    for column, name in (dict(known.columns) | by_name).items():
        found = free.get(plain(column))
        if found is not None and name not in columns:
            columns[name] = found
    ignored = tuple(column for column in header if column not in columns.values())
    return ColumnMap(known.name, columns, known.constants, ignored, known.complete)
