"""The page where an administrator asks for one address: what is known of it, and who would answer there."""

from typing import Any, Final
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from callpoint.web.address_words import ACCURACIES, VERDICTS, elements_of
from callpoint.web.installation import address_desk

LONGEST: Final = 500  # characters; as many as the validator reads


@login_required
@require_safe
def address(request: HttpRequest) -> HttpResponse:
    """The form, and below it the verdict on `?address=`; `&accept=N` takes its suggestion number N."""
    asked = request.GET.get("address", "")[:LONGEST].strip()
    shown: dict[str, Any] = {"asked": asked}
    if asked:
        shown |= _judged(asked, request.GET.get("accept", ""))
    return render(request, "web/address.html", shown)


def _judged(asked: str, accept: str) -> dict[str, Any]:
    desk = address_desk()
    verdict = desk.verdict(asked)
    number = int(accept) if accept.isascii() and accept.isdigit() else 0
    # A suggestion may be gone since the page was drawn: then the verdict as it is now is shown.
    if 0 < number <= len(verdict.suggestions):
        verdict = desk.verdict(asked, verdict.suggestions[number - 1])
    return {
        "verdict": verdict,
        "words": VERDICTS[verdict.status],
        "psap": desk.psap(verdict),
        "position": f"{verdict.point[0]:.5f}, {verdict.point[1]:.5f}" if verdict.point is not None else "",
        "accuracy": ACCURACIES[verdict.accuracy] if verdict.accuracy is not None else "",
        "elements": elements_of(verdict.civic, dict(verdict.elements)),
        "choose": urlencode({"address": asked}),
    }
