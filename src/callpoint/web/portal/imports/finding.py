"""An organization's imports: found by key, and by nobody else."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from callpoint.directory.models import ImportRun
from callpoint.web.portal.page import OrganizationRequest


def runs_of(request: OrganizationRequest) -> QuerySet[ImportRun]:
    """The organization's imports, newest first."""
    found = ImportRun.objects.filter(organization=request.organization)
    return found.select_related("organization").order_by("-created_at", "-pk")


def run_of(request: OrganizationRequest, pk: int) -> ImportRun:
    """Raises Http404 for one that is not the organization's."""
    return get_object_or_404(runs_of(request), pk=pk)


def to_run(run: ImportRun) -> HttpResponse:
    """Off to the page of the import."""
    return redirect("import", run.organization.slug, run.pk)
