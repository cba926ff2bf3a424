"""Whether the history still holds: checked on demand, a stretch at a time, so that no request takes long.

Where a check stands travels with the page, signed; its end is noted in the history itself, and shown from there.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from callpoint.directory.audit import note
from callpoint.directory.chain_check import MEANINGS, Break, Place, Walked, walk
from callpoint.directory.history import entries_about
from callpoint.web.portal.audit.ledger import Ledger

STEP: Final = 20_000
"""Entries a request checks: about half a second."""
HOLDS: Final = "holds"
_SALT: Final = "callpoint.audit.check"
_OLDEST_SECONDS: Final = 3600


@dataclass(frozen=True)
class LastCheck:
    """What the history says of the last time it was checked; without `broken` it was found whole."""

    at: datetime
    who: str
    entries: int
    broken: Break | None


def last_check(ledger: Ledger) -> LastCheck | None:
    """The last check that came to its end."""
    for change in entries_about("chain", ledger.chain):
        if (after := change.after or {}).keys() >= {"checked", "finding"}:
            code = str(after["finding"])
            broken = Break(int(after.get("entry", 0)), code) if code in MEANINGS else None
            return LastCheck(change.at, change.who, int(after["checked"]), broken)
    return None


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, ledger: Ledger) -> HttpResponse:
    """The state; POST checks a stretch from `place` on (the beginning without one) and goes on by itself with htmx."""
    walked = _checked(ledger, request.POST.get("place", "")) if request.method == "POST" else None
    count = max(ledger.count(), 1)
    shown: dict[str, Any] = {
        "ledger": ledger,
        "walked": walked,
        "count": count,
        "check_url": ledger.url("audit-check"),
        "list_url": ledger.url("audit"),
        "check": last_check(ledger),
    }
    if walked is not None and not walked.done:
        place = [ledger.chain, walked.place.number, walked.place.digest]
        shown |= {"place": signing.dumps(place, salt=_SALT), "percent": min(99, 100 * walked.place.number // count)}
    template = "portal/audit/state.html" if getattr(request, "htmx", False) else "portal/audit/check.html"
    return render(request, template, shown)


def _checked(ledger: Ledger, token: str) -> Walked:
    walked = walk(ledger.chain, _place(ledger, token), STEP)
    if walked.broken is not None:
        found = {"finding": walked.broken.code, "entry": walked.broken.number}
        note(ledger.organization, "chain", ledger.chain, checked=walked.place.number, **found)
    elif walked.done:
        note(ledger.organization, "chain", ledger.chain, checked=walked.place.number, finding=HOLDS)
    return walked


def _place(ledger: Ledger, token: str) -> Place:
    """Where a page says the check stands; the beginning for a page that is old, of another history, or not ours."""
    try:
        chain, number, digest = signing.loads(token, salt=_SALT, max_age=_OLDEST_SECONDS)
    except (signing.BadSignature, ValueError):
        return Place()
    return Place(number, digest) if chain == ledger.chain else Place()
