"""The history of an organization, or of the installation: its entries, and each of them in full."""

import json
from typing import Any, Final
from urllib.parse import urlencode

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from callpoint.directory.history import tell
from callpoint.directory.models import ImportRun
from callpoint.directory.models.chain import COVERED, digest
from callpoint.web.portal.audit.exporting import parts
from callpoint.web.portal.audit.filters import Filters
from callpoint.web.portal.audit.ledger import Ledger
from callpoint.web.portal.audit.search import cursor_from, search
from callpoint.web.portal.audit.state import last_check

CURSOR: Final = "before"


@require_safe
def audit(request: HttpRequest, ledger: Ledger) -> HttpResponse:
    """Entries newest first, as far as they fit the filters; by htmx only the rows that follow."""
    filters = Filters(request.GET)
    shown: dict[str, Any] = {"ledger": ledger, "filters": filters, "entries": []}
    if filters.is_valid():
        entries = ledger.entries(filters.about()).filter(filters.within(ledger.zone))
        cursor = cursor_from(request.GET.get(CURSOR, ""))
        found = search(entries, filters.scanned(), cursor, few=filters.has_object)
        query = {name: value for name, value in request.GET.items() if name != CURSOR and value}
        shown |= {"entries": tell(found.entries), "found": found, "query": urlencode(query), "narrowed": bool(query)}
        if found.older is not None:
            shown["older"] = f"{ledger.url('audit')}?{urlencode(query | {CURSOR: str(found.older)})}"
    if getattr(request, "htmx", False) and CURSOR in request.GET:
        return render(request, "portal/audit/rows.html", shown)
    count = ledger.count()
    shown |= {
        "count": count,
        "parts": parts(count),
        "check": last_check(ledger),
        "check_url": ledger.url("audit-check"),
    }
    shown |= {"export_url": ledger.url("audit-export"), "newest_url": ledger.url("audit")}
    shown["older_ones"] = CURSOR in request.GET
    return render(request, "portal/audit/list.html", shown)


@require_safe
def entry(request: HttpRequest, ledger: Ledger, number: int) -> HttpResponse:
    """One entry in full: in words, as it is kept, and how it is chained."""
    change = get_object_or_404(ledger.entries().filter(chain=ledger.chain), number=number)
    columns: dict[str, Any] = {name: getattr(change, name) for name in COVERED}
    run = ImportRun.objects.filter(pk=change.import_run_id).first() if change.import_run_id else None
    about = urlencode({"model": change.model, "object": change.object_id})
    shown = {
        "ledger": ledger,
        "entry": tell([change])[0],
        "kept": [(name, _text(getattr(change, name))) for name in ("before", "after") if getattr(change, name)],
        "fits": digest(columns) == change.digest,
        "run": run,
        "list_url": ledger.url("audit"),
        "object_url": f"{ledger.url('audit')}?{about}",
        "previous_url": ledger.url("audit-entry", number - 1) if number > 1 else "",
        "next_url": ledger.url("audit-entry", number + 1) if number < ledger.count() else "",
    }
    return render(request, "portal/audit/entry_page.html", shown)


def _text(values: Any) -> str:
    return json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2, sort_keys=True)
