"""Where a call goes: from a location and its verdict to a PSAP, and to the ordered targets.

What each verdict is good for, and why:

- *valid*, *valid_corrected*: a data set confirmed the address. Its PSAP gets the call.
- *unchecked*: nobody looked. The PSAP of its mapping or of a fixed route gets the call all the same: the address
  was given by the person or the administrator, and being answered two minutes later by a relay operator who asks
  for the same address helps nobody. It is called unchecked to the call taker.
- *area*: a data set confirmed country, state and town or postal code, but not the house. That is more than
  *unchecked* knows, and exactly what boundaries and fixed routes go by, so sending it to the relay center while
  an unchecked one passes would punish the better knowledge. It goes to its PSAP and is called an area (promise 3
  is about what a location is *called*: less is called less). An area without a mapping goes to the relay center.
- *ambiguous*: the same words fit several places, perhaps under different PSAPs (Duke Drive in two towns). To take
  the first would be a guess dressed as a location: relay center, and the words in a comment.
- *invalid*, *refused*: a data set says there is no such place, or it lies where nobody can be sent: the same.

A usable location without a PSAP goes to the relay center *with* the location; only the choice of a PSAP is left to
people. The other three go without one, and count as unregistered, as a call without any location does.
"""

from dataclasses import dataclass, replace
from typing import Final

from callpoint.i3.shapes import Point, Shape
from callpoint.routing.plan import CallLocation, Reason
from callpoint.routing.reasons import reason
from callpoint.routing.records import LocationRecord, Provider, Psap, Target, Verdict
from callpoint.routing.view import DirectoryView
from callpoint.routing.whose_location import Found, in_words

USABLE: Final[frozenset[Verdict]] = frozenset({"valid", "valid_corrected", "unchecked", "area"})

_VERDICT_CODES: Final[dict[Verdict, str]] = {
    "valid": "location_valid",
    "valid_corrected": "location_valid",
    "unchecked": "location_unchecked",
    "area": "location_area",
    "ambiguous": "location_ambiguous",
    "invalid": "location_invalid",
    "refused": "location_refused",
}


@dataclass(frozen=True)
class Destination:
    """`location` goes along, `unusable` does not; at most one is set. `verdict` is that of `location`."""

    location: LocationRecord | CallLocation | None
    unusable: LocationRecord | None
    verdict: str
    psap: Psap | None
    targets: tuple[Target, ...]
    reasons: tuple[Reason, ...]


def destination(found: Found, view: DirectoryView, at: str) -> Destination:
    """What becomes of the found location: whether it is good enough, whose PSAP that is, which targets in turn.

    `at` is the moment of the call, ISO 8601: boundaries may begin and end.
    """
    reasons: list[Reason] = []
    location, verdict = found.location, _verdict(found.location)
    unusable: LocationRecord | None = None
    if location is not None and verdict is not None:
        reasons.append(_judged(location, verdict))
        if isinstance(location, LocationRecord) and verdict not in USABLE:
            location, unusable = None, location
    psap = _psap(location, view, at, reasons) if location is not None else None
    provider = view.provider()
    if not provider.relay_center and not (psap and psap.targets):
        psap = _last_resort(found, view, reasons) or psap
    targets = ordered_targets(psap, provider)
    if not provider.relay_center:
        reasons.append(reason("relay_center_missing"))
    elif targets[0].kind == "relay_center":
        reasons.append(reason("relay_center_first"))
    return Destination(location, unusable, verdict or "" if location else "", psap, targets, tuple(reasons))


def ordered_targets(psap: Psap | None, provider: Provider) -> tuple[Target, ...]:
    """The PSAP's targets, then the relay center's; each URI once, no relay center before a PSAP."""
    relay = {target.uri: replace(target, kind="relay_center") for target in provider.relay_center}
    direct: dict[str, Target] = {}
    for target in psap.targets if psap is not None else ():
        if target.kind == "relay_center":
            relay.setdefault(target.uri, target)
        else:
            direct.setdefault(target.uri, target)
    return (*[target for uri, target in direct.items() if uri not in relay], *relay.values())


def _verdict(location: LocationRecord | CallLocation | None) -> Verdict | None:
    """A location that came with the call has been confirmed by nobody, whatever the sender thinks of it."""
    if location is None:
        return None
    return location.verdict if isinstance(location, LocationRecord) else "unchecked"


def _judged(location: LocationRecord | CallLocation, verdict: Verdict) -> Reason:
    dataset = location.dataset if isinstance(location, LocationRecord) else ""
    words = {"dataset": dataset or "an unnamed data set", "place": in_words(location)}
    return reason(_VERDICT_CODES[verdict], **words)


def _psap(location: LocationRecord | CallLocation, view: DirectoryView, at: str, reasons: list[Reason]) -> Psap | None:
    """By the mapping published with the location, else by boundary, else by fixed route.

    A boundary often names an agency without a way to reach it; then a fixed route, which somebody here set up for
    that place, is better than the relay center.
    """
    if isinstance(location, LocationRecord) and location.psap is not None:
        source = location.psap_source or "source not named"
        reasons.append(reason("psap_mapped", psap=location.psap.name, source=source))
        return _reachable(location.psap, reasons)
    served = _by_boundary(_shape(location), view, at, reasons)
    if served is not None and _reachable(served, reasons).targets:
        return served
    routed = view.psap_for(location.civic, None)  # the boundaries have been asked, with their reasons
    if routed is not None:
        reasons.append(reason("psap_by_fixed_route", psap=routed.name))
        return _reachable(routed, reasons)
    if served is None:
        reasons.append(reason("psap_unknown"))
    return served


def _reachable(psap: Psap, reasons: list[Reason]) -> Psap:
    if not psap.targets:
        reasons.append(reason("psap_without_targets", psap=psap.name))
    return psap


def _by_boundary(shape: Shape | None, view: DirectoryView, at: str, reasons: list[Reason]) -> Psap | None:
    if shape is None:
        return None
    answer = view.psap_by_boundary(shape, at)
    if answer.psap is None or answer.boundary is None:
        if answer.state == "loading":
            reasons.append(reason("boundaries_loading"))
        elif answer.state == "ready":
            reasons.append(reason("boundary_gap", datasets=", ".join(answer.datasets)))
        return None
    boundary = answer.boundary
    dataset = " ".join(filter(None, (boundary.dataset or "a data set without a name", boundary.dataset_version)))
    reasons.append(reason("psap_by_boundary", psap=answer.psap.name, dataset=dataset))
    if boundary.sample:
        reasons.append(reason("boundary_sample"))
    if answer.others:
        code = "boundary_partly" if answer.partly else "boundary_overlap"
        reasons.append(reason(code, others=", ".join(answer.others)))
    return answer.psap


def _shape(location: LocationRecord | CallLocation) -> Shape | None:
    if isinstance(location, LocationRecord):
        return Point(*location.point) if location.point is not None else None
    return location.shape


def _last_resort(found: Found, view: DirectoryView, reasons: list[Reason]) -> Psap | None:
    """With no relay center at all, a doubtful PSAP is better than nobody (promise 2)."""
    location = found.location
    psap = location.psap if isinstance(location, LocationRecord) else None
    if psap is None or not psap.targets:
        psap = view.psap_for(location.civic if location is not None else None, None)
    if psap is None or not psap.targets:
        return None
    reasons.append(reason("psap_as_last_resort", psap=psap.name))
    return psap
