"""Which elements of an address are confirmed, refuted or not looked at, as LoST tells them (RFC 5222 §8.4.2)."""

from collections.abc import Iterable, Mapping
from typing import Final

from callpoint.addresses.comparison import Match
from callpoint.addresses.suggestions import SPOT_ELEMENTS
from callpoint.addresses.verdict import ElementState
from callpoint.i3.civic import Civic

NUMBER: Final = ("HNP", "HNO", "HNS")
STREET: Final = ("PRM", "PRD", "STP", "RD", "STS", "POD", "POM")
_SPOT: Final = frozenset(SPOT_ELEMENTS)
# A difference is told for one element; it concerns what may stand in the place of it, too.
_CONCERNS: Final = {"STS": ("STP", "STS"), "POD": ("PRD", "POD"), "PRD": ("PRD", "POD"), "POM": ("PRM", "POM")}


def states(civic: Civic, known: Mapping[str, ElementState]) -> dict[str, ElementState]:
    """Every filled element of `civic`: as in `known`, the rest unchecked."""
    return {name: known.get(name, "unchecked") for name, text in civic.__dict__.items() if text}


def of_confirmed(match: Match, civic: Civic) -> dict[str, ElementState]:
    """The elements of an address that a data set confirms; nobody confirms the spot inside."""
    known = match.hit.civic.__dict__
    found: dict[str, ElementState] = {}
    for name, text in civic.__dict__.items():
        if text:
            found[name] = "valid" if known.get(name) and name not in _SPOT else "unchecked"
    if match.fit == "postal":
        found["PCN"] = "valid"  # by the post, which serves that name under the known postal code
    return found


def of_corrected(match: Match, civic: Civic, area: Mapping[str, ElementState]) -> dict[str, ElementState]:
    """The elements as given, where one known address is what was meant: what differs is invalid, the rest valid."""
    known: dict[str, ElementState] = dict.fromkeys((*NUMBER, *STREET, "A1", "A2", "A3", "PC", "country"), "valid")
    for name in ("A2", "A3", "PC"):
        if not getattr(match.hit.civic, name):
            known[name] = area.get(name, "unchecked")
    for one in match.differences:
        if one.cost:
            known.update(dict.fromkeys(_CONCERNS.get(one.element, (one.element,)), "invalid"))
    return states(civic, known)


def of_several(matches: Iterable[Match], civic: Civic) -> dict[str, ElementState]:
    """The elements as given, where several known addresses fit: valid is what fits all of them."""
    known: dict[str, ElementState] = dict.fromkeys((*NUMBER, *STREET, "A1", "A2", "A3", "PC", "country"), "valid")
    for match in matches:
        for one in match.differences:
            for name in _CONCERNS.get(one.element, (one.element,)):
                known.pop(name, None)
    return states(civic, known)


def marked(
    area: Mapping[str, ElementState], valid: Iterable[str] = (), invalid: Iterable[str] = ()
) -> dict[str, ElementState]:
    """`area` with more elements known."""
    found = dict(area)
    found.update(dict.fromkeys(valid, "valid"))
    found.update(dict.fromkeys(invalid, "invalid"))
    return found
