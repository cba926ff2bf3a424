"""The imports there were, and the form that begins another one."""

from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from callpoint.directory.access import Right
from callpoint.directory.imports.files import MOST_BYTES, MOST_ROWS, UploadError, forget, store_upload
from callpoint.directory.imports.run import can_undo, start
from callpoint.directory.models import ImportRun
from callpoint.web.client_address import client_address
from callpoint.web.portal.imports.finding import runs_of, to_run
from callpoint.web.portal.imports.first_sight import first_sight
from callpoint.web.portal.imports.words import KINDS, STATES
from callpoint.web.portal.page import OrganizationRequest, organization_page

RUNS: Final = 20


@organization_page(Right.READ)
@require_http_methods(["GET", "HEAD"])
def imports(request: OrganizationRequest) -> HttpResponse:
    """Past imports, and the way to begin one."""
    return _overview(request, {"kind": request.GET.get("kind", "users"), "errors": {}})


@organization_page(Right.CHANGE)
@require_http_methods(["POST"])
def upload(request: OrganizationRequest) -> HttpResponse:
    """A file and what it holds; on to its columns."""
    kind, file = request.POST.get("kind", ""), request.FILES.get("file")
    errors: dict[str, str] = {}
    if kind not in KINDS:
        errors["kind"] = _("Choose what the file holds.")
    if file is None or not file.size:
        errors["file"] = _("Choose a file; it must not be empty.") if file is None else _("The file is empty.")
    if file is None or errors:
        return _overview(request, {"kind": kind, "errors": errors})
    origin = client_address(request)
    run = start(request.organization, kind, file.name or "", request.account.email, origin, request.account)
    try:
        store_upload(run, file.chunks(), file.size)
        _check_readable(run)
    except UploadError as error:
        forget(run)
        run.delete()
        return _overview(request, {"kind": kind, "errors": {"file": str(error)}})
    if _by_script(request):
        return HttpResponse(
            status=204, headers={"HX-Redirect": reverse("import", args=[run.organization.slug, run.pk])}
        )
    return to_run(run)


def _check_readable(run: ImportRun) -> None:
    """A file nobody can import must not stand in the list as one that waits for somebody."""
    if problems := first_sight(run).problems:
        raise UploadError("; ".join(problems))


def _overview(request: OrganizationRequest, shown: dict[str, Any]) -> HttpResponse:
    limits = {"most_bytes": MOST_BYTES, "most_megabytes": MOST_BYTES // 2**20, "most_rows": MOST_ROWS}
    shown |= {"kinds": KINDS, "limits": limits}
    if _by_script(request):
        return render(request, "portal/imports/upload.html", shown)
    page = Paginator(runs_of(request), RUNS).get_page(request.GET.get("page"))
    last = {run.kind: run for run in reversed(page.object_list) if run.state == ImportRun.State.APPLIED}
    undoable = {run.pk for run in last.values() if not can_undo(run)}
    shown |= {"page": page, "runs": [(run, KINDS[run.kind], STATES[run.state], run.pk in undoable) for run in page]}
    return render(request, "portal/imports/list.html", shown)


def _by_script(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))
