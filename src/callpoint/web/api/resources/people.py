"""People: who may dial, one by one."""

from datetime import datetime
from typing import Annotated, Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from ninja import Query
from pydantic import Field

from callpoint.directory.editing.people import move_person, remove_person, save_person
from callpoint.directory.models import Person
from callpoint.directory.readiness.counting import Category, filtered
from callpoint.directory.scopes import Scope
from callpoint.web.api.answers import nothing, one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.conditional import expect
from callpoint.web.api.documents import Id, Input, Listed, Output, Text, texts
from callpoint.web.api.door import Endpoint
from callpoint.web.api.finding import below, find, touched_since
from callpoint.web.api.paging import Paging, page

endpoint = Endpoint("People", "Who may dial, known by a device user ID or a phone number; and what would happen if.")
PATH = "/organizations/{slug:slug}/people"
ONE = "/organizations/{slug:slug}/people/{int:person_id}"


class PersonValues(Input):
    """What can be said of a person. What is not given stays as it is, or is empty for somebody new."""

    identification_type: Person.Identification = Field(
        Person.Identification.DEVICE_USER_ID, description="What calls know the person by.", strict=False
    )
    device_user_id: Text | None = Field(
        None, description="Compared exactly, case included; as the calling platform sends it.", examples=["E1001"]
    )
    phone_number: Text | None = Field(None, description="Of the US or Canada.", examples=["+1 802 555 0142"])
    first_name: Text = Field("", examples=["Ada"])
    last_name: Text = Field("", examples=["Lovelace"])
    email: Text = Field("", examples=["ada@example.org"])
    callback_number: Text = Field("", description="Where the PSAP calls back.", examples=["+1 802 555 0101"])
    language: Text = Field("", description="en or fr; empty for the organization's.")
    active: bool = True
    assigned_location: Id | None = Field(None, description="Their place of work: `id` of a location, or of a home.")
    current_location: Id | None = Field(None, description="Where they are now: `id` of a location, or of a home.")


class PersonDocument(Output):
    """A person as stored."""

    id: int
    identification_type: Person.Identification
    device_user_id: str | None
    phone_number: str | None
    first_name: str
    last_name: str
    email: str
    callback_number: str
    language: str
    active: bool
    assigned_location: int | None
    current_location: int | None
    current_at: datetime | None
    current_by: str
    current_method: str
    number_location: int | None


class PeopleAsked(Paging):
    """Which people."""

    search: Annotated[str, Field(max_length=128, description="In ID, name, e-mail or number.")] = ""
    device_user_id: Annotated[str, Field(max_length=128, description="This very ID.")] = ""
    readiness: Category | None = Field(None, description="As found the last time the worker looked.")
    updated_since: datetime | None = Field(None, description="Changed since this moment (RFC 3339).")
    building: Id | None = Field(None, description="Assigned to, or now in, this building.")
    active: bool | None = None


_PLACES: Final = ("assigned_location", "current_location", "number_location")
_COLUMNS: Final = {name: f"{name}_id" if name in _PLACES else name for name in PersonDocument.model_fields}


def person_document(person: Person) -> PersonDocument:
    """The document of a row."""
    return PersonDocument(**{name: getattr(person, column) for name, column in _COLUMNS.items()})


@endpoint.get(PATH, Scope.PEOPLE_READ, Listed[PersonDocument], summary="List people")
def list_people(request: ApiRequest, slug: str, asked: Query[PeopleAsked]) -> HttpResponse:
    """In the order they were added."""
    rows = Person.objects.filter(organization=request.organization)
    return page(request, _chosen(rows, asked, request), asked, person_document)


@endpoint.post(PATH, Scope.PEOPLE_WRITE, PersonDocument, summary="Add a person")
def add_person(request: ApiRequest, slug: str, values: PersonValues) -> HttpResponse:
    """Refused when the ID or number belongs to somebody already."""
    person = written(request, values, None)
    return one(person_document(person), 201, below(request.organization, "people", person.pk))


@endpoint.get(ONE, Scope.PEOPLE_READ, PersonDocument, summary="Read a person")
def read_person(request: ApiRequest, slug: str, person_id: int) -> HttpResponse:
    """As stored; the answer's ETag is for If-Match."""
    return one(person_document(find(Person.objects.all(), person_id)))


@endpoint.patch(ONE, Scope.PEOPLE_WRITE, PersonDocument, summary="Change a person")
def change_person(request: ApiRequest, slug: str, person_id: int, values: PersonValues) -> HttpResponse:
    """Only the fields that are given."""
    person = find(Person.objects.all(), person_id)
    expect(request, person_document(person))
    return one(person_document(written(request, values, person)))


@endpoint.delete(ONE, Scope.PEOPLE_WRITE, summary="Remove a person")
def delete_person(request: ApiRequest, slug: str, person_id: int) -> HttpResponse:
    """Together with the homes only they have. Calls they made are kept."""
    person = find(Person.objects.all(), person_id)
    expect(request, person_document(person))
    remove_person(person)
    return nothing()


def written(request: ApiRequest, values: PersonValues, person: Person | None) -> Person:
    """The person made or changed, all of it or nothing. Raises `Refused`."""
    fields = texts(values)
    moved = fields.pop("current_location", None)
    with transaction.atomic():
        saved = save_person(request.organization, fields, person)
        here = str(saved.current_location_id or "")
        return saved if moved is None or moved == here else move_person(saved, {"current_location": moved})


def _chosen(rows: QuerySet[Person], asked: PeopleAsked, request: ApiRequest) -> QuerySet[Person]:
    if asked.search:
        columns = ("device_user_id", "phone_number", "first_name", "last_name", "email", "callback_number")
        anywhere = Q()
        for column in columns:
            anywhere |= Q(**{f"{column}__icontains": asked.search})
        rows = rows.filter(anywhere)
    if asked.device_user_id:
        rows = rows.filter(device_user_id=asked.device_user_id)
    if asked.readiness is not None:
        rows = filtered(rows, asked.readiness, request.organization, timezone.now())
    if asked.building is not None:
        there = Q(assigned_location__building=asked.building) | Q(current_location__building=asked.building)
        rows = rows.filter(there)
    if asked.active is not None:
        rows = rows.filter(active=asked.active)
    if asked.updated_since is not None:
        rows = touched_since(rows, "person", request.organization, asked.updated_since)
    return rows
