"""Organizations and their settings."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from callpoint.directory.editing.organizations import OWN, create_organization, save_organization
from callpoint.directory.models import Organization
from callpoint.directory.scopes import Scope
from callpoint.web.api.answers import one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.conditional import expect
from callpoint.web.api.documents import Input, Line, Listed, Output, texts
from callpoint.web.api.door import Endpoint
from callpoint.web.api.finding import below
from callpoint.web.api.paging import Paging, page

endpoint = Endpoint("Organizations", "The customers of an installation, and how each works.")
ALL = "/organizations"
ONE = "/organizations/{slug:slug}"
SETTINGS = "/organizations/{slug:slug}/settings"
Fee = Annotated[str, Field(max_length=12, pattern=r"^\d{0,6}(\.\d{1,2})?$", examples=["100.00"])]


class OrganizationValues(Input):
    """What the provider says of an organization. What is not given stays as it is."""

    name: Line = Field("", examples=["Acme"])
    status: Organization.Status = Field(Organization.Status.ONBOARDING, strict=False)
    country: Line = Field("US", description="US or CA.")
    unregistered_fee: Fee | None = Field(None, description="For each call without a location; null: the provider's.")
    currency: Line = Field("USD", description="USD or CAD.")
    language: Line = Field("en", description="en or fr-ca.")
    time_zone: Line = Field("America/New_York", examples=["America/Toronto"])


class NewOrganization(OrganizationValues):
    """A new organization. Its slug stands in every address and never changes; it is made from the name unless given."""

    name: Line = Field(examples=["Acme"])
    slug: Line = Field("", examples=["acme"])


class OrganizationDocument(Output):
    """An organization as stored."""

    slug: str
    name: str
    status: Organization.Status
    country: str
    language: str
    time_zone: str
    unregistered_fee: Decimal | None
    currency: str
    sample: bool


class SettingsValues(Input):
    """What an organization sets for itself. What is not given stays as it is."""

    name: Line = ""
    language: Line = Field("en", description="en or fr-ca.")
    time_zone: Line = "America/New_York"
    number_location_allowed: bool = Field(False, description="Whether a phone number's own location counts.")
    stale_after_days: int = Field(180, ge=1, le=3650, description="After that a location people gave is stale.")
    test_every_days: int = Field(365, ge=1, le=3650, description="For so long a 933 call proves.")
    welcome_people: bool = Field(False, description="Whether people who are added get an e-mail.")
    remind_people: bool = Field(False, description="Whether people are reminded of a stale or untested location.")
    ecrf_url: Line = Field("", description="A LoST server that addresses are mapped by; empty for our own boundaries.")


class SettingsDocument(Output):
    """The settings as stored."""

    name: str
    language: str
    time_zone: str
    number_location_allowed: bool
    stale_after_days: int
    test_every_days: int
    welcome_people: bool
    remind_people: bool
    welcome_since: datetime | None
    ecrf_url: str


def organization_document(organization: Organization) -> OrganizationDocument:
    """The document of a row."""
    return OrganizationDocument(**_values(organization, OrganizationDocument))


def settings_document(organization: Organization) -> SettingsDocument:
    """The settings of a row."""
    return SettingsDocument(**_values(organization, SettingsDocument))


@endpoint.get(ALL, Scope.ORGANIZATIONS_READ, Listed[OrganizationDocument], summary="List organizations")
def list_organizations(request: ApiRequest, asked: Query[Paging]) -> HttpResponse:
    """Those the token reaches: all of them for a token of the provider, else its own."""
    return page(request, Organization.objects.all(), asked, organization_document)


@endpoint.post(ALL, Scope.ORGANIZATIONS_WRITE, OrganizationDocument, summary="Create an organization")
def add_organization(request: ApiRequest, values: NewOrganization) -> HttpResponse:
    """Its first administrator is appointed next: `POST …/administrators`."""
    organization = create_organization(texts(values))
    return one(organization_document(organization), 201, below(organization))


@endpoint.get(ONE, Scope.ORGANIZATIONS_READ, OrganizationDocument, summary="Read an organization")
def read_organization(request: ApiRequest, slug: str) -> HttpResponse:
    """Name, status and the like."""
    return one(organization_document(_current(request)))


@endpoint.patch(ONE, Scope.ORGANIZATIONS_WRITE, OrganizationDocument, summary="Change an organization")
def change_organization(request: ApiRequest, slug: str, values: OrganizationValues) -> HttpResponse:
    """Only the fields that are given. For the provider; an organization changes its own settings."""
    organization = _current(request)
    expect(request, organization_document(organization))
    return one(organization_document(save_organization(organization, texts(values))))


@endpoint.get(SETTINGS, Scope.SETTINGS_READ, SettingsDocument, summary="Read the settings")
def read_settings(request: ApiRequest, slug: str) -> HttpResponse:
    """How the organization works."""
    return one(settings_document(_current(request)))


@endpoint.patch(SETTINGS, Scope.SETTINGS_WRITE, SettingsDocument, summary="Change the settings")
def change_settings(request: ApiRequest, slug: str, values: SettingsValues) -> HttpResponse:
    """Only the fields that are given."""
    organization = _current(request)
    expect(request, settings_document(organization))
    fields = {name: value for name, value in texts(values).items() if name in OWN}
    return one(settings_document(save_organization(organization, fields)))


def _current(request: ApiRequest) -> Organization:
    """As stored now: a condition may have been waited for since the request was let in."""
    return Organization.objects.get(pk=request.organization.pk)


def _values(organization: Organization, document: type[Output]) -> dict[str, Any]:
    return {name: getattr(organization, name) for name in document.model_fields}
