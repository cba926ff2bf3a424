"""An address as a provider has it, held against the one that was asked about."""

import math
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from callpoint.addresses.parsing import parse_street
from callpoint.addresses.postal.place_key import place_key, without_its_kind
from callpoint.addresses.street_key import street_key
from callpoint.addresses.verdict import Accuracy, ElementState, LatLon
from callpoint.i3.civic import Civic

# Two entries of one building lie closer, two streets of one name in a city farther.
SAME_PLACE_METRES: Final = 250.0
_METRES_PER_DEGREE: Final = 111_320.0
_NUMBER: Final = re.compile(r"(?P<HNP>[A-Za-z]\d{0,4}[A-Za-z](?=\d)|\d{1,6}-(?=\d))?(?P<HNO>\d{1,9})\s*(?P<HNS>\S.*)?")
_STREET: Final = ("PRM", "PRD", "STP", "RD", "STS", "POD", "POM")


class Candidate(NamedTuple):
    """One answer of a provider."""

    civic: Civic
    point: LatLon
    accuracy: Accuracy
    elements: dict[str, ElementState]


def street_words(civic: Civic) -> str:
    """Number and street as every provider takes them: "115 1/2 North Main Street"."""
    number = f"{civic.HNP}{civic.HNO}"
    parts = (number, civic.HNS, *(getattr(civic, name) for name in _STREET))
    return " ".join(part for part in parts if part)


def found_civic(number: str, street: str, country: str, rest: dict[str, str]) -> Civic:
    """The address of a provider's fields: `number` with whatever is in it, `street` in one line."""
    fields = {"country": country, **rest, **parse_street(street, country)}
    match = _NUMBER.fullmatch(number)
    if match:
        fields |= {name: text for name, text in match.groupdict().items() if text}
    elif number:
        fields["HNO"] = number
    return Civic.from_fields(fields)


def compared(asked: Civic, found: Civic, other_places: Sequence[str] = ()) -> dict[str, ElementState]:
    """How every element that was asked about fares. `other_places` are further names of the place found."""
    states: dict[str, ElementState] = {}
    if asked.country:
        states["country"] = _same(asked.country, found.country)
    if asked.A1:
        states["A1"] = _same(asked.A1, found.A1)
    if asked.A3:
        states["A3"] = _place(asked.A3, (found.A3, *other_places))
    if asked.PC:
        states["PC"] = _postal(asked.PC, found.PC)
    if asked.RD:
        states["RD"] = _street(asked, found)
    if number := _number(asked):
        states["HNO"] = _same(number, _number(found))
    return states


def settled(candidates: Sequence[Candidate]) -> Candidate | None:
    """The best candidate; None without one, or when another as good lies somewhere else."""
    ranked = sorted(candidates, key=_wrongs)
    if not ranked:
        return None
    best = ranked[0]
    rivals = [one for one in ranked[1:] if _wrongs(one) == _wrongs(best)]
    if any(metres(best.point, one.point) > SAME_PLACE_METRES for one in rivals):
        return None
    return best


def metres(one: LatLon, other: LatLon) -> float:
    """Distance on a plane, good to 1 % over a city."""
    east = (one[1] - other[1]) * math.cos(math.radians((one[0] + other[0]) / 2))
    return math.hypot(one[0] - other[0], east) * _METRES_PER_DEGREE


def _wrongs(candidate: Candidate) -> tuple[int, int]:
    states = list(candidate.elements.values())
    return states.count("invalid"), states.count("unchecked")


def _same(asked: str, found: str) -> ElementState:
    if not found:
        return "unchecked"
    return "valid" if asked.casefold() == found.casefold() else "invalid"


def _number(civic: Civic) -> str:
    return f"{civic.HNP}{civic.HNO}{civic.HNS}".replace(" ", "")


def _place(asked: str, found: Sequence[str]) -> ElementState:
    names = {place_key(name) for name in found if name}
    if not names:
        return "unchecked"
    key = place_key(asked)
    bare = {without_its_kind(name) or name for name in names}
    return "valid" if key in names or (without_its_kind(key) or key) in bare else "invalid"


def _postal(asked: str, found: str) -> ElementState:
    """The shorter of the two decides: ZIP+4 against ZIP, a whole Canadian code against its first half."""
    one, other = (code.replace(" ", "").replace("-", "").upper() for code in (asked, found))
    if not other:
        return "unchecked"
    length = min(len(one), len(other))
    return "valid" if one[:length] == other[:length] else "invalid"


def _street(asked: Civic, found: Civic) -> ElementState:
    if not found.RD:
        return "unchecked"
    one, other = street_key(asked), street_key(found)
    if one == other:
        return "valid"
    pairs = ((one.type, other.type), (one.direction, other.direction), (one.modifier, other.modifier))
    omitted = all(a == b or not a or not b for a, b in pairs)
    return "unchecked" if one.name == other.name and omitted else "invalid"
