"""What a decision says of one person: the state of their `Readiness` row, and the cause in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from callpoint.directory.models import Readiness
from callpoint.routing.explain import cause_of_relay, goes_directly
from callpoint.routing.plan import CallPlan
from callpoint.routing.records import LocationRecord
from callpoint.routing.view import DirectoryUnavailable

_STATE: Final = Readiness.State
_LONGEST: Final = 255  # of the columns
# Passing troubles of the moment: what is decided then says nothing of the person.
_PASSING: Final = frozenset({"directory_unavailable", "boundaries_loading"})

# The ends of "…, because", as those of `routing.explain.cause_of_relay` are.
NO_CALLBACK: Final = "there is no number to call back"
AREA_ONLY: Final = "only the area of the address is confirmed, not the house"
UNCONFIRMED: Final = "nobody has checked the address"
_WHY: Final = {_STATE.NO_CALLBACK: NO_CALLBACK, _STATE.AREA_ONLY: AREA_ONLY, _STATE.UNCONFIRMED: UNCONFIRMED}


@dataclass(frozen=True)
class Outlook:
    """A person's call in the columns of `Readiness`; `psap` is who would answer it, "" for the relay center."""

    state: Readiness.State
    psap: str = ""
    why: str = ""
    confirmed_at: datetime | None = None


def outlook(plan: CallPlan) -> Outlook | None:
    """The worst that can be said of the call; None for somebody the view does not know (yet).

    Raises `DirectoryUnavailable` for a plan made in passing trouble.
    """
    for reason in plan.reasons:
        if reason.code in _PASSING:
            raise DirectoryUnavailable(reason.text)
    if plan.identity is None:
        return None
    if not plan.identity.active:
        return Outlook(_STATE.INACTIVE)
    state = _state(plan)
    if state in (_STATE.NO_LOCATION, _STATE.NO_PSAP):
        return Outlook(state, why=cause_of_relay(plan)[:_LONGEST], confirmed_at=_confirmed_at(plan))
    psap = plan.psap.name[:_LONGEST] if plan.psap is not None else ""
    return Outlook(state, psap, _WHY.get(state, ""), _confirmed_at(plan))


def _state(plan: CallPlan) -> Readiness.State:
    if plan.location is None:
        return _STATE.NO_LOCATION
    if not goes_directly(plan):
        return _STATE.NO_PSAP
    if not plan.callback_number:
        return _STATE.NO_CALLBACK
    if plan.verdict == "area":
        return _STATE.AREA_ONLY
    return _STATE.READY if plan.verdict in ("valid", "valid_corrected") else _STATE.UNCONFIRMED


def _confirmed_at(plan: CallPlan) -> datetime | None:
    """When it was said that they are there; None for a place they were given, which does not grow old."""
    place = plan.location
    if plan.location_source != "current" or not isinstance(place, LocationRecord):
        return None
    return datetime.fromisoformat(place.updated_at)
