"""Which column of a file is which field: proposed by their names or remembered, and confirmed by somebody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from callpoint.directory.access import Right
from callpoint.directory.imports.fields import FIELDS, Field
from callpoint.directory.imports.run import confirm_mapping
from callpoint.directory.imports.shape import Shape
from callpoint.directory.imports.states import ImportRefused
from callpoint.directory.models import ImportRun
from callpoint.web.portal.imports.finding import run_of, to_run
from callpoint.web.portal.imports.first_sight import first_sight
from callpoint.web.portal.imports.words import KINDS
from callpoint.web.portal.page import OrganizationRequest, organization_page

PREFIX: Final = "column-"


@dataclass(frozen=True)
class Choice:
    """A field, the column chosen for it, and what stands there in the first rows."""

    field: Field
    header: str
    examples: tuple[str, ...]


def mapping_page(
    request: OrganizationRequest, run: ImportRun, chosen: Mapping[str, str] | None = None, error: str = ""
) -> HttpResponse:
    """The choice of columns; `chosen` is what somebody tried (field name → header), and `error` why not."""
    shape = first_sight(run)
    mapping = shape.mapping if chosen is None else chosen
    choices = [_choice(field, mapping.get(field.name, ""), shape) for field in FIELDS[run.kind]]
    shown: dict[str, Any] = {
        "run": run,
        "kind": KINDS[run.kind],
        "shape": shape,
        "error": error,
        "choices": [one for one in choices if not one.field.rare or one.header],
        "rare": [one for one in choices if one.field.rare and not one.header],
        "suggesting": run.kind == ImportRun.Kind.LOCATIONS,
        "accept_suggestions": bool(request.POST.get("accept_suggestions") or run.options.get("accept_suggestions")),
    }
    return render(request, "portal/imports/mapping.html", shown)


@organization_page(Right.CHANGE)
@require_POST
def confirm(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Have the file compared with these columns. `keep` takes those the import has already."""
    run = run_of(request, pk)
    given = {name.removeprefix(PREFIX): str(value) for name, value in request.POST.items() if name.startswith(PREFIX)}
    chosen = dict(run.mapping) if request.POST.get("keep") else given
    try:
        confirm_mapping(run, chosen, bool(request.POST.get("accept_suggestions")))
    except ImportRefused as error:
        run.refresh_from_db()
        return mapping_page(request, run, chosen, str(error))
    return to_run(run)


def _choice(field: Field, header: str, shape: Shape) -> Choice:
    if header not in shape.headers:
        return Choice(field, "", ())
    place = shape.headers.index(header)
    return Choice(field, header, tuple(row[place] for row in shape.first_rows if row[place])[:3])
