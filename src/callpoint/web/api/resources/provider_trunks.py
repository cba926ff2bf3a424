"""Provider-wide trunks: calls of many organizations come in by one, and name theirs in a header."""

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from callpoint.directory.editing.trunks import remove_trunk, save_trunk
from callpoint.directory.models import Trunk
from callpoint.directory.scopes import Scope
from callpoint.web.api.answers import nothing, one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.conditional import expect
from callpoint.web.api.documents import Line, Listed, texts
from callpoint.web.api.door import Endpoint
from callpoint.web.api.finding import API, find
from callpoint.web.api.paging import Paging, page
from callpoint.web.api.resources.trunks import TrunkDocument, TrunkValues, trunk_document

endpoint = Endpoint("Provider", "")
PATH = "/provider/trunks"
ONE = "/provider/trunks/{int:provider_trunk_id}"
_OVERLAP = "may_overlap"


class ProviderTrunkValues(TrunkValues):
    """What can be said of a provider-wide trunk. What is not given stays as it is."""

    organization_header: Line = Field("", description="Where calls carry the organization's slug.")
    may_overlap: bool = Field(
        False,
        description="Let it claim what proves an organization's trunk; not kept, so say it with each change.",
    )


class NewProviderTrunk(ProviderTrunkValues):
    """A provider-wide trunk with its name, unique in the installation and never changed."""

    name: Line


class ProviderTrunkDocument(TrunkDocument):
    """A provider-wide trunk as stored."""

    organization_header: str


def provider_trunk_document(trunk: Trunk) -> ProviderTrunkDocument:
    """The document of a row."""
    values = trunk_document(trunk).model_dump()
    return ProviderTrunkDocument(organization_header=trunk.organization_header, **values)


@endpoint.get(PATH, Scope.PROVIDER_READ, Listed[ProviderTrunkDocument], summary="List provider-wide trunks")
def list_provider_trunks(request: ApiRequest, asked: Query[Paging]) -> HttpResponse:
    """Those of no organization. An organization's own are below it."""
    return page(request, _rows(), asked, provider_trunk_document)


@endpoint.post(PATH, Scope.PROVIDER_WRITE, ProviderTrunkDocument, summary="Add a provider-wide trunk")
def add_provider_trunk(request: ApiRequest, values: NewProviderTrunk) -> HttpResponse:
    """It needs something to prove itself by, and the header that names the organization of each call."""
    trunk = save_trunk(None, texts(values, _OVERLAP), may_overlap=values.may_overlap)
    return one(provider_trunk_document(trunk), 201, f"{API}{PATH}/{trunk.pk}")


@endpoint.get(ONE, Scope.PROVIDER_READ, ProviderTrunkDocument, summary="Read a provider-wide trunk")
def read_provider_trunk(request: ApiRequest, provider_trunk_id: int) -> HttpResponse:
    """Never with its password, which is not kept."""
    return one(provider_trunk_document(find(_rows(), provider_trunk_id)))


@endpoint.patch(ONE, Scope.PROVIDER_WRITE, ProviderTrunkDocument, summary="Change a provider-wide trunk")
def change_provider_trunk(request: ApiRequest, provider_trunk_id: int, values: ProviderTrunkValues) -> HttpResponse:
    """Only the fields that are given."""
    trunk = find(_rows(), provider_trunk_id)
    expect(request, provider_trunk_document(trunk))
    changed = save_trunk(None, texts(values, _OVERLAP), trunk, may_overlap=values.may_overlap)
    return one(provider_trunk_document(changed))


@endpoint.delete(ONE, Scope.PROVIDER_WRITE, summary="Remove a provider-wide trunk")
def delete_provider_trunk(request: ApiRequest, provider_trunk_id: int) -> HttpResponse:
    """From then on whoever comes in by it is a stranger, whatever their organization."""
    trunk = find(_rows(), provider_trunk_id)
    expect(request, provider_trunk_document(trunk))
    remove_trunk(trunk)
    return nothing()


def _rows() -> QuerySet[Trunk]:
    return Trunk.objects.filter(organization=None)
