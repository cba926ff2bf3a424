"""What would happen if somebody dialled 911 now, all of it: the chain of `callpoint explain`, what goes along with the
call, and what 933 would say. From the same snapshot, by the same decision.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from callpoint.i3.civic import PSAP_SCREEN_CHARS
from callpoint.routing.explain import goes_directly, what_a_real_call_would_do
from callpoint.routing.plan import CallPlan
from callpoint.routing.read_back import language_of, read_back_facts
from callpoint.routing.records import LocationRecord, Target
from callpoint.routing.rehearsal import rehearse_telling
from callpoint.snapshot.store import Snapshot
from callpoint.speech.read_back import compose
from callpoint.web.address_words import VERDICTS, Element, Words, elements_of
from callpoint.web.forecast import Level, level_of, route_of

_SOURCES: Final[dict[str, Promise]] = {
    "call": _("brought by the call"),
    "network": _("detected from the network"),
    "current": _("current location"),
    "assigned": _("assigned location"),
    "number": _("location of the phone number"),
    "none": _("none"),
}


@dataclass(frozen=True)
class Sent:
    """What goes along with the call: the dispatchable location by its elements, the point, the number, the name.

    Of the free line only `sure` shows on every PSAP's screen, `cut` may not. `words` is the place of a location nobody
    could confirm, which travels as a comment for the call taker and routes nothing.
    """

    elements: Sequence[Element]
    formatted: str
    point: str
    sure: str
    cut: str
    callback_number: str
    name: str
    words: str


@dataclass(frozen=True)
class Explanation:
    """`summary` ends "A 911 call of theirs …"; `reasons` are sentences in the order of the decision."""

    level: Level
    direct: bool
    known: bool
    route: str
    summary: str
    psap: str
    targets: Sequence[Target]
    source: Promise
    verdict: Words | None
    told: Sequence[str]
    cost: str
    reasons: Sequence[str]
    sent: Sent
    read_back: Sequence[str]
    read_back_language: str


def explanation(identity: str, organization: str, view: Snapshot, now: datetime) -> Explanation:
    """What a 911 call by this ID on a trunk of that organization would do at `now`."""
    plan = rehearse_telling(identity, organization, view, view.alert_plan(organization), now)
    spoken = language_of(plan)
    return Explanation(
        level=level_of(plan),
        direct=goes_directly(plan),
        known=plan.identity is not None,
        route=route_of(plan),
        summary=what_a_real_call_would_do(plan, get_language() or "en"),
        psap=plan.psap.name if plan.psap is not None else "",
        targets=plan.targets,
        source=_SOURCES[plan.location_source],
        verdict=VERDICTS.get(plan.verdict),
        told=plan.notified,
        cost=f"{plan.cost} {plan.currency}".strip() if plan.cost else "",
        reasons=tuple(reason.text for reason in plan.reasons),
        sent=_sent(plan),
        read_back=compose(read_back_facts(plan), spoken),
        read_back_language=spoken,
    )


def _sent(plan: CallPlan) -> Sent:
    place, unusable = plan.location, plan.unusable_location
    civic = place.civic if place is not None else None
    point = place.point if isinstance(place, LocationRecord) else None
    note = civic.LOC if civic is not None else ""
    return Sent(
        elements=elements_of(civic, {}) if civic is not None else (),
        formatted=civic.formatted() if civic is not None else "",
        point=f"{point[0]:.5f}, {point[1]:.5f}" if point is not None else "",
        sure=note[:PSAP_SCREEN_CHARS],
        cut=note[PSAP_SCREEN_CHARS:],
        callback_number=plan.callback_number,
        name=plan.identity.name if plan.identity is not None else "",
        words=unusable.civic.formatted() if unusable is not None else "",
    )
