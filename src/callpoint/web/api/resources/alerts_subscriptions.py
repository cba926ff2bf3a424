"""Subscriptions: of what a group is told, and who is told next when nobody acknowledges."""

from typing import Annotated

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from callpoint.directory.scopes import Scope
from callpoint.notices.editing.steps import LONGEST_SECONDS, MOST_STEPS, as_typed
from callpoint.notices.editing.subscriptions import remove_subscription, save_subscription
from callpoint.notices.models import Subscription
from callpoint.routing.alert_records import AlertType
from callpoint.web.api.answers import nothing, one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.conditional import expect
from callpoint.web.api.documents import Id, Input, Line, Listed, Output, texts
from callpoint.web.api.door import Endpoint
from callpoint.web.api.finding import below, find
from callpoint.web.api.paging import Paging, page
from callpoint.web.api.resources.alerts import Entries, Ids

endpoint = Endpoint("Alerts", "")
PATH = "/organizations/{slug:slug}/subscriptions"
ONE = "/organizations/{slug:slug}/subscriptions/{int:subscription_id}"


class StepValues(Input):
    """A group, and how long after the call it is told unless somebody has acknowledged by then."""

    after_seconds: Annotated[int, Field(ge=0, le=LONGEST_SECONDS)]
    group: Id


Steps = Annotated[list[StepValues], Field(max_length=MOST_STEPS, description="One at 0 seconds at least.")]


class StepDocument(Output):
    """A step as stored."""

    after_seconds: int
    group: int


class SubscriptionChange(Input):
    """What can be changed of a subscription. What is not given stays as it is. Empty filters match every call."""

    name: Line = ""
    type: AlertType = "emergency"
    buildings: Ids = Field(default_factory=list, description="Only calls from these.")
    locations: Ids = Field(default_factory=list, description="Only calls from these.")
    trunks: Entries = Field(default_factory=list, description="Only calls by these; names.")
    people: Entries = Field(default_factory=list, description="Only calls of these: IDs exactly as calls carry them.")
    steps: Steps = Field(default_factory=list)
    templates: Ids = Field(default_factory=list, description="One for each channel and language; else built-in words.")
    quiet_tests: bool = Field(True, description="Test calls make no sound, call nobody and go no further.")
    enabled: bool = True


class NewSubscription(SubscriptionChange):
    """A subscription: what it is of, and who is told."""

    name: Line
    type: AlertType
    steps: Steps


class SubscriptionDocument(Output):
    """A subscription as stored."""

    id: int
    name: str
    type: AlertType
    buildings: list[int]
    locations: list[int]
    trunks: list[str]
    people: list[str]
    steps: list[StepDocument]
    templates: list[int]
    quiet_tests: bool
    enabled: bool


class SubscriptionsAsked(Paging):
    """Which subscriptions."""

    type: AlertType | None = None


def subscription_document(subscription: Subscription) -> SubscriptionDocument:
    """The document of a row."""
    names = SubscriptionDocument.model_fields.keys() - {"id"}
    return SubscriptionDocument(id=subscription.pk, **{name: getattr(subscription, name) for name in names})


@endpoint.get(PATH, Scope.ALERTS_READ, Listed[SubscriptionDocument], summary="List subscriptions")
def list_subscriptions(request: ApiRequest, slug: str, asked: Query[SubscriptionsAsked]) -> HttpResponse:
    """In the order they were added."""
    rows = _rows(request)
    if asked.type is not None:
        rows = rows.filter(type=asked.type)
    return page(request, rows, asked, subscription_document)


@endpoint.post(PATH, Scope.ALERTS_WRITE, SubscriptionDocument, summary="Add a subscription")
def add_subscription(request: ApiRequest, slug: str, values: NewSubscription) -> HttpResponse:
    """It counts from the next call on, by the moment it takes to be published."""
    subscription = save_subscription(request.organization, _fields(values))
    location = below(request.organization, "subscriptions", subscription.pk)
    return one(subscription_document(subscription), 201, location)


@endpoint.get(ONE, Scope.ALERTS_READ, SubscriptionDocument, summary="Read a subscription")
def read_subscription(request: ApiRequest, slug: str, subscription_id: int) -> HttpResponse:
    """With its filters and steps."""
    return one(subscription_document(find(_rows(request), subscription_id)))


@endpoint.patch(ONE, Scope.ALERTS_WRITE, SubscriptionDocument, summary="Change a subscription")
def change_subscription(
    request: ApiRequest, slug: str, subscription_id: int, values: SubscriptionChange
) -> HttpResponse:
    """Only the fields that are given; each list is given as a whole."""
    subscription = find(_rows(request), subscription_id)
    expect(request, subscription_document(subscription))
    return one(subscription_document(save_subscription(request.organization, _fields(values), subscription)))


@endpoint.delete(ONE, Scope.ALERTS_WRITE, summary="Remove a subscription")
def delete_subscription(request: ApiRequest, slug: str, subscription_id: int) -> HttpResponse:
    """Nobody is told by it any more."""
    subscription = find(_rows(request), subscription_id)
    expect(request, subscription_document(subscription))
    remove_subscription(subscription)
    return nothing()


def _fields(values: SubscriptionChange) -> dict[str, str]:
    fields = texts(values, "steps")
    if "steps" in values.model_fields_set:
        fields["steps"] = as_typed(step.model_dump() for step in values.steps)
    return fields


def _rows(request: ApiRequest) -> QuerySet[Subscription]:
    return Subscription.objects.filter(organization=request.organization)
