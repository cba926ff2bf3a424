"""Reference data: what is loaded, what is wrong with it, what loading it changed, and taking a set away."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from callpoint.datasets import building
from callpoint.datasets.catalogue import Catalogue
from callpoint.datasets.errors import DatasetError
from callpoint.datasets.file import DatasetFile
from callpoint.datasets.kinds import KINDS
from callpoint.datasets.meta import DatasetMeta
from callpoint.directory.address_desk import DATASETS
from callpoint.directory.audit import note
from callpoint.directory.models import Address, RemappedAddress, Remapping
from callpoint.web.portal.page import provider_page
from callpoint.web.portal.provider.frame import page

RUNS: Final = 10
LINES_ON_A_PAGE: Final = 50
PROBLEMS_SHOWN: Final = 20
PLANNED_SHOWN: Final = 10
KIND_NAMES: Final[dict[str, Promise]] = {
    "address-points": _("Address points"),
    "roads": _("Roads with house numbers"),
    "psaps": _("PSAP boundaries"),
}
WHAT_CHANGED: Final[dict[str, Promise]] = {
    RemappedAddress.What.PSAP: _("another PSAP"),
    RemappedAddress.What.VERDICT: _("another verdict"),
    RemappedAddress.What.NOT_CONFIRMED: _("no longer confirmed"),
    RemappedAddress.What.DOUBTED: _("not found"),
}
_PLANNED: Final = """
SELECT DISTINCT moment FROM (SELECT effective AS moment FROM boundary UNION SELECT expires FROM boundary)
WHERE moment > ? ORDER BY moment LIMIT ?
"""


@dataclass(frozen=True)
class Row:
    """A set in the list. `addresses` were confirmed by it; `planned` are the next moments its boundaries change."""

    meta: DatasetMeta
    kind: Promise
    loaded_at: datetime
    counts: Sequence[tuple[str, int]]
    problems: int
    seams: int
    addresses: int
    planned: Sequence[datetime]


@provider_page
@require_safe
def data_sets(request: HttpRequest) -> HttpResponse:
    """All sets with what they say of themselves, files that cannot be read, and what the last exchanges changed."""
    catalogue = Catalogue(directory())
    rows = [_row(file) for file in catalogue.all_files()]
    shown = {
        "rows": rows,
        "broken": catalogue.problems(),
        "runs": Remapping.objects.order_by("-pk")[:RUNS],
        "kinds": KIND_NAMES.items(),
        "load": f"{command('load', 'KIND', 'FILE')} [--name NAME]",
        "changes": command("changes"),
    }
    return page(request, "portal/provider/data_sets.html", shown)


@provider_page
@require_http_methods(["GET", "HEAD", "POST"])
def data_set(request: HttpRequest, kind: str, name: str) -> HttpResponse:
    """One set with its report; a POST takes it away."""
    file = _file(kind, name)
    if request.method == "POST":
        try:
            building.remove(directory(), file.meta.kind, name)
        except DatasetError as error:
            messages.error(request, f"{error.sentence} {error.remedy}")
            return redirect("data-set", kind, name)
        note(None, "dataset", 0, removed=f"{kind}/{name}", version=file.meta.version)
        messages.success(request, gettext("%(name)s is removed.") % {"name": f"{kind}/{name}"})
        return redirect("data-sets")
    report = file.meta.report
    shown = {
        "row": _row(file),
        "report": report,
        "problems": report.problems[:PROBLEMS_SHOWN],
        "more_problems": max(0, len(report.problems) - PROBLEMS_SHOWN),
        "seams": [(_("gap"), one) for one in report.gaps[:PROBLEMS_SHOWN]]
        + [(_("overlap"), one) for one in report.overlaps[:PROBLEMS_SHOWN]],
        "reload": command("load", kind, "FILE", "--name", name),
    }
    return page(request, "portal/provider/data_set.html", shown)


@provider_page
@require_safe
def remapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Which addresses became other ones, of all organizations."""
    run = get_object_or_404(Remapping, pk=pk)
    lines = RemappedAddress.objects.filter(remapping=run).select_related("organization", "address").order_by("pk")
    some = Paginator(lines, LINES_ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [(line, WHAT_CHANGED[line.what]) for line in some]
    sets = [" ".join(map(str, one)) for one in (*run.boundary_sets, *run.address_sets)]
    return page(request, "portal/provider/remapping.html", {"run": run, "page": some, "rows": rows, "sets": sets})


def directory() -> Path:
    """Where the data sets of this installation lie."""
    return Path(settings.DATA) / DATASETS


def command(*words: str) -> str:
    """A command line on the host of this installation, to be copied."""
    return shlex.join(["callpoint", "data", *words, "--data", str(Path(settings.DATA).absolute())])


def _file(kind: str, name: str) -> DatasetFile:
    if kind in KINDS:
        for file in Catalogue(directory()).files(kind):
            if file.meta.name == name:
                return file
    raise Http404


def _row(file: DatasetFile) -> Row:
    meta = file.meta
    return Row(
        meta=meta,
        kind=KIND_NAMES[meta.kind],
        loaded_at=datetime.fromisoformat(meta.loaded_at),
        counts=[(name.replace("_", " "), count) for name, count in meta.counts.items()],
        problems=meta.report.rejected + meta.report.mended,
        seams=len(meta.report.gaps) + len(meta.report.overlaps),
        addresses=Address.objects.filter(dataset=meta.name).count(),
        planned=_planned(file) if meta.kind == "psaps" else (),
    )


def _planned(file: DatasetFile) -> list[datetime]:
    now = timezone.now().isoformat(timespec="seconds").replace("+00:00", "Z")
    return [datetime.fromisoformat(moment) for (moment,) in file.query(_PLANNED, (now, PLANNED_SHOWN))]
