"""Groups: recipients who are told together, and when they are on duty."""

from typing import Annotated, Literal

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from callpoint.directory.scopes import Scope
from callpoint.notices.editing.duty_times import DAYS, MOST_TIMES
from callpoint.notices.editing.groups import remove_group, save_group
from callpoint.notices.models import Group
from callpoint.web.api.answers import nothing, one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.conditional import expect
from callpoint.web.api.documents import Input, Line, Listed, Output, texts
from callpoint.web.api.door import Endpoint
from callpoint.web.api.finding import below, find
from callpoint.web.api.paging import Paging, page
from callpoint.web.api.resources.alerts import Ids

endpoint = Endpoint("Alerts", "")
PATH = "/organizations/{slug:slug}/groups"
ONE = "/organizations/{slug:slug}/groups/{int:group_id}"
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Hour = Annotated[str, Field(pattern="^(?:[01][0-9]|2[0-3]):[0-5][0-9]$", examples=["08:00"])]


class DutyTimeValues(Input):
    """Days and hours in the organization's time zone; one that ends at or before its beginning goes on overnight."""

    days: Annotated[list[Day], Field(min_length=1, max_length=7)]
    begins: Hour
    ends: Hour


class DutyTimeDocument(Output):
    """A duty time as stored."""

    days: list[Day]
    begins: str
    ends: str


class GroupValues(Input):
    """What can be said of a group. What is not given stays as it is."""

    name: Line = Field("", examples=["Night guards"])
    members: Ids = Field(default_factory=list, description="Ids of recipients, one at least; told at the same time.")
    duty: Annotated[list[DutyTimeValues], Field(max_length=MOST_TIMES)] = Field(
        default_factory=list, description="None: always on duty."
    )


class GroupDocument(Output):
    """A group as stored."""

    id: int
    name: str
    members: list[int]
    duty: list[DutyTimeDocument]


def group_document(group: Group) -> GroupDocument:
    """The document of a row."""
    duty = [
        DutyTimeDocument.model_validate(time | {"days": [DAYS[day] for day in time["days"]]}) for time in group.duty
    ]
    return GroupDocument(id=group.pk, name=group.name, members=group.members, duty=duty)


@endpoint.get(PATH, Scope.ALERTS_READ, Listed[GroupDocument], summary="List groups")
def list_groups(request: ApiRequest, slug: str, asked: Query[Paging]) -> HttpResponse:
    """In the order they were added."""
    return page(request, _rows(request), asked, group_document)


@endpoint.post(PATH, Scope.ALERTS_WRITE, GroupDocument, summary="Add a group")
def add_group(request: ApiRequest, slug: str, values: GroupValues) -> HttpResponse:
    """It is told once a step of a subscription names it."""
    group = save_group(request.organization, _fields(values))
    return one(group_document(group), 201, below(request.organization, "groups", group.pk))


@endpoint.get(ONE, Scope.ALERTS_READ, GroupDocument, summary="Read a group")
def read_group(request: ApiRequest, slug: str, group_id: int) -> HttpResponse:
    """With its members and duty times."""
    return one(group_document(find(_rows(request), group_id)))


@endpoint.patch(ONE, Scope.ALERTS_WRITE, GroupDocument, summary="Change a group")
def change_group(request: ApiRequest, slug: str, group_id: int, values: GroupValues) -> HttpResponse:
    """Only the fields that are given; `members` and `duty` are given as a whole."""
    group = find(_rows(request), group_id)
    expect(request, group_document(group))
    return one(group_document(save_group(request.organization, _fields(values), group)))


@endpoint.delete(ONE, Scope.ALERTS_WRITE, summary="Remove a group")
def delete_group(request: ApiRequest, slug: str, group_id: int) -> HttpResponse:
    """Refused while a subscription tells it."""
    group = find(_rows(request), group_id)
    expect(request, group_document(group))
    remove_group(group)
    return nothing()


def _fields(values: GroupValues) -> dict[str, str]:
    fields = texts(values, "duty")
    if "duty" in values.model_fields_set:
        fields["duty"] = "\n".join(f"{','.join(time.days)} {time.begins}-{time.ends}" for time in values.duty)
    return fields


def _rows(request: ApiRequest) -> QuerySet[Group]:
    return Group.objects.filter(organization=request.organization)
