"""Typed keys and names of other rows: each must be there, and be the organization's own."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from django.db import IntegrityError, models, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from callpoint.directory.editing.refused import WHOLE, Refused
from callpoint.directory.editing.typed import several
from callpoint.directory.models import Organization
from callpoint.directory.models.chain import chain_of, hold
from callpoint.directory.rules import RuleError

MOST: Final = 1000
"""In one list; a plan is read as a whole by the dispatcher, and nobody can check more by eye."""
_LONGEST_KEY: Final = 18


def key(text: str) -> int:
    """A primary key as it is typed or sent. Raises `RuleError`."""
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_KEY):
        raise RuleError(gettext("%(value)r is no key of anything here; choose from the list") % {"value": text[:40]})
    return int(text)


def keys_of(rows: QuerySet[Any]) -> Callable[[str], list[int]]:
    """A rule for keys of these rows, separated by commas or lines; each counts once, in order. Raises `RuleError`."""

    def rule(value: str) -> list[int]:
        typed = at_most([key(one) for one in several(value)])
        known = set(rows.filter(pk__in=typed).values_list("pk", flat=True))
        for one in typed:
            if one not in known:
                told = gettext("There is no number %(key)s here; it may have been removed. Choose again.")
                raise RuleError(told % {"key": one})
        return typed

    return rule


def lines_of(value: str) -> list[str]:
    """What stands in the lines, each once and in order: for names that may hold a comma."""
    return at_most(list(dict.fromkeys(line.strip() for line in value.splitlines() if line.strip())))


def at_most(found: list[Any]) -> list[Any]:
    """The list itself. Raises `RuleError` when it is longer than `MOST`."""
    if len(found) > MOST:
        told = gettext("%(count)s are too many for one list; %(most)s are the most")
        raise RuleError(told % {"count": len(found), "most": MOST})
    return found


@contextmanager
def holding(organization: Organization | None, taken: str, field: str = "name") -> Iterator[None]:
    """One at a time in an organization, all or nothing, so that what a row refers to stays while it is written.

    `taken` is said of `field` when the database knows better than the check that a name was free.
    """
    try:
        with transaction.atomic():
            hold(chain_of(organization.pk if organization is not None else None))
            yield
    except IntegrityError as error:
        raise Refused({field: [taken]}) from error


def refuse_in_use(sentence: str, names: Sequence[str]) -> None:
    """Raises `Refused` when anything is named; `sentence` has a place for %(names)s."""
    if names:
        raise Refused({WHOLE: [sentence % {"names": in_words(names)}]})


def in_words(names: Sequence[str], most: int = 5) -> str:
    """Names in quotes, the first few of many."""
    words = ", ".join(gettext("“%(name)s”") % {"name": name} for name in names[:most])
    if len(names) <= most:
        return words
    return gettext("%(names)s and %(count)d more") % {"names": words, "count": len(names) - most}


def name_is_taken(row: models.Model, others: QuerySet[Any], name: str) -> bool:
    """Whether another of these rows has the name already."""
    return bool(name) and others.filter(name=name).exclude(pk=row.pk).exists()
