"""The list of buildings, with the locations beneath that match what is looked for."""

from dataclasses import dataclass
from typing import Final

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from callpoint.directory.access import Right
from callpoint.directory.models import Building, Location
from callpoint.directory.verdicts import civic_of
from callpoint.web.address_words import VERDICTS, Words
from callpoint.web.portal.locations.counts import locations_by_building, people_by_building, people_by_location
from callpoint.web.portal.locations.finding import Asked, buildings_for, locations_for, regions
from callpoint.web.portal.page import OrganizationRequest, organization_page

BUILDINGS_ON_A_PAGE: Final = 25
LOCATIONS_SHOWN: Final = 20


@dataclass(frozen=True)
class BuildingRow:
    """One line of the list."""

    building: Building
    address: str
    words: Words
    locations: int
    people: int


@dataclass(frozen=True)
class LocationRow:
    """A location with how many people have it."""

    location: Location
    people: int


@organization_page(Right.READ)
@require_safe
def locations(request: OrganizationRequest) -> HttpResponse:
    """Buildings that match, and below them the first of the locations that do."""
    asked = Asked.of(request.GET.dict())
    page = Paginator(buildings_for(asked), BUILDINGS_ON_A_PAGE).get_page(request.GET.get("page"))
    spots = list(locations_for(asked)[: LOCATIONS_SHOWN + 1]) if asked.q else []
    shown = {
        "asked": asked,
        "page": page,
        "rows": building_rows(list(page)),
        "regions": regions(),
        "verdicts": [(value, VERDICTS[value].short) for value in ("valid", "valid_corrected", "area", "unchecked")],
        "spots": location_rows(spots[:LOCATIONS_SHOWN]),
        "more_spots": len(spots) > LOCATIONS_SHOWN,
    }
    return render(request, "portal/locations/locations.html", shown)


def building_rows(buildings: list[Building]) -> list[BuildingRow]:
    """The lines of these buildings, with few questions to the database however many there are."""
    keys = [building.pk for building in buildings]
    spots, people = locations_by_building(keys), people_by_building(keys)
    return [
        BuildingRow(
            building=one,
            address=civic_of(one.address.values()).formatted(),
            words=VERDICTS[one.address.verdict],
            locations=spots.get(one.pk, 0),
            people=people.get(one.pk, 0),
        )
        for one in buildings
    ]


def location_rows(found: list[Location]) -> list[LocationRow]:
    """The lines of these locations."""
    people = people_by_location([one.pk for one in found])
    return [LocationRow(one, people.get(one.pk, 0)) for one in found]
