"""Choosing several of many: what is chosen, and what was found to choose from. Works for ten and for ten thousand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise

MOST_FOUND: Final = 20
_LONGEST_KEY: Final = 18
Option = tuple[str, str]


@dataclass(frozen=True)
class Kind:
    """What is chosen from: the field's name, its legend and help, and how a row is called.

    `by` are the columns a search looks in.
    """

    name: str
    legend: str | Promise
    help: str | Promise
    by: Sequence[str]
    words: Callable[[Any], str] = str
    sought: str | Promise = ""


@dataclass(frozen=True)
class Chooser:
    """As it is drawn. `searchable` when not everything is shown at once; `more` when a search found too many."""

    kind: Kind
    chosen: Sequence[Option]
    found: Sequence[Option]
    searchable: bool
    more: bool
    q: str = ""
    errors: Sequence[str] = field(default_factory=tuple)

    @property
    def name(self) -> str:
        return self.kind.name


def chooser(
    kind: Kind, rows: QuerySet[Any], keys: Sequence[Any], sent: QueryDict | None, errors: Mapping[str, Sequence[str]]
) -> Chooser:
    """From `rows`, in their order. `keys` are those kept; those sent count instead once a form was sent."""
    q = sent.get(f"{kind.name}-q", "").strip() if sent is not None else ""
    wanted = [_key(one) for one in (sent.getlist(kind.name) if sent is not None else keys)]
    known = rows.in_bulk([key for key in wanted if key])
    chosen = [(str(key), kind.words(known[key])) for key in dict.fromkeys(wanted) if key in known]
    others = rows.exclude(pk__in=known)
    searchable = bool(q) or others.count() > MOST_FOUND
    looked = Q()
    for column in kind.by:
        looked |= Q(**{f"{column}__icontains": q})
    found = list(others.filter(looked if q else Q())[: MOST_FOUND + 1])
    options = [(str(one.pk), kind.words(one)) for one in found[:MOST_FOUND]]
    return Chooser(kind, chosen, options, searchable, len(found) > MOST_FOUND, q, tuple(errors.get(kind.name, ())))


def sent_keys(kind: Kind, sent: QueryDict) -> str:
    """What was chosen, as typed text."""
    return ",".join(sent.getlist(kind.name))


def _key(value: Any) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_KEY else 0
