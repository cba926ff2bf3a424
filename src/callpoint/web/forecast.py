"""What would happen if somebody dialled 911 now, in the few words a list has room for."""

from dataclasses import dataclass
from typing import Final, Literal

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from callpoint.directory.mapping.serving import POSTAL_AREA
from callpoint.directory.models import Person
from callpoint.routing.explain import cause_of_relay, goes_directly
from callpoint.routing.plan import CallPlan
from callpoint.routing.records import LocationRecord
from callpoint.routing.rehearsal import rehearse
from callpoint.snapshot.store import Snapshot

Level = Literal["good", "doubtful", "bad"]
# What is said of an address beside it; nothing where a data set has confirmed it.
_SAID: Final[dict[str, str | Promise]] = {
    "valid": "",
    "valid_corrected": _("corrected"),
    "area": _("only the area is confirmed: not dispatchable"),
    "unchecked": _("unchecked"),
    "ambiguous": _("ambiguous"),
    "invalid": _("invalid"),
    "refused": _("refused"),
}


@dataclass(frozen=True)
class Forecast:
    """`level` is for the eye: good (a PSAP answers), doubtful (it does, but read the words), bad (relay center)."""

    level: Level
    route: str
    location: str
    callback: str


def forecast(person: Person, organization: str, view: Snapshot) -> Forecast:
    """By the very decision a call of this person would get, from the snapshot and not from the database.

    In the language of the page.
    """
    plan = rehearse(person.identity, organization, view)
    return Forecast(
        level=level_of(plan),
        route=route_of(plan),
        location=_location(plan),
        callback=plan.callback_number or gettext("no callback number"),
    )


def level_of(plan: CallPlan) -> Level:
    """How well such a call would go."""
    if not goes_directly(plan):
        return "bad"
    return "good" if plan.verdict in ("valid", "valid_corrected") and plan.callback_number else "doubtful"


def route_of(plan: CallPlan) -> str:
    """Where such a call would go, and why no better."""
    if plan.psap is None or not goes_directly(plan):
        return gettext("Relay center, because %(cause)s") % {"cause": cause_of_relay(plan, get_language() or "en")}
    place = plan.location
    if isinstance(place, LocationRecord) and place.psap_source == POSTAL_AREA:
        return gettext("Goes to %(psap)s, by the middle of the postal area") % {"psap": plan.psap.name}
    return gettext("Goes to %(psap)s") % {"psap": plan.psap.name}


def _location(plan: CallPlan) -> str:
    place = plan.location or plan.unusable_location
    if place is None or place.civic is None:
        return gettext("no location")
    words = place.civic.formatted()
    verdict = place.verdict if isinstance(place, LocationRecord) else plan.verdict
    said = _SAID.get(verdict, verdict)
    return f"{words} ({said})" if said else words
