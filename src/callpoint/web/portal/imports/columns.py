"""What a file may hold: a template for each kind, and the meaning of each column, from the tables files are read by."""

from typing import Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from callpoint.directory.access import Right
from callpoint.directory.export import csv_pieces
from callpoint.directory.imports.fields import FIELDS
from callpoint.web.portal.imports.words import KINDS
from callpoint.web.portal.page import OrganizationRequest, organization_page

_TYPE: Final = "text/csv; charset=utf-8"


@organization_page(Right.READ)
@require_safe
def template(request: OrganizationRequest, kind: str) -> HttpResponse:
    """A CSV file with our columns and a row that shows how they are filled."""
    if kind not in FIELDS:
        raise Http404
    fields = [field for field in FIELDS[kind] if not field.rare]
    pieces = csv_pieces([field.header for field in fields], [[field.example for field in fields]])
    name = f"{kind}-template.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(b"".join(pieces), content_type=_TYPE, headers=headers)


@organization_page(Right.READ)
@require_safe
def columns(request: OrganizationRequest) -> HttpResponse:
    """Every column: what it means, whether it is needed, an example, what else it may be called."""
    kinds = [(kind, title, FIELDS[kind]) for kind, title in KINDS.items()]
    return render(request, "portal/imports/columns.html", {"kinds": kinds})
