"""A plan as what 933 says of it: one function for the node that speaks and the worker that renders ahead."""

from callpoint.routing.explain import cause_of_relay, goes_directly
from callpoint.routing.plan import CallPlan
from callpoint.routing.records import LocationRecord
from callpoint.speech.read_back import ReadBackFacts


def language_of(plan: CallPlan) -> str:
    """The person's language; English without one."""
    return (plan.identity.language if plan.identity is not None else "") or "en"


def read_back_facts(plan: CallPlan) -> ReadBackFacts:
    """The very plan a real call would follow, so that the two cannot differ; in the person's language."""
    location, direct = plan.location, goes_directly(plan)
    civic = location.civic if location is not None else None
    return ReadBackFacts(
        destination="psap" if direct else "relay_center",
        civic_fields=civic.to_fields() if civic is not None else {},
        point=_point(plan),
        callback_number=plan.callback_number,
        psap_name=plan.psap.name if plan.psap is not None else "",
        reason="" if direct else cause_of_relay(plan, language_of(plan)),
    )


def _point(plan: CallPlan) -> tuple[float, float] | None:
    location = plan.location
    if location is None:
        return None
    if isinstance(location, LocationRecord):
        return location.point
    centre = location.shape.centre if location.shape is not None else None
    return (centre.lat, centre.lon) if centre is not None else None
