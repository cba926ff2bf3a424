"""Buildings: a name and one address each."""

from typing import Annotated

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from callpoint.directory.editing.places import remove_building, save_building
from callpoint.directory.models import Address, Building
from callpoint.directory.scopes import Scope
from callpoint.web.api.addressed import AddressedValues, fields_of, refused_by_path
from callpoint.web.api.answers import nothing, one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.civic import AddressDocument, address_document
from callpoint.web.api.conditional import expect
from callpoint.web.api.documents import Listed, Output, Text
from callpoint.web.api.door import Endpoint
from callpoint.web.api.finding import below, find
from callpoint.web.api.paging import Paging, page
from callpoint.web.installation import address_desk

endpoint = Endpoint("Buildings and locations", "Where people are: buildings with an address, and spots in them.")
PATH = "/organizations/{slug:slug}/buildings"
ONE = "/organizations/{slug:slug}/buildings/{int:building_id}"


class BuildingValues(AddressedValues):
    """What can be said of a building. What is not given stays as it is."""

    name: Text = Field("", examples=["State House"])


class BuildingDocument(Output):
    """A building as stored."""

    id: int
    name: str
    address: AddressDocument


class BuildingsAsked(Paging):
    """Which buildings."""

    search: Annotated[str, Field(max_length=128, description="In the name or the address.")] = ""
    verdict: Address.Verdict | None = Field(None, description="How far the address is confirmed.")


def building_document(building: Building) -> BuildingDocument:
    """The document of a row; ask for it with address and PSAP."""
    return BuildingDocument(id=building.pk, name=building.name, address=address_document(building.address))


@endpoint.get(PATH, Scope.LOCATIONS_READ, Listed[BuildingDocument], summary="List buildings")
def list_buildings(request: ApiRequest, slug: str, asked: Query[BuildingsAsked]) -> HttpResponse:
    """In the order they were added."""
    rows = _rows(request)
    if asked.search:
        street = rows.filter(address__rd__icontains=asked.search) | rows.filter(address__a3__icontains=asked.search)
        rows = street | rows.filter(name__icontains=asked.search)
    if asked.verdict is not None:
        rows = rows.filter(address__verdict=asked.verdict)
    return page(request, rows, asked, building_document)


@endpoint.post(PATH, Scope.LOCATIONS_WRITE, BuildingDocument, summary="Add a building")
def add_building(request: ApiRequest, slug: str, values: BuildingValues) -> HttpResponse:
    """The address is checked at once; the document says how far it is confirmed."""
    building = _saved(request, values, None)
    stored = find(_rows(request), building.pk)
    return one(building_document(stored), 201, below(request.organization, "buildings", building.pk))


@endpoint.get(ONE, Scope.LOCATIONS_READ, BuildingDocument, summary="Read a building")
def read_building(request: ApiRequest, slug: str, building_id: int) -> HttpResponse:
    """With its address and the verdict on it."""
    return one(building_document(find(_rows(request), building_id)))


@endpoint.patch(ONE, Scope.LOCATIONS_WRITE, BuildingDocument, summary="Change a building")
def change_building(request: ApiRequest, slug: str, building_id: int, values: BuildingValues) -> HttpResponse:
    """Only the fields that are given. A new address moves everybody who is in the building."""
    building = find(_rows(request), building_id)
    expect(request, building_document(building))
    _saved(request, values, building)
    return one(building_document(find(_rows(request), building_id)))


@endpoint.delete(ONE, Scope.LOCATIONS_WRITE, summary="Remove a building")
def delete_building(request: ApiRequest, slug: str, building_id: int) -> HttpResponse:
    """Refused while there are locations in it."""
    building = find(_rows(request), building_id)
    expect(request, building_document(building))
    remove_building(building)
    return nothing()


def _saved(request: ApiRequest, values: BuildingValues, building: Building | None) -> Building:
    with refused_by_path(values):
        return save_building(request.organization, fields_of(values), address_desk(), building)


def _rows(request: ApiRequest) -> QuerySet[Building]:
    return Building.objects.filter(organization=request.organization).select_related("address__psap")
