"""Locations: the spots in buildings that somebody can be sent to."""

from typing import Annotated

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from callpoint.directory.editing.places import remove_location, save_location
from callpoint.directory.models import Building, Location
from callpoint.directory.scopes import Scope
from callpoint.web.api.answers import nothing, one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.conditional import expect
from callpoint.web.api.documents import Id, Input, Listed, Output, Text, texts
from callpoint.web.api.door import Endpoint
from callpoint.web.api.finding import below, find
from callpoint.web.api.paging import Paging, page

endpoint = Endpoint("Buildings and locations", "")
PATH = "/organizations/{slug:slug}/locations"
ONE = "/organizations/{slug:slug}/locations/{int:location_id}"


class LocationValues(Input):
    """What can be said of a location. What is not given stays as it is, or is empty for a new one."""

    name: Text = Field("", description="“Default” where it is empty.", examples=["Front desk"])
    floor: Text = Field("", examples=["2"])
    unit: Text = ""
    room: Text = Field("", examples=["201"])
    note: Text = Field("", description="For those who come looking; PSAP screens show 20 characters surely.")
    elin: Text = Field("", description="Calls from this number are calls from here.", examples=["+1 802 555 0150"])


class NewLocation(LocationValues):
    """A location in a building, which it never leaves."""

    building: Id


class LocationDocument(Output):
    """A location as stored. Its address is the building's."""

    id: int
    building: int
    name: str
    floor: str
    unit: str
    room: str
    note: str
    elin: str


class LocationsAsked(Paging):
    """Which locations."""

    search: Annotated[str, Field(max_length=128, description="In the name.")] = ""
    building: Id | None = Field(None, description="In this building.")


def location_document(location: Location) -> LocationDocument:
    """The document of a row of a building."""
    texts_of_it = {name: getattr(location, name) for name in LocationValues.model_fields}
    return LocationDocument(id=location.pk, building=location.building_id or 0, **texts_of_it)


@endpoint.get(PATH, Scope.LOCATIONS_READ, Listed[LocationDocument], summary="List locations")
def list_locations(request: ApiRequest, slug: str, asked: Query[LocationsAsked]) -> HttpResponse:
    """Those in buildings, in the order they were added. Homes are their people's own and not listed."""
    rows = _rows(request)
    if asked.search:
        rows = rows.filter(name__icontains=asked.search)
    if asked.building is not None:
        rows = rows.filter(building=asked.building)
    return page(request, rows, asked, location_document)


@endpoint.post(PATH, Scope.LOCATIONS_WRITE, LocationDocument, summary="Add a location")
def add_location(request: ApiRequest, slug: str, values: NewLocation) -> HttpResponse:
    """In a building that is there."""
    building = find(Building.objects.filter(organization=request.organization), values.building)
    location = save_location(building, texts(values, "building"))
    return one(location_document(location), 201, below(request.organization, "locations", location.pk))


@endpoint.get(ONE, Scope.LOCATIONS_READ, LocationDocument, summary="Read a location")
def read_location(request: ApiRequest, slug: str, location_id: int) -> HttpResponse:
    """As stored; who is there: `GET …/people?building=`."""
    return one(location_document(find(_rows(request), location_id)))


@endpoint.patch(ONE, Scope.LOCATIONS_WRITE, LocationDocument, summary="Change a location")
def change_location(request: ApiRequest, slug: str, location_id: int, values: LocationValues) -> HttpResponse:
    """Only the fields that are given."""
    location = find(_rows(request), location_id)
    expect(request, location_document(location))
    if location.building is not None:  # as all of `_rows`; homes have none
        location = save_location(location.building, texts(values), location)
    return one(location_document(location))


@endpoint.delete(ONE, Scope.LOCATIONS_WRITE, summary="Remove a location")
def delete_location(request: ApiRequest, slug: str, location_id: int) -> HttpResponse:
    """Refused while it is somebody's; the answer says whose."""
    location = find(_rows(request), location_id)
    expect(request, location_document(location))
    remove_location(location)
    return nothing()


def _rows(request: ApiRequest) -> QuerySet[Location]:
    mine = Location.objects.filter(organization=request.organization, building__isnull=False)
    return mine.select_related("building")
