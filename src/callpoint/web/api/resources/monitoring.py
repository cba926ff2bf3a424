"""Monitoring: what guards may do with a call under way, and the phones they do it by."""

from datetime import datetime
from typing import Annotated

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from callpoint.directory.models.chain import chain_of, hold
from callpoint.directory.scopes import Scope
from callpoint.notices.editing.monitoring import (
    LONGEST_RETENTION,
    add_phone,
    monitor_settings,
    remove_phone,
    save_monitoring,
)
from callpoint.notices.models import MonitorPhone, MonitorSettings
from callpoint.web.api.answers import nothing, one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.conditional import expect
from callpoint.web.api.documents import Input, Line, Listed, Output, texts
from callpoint.web.api.door import Endpoint
from callpoint.web.api.finding import below, find
from callpoint.web.api.paging import Paging, page
from callpoint.web.api.resources.alerts import shown_once

endpoint = Endpoint("Monitoring", "Listening to calls under way: what the organization allows, and its phones.")
PATH = "/organizations/{slug:slug}/monitoring"
PHONES = "/organizations/{slug:slug}/monitoring/phones"
PHONE = "/organizations/{slug:slug}/monitoring/phones/{int:phone_id}"


class MonitoringValues(Input):
    """What can be set. What is not given stays as it is."""

    mode: MonitorSettings.Mode = Field(MonitorSettings.Mode.OFF, strict=False)
    announce: bool = Field(False, description="The parties hear it said that somebody listens.")
    record: bool = Field(False, description="Needs `lawful`.")
    lawful: bool = Field(False, description="You confirm that recording is lawful there; who did, and when, is kept.")
    retention_days: Annotated[int, Field(ge=1, le=LONGEST_RETENTION, description="How long recordings stay.")] = 30
    dial_in: Line = Field("", description="The number guards dial to listen by phone; empty: none.")


class MonitoringDocument(Output):
    """The settings as stored."""

    mode: MonitorSettings.Mode
    announce: bool
    record: bool
    lawful: bool
    legal_notice_by: str = Field(description="Who confirmed that recording is lawful; empty: nobody.")
    legal_notice_at: datetime | None
    retention_days: int
    dial_in: str


class PhoneValues(Input):
    """A guard's phone."""

    name: Line = Field(examples=["Guard on patrol"])
    number: Line = Field(examples=["+1 802 555 0142"])


class PhoneDocument(Output):
    """A phone as stored. Its PIN is shown once, when it is added, and never again."""

    id: int
    name: str
    number: str


class PhoneMade(PhoneDocument):
    """A phone that was added just now."""

    pin: str = Field(description="By which it proves itself when it dials in; shown this once.")


def monitoring_document(settings: MonitorSettings) -> MonitoringDocument:
    """The document of the row, or of the one that would be there."""
    names = MonitoringDocument.model_fields.keys() - {"lawful"}
    values = {name: getattr(settings, name) for name in names}
    return MonitoringDocument(lawful=bool(settings.legal_notice_by), **values)


@endpoint.get(PATH, Scope.ALERTS_READ, MonitoringDocument, summary="Read what guards may listen to")
def read_monitoring(request: ApiRequest, slug: str) -> HttpResponse:
    """Everything is off where nothing was ever set."""
    return one(monitoring_document(monitor_settings(request.organization)))


@endpoint.patch(PATH, Scope.ALERTS_WRITE, MonitoringDocument, summary="Change what guards may listen to")
def change_monitoring(request: ApiRequest, slug: str, values: MonitoringValues) -> HttpResponse:
    """Only the fields that are given."""
    with transaction.atomic():
        hold(chain_of(request.organization.pk))  # what is not given must not bring back what somebody changes just now
        stored = monitoring_document(monitor_settings(request.organization))
        expect(request, stored)
        saved = save_monitoring(
            request.organization, texts(stored, "legal_notice_by", "legal_notice_at") | texts(values)
        )
    return one(monitoring_document(saved))


@endpoint.get(PHONES, Scope.ALERTS_READ, Listed[PhoneDocument], summary="List guards' phones")
def list_monitor_phones(request: ApiRequest, slug: str, asked: Query[Paging]) -> HttpResponse:
    """In the order they were added."""
    return page(request, _phones(request), asked, phone_document)


@endpoint.post(PHONES, Scope.ALERTS_WRITE, PhoneMade, summary="Add a guard's phone")
def add_monitor_phone(request: ApiRequest, slug: str, values: PhoneValues) -> HttpResponse:
    """Its PIN is in the answer, and nowhere else."""
    phone, pin = add_phone(request.organization, texts(values))
    stored = phone_document(phone)
    made = PhoneMade(**stored.model_dump(), pin=pin)
    return shown_once(made, stored, below(request.organization, "monitoring", "phones", phone.pk))


@endpoint.get(PHONE, Scope.ALERTS_READ, PhoneDocument, summary="Read a guard's phone")
def read_monitor_phone(request: ApiRequest, slug: str, phone_id: int) -> HttpResponse:
    """Never with its PIN."""
    return one(phone_document(find(_phones(request), phone_id)))


@endpoint.delete(PHONE, Scope.ALERTS_WRITE, summary="Remove a guard's phone")
def delete_monitor_phone(request: ApiRequest, slug: str, phone_id: int) -> HttpResponse:
    """It is called no more, and its PIN opens nothing."""
    phone = find(_phones(request), phone_id)
    expect(request, phone_document(phone))
    remove_phone(phone)
    return nothing()


def phone_document(phone: MonitorPhone) -> PhoneDocument:
    """The document of a row."""
    return PhoneDocument(id=phone.pk, name=phone.name, number=phone.number)


def _phones(request: ApiRequest) -> QuerySet[MonitorPhone]:
    return MonitorPhone.objects.filter(organization=request.organization)
