"""Templates: an organization's own words for an alert, beside those the provider has for everybody."""

from typing import Annotated, Literal

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from callpoint.directory.scopes import Scope
from callpoint.directory.tenancy import everywhere
from callpoint.notices.editing.templates import remove_template, save_template
from callpoint.notices.models import Template
from callpoint.routing.alert_records import AlertType, Channel
from callpoint.web.api.answers import nothing, one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.conditional import expect
from callpoint.web.api.documents import Input, Line, Listed, Output, texts
from callpoint.web.api.door import Endpoint
from callpoint.web.api.finding import below, find
from callpoint.web.api.paging import Paging, page

endpoint = Endpoint("Alerts", "")
PATH = "/organizations/{slug:slug}/templates"
ONE = "/organizations/{slug:slug}/templates/{int:template_id}"
TemplateType = Literal[AlertType, "welcome", "update_available", "reminder"]
"""A type of alert, or of an e-mail to people."""


class TemplateValues(Input):
    """What can be said of a template. What is not given stays as it is."""

    name: Line = ""
    type: TemplateType = "emergency"
    channel: Channel = "email"
    language: Literal["en", "fr"] = "en"
    subject: Annotated[str, Field(max_length=500, description="Of an e-mail; other channels have none.")] = ""
    body: Annotated[str, Field(max_length=10_000, examples=["{{ person }} called 911 from {{ location }}"])] = ""


class NewTemplate(TemplateValues):
    """A template: what it is for, and its words."""

    name: Line
    type: TemplateType
    channel: Channel
    language: Literal["en", "fr"]
    body: Annotated[str, Field(max_length=10_000, examples=["{{ person }} called 911 from {{ location }}"])]


class TemplateDocument(Output):
    """A template as stored."""

    id: int
    name: str
    type: TemplateType
    channel: Channel
    language: Literal["en", "fr"]
    subject: str
    body: str
    trouble: str = Field(description="Why the built-in words go out instead; empty: these do.")
    provided: bool = Field(description="Whether it is the provider's, for all organizations; only it can change it.")


def template_document(template: Template) -> TemplateDocument:
    """The document of a row."""
    names = TemplateDocument.model_fields.keys() - {"id", "provided"}
    values = {name: getattr(template, name) for name in names}
    return TemplateDocument(id=template.pk, provided=template.organization_id is None, **values)


@endpoint.get(PATH, Scope.ALERTS_READ, Listed[TemplateDocument], summary="List templates")
def list_templates(request: ApiRequest, slug: str, asked: Query[Paging]) -> HttpResponse:
    """All that a subscription may choose: the organization's own and the provider's."""
    return page(request, _offered(request), asked, template_document)


@endpoint.post(PATH, Scope.ALERTS_WRITE, TemplateDocument, summary="Add a template")
def add_template(request: ApiRequest, slug: str, values: NewTemplate) -> HttpResponse:
    """Its words are checked at once. They go out once a subscription names it."""
    template = save_template(request.organization, texts(values))
    return one(template_document(template), 201, below(request.organization, "templates", template.pk))


@endpoint.get(ONE, Scope.ALERTS_READ, TemplateDocument, summary="Read a template")
def read_template(request: ApiRequest, slug: str, template_id: int) -> HttpResponse:
    """One of the organization's, or of the provider's."""
    return one(template_document(find(_offered(request), template_id)))


@endpoint.patch(ONE, Scope.ALERTS_WRITE, TemplateDocument, summary="Change a template")
def change_template(request: ApiRequest, slug: str, template_id: int, values: TemplateValues) -> HttpResponse:
    """Only the fields that are given, and only of the organization's own."""
    template = find(_own(request), template_id)
    expect(request, template_document(template))
    return one(template_document(save_template(request.organization, texts(values), template)))


@endpoint.delete(ONE, Scope.ALERTS_WRITE, summary="Remove a template")
def delete_template(request: ApiRequest, slug: str, template_id: int) -> HttpResponse:
    """Refused while a subscription uses it."""
    template = find(_own(request), template_id)
    expect(request, template_document(template))
    remove_template(template)
    return nothing()


def _own(request: ApiRequest) -> QuerySet[Template]:
    return Template.objects.filter(organization=request.organization)


def _offered(request: ApiRequest) -> QuerySet[Template]:
    """The provider's lie outside of the organization's scope."""
    with everywhere():
        return Template.objects.filter(Q(organization=request.organization) | Q(organization=None))
