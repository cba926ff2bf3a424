"""An address judged while it is typed: what the form shows of it, and the snippet that htmx asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from callpoint.addresses.verdict import Suggestion, Verdict
from callpoint.directory.access import Right
from callpoint.directory.editing.addresses import ADDRESS_ELEMENTS, choice_of, chosen_of, given_civic
from callpoint.directory.editing.refused import Checks
from callpoint.directory.verdicts import ACCEPTED
from callpoint.i3.civic import Civic
from callpoint.web.address_words import ACCURACIES, VERDICTS, Element, Words, elements_of
from callpoint.web.installation import address_desk
from callpoint.web.map.around import street_query
from callpoint.web.portal.page import OrganizationRequest, organization_page

LONGEST: Final = 500  # characters; as many as the validator reads
BY_ELEMENTS: Final = "elements"


@dataclass(frozen=True)
class Choice:
    """A suggestion one can pick: `value` is what the form sends for it."""

    value: str
    suggestion: Suggestion
    chosen: bool


@dataclass(frozen=True)
class Judged:
    """What the form says of the address in it. `own_point` where nobody but the person can tell the position."""

    verdict: Verdict
    words: Words
    formatted: str
    psap: str
    point: tuple[float, float] | None
    accuracy: str | Promise
    choices: tuple[Choice, ...]
    elements: tuple[Element, ...]
    can_be_saved: bool
    own_point: bool
    doubt: str
    street: str


def fields_of(posted: Mapping[str, str]) -> dict[str, str]:
    """What the form asks `editing` for: the line, or the elements where they are to be taken instead."""
    by_elements = posted.get("entry") == BY_ELEMENTS
    names = (*ADDRESS_ELEMENTS,) if by_elements else ("address",)
    kept = {name: posted.get(name, "")[:LONGEST] for name in names}
    return kept | {name: posted[name] for name in ("accept", "latitude", "longitude") if name in posted}


def judged(fields: Mapping[str, str], sample: bool = False) -> Judged | None:
    """The verdict on what the form holds, for an organization of samples or a real one; None where it holds nothing
    that could be judged."""
    address = _address(fields)
    if not address:
        return None
    desk = address_desk()
    first = verdict = desk.verdict(address)
    chosen = chosen_of(first, fields.get("accept", ""))
    if chosen is not None:
        verdict = desk.verdict(address, chosen)
    doubt = _doubt(verdict, sample)
    status = "unchecked" if doubt else verdict.status
    located = verdict.point if not doubt else None
    psap = desk.psap(verdict)
    return Judged(
        verdict=verdict,
        words=VERDICTS[status],
        formatted=verdict.civic.formatted(),
        psap=psap.name if psap is not None and psap.targets else "",
        point=located,
        accuracy=ACCURACIES[verdict.accuracy] if verdict.accuracy is not None and located else "",
        choices=tuple(Choice(choice_of(one, first.suggestions), one, one == chosen) for one in first.suggestions),
        elements=tuple(elements_of(verdict.civic, dict(verdict.elements))),
        can_be_saved=bool(doubt) or verdict.status in ACCEPTED,
        own_point=(bool(doubt) or verdict.status in ACCEPTED)
        and (bool(doubt) or verdict.accuracy not in ("point", "range")),
        doubt=doubt,
        street=street_query(verdict.civic),
    )


@organization_page(Right.CHANGE)
@require_POST
def address_judged(request: OrganizationRequest) -> HttpResponse:
    """The snippet below the address field, for what the form holds at this moment."""
    given = request.POST.dict()
    shown: dict[str, Any] = {
        "judged": judged(fields_of(given), request.organization.sample),
        "given": given,
        "errors": {},
    }
    return render(request, "portal/locations/judged.html", shown)


def _address(fields: Mapping[str, str]) -> str | Civic:
    if "address" in fields:
        return fields["address"].strip()
    checks = Checks()
    civic = given_civic(fields, checks)
    return civic if not checks.errors else ""


def _doubt(verdict: Verdict, sample: bool) -> str:
    """Why the address would be kept unchecked whatever the verdict says; "" when it would not."""
    if verdict.dataset is not None and verdict.dataset.sample and not sample:
        return _("Only sample data knows this address, which confirms nothing real.")
    if verdict.status in ("ambiguous", "invalid") and not address_desk().knows_addresses():
        return _("No data set of addresses is loaded that could confirm or deny it.")
    return ""
