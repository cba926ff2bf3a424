"""Homes: the places of a person's own, each with its address, where they work when they are not in a building."""

from typing import cast

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from callpoint.directory.editing.homes import remove_home, save_home
from callpoint.directory.models import Address, Location, Person
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

endpoint = Endpoint("Homes", "A person's own places, each with an address: where they are when they work from home.")
PATH = "/organizations/{slug:slug}/people/{int:person_id}/homes"
ONE = "/organizations/{slug:slug}/people/{int:person_id}/homes/{int:home_id}"


class HomeValues(AddressedValues):
    """What can be said of a home. What is not given stays as it is, or is empty for a new one."""

    name: Text = Field("", description="“Home” where it is empty.", examples=["Cottage"])
    floor: Text = Field("", examples=["2"])
    unit: Text = Field("", examples=["Apt 4"])
    room: Text = ""
    note: Text = Field("", description="For those who come looking; PSAP screens show 20 characters surely.")


class HomeDocument(Output):
    """A home as stored."""

    id: int
    person: int
    name: str
    floor: str
    unit: str
    room: str
    note: str
    address: AddressDocument


def home_document(home: Location) -> HomeDocument:
    """The document of a row; ask for it with address and PSAP."""
    texts_of_it = {name: getattr(home, name) for name in ("name", "floor", "unit", "room", "note")}
    person, address = cast(int, home.person_id), cast(Address, home.address)  # every home has both (the constraint)
    return HomeDocument(id=home.pk, person=person, address=address_document(address), **texts_of_it)


@endpoint.get(PATH, Scope.PEOPLE_READ, Listed[HomeDocument], summary="List a person's homes")
def list_homes(request: ApiRequest, slug: str, person_id: int, asked: Query[Paging]) -> HttpResponse:
    """In the order they were added."""
    return page(request, _rows(_person(person_id)), asked, home_document)


@endpoint.post(PATH, Scope.PEOPLE_WRITE, HomeDocument, summary="Add a home")
def add_home(request: ApiRequest, slug: str, person_id: int, values: HomeValues) -> HttpResponse:
    """The address is checked at once. The person is there once `current_location` names it, see *Change a person*."""
    person = _person(person_id)
    with refused_by_path(values):
        saved = save_home(person, fields_of(values), address_desk())
    stored = find(_rows(person), saved.pk)
    return one(home_document(stored), 201, below(request.organization, "people", person.pk, "homes", saved.pk))


@endpoint.get(ONE, Scope.PEOPLE_READ, HomeDocument, summary="Read a home")
def read_home(request: ApiRequest, slug: str, person_id: int, home_id: int) -> HttpResponse:
    """With its address and the verdict on it."""
    return one(home_document(find(_rows(_person(person_id)), home_id)))


@endpoint.patch(ONE, Scope.PEOPLE_WRITE, HomeDocument, summary="Change a home")
def change_home(request: ApiRequest, slug: str, person_id: int, home_id: int, values: HomeValues) -> HttpResponse:
    """Only the fields that are given. With a new address everybody who has it as their location moves along."""
    person = _person(person_id)
    home = find(_rows(person), home_id)
    expect(request, home_document(home))
    with refused_by_path(values):
        save_home(person, fields_of(values), address_desk(), home)
    return one(home_document(find(_rows(person), home_id)))


@endpoint.delete(ONE, Scope.PEOPLE_WRITE, summary="Remove a home")
def delete_home(request: ApiRequest, slug: str, person_id: int, home_id: int) -> HttpResponse:
    """With its address. Refused while it is anybody's location; the answer says whose."""
    person = _person(person_id)
    home = find(_rows(person), home_id)
    expect(request, home_document(home))
    remove_home(person, home)
    return nothing()


def _person(person_id: int) -> Person:
    return find(Person.objects.all(), person_id)


def _rows(person: Person) -> QuerySet[Location]:
    return Location.objects.filter(person=person).select_related("address__psap")
