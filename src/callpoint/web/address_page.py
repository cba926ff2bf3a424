"""The page where an administrator asks for one address: what is known of it, and who would answer there."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from callpoint.addresses.verdict import Accuracy, ElementState, Status, Verdict
from callpoint.web.installation import address_desk

LONGEST: Final = 500  # characters; as many as the validator reads

_LEVELS: Final[dict[Status, str]] = {
    "valid": "good",
    "valid_corrected": "good",
    "area": "doubtful",
    "ambiguous": "doubtful",
    "invalid": "bad",
    "refused": "bad",
}
_WORDS: Final[dict[Status, str]] = {
    "valid": "Valid: help can be sent to this door",
    "valid_corrected": "Valid, with the correction you chose",
    "area": "Only the area is known: help cannot be sent to a door",
    "ambiguous": "Several places fit: choose one",
    "invalid": "There is no such address",
    "refused": "Refused",
}
_ACCURACY: Final[dict[Accuracy, str]] = {
    "point": "at the door",
    "range": "estimated along the road",
    "area": "middle of the postal area, no place to send anybody",
}
# As people call them; the rest is shown by its CLDXF name alone.
_NAMES: Final = {
    "country": "Country",
    "A1": "State or province",
    "A2": "County",
    "A3": "City or town",
    "A4": "District",
    "A5": "Neighbourhood",
    "PRM": "Before the street",
    "PRD": "Direction",
    "STP": "Street type",
    "RD": "Street",
    "STS": "Street type",
    "POD": "Direction",
    "POM": "After the street",
    "HNP": "Before the number",
    "HNO": "Number",
    "HNS": "After the number",
    "LMK": "Landmark",
    "LOC": "Further words",
    "BLD": "Building",
    "FLR": "Floor",
    "UNIT": "Unit",
    "ROOM": "Room",
    "SEAT": "Seat",
    "PC": "Postal code",
    "PCN": "Postal name",
}


@dataclass(frozen=True)
class _State:
    level: str
    words: str


_STATES: Final[dict[ElementState, _State]] = {
    "valid": _State("good", "yes"),
    "invalid": _State("bad", "no, this contradicts the data"),
    "unchecked": _State("doubtful", "not checked"),
}


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
        "level": _LEVELS[verdict.status],
        "words": _WORDS[verdict.status],
        "psap": desk.psap(verdict),
        "position": f"{verdict.point[0]:.5f}, {verdict.point[1]:.5f}" if verdict.point is not None else "",
        "accuracy": _ACCURACY[verdict.accuracy] if verdict.accuracy is not None else "",
        "elements": _elements(verdict),
        "choose": urlencode({"address": asked}),
    }


def _elements(verdict: Verdict) -> list[tuple[str, str, str, _State]]:
    """Name in words, CLDXF name, value and state of every element of the standard form."""
    fields = verdict.civic.to_fields().items()
    states = verdict.elements
    return [(_NAMES.get(name, ""), name, value, _STATES[states.get(name, "unchecked")]) for name, value in fields]
