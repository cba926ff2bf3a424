"""Who and what reaches the whole installation: provider administrators, and tokens of the provider."""

from typing import Annotated

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from callpoint.directory.editing.members import appoint, dismiss
from callpoint.directory.editing.tokens import revoke
from callpoint.directory.models import ApiToken, Membership
from callpoint.directory.scopes import Scope
from callpoint.web.api.answers import nothing, one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.conditional import expect
from callpoint.web.api.documents import Input, Listed
from callpoint.web.api.door import Endpoint
from callpoint.web.api.finding import API, find
from callpoint.web.api.paging import Paging, page
from callpoint.web.api.resources.administrators import AdministratorDocument, administrator_document
from callpoint.web.api.resources.tokens import TokenDocument, token_document

endpoint = Endpoint("Provider access", "Who looks after the whole installation, and the tokens that reach all of it.")
ADMINISTRATORS = "/provider/administrators"
ADMINISTRATOR = "/provider/administrators/{int:administrator_id}"
TOKENS = "/provider/tokens"
ISSUED = "/provider/tokens/{int:provider_token_id}"


class ProviderAppointment(Input):
    """Who becomes provider administrator. Somebody new gets an e-mail with a link that lets them choose a password."""

    email: Annotated[str, Field(max_length=254, examples=["sam@provider.example"])]
    name: Annotated[str, Field(max_length=120)] = ""


@endpoint.get(
    ADMINISTRATORS,
    Scope.PROVIDER_ACCESS_READ,
    Listed[AdministratorDocument],
    summary="List provider administrators",
)
def list_provider_administrators(request: ApiRequest, asked: Query[Paging]) -> HttpResponse:
    """Everybody who may do everything."""
    return page(request, _administrators(), asked, administrator_document)


@endpoint.post(
    ADMINISTRATORS,
    Scope.PROVIDER_ACCESS_WRITE,
    AdministratorDocument,
    summary="Appoint a provider administrator",
)
def add_provider_administrator(request: ApiRequest, values: ProviderAppointment) -> HttpResponse:
    """They may do everything from then on. Refused for somebody who is one already."""
    membership = appoint(None, values.email, Membership.Role.PROVIDER_ADMINISTRATOR, values.name)
    return one(administrator_document(membership), 201, f"{API}{ADMINISTRATORS}/{membership.pk}")


@endpoint.get(ADMINISTRATOR, Scope.PROVIDER_ACCESS_READ, AdministratorDocument, summary="Read a provider administrator")
def read_provider_administrator(request: ApiRequest, administrator_id: int) -> HttpResponse:
    """Name and address, and whether they have ever come."""
    return one(administrator_document(find(_administrators(), administrator_id)))


@endpoint.delete(ADMINISTRATOR, Scope.PROVIDER_ACCESS_WRITE, summary="Dismiss a provider administrator")
def delete_provider_administrator(request: ApiRequest, administrator_id: int) -> HttpResponse:
    """Their account stays, without this role; tokens they made for the provider stop at once. Refused for the last
    one."""
    membership = find(_administrators(), administrator_id)
    expect(request, administrator_document(membership))
    dismiss(membership)
    return nothing()


@endpoint.get(TOKENS, Scope.PROVIDER_ACCESS_READ, Listed[TokenDocument], summary="List tokens of the provider")
def list_provider_tokens(request: ApiRequest, asked: Query[Paging]) -> HttpResponse:
    """Those that reach every organization, also the ones that are over or revoked."""
    return page(request, _tokens(), asked, token_document)


@endpoint.get(ISSUED, Scope.PROVIDER_ACCESS_READ, TokenDocument, summary="Read a token of the provider")
def read_provider_token(request: ApiRequest, provider_token_id: int) -> HttpResponse:
    """Never with its secret."""
    return one(token_document(find(_tokens(), provider_token_id)))


@endpoint.delete(ISSUED, Scope.PROVIDER_ACCESS_WRITE, summary="Revoke a token of the provider")
def revoke_provider_token(request: ApiRequest, provider_token_id: int) -> HttpResponse:
    """It counts no more from now on, and stays in the list. A token can revoke itself."""
    token = find(_tokens(), provider_token_id)
    expect(request, token_document(token))
    revoke(token)
    return nothing()


def _administrators() -> QuerySet[Membership]:
    return Membership.objects.filter(organization=None).select_related("account")


def _tokens() -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(organization=None).select_related("account")
