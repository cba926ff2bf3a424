"""Trunks: the SIP connections calls come in by."""

from typing import Annotated

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
from callpoint.web.api.documents import Input, Line, Listed, Output, texts
from callpoint.web.api.door import Endpoint
from callpoint.web.api.finding import below, find
from callpoint.web.api.paging import Paging, page

endpoint = Endpoint("Trunks", "How calls come in, how a trunk proves itself, and where it carries the ID.")
PATH = "/organizations/{slug:slug}/trunks"
ONE = "/organizations/{slug:slug}/trunks/{int:trunk_id}"
Lines = Annotated[list[Line], Field(max_length=100)]


class TrunkValues(Input):
    """What can be said of a trunk. What is not given stays as it is."""

    source_networks: Lines = Field(default_factory=list, examples=[["192.0.2.0/24"]])
    digest_username: Line = ""
    digest_password: Line = Field("", description="Only a digest of it is kept; it is never shown.")
    certificate_names: Lines = Field(default_factory=list, description="Names in the peer's TLS certificate.")
    id_headers: Lines = Field(default_factory=list, description="Where calls carry the ID, the first that is there.")
    location_trusted: bool = Field(False, description="Whether a location in the call itself counts.")
    misdial: Trunk.Misdial = Field(Trunk.Misdial.REJECT, strict=False)
    callback_uri: Line = Field("", description="Where calls back from a PSAP ring; empty: where the call came from.")


class NewTrunk(TrunkValues):
    """A trunk with its name, unique in the installation and never changed."""

    name: Line


class TrunkDocument(Output):
    """A trunk as stored; `digest_password_set` tells that there is one."""

    id: int
    name: str
    source_networks: list[str]
    digest_username: str
    digest_password_set: bool
    certificate_names: list[str]
    id_headers: list[str]
    location_trusted: bool
    misdial: Trunk.Misdial
    callback_uri: str


def trunk_document(trunk: Trunk) -> TrunkDocument:
    """The document of a row."""
    names = ("name", "source_networks", "digest_username", "certificate_names", "id_headers", "location_trusted")
    values = {name: getattr(trunk, name) for name in (*names, "misdial", "callback_uri")}
    return TrunkDocument(id=trunk.pk, digest_password_set=bool(trunk.digest_ha1), **values)


@endpoint.get(PATH, Scope.TRUNKS_READ, Listed[TrunkDocument], summary="List trunks")
def list_trunks(request: ApiRequest, slug: str, asked: Query[Paging]) -> HttpResponse:
    """The organization's own; those the provider has for everybody are not listed."""
    return page(request, _rows(request), asked, trunk_document)


@endpoint.post(PATH, Scope.TRUNKS_WRITE, TrunkDocument, summary="Add a trunk")
def add_trunk(request: ApiRequest, slug: str, values: NewTrunk) -> HttpResponse:
    """It needs something to prove itself by: networks, a user with a password, or certificates."""
    trunk = save_trunk(request.organization, texts(values))
    return one(trunk_document(trunk), 201, below(request.organization, "trunks", trunk.pk))


@endpoint.get(ONE, Scope.TRUNKS_READ, TrunkDocument, summary="Read a trunk")
def read_trunk(request: ApiRequest, slug: str, trunk_id: int) -> HttpResponse:
    """Never with its password, which is not kept."""
    return one(trunk_document(find(_rows(request), trunk_id)))


@endpoint.patch(ONE, Scope.TRUNKS_WRITE, TrunkDocument, summary="Change a trunk")
def change_trunk(request: ApiRequest, slug: str, trunk_id: int, values: TrunkValues) -> HttpResponse:
    """Only the fields that are given."""
    trunk = find(_rows(request), trunk_id)
    expect(request, trunk_document(trunk))
    return one(trunk_document(save_trunk(request.organization, texts(values), trunk)))


@endpoint.delete(ONE, Scope.TRUNKS_WRITE, summary="Remove a trunk")
def delete_trunk(request: ApiRequest, slug: str, trunk_id: int) -> HttpResponse:
    """From then on whoever comes in by it is a stranger."""
    trunk = find(_rows(request), trunk_id)
    expect(request, trunk_document(trunk))
    remove_trunk(trunk)
    return nothing()


def _rows(request: ApiRequest) -> QuerySet[Trunk]:
    return Trunk.objects.filter(organization=request.organization)
