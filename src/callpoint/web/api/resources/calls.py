"""Calls to 911 and 933, as they were."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from callpoint.calls.models import CallRecord
from callpoint.directory.scopes import Scope
from callpoint.web.api.answers import one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.documents import Listed, Output
from callpoint.web.api.door import Endpoint
from callpoint.web.api.finding import find
from callpoint.web.api.paging import Paging, page

endpoint = Endpoint("Calls", "Who called when, where the call went, and why there.")
PATH = "/organizations/{slug:slug}/calls"


class CallDocument(Output):
    """One call. `location`, `targets` and `reasons` are as they were decided, whatever the directory says now."""

    id: int
    call_id: str = Field(description="The i3 emergency call identifier.")
    incident_id: str
    state: str = Field(json_schema_extra={"enum": [*CallRecord.State.values]})
    started_at: datetime
    service: str
    dialled: str
    identity: str
    person: str
    callback_number: str
    trunk: str
    location: dict[str, Any] | None
    location_source: str
    psap: str
    targets: list[Any]
    reasons: list[Any]
    notified: list[Any]
    unregistered: bool
    cost: str
    currency: str
    answered_at: datetime | None
    answered_by: str
    ended_at: datetime | None
    ended_by: str
    why_ended: str
    status: int | None = Field(description="Of the last SIP answer.")
    talked_seconds: float | None
    read_back: str = Field(description="For 933: `confirmed`, `reported_wrong`, or empty.")


class CallsAsked(Paging):
    """Which calls."""

    dialled: Annotated[str, Field(max_length=20, description="911 or 933.")] = ""
    identity: Annotated[str, Field(max_length=128, description="Of whom: the ID the call carried.")] = ""
    unregistered: bool | None = None
    since: datetime | None = Field(None, description="Begun at this moment or later.")
    until: datetime | None = Field(None, description="Begun before this moment.")
    order: Literal["newest", "oldest"] = "newest"


def call_document(call: CallRecord) -> CallDocument:
    """The document of a row."""
    return CallDocument(**{name: getattr(call, name) for name in CallDocument.model_fields})


@endpoint.get(PATH, Scope.CALLS_READ, Listed[CallDocument], summary="List calls")
def list_calls(request: ApiRequest, slug: str, asked: Query[CallsAsked]) -> HttpResponse:
    """In the order they were taken in, the newest first unless asked otherwise."""
    rows = CallRecord.objects.filter(organization=request.organization)
    wanted = {
        "dialled": asked.dialled or None,
        "identity": asked.identity or None,
        "unregistered": asked.unregistered,
        "started_at__gte": asked.since,
        "started_at__lt": asked.until,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    return page(request, rows, asked, call_document, newest_first=asked.order == "newest")


@endpoint.get(PATH + "/{int:call}", Scope.CALLS_READ, CallDocument, summary="Read a call")
def read_call(request: ApiRequest, slug: str, call: int) -> HttpResponse:
    """As the journal told it so far."""
    return one(call_document(find(CallRecord.objects.filter(organization=request.organization), call)))
