"""The page of one import: what it shows is what its state asks for."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from callpoint.directory.access import Right
from callpoint.directory.imports import states
from callpoint.directory.imports.run import can_undo, progress
from callpoint.directory.imports.undo import kept
from callpoint.directory.models import ImportRun
from callpoint.web.portal.imports.finding import run_of
from callpoint.web.portal.imports.mapping import mapping_page
from callpoint.web.portal.imports.preview import has_plan, preview_page
from callpoint.web.portal.imports.words import KINDS, PHASES, STATES
from callpoint.web.portal.page import OrganizationRequest, organization_page

State = ImportRun.State
KEPT_SHOWN: Final = 100


@organization_page(Right.READ)
@require_safe
def one(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The import, whatever its state."""
    run = run_of(request, pk)
    return _PAGES.get(run.state, _result)(request, run)


@organization_page(Right.READ)
@require_safe
def progress_piece(request: OrganizationRequest, pk: int) -> HttpResponse:
    """How far the worker is; once it is done, the way to what came of it."""
    run = run_of(request, pk)
    if run.state in states.WORK:
        return render(request, "portal/imports/progress.html", _working(run))
    return HttpResponse(status=200, headers={"HX-Redirect": reverse("import", args=[run.organization.slug, run.pk])})


def _working(run: ImportRun) -> dict[str, Any]:
    return {"run": run, "now": progress(run), "phase": PHASES[run.state]}


def _work(request: OrganizationRequest, run: ImportRun) -> HttpResponse:
    return render(request, "portal/imports/working.html", _working(run) | {"kind": KINDS[run.kind]})


def _result(request: OrganizationRequest, run: ImportRun) -> HttpResponse:
    left = kept(run) if run.state == State.UNDONE else []
    shown = {
        "run": run,
        "kind": KINDS[run.kind],
        "state": STATES[run.state],
        "why_not": can_undo(run) if run.state == State.APPLIED else "",
        "has_rejected": bool(run.counts.get("wrong")) and has_plan(run),
        "kept": left[:KEPT_SHOWN],
        "more_kept": max(0, len(left) - KEPT_SHOWN),
    }
    return render(request, "portal/imports/result.html", shown)


_PAGES: Final[Mapping[str, Callable[[OrganizationRequest, ImportRun], HttpResponse]]] = {
    State.UPLOADED: mapping_page,
    State.COMPARING: _work,
    State.COMPARED: preview_page,
    State.APPLYING: _work,
    State.UNDOING: _work,
}
