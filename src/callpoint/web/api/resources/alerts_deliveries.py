"""Deliveries: every notice to every recipient, and what became of it."""

from datetime import datetime
from typing import Annotated, Literal

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from callpoint.directory.scopes import Scope
from callpoint.notices.models import Delivery
from callpoint.routing.alert_records import Channel
from callpoint.web.api.answers import one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.documents import Listed, Output
from callpoint.web.api.door import Endpoint
from callpoint.web.api.finding import find
from callpoint.web.api.paging import Paging, page

endpoint = Endpoint("Alerts", "")
PATH = "/organizations/{slug:slug}/deliveries"


class DeliveryDocument(Output):
    """One notice. Recipient and subscription are called as they were then; of a URL only the host is kept."""

    id: int
    alert: str = Field(description="What it is about: for a call's first alert its `call_id`.")
    call_id: str = Field(description="The i3 emergency call identifier; empty where it is about no call.")
    type: str
    subscription: str
    step: int = Field(description="Which step of the subscription, from 0.")
    recipient: str
    recipient_id: int | None
    channel: str
    address: str
    state: Delivery.State
    attempts: int
    queued_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str
    trouble: str = Field(description="Why it is retried or has failed.")
    reference: str = Field(description="What the other side calls it.")


class DeliveriesAsked(Paging):
    """Which deliveries."""

    call_id: Annotated[str, Field(max_length=128, description="Of this call.")] = ""
    state: Delivery.State | None = None
    channel: Channel | None = None
    since: datetime | None = Field(None, description="Queued at this moment or later.")
    order: Literal["newest", "oldest"] = "newest"


def delivery_document(delivery: Delivery) -> DeliveryDocument:
    """The document of a row."""
    return DeliveryDocument(**{name: getattr(delivery, name) for name in DeliveryDocument.model_fields})


@endpoint.get(PATH, Scope.DELIVERIES_READ, Listed[DeliveryDocument], summary="List deliveries")
def list_deliveries(request: ApiRequest, slug: str, asked: Query[DeliveriesAsked]) -> HttpResponse:
    """In the order they were taken in, the newest first unless asked otherwise."""
    wanted = {
        "call_id": asked.call_id or None,
        "state": asked.state,
        "channel": asked.channel,
        "queued_at__gte": asked.since,
    }
    rows = _rows(request).filter(**{name: value for name, value in wanted.items() if value is not None})
    return page(request, rows, asked, delivery_document, newest_first=asked.order == "newest")


@endpoint.get(PATH + "/{int:delivery_id}", Scope.DELIVERIES_READ, DeliveryDocument, summary="Read a delivery")
def read_delivery(request: ApiRequest, slug: str, delivery_id: int) -> HttpResponse:
    """As the dispatcher told it so far."""
    return one(delivery_document(find(_rows(request), delivery_id)))


def _rows(request: ApiRequest) -> QuerySet[Delivery]:
    return Delivery.objects.filter(organization=request.organization)
