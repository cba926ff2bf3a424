"""The identity providers people of an organization sign in with."""

from typing import Literal

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Query

from callpoint.directory.models import SignOnProvider
from callpoint.directory.scopes import Scope
from callpoint.web.api.answers import one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.documents import Listed, Output
from callpoint.web.api.door import Endpoint
from callpoint.web.api.finding import find
from callpoint.web.api.paging import Paging, page

endpoint = Endpoint("Sign-on", "Identity providers, by OpenID Connect or SAML. They are set up in the portal.")
PATH = "/organizations/{slug:slug}/sign-on-providers"


class SignOnDocument(Output):
    """An identity provider, without its secrets."""

    id: int
    key: str
    name: str
    kind: Literal["oidc", "saml"]
    email_domains: list[str]
    required: bool
    enabled: bool
    new_role: str


def sign_on_document(provider: SignOnProvider) -> SignOnDocument:
    """The document of a row."""
    names = ("key", "name", "kind", "email_domains", "required", "enabled", "new_role")
    return SignOnDocument(id=provider.pk, **{name: getattr(provider, name) for name in names})


@endpoint.get(PATH, Scope.SIGN_ON_READ, Listed[SignOnDocument], summary="List identity providers")
def list_sign_on_providers(request: ApiRequest, slug: str, asked: Query[Paging]) -> HttpResponse:
    """With the domains each may vouch for."""
    return page(request, _rows(request), asked, sign_on_document)


@endpoint.get(PATH + "/{int:provider_id}", Scope.SIGN_ON_READ, SignOnDocument, summary="Read an identity provider")
def read_sign_on_provider(request: ApiRequest, slug: str, provider_id: int) -> HttpResponse:
    """Without its secrets."""
    return one(sign_on_document(find(_rows(request), provider_id)))


def _rows(request: ApiRequest) -> QuerySet[SignOnProvider]:
    return SignOnProvider.objects.filter(organization=request.organization)
