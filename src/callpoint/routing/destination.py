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


def destination(found: Found, view: DirectoryView) -> Destination:
    """What becomes of the found location: whether it is good enough, whose PSAP that is, which targets in turn."""
    reasons: list[Reason] = []
    location, verdict = found.location, _verdict(found.location)
    unusable: LocationRecord | None = None
    if location is not None and verdict is not None:
        reasons.append(_judged(location, verdict))
        if isinstance(location, LocationRecord) and verdict not in USABLE:
            location, unusable = None, location
    psap = _psap(location, view, reasons) if location is not None else None
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


def _psap(location: LocationRecord | CallLocation, view: DirectoryView, reasons: list[Reason]) -> Psap | None:
    mapped = location.psap if isinstance(location, LocationRecord) else None
    if mapped is not None and isinstance(location, LocationRecord):
        reasons.append(reason("psap_mapped", psap=mapped.name, source=location.psap_source or "source not named"))
    else:
        mapped = view.psap_for(location.civic, _shape(location))
        if mapped is None:
            reasons.append(reason("psap_unknown"))
        else:
            reasons.append(reason("psap_by_fixed_route", psap=mapped.name))
    if mapped is not None and not mapped.targets:
        reasons.append(reason("psap_without_targets", psap=mapped.name))
    return mapped


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
