"""The identity providers people of an organization sign in with."""

from typing import Annotated, Final, Literal

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from ninja import Query
from pydantic import Field

from callpoint.directory.editing.identity_providers import (
    MOST_DOMAINS,
    remove_identity_provider,
    save_identity_provider,
)
from callpoint.directory.editing.saml_metadata import LONGEST
from callpoint.directory.models import SignOnProvider
from callpoint.directory.scopes import Scope
from callpoint.web.api.answers import nothing, one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.conditional import expect
from callpoint.web.api.documents import Input, Line, Listed, Output, texts
from callpoint.web.api.door import Endpoint
from callpoint.web.api.finding import below, find
from callpoint.web.api.paging import Paging, page
from callpoint.web.api.problems import FieldError, Kind, Problem

endpoint = Endpoint("Sign-on", "Identity providers people sign in with, by OpenID Connect or SAML.")
PATH = "/organizations/{slug:slug}/sign-on-providers"
ONE = "/organizations/{slug:slug}/sign-on-providers/{int:provider_id}"
Address = Annotated[str, Field(max_length=1024)]
_OIDC: Final = frozenset({"issuer", "client_id", "client_secret", "email_trusted"})
_SAML: Final = frozenset({"metadata", "entity_id", "sso_url", "certificate"})
_FOREIGN: Final = {
    SignOnProvider.Kind.OIDC: (_SAML, "belongs to SAML; this one speaks OpenID Connect"),
    SignOnProvider.Kind.SAML: (_OIDC, "belongs to OpenID Connect; this one speaks SAML"),
}


class SignOnValues(Input):
    """What can be said of an identity provider. What is not given stays as it is."""

    name: Line = Field("", description="Stands on the button.", examples=["Acme"])
    enabled: bool = True
    required: bool = Field(False, description="Its people sign in by nothing else; only once somebody came in by it.")
    new_role: Line = Field("", description="Role of somebody who comes for the first time; empty lets no newcomer in.")
    email_domains: Annotated[list[Line], Field(max_length=MOST_DOMAINS)] = Field(
        default_factory=list, description="Whose addresses it may vouch for; only a token of the provider sets them."
    )
    issuer: Address = Field("", description="OpenID Connect.", examples=["https://login.acme.example"])
    client_id: Line = Field("", description="OpenID Connect.")
    client_secret: Address = Field("", description="OpenID Connect. Never shown; left alone where it is empty.")
    email_trusted: bool = Field(False, description="OpenID Connect: an address it calls unverified counts as well.")
    metadata: Annotated[str, Field(max_length=LONGEST)] = Field("", description="SAML: XML, instead of the next three.")
    entity_id: Address = Field("", description="SAML.")
    sso_url: Address = Field("", description="SAML.")
    certificate: Annotated[str, Field(max_length=LONGEST)] = Field("", description="SAML: as PEM or its base64.")


class NewSignOn(SignOnValues):
    """An identity provider and what it speaks, which never changes."""

    kind: Literal["oidc", "saml"]


class SignOnDocument(Output):
    """An identity provider, without its secrets. What its kind does not know is empty."""

    id: int
    key: str
    name: str
    kind: Literal["oidc", "saml"]
    email_domains: list[str]
    required: bool
    enabled: bool
    new_role: str
    issuer: str
    client_id: str
    client_secret_set: bool
    email_trusted: bool
    entity_id: str
    sso_url: str
    certificate: str
    answer_url: str = Field(description="To be told to it: redirect URI of OpenID Connect, ACS URL of SAML.")
    metadata_url: str = Field(description="Our metadata, for SAML.")


def sign_on_document(provider: SignOnProvider) -> SignOnDocument:
    """The document of a row."""
    names = ("key", "name", "kind", "email_domains", "required", "enabled", "new_role")
    shown = {name: provider.settings.get(name, "") for name in ("issuer", "client_id", *sorted(_SAML - {"metadata"}))}
    saml = provider.kind == SignOnProvider.Kind.SAML
    return SignOnDocument(
        id=provider.pk,
        client_secret_set=bool(provider.settings.get("client_secret")),
        email_trusted=bool(provider.settings.get("email_trusted")),
        answer_url=_ours(f"sign-on-{provider.kind}-answer", provider),
        metadata_url=_ours("sign-on-saml-metadata", provider) if saml else "",
        **{name: getattr(provider, name) for name in names},
        **shown,
    )


@endpoint.get(PATH, Scope.SIGN_ON_READ, Listed[SignOnDocument], summary="List identity providers")
def list_sign_on_providers(request: ApiRequest, slug: str, asked: Query[Paging]) -> HttpResponse:
    """With the domains each may vouch for."""
    return page(request, _rows(request), asked, sign_on_document)


@endpoint.post(PATH, Scope.SIGN_ON_WRITE, SignOnDocument, summary="Add an identity provider")
def add_sign_on_provider(request: ApiRequest, slug: str, values: NewSignOn) -> HttpResponse:
    """It lets nobody in before the provider has approved its `email_domains`."""
    saved = _saved(request, values, None, values.kind)
    return one(sign_on_document(saved), 201, below(request.organization, "sign-on-providers", saved.pk))


@endpoint.get(ONE, Scope.SIGN_ON_READ, SignOnDocument, summary="Read an identity provider")
def read_sign_on_provider(request: ApiRequest, slug: str, provider_id: int) -> HttpResponse:
    """Without its secrets, with what it must know of us."""
    return one(sign_on_document(find(_rows(request), provider_id)))


@endpoint.patch(ONE, Scope.SIGN_ON_WRITE, SignOnDocument, summary="Change an identity provider")
def change_sign_on_provider(request: ApiRequest, slug: str, provider_id: int, values: SignOnValues) -> HttpResponse:
    """Only the fields that are given."""
    provider = find(_rows(request), provider_id)
    expect(request, sign_on_document(provider))
    return one(sign_on_document(_saved(request, values, provider, provider.kind)))


@endpoint.delete(ONE, Scope.SIGN_ON_WRITE, summary="Remove an identity provider")
def delete_sign_on_provider(request: ApiRequest, slug: str, provider_id: int) -> HttpResponse:
    """Nobody comes in by it from then on; accounts stay."""
    provider = find(_rows(request), provider_id)
    expect(request, sign_on_document(provider))
    with transaction.atomic():
        remove_identity_provider(provider)
        SocialAccount.objects.filter(provider=provider.key).delete()
    return nothing()


def _saved(request: ApiRequest, values: SignOnValues, provider: SignOnProvider | None, kind: str) -> SignOnProvider:
    """Raises `Problem` (422) for what belongs to the other kind, and `Refused`."""
    foreign, why = _FOREIGN[SignOnProvider.Kind(kind)]
    if astray := sorted(values.model_fields_set & foreign):
        raise Problem(Kind.REFUSED, "Nothing was written.", [FieldError(name, why) for name in astray])
    proven = provider is not None and SocialAccount.objects.filter(provider=provider.key).exists()
    approving = request.caller.token.organization_id is None  # of the provider
    return save_identity_provider(request.organization, texts(values), provider, approving=approving, proven=proven)


def _ours(name: str, provider: SignOnProvider) -> str:
    return str(settings.PUBLIC_URL).rstrip("/") + reverse(name, args=[provider.key])


def _rows(request: ApiRequest) -> QuerySet[SignOnProvider]:
    return SignOnProvider.objects.filter(organization=request.organization)
