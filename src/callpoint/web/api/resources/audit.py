"""The history of changes, of an organization and of the installation itself, with the hashes that chain it."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from callpoint.directory.models import Change, Organization
from callpoint.directory.models.chain import chain_of
from callpoint.directory.scopes import Scope
from callpoint.web.api.answers import one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.documents import Id, Listed, Output
from callpoint.web.api.door import Endpoint
from callpoint.web.api.finding import find
from callpoint.web.api.paging import Paging, page

endpoint = Endpoint("Audit", "Every change: what it was before and after, who made it, when, from where.")
PATH = "/organizations/{slug:slug}/audit"
INSTALLATION = "/provider/audit"


class EntryDocument(Output):
    """One entry. `digest` covers the entry and `previous`, the digest of the one before (docs/audit.md)."""

    number: int = Field(description="Without gaps from 1, for each organization and for the installation.")
    at: datetime
    who: str
    why: str
    origin: str
    model: str
    object_id: int
    action: Change.Action
    import_run: int | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    previous: str
    digest: str


class AuditAsked(Paging):
    """Which entries."""

    model: Annotated[str, Field(max_length=32, description="Of this kind of object: `person`, `building`, …")] = ""
    object_id: Id | None = Field(None, description="Of this object; give `model` as well.")
    who: Annotated[str, Field(max_length=254, description="By this very name.")] = ""
    since: datetime | None = Field(None, description="Made at this moment or later.")
    order: Literal["newest", "oldest"] = "oldest"


def entry_document(change: Change) -> EntryDocument:
    """The document of a row."""
    values = {name: getattr(change, name) for name in EntryDocument.model_fields if name != "import_run"}
    return EntryDocument(**values, import_run=change.import_run_id)


@endpoint.get(PATH, Scope.AUDIT_READ, Listed[EntryDocument], summary="List changes")
def list_changes(request: ApiRequest, slug: str, asked: Query[AuditAsked]) -> HttpResponse:
    """The oldest first, so that a program can go on from where it was: keep the last cursor."""
    return _listed(request, request.organization, asked)


@endpoint.get(PATH + "/{int:number}", Scope.AUDIT_READ, EntryDocument, summary="Read an entry")
def read_change(request: ApiRequest, slug: str, number: int) -> HttpResponse:
    """By its number, which is no primary key: numbers have no gaps."""
    return one(entry_document(find(_chain(request.organization), number, key="number")))


@endpoint.get(
    INSTALLATION, Scope.PROVIDER_AUDIT_READ, Listed[EntryDocument], summary="List changes of the installation"
)
def list_installation_changes(request: ApiRequest, asked: Query[AuditAsked]) -> HttpResponse:
    """What belongs to no organization: PSAPs, routes, accounts, provider administrators. A chain of its own."""
    return _listed(request, None, asked)


@endpoint.get(
    INSTALLATION + "/{int:number}",
    Scope.PROVIDER_AUDIT_READ,
    EntryDocument,
    summary="Read an entry of the installation",
)
def read_installation_change(request: ApiRequest, number: int) -> HttpResponse:
    """By its number in the installation's own chain."""
    return one(entry_document(find(_chain(None), number, key="number")))


def _listed(request: ApiRequest, organization: Organization | None, asked: AuditAsked) -> HttpResponse:
    # The few entries of one object are found by it, and not by walking the chain.
    by_object = asked.object_id is not None
    rows = Change.objects.filter(organization=organization) if by_object else _chain(organization)
    wanted = {
        "model": asked.model or None,
        "object_id": asked.object_id,
        "who": asked.who or None,
        "at__gte": asked.since,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    return page(request, rows, asked, entry_document, key="number", newest_first=asked.order == "newest")


def _chain(organization: Organization | None) -> QuerySet[Change]:
    """All entries, in no order."""
    chain = chain_of(organization.pk if organization is not None else None)
    return Change.objects.filter(organization=organization, chain=chain)
