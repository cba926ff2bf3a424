"""Steps of a subscription as they are typed: a line for each, seconds and the key of a group, as `60 4`."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext

from callpoint.directory.models import Organization
from callpoint.directory.rules import RuleError
from callpoint.notices.models import Group

MOST_STEPS: Final = 20
LONGEST_SECONDS: Final = 24 * 3600
"""A day: whoever has not acknowledged by then never will."""


def steps_of(organization: Organization) -> Callable[[str], list[dict[str, int]]]:
    """A rule that gives what `Subscription.steps` keeps, in the order of the seconds. Raises `RuleError`, which names
    the step: one of no group of the organization, no step at 0 seconds, the same group twice at once."""

    def rule(value: str) -> list[dict[str, int]]:
        lines = [line.split() for line in value.splitlines() if line.strip()]
        if len(lines) > MOST_STEPS:
            raise RuleError(gettext("%(most)s steps are the most") % {"most": MOST_STEPS})
        known = set(Group.objects.filter(organization=organization).values_list("pk", flat=True))
        steps = [_step(number, words, known) for number, words in enumerate(lines, 1)]
        if not any(step["after_seconds"] == 0 for step in steps):
            raise RuleError(gettext("The first step must be at 0 seconds: somebody has to be told at once."))
        if len({(step["after_seconds"], step["group"]) for step in steps}) < len(steps):
            raise RuleError(gettext("A group stands twice at the same time; take one of the two steps out."))
        return sorted(steps, key=lambda step: step["after_seconds"])

    return rule


def as_typed(steps: Iterable[Mapping[str, Any]]) -> str:
    """The text `steps_of` makes the same of again."""
    return "\n".join(f"{step['after_seconds']} {step['group']}" for step in steps)


def _step(number: int, words: list[str], known: set[int]) -> dict[str, int]:
    seconds, group = [*words, ""][:2] if len(words) <= 2 else ("", "")
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 7 and int(seconds) <= LONGEST_SECONDS):
        told = gettext("%(seconds)r must be a whole number of seconds, from 0 to %(most)s")
        raise RuleError(_wrong(number, told % {"seconds": seconds, "most": LONGEST_SECONDS}))
    if not (group.isascii() and group.isdigit() and int(group[:18]) in known):
        raise RuleError(_wrong(number, gettext("choose a group that is told then")))
    return {"after_seconds": int(seconds), "group": int(group)}


def _wrong(number: int, sentence: str) -> str:
    return gettext("Step %(number)s: %(sentence)s") % {"number": number, "sentence": sentence}
