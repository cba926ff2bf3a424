"""An address judged while it is typed: what the form shows of it, and the snippet that htmx asks for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from callpoint.addresses.verdict import Suggestion, Verdict
from callpoint.directory.access import Right
from callpoint.directory.editing.addresses import ADDRESS_ELEMENTS, choice_of, chosen_of, given_civic
from callpoint.directory.editing.refused import Checks
from callpoint.directory.models import Address
from callpoint.directory.verdicts import ACCEPTED, civic_of
from callpoint.i3.civic import Civic
from callpoint.web.address_words import ACCURACIES, VERDICTS, Element, Words, elements_of
from callpoint.web.installation import address_desk
from callpoint.web.map.around import street_query
from callpoint.web.portal.page import OrganizationRequest, organization_page

LONGEST: Final = 500  # characters; as many as the validator reads
BY_ELEMENTS: Final = "elements"
AS_TYPED: Final = "as_typed"  # sent along by the panel where it shows choices: the address they were shown for

_Saved = TypeVar("_Saved")


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

    @property
    def asks(self) -> bool:
        """Whether it may be saved as it is although a better one may be meant."""
        return self.can_be_saved and bool(self.choices) and self.words.level != "good"


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


def is_unseen(posted: Mapping[str, str], fields: Mapping[str, str], sample: bool, now: Address | None = None) -> bool:
    """Whether choices for the address in `fields` were never on the screen of whoever posted it: their browser runs no
    script, or was quicker than the panel. An address that is given as it is stored `now` asks nothing."""
    if fields.get("accept"):
        return False
    if now is not None and _address(fields) in (civic := civic_of(now.values()), civic.formatted()):
        return False
    known = judged(fields, sample)
    return known is not None and known.asks and posted.get(AS_TYPED) != known.formatted


def saved_unless(unseen: bool, save: Callable[[], _Saved]) -> _Saved | None:
    """What `save` saved; nothing where choices are `unseen`. Even then it is tried, so that what is wrong is told
    first (`Refused`) and nobody is asked to choose for a form that would not be accepted anyway."""
    if not unseen:
        return save()
    with transaction.atomic():
        save()
        transaction.set_rollback(True)
    return None


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
