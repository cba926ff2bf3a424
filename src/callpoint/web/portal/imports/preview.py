"""What a file would change, row by row, and what applying it means."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render

from callpoint.directory.imports.files import plan_path
from callpoint.directory.imports.plan import KINDS as ROW_KINDS
from callpoint.directory.imports.plan import Plan, PlanRow, RowKind
from callpoint.directory.models import ImportRun
from callpoint.web.portal.imports.effects import effects_of
from callpoint.web.portal.imports.words import KINDS, MISSING, TABS, Difference, difference
from callpoint.web.portal.page import OrganizationRequest

ROWS: Final = 50
WARNINGS: Final = 20
_FIRST: Final[tuple[RowKind, ...]] = ("wrong", "changed", "new", "missing", "unchanged")
"""What is shown to begin with: the first of these there is any of."""


@dataclass(frozen=True)
class Tab:
    """A kind of rows, how many of them there are, and where they are shown."""

    kind: RowKind
    title: str
    count: int
    url: str
    here: bool


@dataclass(frozen=True)
class Shown:
    """A row as the page tells it."""

    row: PlanRow
    changes: Sequence[Difference]


def has_plan(run: ImportRun) -> bool:
    """Whether what the comparison found is still there."""
    return plan_path(run).exists()


def preview_page(
    request: OrganizationRequest, run: ImportRun, error: str = "", chosen: dict[str, Any] | None = None
) -> HttpResponse:
    """The preview; by htmx its rows alone. `chosen` are the options of somebody whose wish was refused by `error`."""
    try:
        plan = Plan.open(run)
    except FileNotFoundError:
        shown = {"run": run, "kind": KINDS[run.kind]}
        return render(request, "portal/imports/without_plan.html", shown)
    with plan:
        rows = _rows(request, run, plan)
        htmx = getattr(request, "htmx", None)
        if htmx and not htmx.history_restore_request:
            return render(request, "portal/imports/rows.html", rows)
        whole = rows | _whole(run, plan) | {"error": error, "chosen": chosen or {"missing": "keep"}}
    return render(request, "portal/imports/preview.html", whole)


def _rows(request: OrganizationRequest, run: ImportRun, plan: Plan) -> dict[str, Any]:
    counts = plan.counts()
    wanted = request.GET.get("tab", "")
    tab: RowKind = next((kind for kind in ROW_KINDS if kind == wanted), _first(counts))
    search = request.GET.get("q", "").strip()[:128]
    count = plan.count(tab, search)
    offset = _offset(request.GET.get("offset", ""), count)
    found = plan.rows(tab, offset, ROWS, search)
    shown: dict[str, Any] = {"run": run, "tab": tab, "q": search, "count": count, "counts": counts}
    shown |= {"rows": [_told(run.kind, row) for row in found], "first": offset + 1, "last": offset + len(found)}
    shown["tabs"] = [Tab(kind, str(TABS[kind]), counts[kind], _url(kind), kind == tab) for kind in ROW_KINDS]
    if offset:
        shown["before"] = _url(tab, search, max(0, offset - ROWS))
    if offset + ROWS < count:
        shown["after"] = _url(tab, search, offset + ROWS)
    return shown


def _whole(run: ImportRun, plan: Plan) -> dict[str, Any]:
    warnings = [(one.row, str(one)) for one, _ in zip(plan.problems(warning=True), range(WARNINGS), strict=False)]
    return {
        "kind": KINDS[run.kind],
        "effects": effects_of(run, plan),
        "missing_choices": MISSING[run.kind],
        "warnings": warnings,
        "more_warnings": max(0, plan.counts()["warnings"] - len(warnings)),
        "suggesting": run.kind == ImportRun.Kind.LOCATIONS and not run.options.get("accept_suggestions"),
    }


def _first(counts: dict[str, int]) -> RowKind:
    return next((kind for kind in _FIRST if counts[kind]), "unchanged")


def _offset(text: str, count: int) -> int:
    offset = int(text) if text.isdecimal() and len(text) < 9 else 0
    return offset if offset < count else 0


def _url(tab: RowKind, search: str = "", offset: int = 0) -> str:
    asked: dict[str, Any] = {"tab": tab} | ({"q": search} if search else {}) | ({"offset": offset} if offset else {})
    return f"?{urlencode(asked)}"


def _told(kind: str, row: PlanRow) -> Shown:
    return Shown(row, [difference(kind, one) for one in row.changes])
