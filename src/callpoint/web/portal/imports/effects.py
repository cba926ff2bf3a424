"""What applying an import does, in numbers: said before anybody does it."""

from dataclasses import dataclass
from typing import Final

from callpoint.directory.imports.plan import Plan
from callpoint.directory.imports.run import DEACTIVATE, REMOVE
from callpoint.directory.models import ImportRun, Location, Person

ASK_AGAIN_ABOVE: Final = 10
"""Percent of an organization's active people, or of its locations, that may go without a second question."""


@dataclass(frozen=True)
class Effects:
    """`there` counts active people, or locations in buildings; `missing` those of them that are not in the file.

    `switched_off` are people the file itself makes inactive, `not_dispatchable` rows of good addresses to whose door
    nobody can be sent.
    """

    kind: str
    new: int
    changed: int
    wrong: int
    missing: int
    there: int
    switched_off: int
    not_dispatchable: int = 0

    def going(self, missing: str) -> int:
        """How many people nobody could find by their ID any more, or locations that are taken away."""
        return self.switched_off + (self.missing if missing in (DEACTIVATE, REMOVE) else 0)

    def percent(self, missing: str) -> int:
        """How many of a hundred that are, rounded up."""
        return -(-100 * self.going(missing) // self.there) if self.there else 0

    def needs_second_question(self, missing: str) -> bool:
        """Whether so many go that it may be a mistake: half a file, or another company's."""
        return self.going(missing) * 100 > ASK_AGAIN_ABOVE * self.there


def effects_of(run: ImportRun, plan: Plan) -> Effects:
    """Call within the organization's scope."""
    counts = plan.counts()
    users = run.kind == ImportRun.Kind.USERS
    people = Person.objects.filter(organization=run.organization, active=True)
    places = Location.objects.filter(organization=run.organization, building__isnull=False)
    off = 0
    if users and "active" in run.mapping:
        off = sum(step.work.get("after", {}).get("active") is False for step in plan.steps("changed"))
    there = people.count() if users else places.count()
    rows = (counts["new"], counts["changed"], counts["wrong"], counts["missing"])
    return Effects(run.kind, *rows, there, off, counts["not_dispatchable"])
