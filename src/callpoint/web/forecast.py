"""What would happen if somebody dialled 911 now, in the few words a list has room for."""

from dataclasses import dataclass
from typing import Final, Literal

from callpoint.directory.mapping.serving import POSTAL_AREA
from callpoint.directory.models import Person
from callpoint.routing.decide import decide
from callpoint.routing.explain import cause_of_relay, goes_directly
from callpoint.routing.plan import CallPlan, IncomingCall
from callpoint.routing.records import LocationRecord, Trunk
from callpoint.snapshot.store import Snapshot

# What is said of an address beside it; nothing where a data set has confirmed it.
_SAID: Final = {"valid": "", "valid_corrected": "corrected", "area": "only the area is confirmed: not dispatchable"}


@dataclass(frozen=True)
class Forecast:
    """`level` is for the eye: good (a PSAP answers), doubtful (it does, but read the words), bad (relay center)."""

    level: Literal["good", "doubtful", "bad"]
    route: str
    location: str
    callback: str


def forecast(person: Person, organization: str, view: Snapshot) -> Forecast:
    """By the very decision a call of this person would get, from the snapshot and not from the database."""
    trunk = Trunk("forecast", organization)
    call = IncomingCall(organization, "911", "emergency", "urn:service:sos", person.identity, "directory", trunk)
    plan = decide(call, view)
    direct = goes_directly(plan)
    if direct and plan.psap is not None:
        route = f"Goes to {plan.psap.name}{_by_what(plan)}"
    else:
        route = f"Relay center, because {cause_of_relay(plan)}"
    sure = plan.verdict in ("valid", "valid_corrected") and bool(plan.callback_number)
    return Forecast(
        level="bad" if not direct else "good" if sure else "doubtful",
        route=route,
        location=_location(plan),
        callback=plan.callback_number or "no callback number",
    )


def _by_what(plan: CallPlan) -> str:
    """What weakens the choice of the PSAP, if anything does."""
    place = plan.location
    guessed = isinstance(place, LocationRecord) and place.psap_source == POSTAL_AREA
    return ", by the middle of the postal area" if guessed else ""


def _location(plan: CallPlan) -> str:
    place = plan.location or plan.unusable_location
    if place is None or place.civic is None:
        return "no location"
    words = place.civic.formatted()
    verdict = place.verdict if isinstance(place, LocationRecord) else plan.verdict
    said = _SAID.get(verdict, verdict)
    return f"{words} ({said})" if said else words
