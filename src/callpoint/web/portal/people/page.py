"""The list of people: what is found, each with what would happen if they dialled 911 now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from callpoint.directory.access import Right
from callpoint.directory.models import Building, Location, Organization, Person, SavedFilter
from callpoint.directory.readiness.counting import category_of
from callpoint.web.forecast import Forecast, forecast
from callpoint.web.installation import snapshot
from callpoint.web.portal.home.picture import TITLES
from callpoint.web.portal.page import OrganizationRequest, organization_page
from callpoint.web.portal.people.columns import COLUMNS, LANGUAGES, chosen, place_of, readiness_of
from callpoint.web.portal.people.listing import Listed, listed
from callpoint.web.portal.people.query import SIZES, PeopleQuery, read

PAGE: Final = "people"
"""Under which saved filters of this list are kept."""
ALWAYS: Final = (("id", _("ID")), ("name", _("Name")))


@dataclass(frozen=True)
class Row:
    """A person as the list shows them: the cells of the chosen columns, in their order."""

    person: Person
    identity: str
    forecast: Forecast
    cells: Sequence[str]


@dataclass(frozen=True)
class Heading:
    """`url` sorts by the column ("" where it cannot be sorted), `sorted` is the value of aria-sort."""

    title: Promise
    url: str
    sorted: str


@organization_page(Right.READ)
@require_safe
def people(request: OrganizationRequest) -> HttpResponse:
    """The whole page; by htmx only what is found, under an address that shows the same again."""
    query, columns = read(request.GET), chosen(request)
    found = listed(query, request.organization, timezone.now())
    shown: dict[str, Any] = {
        "query": query,
        "found": found,
        "columns": columns,
        "rows": rows_of(found, columns, request.organization),
        "headings": headings(query, columns),
        "links": page_links(query, found),
        "within": _within(query),
    }
    htmx = request.htmx  # type: ignore[attr-defined]
    if htmx and not htmx.history_restore_request:
        response = render(request, "portal/people/found.html", shown)
        response.headers["HX-Push-Url"] = f"{request.path}?{query.written(page=query.page)}"
    else:
        response = render(request, "portal/people/people.html", shown | _choices(request))
    response.headers["Vary"] = "Cookie, HX-Request"
    return response


def rows_of(found: Listed, columns: Sequence[str], organization: Organization) -> list[Row]:
    """The people of a page with their forecasts and cells."""
    view, now, zone = snapshot(), timezone.now(), ZoneInfo(organization.time_zone)
    rows: list[Row] = []
    for person in found.people:
        cells = [COLUMNS[name].text(person, zone) for name in columns]
        if "readiness" in columns:
            category = category_of(readiness_of(person), organization, now)
            cells[columns.index("readiness")] = str(TITLES[category])
        rows.append(Row(person, person.identity, forecast(person, organization.slug, view), cells))
    return rows


def headings(query: PeopleQuery, columns: Sequence[str]) -> list[Heading]:
    """ID and name, then the chosen columns."""
    titled = [*((title, name) for name, title in ALWAYS), *((COLUMNS[one].title, COLUMNS[one].sort) for one in columns)]
    return [
        Heading(title, query.sorted_by(sort) if sort else "", _direction(query.sort, sort)) for title, sort in titled
    ]


def page_links(query: PeopleQuery, found: Listed) -> dict[str, str]:
    """Query strings of the pages one may go to from here; "" where there is none."""
    return {
        "first": query.written(page=1) if found.page > 2 else "",
        "previous": query.written(page=found.page - 1) if found.page > 1 else "",
        "next": query.written(page=found.page + 1) if found.page < found.pages else "",
        "last": query.written(page=found.pages) if found.page < found.pages - 1 else "",
    }


def _direction(sort: str, column: str) -> str:
    if not column or sort.removeprefix("-") != column:
        return ""
    return "descending" if sort.startswith("-") else "ascending"


def _choices(request: OrganizationRequest) -> dict[str, Any]:
    """What the form offers."""
    saved = SavedFilter.objects.filter(organization=request.organization, account=request.account, page=PAGE)
    return {
        "categories": TITLES.items(),
        "all_columns": [(name, column.title) for name, column in COLUMNS.items()],
        "languages": LANGUAGES.items(),
        "sizes": SIZES,
        "saved": saved.order_by("name"),
    }


def _within(query: PeopleQuery) -> list[tuple[str, str]]:
    """Places the list is narrowed to by a link of another page, each with the query string without it."""
    found: list[tuple[str, str]] = []
    if query.in_building is not None:
        building = Building.objects.filter(pk=query.in_building).first()
        found.append((building.name if building is not None else "?", query.written(in_building=None)))
    if query.in_location is not None:
        location = Location.objects.filter(pk=query.in_location).select_related("building").first()
        found.append((place_of(location) or "?", query.written(in_location=None)))
    return found
