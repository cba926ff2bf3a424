"""How many people are ready for 911, and who: what pages ask. Every person is in exactly one category, their worst."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from callpoint.directory.models import Organization, Person, Readiness

_STATE: Final = Readiness.State


class Category(StrEnum):
    """What a page shows of somebody's readiness; the values stand in URLs (`?readiness=no_location`)."""

    NO_LOCATION = "no_location"
    NO_PSAP = "no_psap"
    NO_CALLBACK = "no_callback"
    AREA_ONLY = "area_only"
    UNCONFIRMED = "unconfirmed"
    STALE = "stale"  # all is well, but they said long ago where they are
    NEVER_TESTED = "never_tested"  # all is well, but no 933 call has read it back (lately)
    READY = "ready"
    INACTIVE = "inactive"
    PENDING = "pending"  # added a moment ago: not worked out yet

    @classmethod
    def named(cls, text: str) -> "Category | None":
        """The category of that value; None for a text that is none (somebody edited a URL)."""
        return next((category for category in cls if category.value == text), None)


BY_RISK: Final = (
    Category.NO_LOCATION,
    Category.NO_PSAP,
    Category.NO_CALLBACK,
    Category.AREA_ONLY,
    Category.UNCONFIRMED,
    Category.STALE,
    Category.NEVER_TESTED,
    Category.READY,
)
"""The categories of active people, the worst first."""

_OF_READY: Final = frozenset({Category.STALE, Category.NEVER_TESTED, Category.READY})


@dataclass(frozen=True)
class Counts:
    """People by category. Every `Category` is a key."""

    by_category: Mapping[Category, int]

    def __getitem__(self, category: Category) -> int:
        return self.by_category[category]

    @property
    def active(self) -> int:
        """Active people that have been worked out."""
        return sum(self.by_category[category] for category in BY_RISK)

    @property
    def expected(self) -> int:
        """Active people with those not worked out yet, of whom nobody can say that they are ready."""
        return self.active + self.by_category[Category.PENDING]

    @property
    def everybody(self) -> int:
        return sum(self.by_category.values())

    @property
    def ready(self) -> int:
        return self.by_category[Category.READY]


def counts(organization: Organization, now: datetime) -> Counts:
    """People of the organization by category at `now`. Call within its scope."""
    rows = Readiness.objects.filter(organization=organization)
    found = dict.fromkeys(Category, 0)
    states = rows.order_by().values_list("state").annotate(people=Count("*"))
    for state, people in states:
        found[Category(state)] = people
    well = rows.filter(state=_STATE.READY)
    stale, since = _stale(organization, now), _since(organization.test_every_days, now)
    found[Category.STALE] = well.filter(stale).count()
    # Two ranges of the index, each read once; joined by OR they would be looked for among everybody who is well.
    untested = (Q(tested_at__isnull=True), Q(tested_at__lt=since)) if since else ()
    found[Category.NEVER_TESTED] = sum(well.filter(one).exclude(stale).count() for one in untested)
    found[Category.READY] -= found[Category.STALE] + found[Category.NEVER_TESTED]
    everybody = Person.objects.filter(organization=organization).count()
    found[Category.PENDING] = max(0, everybody - sum(found.values()))
    return Counts(found)


def filtered(
    people: QuerySet[Person], category: Category | str, organization: Organization, now: datetime
) -> QuerySet[Person]:
    """Those of `people` (all of one organization) who are in that category at `now`; nobody for a name that is none.

    The rows are matched without a join, so `people` keeps its order, columns and paging.
    """
    wanted = Category.named(category)
    if wanted is None:
        return people.none()
    if wanted is Category.PENDING:
        return people.exclude(Exists(Readiness.objects.filter(pk=OuterRef("pk"))))
    return people.filter(pk__in=rows_in(wanted, organization, now).values("pk"))


def rows_in(category: Category, organization: Organization, now: datetime) -> QuerySet[Readiness]:
    """The rows of everybody in that category at `now`; those who are pending have none."""
    if category is Category.PENDING:
        return Readiness.objects.none()
    rows = Readiness.objects.filter(organization=organization, state=_state_of(category))
    stale, untested = _stale(organization, now), _untested(organization, now)
    if category is Category.STALE:
        return rows.filter(stale)
    if category is Category.NEVER_TESTED:
        return rows.filter(untested).exclude(stale)
    if category is Category.READY:
        return rows.exclude(stale).exclude(untested)
    return rows


def category_of(row: Readiness | None, organization: Organization, now: datetime) -> Category:
    """The category of one person by their row (None: there is none yet)."""
    if row is None:
        return Category.PENDING
    if row.state != _STATE.READY:
        return Category(row.state)
    confirmed_after = _since(organization.stale_after_days, now)
    tested_after = _since(organization.test_every_days, now)
    if confirmed_after and row.confirmed_at and row.confirmed_at < confirmed_after:
        return Category.STALE
    if tested_after and (row.tested_at is None or row.tested_at < tested_after):
        return Category.NEVER_TESTED
    return Category.READY


def _state_of(category: Category) -> str:
    return _STATE.READY if category in _OF_READY else _STATE(category.value)


def _since(days: int, now: datetime) -> datetime | None:
    """What is older than this counts as too old; None where the organization asks for nothing (0 days)."""
    return now - timedelta(days=days) if days else None


def _stale(organization: Organization, now: datetime) -> Q:
    since = _since(organization.stale_after_days, now)
    # Null (an assigned place) is told apart by name: NOT (null < x) is null, and would take the row out of `exclude`.
    return Q(confirmed_at__isnull=False, confirmed_at__lt=since) if since else Q(pk__in=())


def _untested(organization: Organization, now: datetime) -> Q:
    since = _since(organization.test_every_days, now)
    return Q(tested_at__isnull=True) | Q(tested_at__lt=since) if since else Q(pk__in=())
