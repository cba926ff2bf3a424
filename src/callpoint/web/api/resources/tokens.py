"""Tokens: which there are, and revoking them. They are made in the portal, by somebody who has signed in."""

from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from callpoint.directory.editing.tokens import revoke
from callpoint.directory.models import ApiToken
from callpoint.directory.scopes import Scope
from callpoint.web.api.answers import nothing, one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.conditional import expect
from callpoint.web.api.documents import Listed, Output
from callpoint.web.api.door import Endpoint
from callpoint.web.api.finding import find
from callpoint.web.api.paging import Paging, page

endpoint = Endpoint("Tokens", "What programs prove themselves by.")
PATH = "/organizations/{slug:slug}/tokens"
ONE = "/organizations/{slug:slug}/tokens/{int:token_id}"


class TokenDocument(Output):
    """A token. Its secret is shown once, when it is made, and never again."""

    id: int
    name: str
    start: str = Field(description="How the secret begins, to tell tokens apart.")
    made_by: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None = Field(description="Kept once a minute.")


def token_document(token: ApiToken) -> TokenDocument:
    """The document of a row; ask for it with its account."""
    names = ("name", "start", "scopes", "created_at", "expires_at", "revoked_at", "last_used_at")
    values = {name: getattr(token, name) for name in names}
    return TokenDocument(id=token.pk, made_by=token.account.email, **values)


@endpoint.get(PATH, Scope.TOKENS_READ, Listed[TokenDocument], summary="List tokens")
def list_tokens(request: ApiRequest, slug: str, asked: Query[Paging]) -> HttpResponse:
    """Also those that are over or revoked."""
    return page(request, _rows(request), asked, token_document)


@endpoint.get(ONE, Scope.TOKENS_READ, TokenDocument, summary="Read a token")
def read_token(request: ApiRequest, slug: str, token_id: int) -> HttpResponse:
    """Never with its secret."""
    return one(token_document(find(_rows(request), token_id)))


@endpoint.delete(ONE, Scope.TOKENS_WRITE, summary="Revoke a token")
def revoke_token(request: ApiRequest, slug: str, token_id: int) -> HttpResponse:
    """It counts no more from now on, and stays in the list. A token can revoke itself."""
    token = find(_rows(request), token_id)
    expect(request, token_document(token))
    revoke(token)
    return nothing()


def _rows(request: ApiRequest) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(organization=request.organization).select_related("account")
