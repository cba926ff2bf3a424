"""The history of changes, with the hashes that chain it."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from callpoint.directory.models import Change
from callpoint.directory.scopes import Scope
from callpoint.web.api.answers import one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.documents import Id, Listed, Output
from callpoint.web.api.door import Endpoint
from callpoint.web.api.finding import find
from callpoint.web.api.paging import Paging, page

endpoint = Endpoint("Audit", "Every change: what it was before and after, who made it, when, from where.")
PATH = "/organizations/{slug:slug}/audit"


class EntryDocument(Output):
    """One entry. `digest` covers the entry and `previous`, the digest of the one before (docs/audit.md)."""

    number: int = Field(description="Without gaps from 1, for each organization.")
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
    rows = Change.objects.filter(organization=request.organization)
    if asked.object_id is None:  # else the few entries of an object are found by it, and not by walking the chain
        rows = rows.filter(chain=request.organization.pk)
    wanted = {
        "model": asked.model or None,
        "object_id": asked.object_id,
        "who": asked.who or None,
        "at__gte": asked.since,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    return page(request, rows, asked, entry_document, key="number", newest_first=asked.order == "newest")


@endpoint.get(PATH + "/{int:number}", Scope.AUDIT_READ, EntryDocument, summary="Read an entry")
def read_change(request: ApiRequest, slug: str, number: int) -> HttpResponse:
    """By its number, which is no primary key: numbers have no gaps."""
    rows = Change.objects.filter(organization=request.organization, chain=request.organization.pk)
    return one(entry_document(find(rows, number, key="number")))
