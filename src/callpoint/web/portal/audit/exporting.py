"""The history as a file: for people as CSV, what the filters find; for checkers as JSON Lines with the digests.

A file holds so many entries that it is made while somebody waits; a longer history comes in parts. It is made whole
before it is sent, so that a fault in the middle is an error and no short file. That somebody took it is an entry, too.
"""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from callpoint.directory.audit import note
from callpoint.directory.export import csv_pieces
from callpoint.directory.history import Told, tell
from callpoint.directory.history_export import json_lines
from callpoint.directory.models import Change
from callpoint.web.portal.audit.filters import Filters
from callpoint.web.portal.audit.ledger import Ledger

PART: Final = 100_000
"""Entries in a JSON Lines file: some 80 MB, made in a few seconds."""
MOST_IN_WORDS: Final = 25_000
"""Entries in a CSV file; telling them in words takes two to eight seconds."""
_ROWS_AT_ONCE: Final = 500
_IN_MEMORY: Final = 1 << 20


@dataclass(frozen=True)
class Part:
    """Entries by number, both included."""

    first: int
    last: int


def parts(count: int) -> list[Part]:
    """The files a history of so many entries comes in."""
    return [Part(first, min(first + PART - 1, count)) for first in range(1, count + 1, PART)]


@require_POST
def export(request: HttpRequest, ledger: Ledger) -> HttpResponse | FileResponse:
    """`format` is "csv", with the filters of the address, or "jsonl" with the number of the `first` entry."""
    if request.POST.get("format") == "jsonl":
        return _json_lines(request, ledger)
    filters = Filters(request.GET)
    if not filters.is_valid():
        return HttpResponseBadRequest(_("The filters cannot be read; go back and set them again."))
    narrowed = ledger.entries(filters.about()).filter(filters.within(ledger.zone) & filters.scanned())
    entries = narrowed.order_by("-number" if filters.has_object else "-at", "-number")
    response = _file(csv_pieces(_header(), _rows(entries[:MOST_IN_WORDS])), f"{ledger.file_name}.csv", "text/csv")
    _note(ledger, "CSV")
    return response


def _json_lines(request: HttpRequest, ledger: Ledger) -> HttpResponse | FileResponse:
    first = request.POST.get("first", "1")
    part = next((one for one in parts(ledger.count()) if str(one.first) == first), None)
    if part is None:
        return HttpResponseBadRequest(_("There is no such part of the history."))
    lines = json_lines(ledger.organization, timezone.now(), part.first, part.last)
    name = f"{ledger.file_name}-{part.first}-{part.last}.jsonl"
    response = _file((line.encode() for line in lines), name, "application/jsonl")
    _note(ledger, f"JSON Lines {part.first}-{part.last}")
    return response


def _note(ledger: Ledger, what: str) -> None:
    note(ledger.organization, "chain", ledger.chain, exported=what)


def _file(pieces: Iterable[bytes], name: str, kind: str) -> FileResponse:
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the response closes it
    file.writelines(pieces)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=kind)


def _header() -> list[str]:
    titles = [_("Number"), _("When"), _("Who"), _("From where"), _("Why"), _("What was done"), _("Kind of object")]
    return [*titles, _("Number of the object"), _("Object"), _("Before and after"), _("Number of the import")]


def _rows(entries: QuerySet[Change]) -> Iterator[list[object]]:
    found: list[Change] = []
    for change in entries.iterator(_ROWS_AT_ONCE):
        found.append(change)
        if len(found) == _ROWS_AT_ONCE:
            yield from map(_row, tell(found))
            found.clear()
    yield from map(_row, tell(found))


def _row(told: Told) -> list[object]:
    change = told.change
    when = timezone.localtime(change.at).isoformat(timespec="milliseconds")
    lines = "; ".join(f"{line.field}: {line.before} → {line.after}" for line in told.lines)
    about = [told.kind, change.object_id, told.title]
    return [
        change.number,
        when,
        change.who,
        change.origin,
        change.why,
        told.action,
        *about,
        lines,
        change.import_run_id,
    ]
