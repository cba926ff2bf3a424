"""Who else holds on to a row: parts above this one that keep its key or name where no foreign key can say so.

A part says by `ask_also`, when Django starts, what it holds; whoever takes rows away asks `held`.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Final

from django.db import models

Held = Callable[[type[models.Model], Collection[int]], Mapping[int, list[str]]]
"""From a model and primary keys: for each that is held on to, sentences that say by what and what to do first."""

_ASKED: Final[list[Held]] = []


def ask_also(holder: Held) -> None:
    """From now on `held` asks this one, too; once, however often it is said."""
    if holder not in _ASKED:
        _ASKED.append(holder)


def held(model: type[models.Model], keys: Collection[int]) -> dict[int, list[str]]:
    """For each key that is held on to, why it cannot be taken away. Call within a scope that includes the rows."""
    found: dict[int, list[str]] = {}
    for holder in _ASKED if keys else ():
        for key, sentences in holder(model, keys).items():
            found.setdefault(key, []).extend(sentences)
    return found
