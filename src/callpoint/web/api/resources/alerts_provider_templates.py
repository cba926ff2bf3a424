"""Templates of the provider, which every organization may choose."""

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Query

from callpoint.directory.scopes import Scope
from callpoint.notices.editing.templates import remove_template, save_template
from callpoint.notices.models import Template
from callpoint.web.api.answers import nothing, one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.conditional import expect
from callpoint.web.api.documents import Listed, texts
from callpoint.web.api.door import Endpoint
from callpoint.web.api.finding import API, find
from callpoint.web.api.paging import Paging, page
from callpoint.web.api.resources.alerts_templates import (
    NewTemplate,
    TemplateDocument,
    TemplateValues,
    template_document,
)

endpoint = Endpoint("Provider", "")
PATH = "/templates"
ONE = "/templates/{int:provider_template_id}"


@endpoint.get(PATH, Scope.PROVIDER_READ, Listed[TemplateDocument], summary="List the provider's templates")
def list_provider_templates(request: ApiRequest, asked: Query[Paging]) -> HttpResponse:
    """Those of organizations are not listed."""
    return page(request, _rows(), asked, template_document)


@endpoint.post(PATH, Scope.PROVIDER_WRITE, TemplateDocument, summary="Add a template for all organizations")
def add_provider_template(request: ApiRequest, values: NewTemplate) -> HttpResponse:
    """Its words are checked at once. They go out where a subscription names it."""
    template = save_template(None, texts(values))
    return one(template_document(template), 201, f"{API}/templates/{template.pk}")


@endpoint.get(ONE, Scope.PROVIDER_READ, TemplateDocument, summary="Read a template of the provider's")
def read_provider_template(request: ApiRequest, provider_template_id: int) -> HttpResponse:
    """With its words."""
    return one(template_document(find(_rows(), provider_template_id)))


@endpoint.patch(ONE, Scope.PROVIDER_WRITE, TemplateDocument, summary="Change a template of the provider's")
def change_provider_template(request: ApiRequest, provider_template_id: int, values: TemplateValues) -> HttpResponse:
    """Only the fields that are given; for every organization that uses it."""
    template = find(_rows(), provider_template_id)
    expect(request, template_document(template))
    return one(template_document(save_template(None, texts(values), template)))


@endpoint.delete(ONE, Scope.PROVIDER_WRITE, summary="Remove a template of the provider's")
def delete_provider_template(request: ApiRequest, provider_template_id: int) -> HttpResponse:
    """Refused while a subscription of any organization uses it."""
    template = find(_rows(), provider_template_id)
    expect(request, template_document(template))
    remove_template(template)
    return nothing()


def _rows() -> QuerySet[Template]:
    return Template.objects.filter(organization=None)
