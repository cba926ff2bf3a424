"""What somebody decides about an import: apply it, give it up, take it back, or look at what was left out."""

import csv
import io
import tempfile
from typing import Any, Final, cast

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from callpoint.directory.access import Right
from callpoint.directory.export import BOM
from callpoint.directory.imports.plan import Plan
from callpoint.directory.imports.run import KEEP, MISSING, accept, can_undo, cancel, undo
from callpoint.directory.imports.states import ImportRefused
from callpoint.directory.models import Change, ImportRun
from callpoint.web.portal.imports.effects import effects_of
from callpoint.web.portal.imports.finding import run_of, to_run
from callpoint.web.portal.imports.preview import has_plan, preview_page
from callpoint.web.portal.imports.words import KINDS
from callpoint.web.portal.page import OrganizationRequest, organization_page
from callpoint.web.templatetags.wording import said

_TYPE: Final = "text/csv; charset=utf-8"
_IN_MEMORY: Final = 1 << 20


@organization_page(Right.CHANGE)
@require_POST
def apply(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Have it written; where many people or places would go, only when that was said twice."""
    run = run_of(request, pk)
    missing = request.POST.get("missing", KEEP)
    chosen: dict[str, Any] = {"missing": missing, "skip_wrong": bool(request.POST.get("skip_wrong"))}
    if run.state != ImportRun.State.COMPARED or missing not in MISSING[ImportRun.Kind(run.kind)]:
        return to_run(run)
    if not request.POST.get("sure") and has_plan(run):
        with Plan.open(run) as plan:
            effects = effects_of(run, plan)
        if effects.needs_second_question(missing) and not (effects.wrong and not chosen["skip_wrong"]):
            shown = {"run": run, "kind": KINDS[run.kind], "effects": effects, "chosen": chosen}
            shown |= {"going": effects.going(missing), "percent": effects.percent(missing)}
            return render(request, "portal/imports/sure.html", shown)
    try:
        accept(run, chosen["skip_wrong"], missing, request.account.email)
    except ImportRefused as error:
        run.refresh_from_db()
        return preview_page(request, run, str(error), chosen) if run.state == ImportRun.State.COMPARED else to_run(run)
    return to_run(run)


@organization_page(Right.CHANGE)
@require_POST
def give_up(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Cancel it before anything was written."""
    run = run_of(request, pk)
    try:
        cancel(run)
        messages.success(request, _("The import was cancelled; nothing was written, and the file is deleted."))
    except ImportRefused as error:
        messages.error(request, said(error))
    return to_run(run)


@organization_page(Right.CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: OrganizationRequest, pk: int) -> HttpResponse:
    """What undoing it means, and the undoing."""
    run = run_of(request, pk)
    if request.method == "POST":
        try:
            undo(run, request.account.email)
        except ImportRefused as error:
            messages.error(request, said(error))
        return to_run(run)
    made = Change.objects.filter(organization=run.organization, import_run=run, model__in=("person", "location"))
    shown = {
        "run": run,
        "kind": KINDS[run.kind],
        "why_not": can_undo(run),
        "made": made.filter(action=Change.Action.CREATED).count(),
        "changed": made.filter(action=Change.Action.CHANGED).count(),
        "removed": made.filter(action=Change.Action.DELETED).count(),
    }
    return render(request, "portal/imports/undo.html", shown)


@organization_page(Right.READ)
@require_safe
def rejected(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The rows that were left out, as they stand in the file, with the reasons beside them."""
    run = run_of(request, pk)
    if not has_plan(run):
        raise Http404
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the response closes it
    text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
    with Plan.open(run) as plan:
        text.write(BOM)
        csv.writer(text).writerows(plan.rejected())
    text.detach()
    file.seek(0)
    name = f"{run.kind}-rejected-{run.pk}.csv"
    return cast(HttpResponse, FileResponse(file, as_attachment=True, filename=name, content_type=_TYPE))
