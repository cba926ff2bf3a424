"""Administrators: who serves an organization, and as what."""

from typing import Annotated

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from callpoint.directory.editing.members import appoint, change_role, dismiss
from callpoint.directory.models import Membership
from callpoint.directory.scopes import Scope
from callpoint.web.api.answers import nothing, one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.conditional import expect
from callpoint.web.api.documents import Input, Listed, Output
from callpoint.web.api.door import Endpoint
from callpoint.web.api.finding import below, find
from callpoint.web.api.paging import Paging, page

endpoint = Endpoint("Administrators", "Who may sign in to the portal for an organization, and in what role.")
PATH = "/organizations/{slug:slug}/administrators"
ONE = "/organizations/{slug:slug}/administrators/{int:membership_id}"
_ROLES = Membership.Role
_ROLE = "organization_administrator, security (calls and alerts) or auditor (reads)."


class Appointment(Input):
    """Who gets which role. Somebody new gets an e-mail with a link that lets them choose a password."""

    email: Annotated[str, Field(max_length=254, examples=["dana@acme.example"])]
    role: _ROLES = Field(_ROLES.ORGANIZATION_ADMINISTRATOR, strict=False, description=_ROLE)
    name: Annotated[str, Field(max_length=120)] = ""


class RoleChange(Input):
    """Another role for the same person."""

    role: _ROLES = Field(strict=False, description=_ROLE)


class AdministratorDocument(Output):
    """A role of somebody in the organization."""

    id: int
    email: str
    name: str
    role: _ROLES
    invited: bool = Field(description="Whether they have not yet chosen a password of their own.")


def administrator_document(membership: Membership) -> AdministratorDocument:
    """The document of a row; ask for it with its account."""
    account = membership.account
    return AdministratorDocument(
        id=membership.pk,
        email=account.email,
        name=account.name,
        role=_ROLES(membership.role),
        invited=account.must_change_password,
    )


@endpoint.get(PATH, Scope.ADMINISTRATORS_READ, Listed[AdministratorDocument], summary="List administrators")
def list_administrators(request: ApiRequest, slug: str, asked: Query[Paging]) -> HttpResponse:
    """Everybody with a role in the organization."""
    return page(request, _rows(request), asked, administrator_document)


@endpoint.post(PATH, Scope.ADMINISTRATORS_WRITE, AdministratorDocument, summary="Appoint an administrator")
def add_administrator(request: ApiRequest, slug: str, values: Appointment) -> HttpResponse:
    """Refused for somebody who has a role here already; change that instead."""
    membership = appoint(request.organization, values.email, values.role, values.name)
    path = below(request.organization, "administrators", membership.pk)
    return one(administrator_document(membership), 201, path)


@endpoint.get(ONE, Scope.ADMINISTRATORS_READ, AdministratorDocument, summary="Read an administrator")
def read_administrator(request: ApiRequest, slug: str, membership_id: int) -> HttpResponse:
    """Role, name and address."""
    return one(administrator_document(find(_rows(request), membership_id)))


@endpoint.patch(ONE, Scope.ADMINISTRATORS_WRITE, AdministratorDocument, summary="Give an administrator another role")
def change_administrator(request: ApiRequest, slug: str, membership_id: int, values: RoleChange) -> HttpResponse:
    """Refused for the last organization administrator."""
    membership = find(_rows(request), membership_id)
    expect(request, administrator_document(membership))
    return one(administrator_document(change_role(membership, values.role)))


@endpoint.delete(ONE, Scope.ADMINISTRATORS_WRITE, summary="Dismiss an administrator")
def delete_administrator(request: ApiRequest, slug: str, membership_id: int) -> HttpResponse:
    """Their account stays, without this role; tokens they made for the organization stop at once. Refused for the last
    organization administrator."""
    membership = find(_rows(request), membership_id)
    expect(request, administrator_document(membership))
    dismiss(membership)
    return nothing()


def _rows(request: ApiRequest) -> QuerySet[Membership]:
    return Membership.objects.filter(organization=request.organization).select_related("account")
