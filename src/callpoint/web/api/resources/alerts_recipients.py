"""Recipients: whoever and whatever can be told of a call, by one address of one channel each."""

from datetime import datetime
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from callpoint.directory.scopes import Scope
from callpoint.notices.editing.recipients import SIGNED, remove_recipient, renew_secret, save_recipient
from callpoint.notices.models import Recipient
from callpoint.routing.alert_records import Channel
from callpoint.web.api.answers import nothing, one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.conditional import expect
from callpoint.web.api.documents import Input, Line, Listed, Output, texts
from callpoint.web.api.door import Endpoint
from callpoint.web.api.finding import below, find
from callpoint.web.api.paging import Paging, page
from callpoint.web.api.resources.alerts import may_change, shown_once
from callpoint.web.portal.alerts.recipients import masked

endpoint = Endpoint("Alerts", "Who is told of a call, when, in which words, and what became of it.")
PATH = "/organizations/{slug:slug}/recipients"
ONE = "/organizations/{slug:slug}/recipients/{int:recipient_id}"
Address = Annotated[str, Field(max_length=500)]


class RecipientValues(Input):
    """What can be said of a recipient. What is not given stays as it is."""

    name: Line = Field("", description="Stands in call records and on screens.", examples=["Front desk"])
    address: Address = Field(
        "", description="E-mail address, phone number, https URL, or for `onsite` the id of a screen or `*`."
    )
    language: Line = Field("", description="`en` or `fr-ca`; empty: the organization's.")
    enabled: bool = Field(True, description="Whether it is told at all.")


class NewRecipient(RecipientValues):
    """A recipient and its channel, which never changes."""

    channel: Channel


class RecipientTestDocument(Output):
    """What the last self-test came to; `good_at` is when one last arrived."""

    state: str = Field(description="`sent`, `delivered`, `failed`, … as a delivery's; empty: never tested.")
    at: datetime | None
    good_at: datetime | None
    trouble: str


class RecipientDocument(Output):
    """A recipient as stored. Of webhooks, Teams and Slack a token without `alerts:write` sees only the host."""

    id: int
    channel: Channel
    name: str
    address: str
    language: str
    enabled: bool
    signed: bool = Field(description="Whether notices carry a signature; its secret is never shown again.")
    last_test: RecipientTestDocument | None


class RecipientMade(RecipientDocument):
    """A recipient that was made just now."""

    secret: str = Field(description="What its notices are signed with, shown this once; empty where nothing is signed.")


class SecretDocument(Output):
    """A signing secret, shown this once."""

    secret: str


class RecipientsAsked(Paging):
    """Which recipients."""

    channel: Channel | None = None


def recipient_document(recipient: Recipient, *, whole: bool) -> RecipientDocument:
    """The document of a row; ask for it with its test. Without `whole` a URL ends at its host."""
    values: dict[str, Any] = {
        name: getattr(recipient, name) for name in ("channel", "name", "address", "language", "enabled")
    }
    if not whole:
        values["address"] = masked(recipient)
    signed = recipient.channel == SIGNED and bool(recipient.secret)
    return RecipientDocument(id=recipient.pk, signed=signed, last_test=_test(recipient), **values)


@endpoint.get(PATH, Scope.ALERTS_READ, Listed[RecipientDocument], summary="List recipients")
def list_recipients(request: ApiRequest, slug: str, asked: Query[RecipientsAsked]) -> HttpResponse:
    """In the order they were added, with what their last self-test came to."""
    rows = _rows(request)
    if asked.channel is not None:
        rows = rows.filter(channel=asked.channel)
    whole = may_change(request)
    return page(request, rows, asked, lambda recipient: recipient_document(recipient, whole=whole))


@endpoint.post(PATH, Scope.ALERTS_WRITE, RecipientMade, summary="Add a recipient")
def add_recipient(request: ApiRequest, slug: str, values: NewRecipient) -> HttpResponse:
    """It is told once it is a member of a group. The secret of a webhook is in the answer, and nowhere else."""
    recipient, secret = save_recipient(request.organization, texts(values))
    stored = recipient_document(find(_rows(request), recipient.pk), whole=True)
    made = RecipientMade(**stored.model_dump(), secret=secret)
    return shown_once(made, stored, below(request.organization, "recipients", recipient.pk))


@endpoint.get(ONE, Scope.ALERTS_READ, RecipientDocument, summary="Read a recipient")
def read_recipient(request: ApiRequest, slug: str, recipient_id: int) -> HttpResponse:
    """Never with its secret."""
    return one(recipient_document(find(_rows(request), recipient_id), whole=may_change(request)))


@endpoint.patch(ONE, Scope.ALERTS_WRITE, RecipientDocument, summary="Change a recipient")
def change_recipient(request: ApiRequest, slug: str, recipient_id: int, values: RecipientValues) -> HttpResponse:
    """Only the fields that are given."""
    recipient = find(_rows(request), recipient_id)
    expect(request, recipient_document(recipient, whole=True))
    save_recipient(request.organization, texts(values), recipient)
    return one(recipient_document(find(_rows(request), recipient_id), whole=True))


@endpoint.delete(ONE, Scope.ALERTS_WRITE, summary="Remove a recipient")
def delete_recipient(request: ApiRequest, slug: str, recipient_id: int) -> HttpResponse:
    """Refused while it is a member of a group."""
    recipient = find(_rows(request), recipient_id)
    expect(request, recipient_document(recipient, whole=True))
    remove_recipient(recipient)
    return nothing()


@endpoint.post(ONE + "/secret", Scope.ALERTS_WRITE, SecretDocument, 200, summary="Renew a signing secret")
def renew_recipient_secret(request: ApiRequest, slug: str, recipient_id: int) -> HttpResponse:
    """For webhooks. The secret before stops counting at once; the receiver must be told the new one."""
    return one(SecretDocument(secret=renew_secret(find(_rows(request), recipient_id))), tagged=False)


def _test(recipient: Recipient) -> RecipientTestDocument | None:
    found = getattr(recipient, "test", None)
    if found is None:
        return None
    return RecipientTestDocument(state=found.state, at=found.at, good_at=found.good_at, trouble=found.trouble)


def _rows(request: ApiRequest) -> QuerySet[Recipient]:
    return Recipient.objects.filter(organization=request.organization).select_related("test")
