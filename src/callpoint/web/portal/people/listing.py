"""One page of the list of people, in a time that hardly depends on how many there are.

Keys first, rows afterwards. What only going through everybody can find (words, names of places) is gone through once:
up to `MOST_FOUND` are counted and shown, of more it is told that there are more. A rare condition is asked for as a set
of keys, a common one row by row, because then the order's index gives the page after a few rows. The second half of a
long list is read from its end.
"""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from callpoint.directory.models import Change, Organization, Person
from callpoint.directory.readiness.counting import Category, filtered, rows_in
from callpoint.web.portal.people.query import PeopleQuery
from callpoint.web.portal.people.search import at_places, contains, found_by, in_buildings

MOST_FOUND: Final = 2000
"""Nobody looks through more; another word finds fewer."""
FEW: Final = 10_000
"""Keys that are compared as a set; with more, the database looks at each row."""
_ORDERS: Final = {
    "id": ("device_user_id", "phone_number", "pk"),
    "name": ("last_name", "first_name", "pk"),
    "email": ("email", "pk"),
    "phone": ("phone_number", "pk"),
    "callback": ("callback_number", "pk"),
}


@dataclass(frozen=True)
class Listed:
    """A page of people with what stands around it. `first` and `last` count from 1; both are 0 where nobody is found.

    With `more` there are more than `count`, which are not shown.
    """

    people: list[Person]
    count: int
    more: bool
    page: int
    pages: int
    first: int
    last: int


def listed(query: PeopleQuery, organization: Organization, now: datetime) -> Listed:
    """The page that is asked for, or the last one there is. Call within the organization's scope."""
    rows, count, more = _counted(query, organization, now)
    pages = max(1, -(-count // query.size))
    page = min(query.page, pages)
    start = (page - 1) * query.size
    keys = _window(rows, query.sort, start, min(query.size, count - start), 0 if more else count)
    shown = Person.objects.select_related(
        *("readiness", "assigned_location__building", "current_location__building")
    ).in_bulk(keys)
    people = [shown[key] for key in keys if key in shown]
    return Listed(people, count, more, page, pages, start + 1 if people else 0, start + len(people))


def matching(query: PeopleQuery, organization: Organization, now: datetime) -> QuerySet[Person]:
    """Everybody the query finds, in no order."""
    rows = Person.objects.filter(organization=organization)
    for wanted in _conditions(query, organization):
        rows = rows.filter(wanted)
    if query.since:
        rows = rows.filter(_changed_since(query.since, organization))
    if query.readiness:
        rows = _in_category(rows, Category(query.readiness), organization, now)
    return rows


def in_order(rows: QuerySet[Person], sort: str, backwards: bool = False) -> QuerySet[Person]:
    """The rows in the order of `PeopleQuery.sort`."""
    columns = _ORDERS[sort.removeprefix("-")]
    return rows.order_by(*(f"-{column}" for column in columns) if sort.startswith("-") != backwards else columns)


def _conditions(query: PeopleQuery, organization: Organization) -> list[Q]:
    wanted: list[Q] = []
    if query.active:
        wanted.append(Q(active=query.active == "yes"))
    if query.kind:
        wanted.append(Q(identification_type=query.kind))
    if query.language:
        wanted.append(Q(language="") if query.language == "own" else Q(language__istartswith=query.language))
    if query.in_building is not None:
        wanted.append(at_places(Q(building=query.in_building), organization))
    if query.in_location is not None:
        wanted.append(at_places(Q(pk=query.in_location), organization))
    if query.building:
        wanted.append(at_places(in_buildings(query.building, organization), organization))
    if query.location:
        wanted.append(at_places(contains(query.location, "name"), organization))
    if query.q:
        wanted.append(found_by(query.q, organization))
    return wanted


def _counted(query: PeopleQuery, organization: Organization, now: datetime) -> tuple[QuerySet[Person], int, bool]:
    """Whom the query finds, how many they are, and whether there are more than that."""
    if query.readiness and query == PeopleQuery(
        readiness=query.readiness, sort=query.sort, size=query.size, page=query.page
    ):
        category = Category(query.readiness)
        if category is not Category.PENDING:
            rows = matching(query, organization, now)
            return rows, rows_in(category, organization, now).count(), False
    rows = matching(query, organization, now)
    if not _is_looked_through(query):
        return rows, rows.count(), False
    found = list(rows.values_list("pk", flat=True)[: MOST_FOUND + 1])
    if len(found) > MOST_FOUND:
        return rows, MOST_FOUND, True
    return Person.objects.filter(pk__in=found), len(found), False


def _is_looked_through(query: PeopleQuery) -> bool:
    """Whether only going through everybody tells how many are found."""
    return bool(query.q or query.building or query.location or query.since)


def _window(rows: QuerySet[Person], sort: str, start: int, size: int, count: int) -> list[int]:
    """Keys of the rows from `start` on; from the end where that is nearer, for which all must have been counted."""
    if size <= 0:
        return []
    from_end = 0 < count < 2 * start
    skipped = count - start - size if from_end else start
    keys = list(in_order(rows, sort, from_end).values_list("pk", flat=True)[skipped : skipped + size])
    return keys[::-1] if from_end else keys


def _in_category(
    rows: QuerySet[Person], category: Category, organization: Organization, now: datetime
) -> QuerySet[Person]:
    if category is Category.PENDING:
        return filtered(rows, category, organization, now)
    those = rows_in(category, organization, now)
    if those.count() <= FEW:
        return rows.filter(pk__in=those.values("pk"))
    return rows.filter(Exists(those.filter(pk=OuterRef("pk"))))


def _changed_since(day: str, organization: Organization) -> Q:
    midnight = datetime.combine(datetime.fromisoformat(day), time(), ZoneInfo(organization.time_zone))
    changes = Change.objects.filter(organization=organization, at__gte=midnight)
    of_people = changes.filter(model="person").exclude(action=Change.Action.NOTED)
    keys = set(of_people.values_list("object_id", flat=True)[: MOST_FOUND + 1])
    if len(keys) <= MOST_FOUND:
        return Q(pk__in=keys)
    # Without the organization, whose index of times would be gone through once for each person.
    return Q(Exists(Change._base_manager.filter(model="person", object_id=OuterRef("pk"), at__gte=midnight)))
