"""What differs between an address as given and one that is known, element by element, and how much it weighs.

A *completion* adds what was left out and could be nothing else; it costs nothing. A *correction* puts something else
in the place of what was given, or in a gap that had several fillings; it is never made silently. Costs only rank
corrections among each other: 1 is a small slip, 6 is hardly the same address.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from callpoint.addresses.domains.highways import ROAD_WORDS
from callpoint.addresses.domains.regions import REGIONS
from callpoint.addresses.folding import fold
from callpoint.addresses.place_fit import PlaceFit, place_fit
from callpoint.addresses.postal import PostalTables, place_key
from callpoint.addresses.query import FSA_CHARS, Query, postal_key
from callpoint.addresses.reference.values import PointHit
from callpoint.addresses.street_key import StreetKey
from callpoint.i3.civic import Civic

MISSING_TYPE: Final = 1.0
WRONG_TYPE: Final = 2.0
MISSING_DIRECTION: Final = 1.5
WRONG_DIRECTION: Final = 2.5
SWAPPED_DIRECTION: Final = 0.5
MODIFIER: Final = 1.5
# "VA" for "VT" is a slip of one key.
OTHER_STATES_ROUTE: Final = 1.0
# A postal code is wrong by a slip of one figure as often as a place is wrong by habit: neither outweighs the other.
WRONG_POSTAL: Final = 2.0
WRONG_REGION: Final = 2.0
# A place misspelled costs half of this, one that looks like another altogether the whole.
WRONG_PLACE: Final = 2.0
WRONG_COUNTY: Final = 1.0
# A misspelled name costs this, and more the less it looks like the right one.
OTHER_NAME: Final = 1.0
PER_UNLIKENESS: Final = 10.0
MISSPELLED_WORD: Final = 2.0
# Two letters of "Montpelier" swapped leave 0.9 of it, a letter of "Dover" wrong 0.8.
MISSPELLED: Final = 0.75


class Difference(NamedTuple):
    """In `element` stood `given` ("" = nothing) where the known address has `right`. A cost of 0 is a completion."""

    element: str
    given: str
    right: str
    cost: float


@dataclass(frozen=True, slots=True)
class Match:
    """A known address with the number asked for, and how it differs from `query`."""

    query: Query
    hit: PointHit
    fit: PlaceFit
    differences: tuple[Difference, ...]
    cost: float

    @property
    def clean(self) -> bool:
        """Whether nothing would have to be corrected."""
        return self.cost == 0


def compare(query: Query, hit: PointHit, tables: PostalTables, *, is_own_place: bool = False) -> Match:
    """How the known address differs; its number is taken to be the one asked for.

    `is_own_place` tells that a data set has a place of the very name asked for. A door in another one, to which only
    the post gives that name, wants a postal code to say that the post's name was meant.
    """
    fit = place_fit(query.place, hit.civic, tables)
    differences = _street(query, hit) + _place(query, hit, fit) + _postal(query, hit, tables)
    if query.key.type == "route":
        differences += _route_of_another_state(query.civic, hit.civic)
    if fit == "postal" and is_own_place and not query.postal:
        differences += (Difference("A3", query.civic.A3, hit.civic.A3, WRONG_PLACE / 2),)
    return Match(query, hit, fit, differences, sum([one.cost for one in differences]))


def _street(query: Query, hit: PointHit) -> tuple[Difference, ...]:
    key = hit.street.key
    if query.key == key:
        return _swapped(query.civic, hit.civic) if key.direction else ()
    readings = [_street_read_as(own, query, hit) for own in query.keys]
    readings += [_slipped(query, hit) for own in query.slips if own.name == key.name]
    return min(readings, key=_total)


def _slipped(query: Query, hit: PointHit) -> tuple[Difference, ...]:
    """The name is right once one word of the street line is taken for a slip."""
    own, key = query.key, hit.street.key
    cost = MISSPELLED_WORD
    cost += WRONG_TYPE if own.type and own.type != key.type else 0.0
    cost += WRONG_DIRECTION if own.direction != key.direction else 0.0
    return (Difference("RD", query.civic.RD, hit.civic.RD, cost),)


def _total(differences: tuple[Difference, ...]) -> float:
    return sum([one.cost for one in differences])


def _street_read_as(own: StreetKey, query: Query, hit: PointHit) -> tuple[Difference, ...]:
    key, given, right = hit.street.key, query.civic, hit.civic
    found = []
    if own.name != key.name and key.name in query.other_directions:
        cost = MISSING_DIRECTION if len(key.name) > len(own.name) else WRONG_DIRECTION
        found.append(Difference("POD", given.PRD or given.POD, right.PRD or right.POD, cost))
    elif own.name != key.name:
        unlike = min(_unlike(own.name, key.name), _unlike(fold(given.RD), fold(right.RD)))
        found.append(Difference("RD", given.RD, right.RD, unlike))
    if own.type != key.type:
        cost = WRONG_TYPE if own.type else MISSING_TYPE
        stood = given.STS or given.STP if own.type else ""
        found.append(Difference("STS", stood, right.STS or right.STP, cost))
    if own.direction != key.direction:
        cost = WRONG_DIRECTION if own.direction else MISSING_DIRECTION
        found.append(Difference("POD", given.PRD or given.POD, right.PRD or right.POD, cost))
    if own.modifier != key.modifier:
        found.append(Difference("POM", given.PRM or given.POM, right.PRM or right.POM, MODIFIER))
    as_a_whole = _unlike(own.full, key.full)
    if own.name != key.name and as_a_whole < _total(tuple(found)):
        # A type or direction misspelled is read as part of the name: "Lake View Raod".
        return (Difference("RD", given.RD, right.RD, as_a_whole),)
    return tuple(found)


def _unlike(one: str, other: str) -> float:
    return OTHER_NAME + (1 - OSA.normalized_similarity(one, other)) * PER_UNLIKENESS


def _swapped(given: Civic, right: Civic) -> tuple[Difference, ...]:
    """ "Main Street North" for North Main Street. In towns laid out by compass these are two streets."""
    if given.PRD and right.POD and not given.POD and not right.PRD:
        return (Difference("PRD", given.PRD, right.POD, SWAPPED_DIRECTION),)
    if given.POD and right.PRD and not given.PRD and not right.POD:
        return (Difference("POD", given.POD, right.PRD, SWAPPED_DIRECTION),)
    return ()


def _route_of_another_state(given: Civic, right: Civic) -> tuple[Difference, ...]:
    """ "VA Route 100" in Vermont: keys hold the number of a state's road, whichever state is named."""
    named = _state_of_route(given)
    if not named or not right.A1 or named in (_state_of_route(right), right.A1):
        return ()
    element = "STP" if given.STP else "RD"
    return (Difference(element, getattr(given, element), getattr(right, element), OTHER_STATES_ROUTE),)


def _state_of_route(civic: Civic) -> str:
    """The state before the word for the road: "VT" of "Vermont Route 100" and "VT Route"; "" where none is named."""
    words = fold(f"{civic.STP} {civic.RD}").split()
    at = next((at for at, word in enumerate(words) if word in ROAD_WORDS), 0)
    return REGIONS.get(" ".join(words[:at]).removeprefix("old "), "")


def _place(query: Query, hit: PointHit, fit: PlaceFit) -> tuple[Difference, ...]:
    given, known = query.civic, hit.civic
    found: tuple[Difference, ...] = ()
    if fit == "elsewhere":
        place, right = given.A3 or given.PCN or given.A4, known.A3 or known.PCN
        likeness = OSA.normalized_similarity(query.place, place_key(right))
        cost = WRONG_PLACE / 2 if likeness >= MISSPELLED else WRONG_PLACE
        found = (Difference("A3", place, right, cost),)
    elif fit in ("not given", "kind", "postal") and known.A3:
        found = (Difference("A3", given.A3, known.A3, 0.0),)
    if query.wrong_country:
        found += (Difference("country", query.wrong_country, known.country, WRONG_REGION),)
    if given.A1 and known.A1 and given.A1 != known.A1:
        found += (Difference("A1", given.A1, known.A1, WRONG_REGION),)
    if given.A2 and known.A2 and _county(given.A2) != _county(known.A2):
        found += (Difference("A2", given.A2, known.A2, WRONG_COUNTY),)
    return found


def _county(name: str) -> str:
    return fold(name).removesuffix(" county").removesuffix(" parish")


def _postal(query: Query, hit: PointHit, tables: PostalTables) -> tuple[Difference, ...]:
    given, known = query.postal, postal_key(hit.civic.PC)
    if given == known:
        return ()
    if not given:
        return (Difference("PC", "", known, 0.0),)
    if not known:
        # Nobody said the code of this door; the post at least must know it for the place.
        agrees = not hit.civic.A3 or tables.serves(given, hit.civic.A3) or tables.serves(given, query.place)
        return () if agrees else (Difference("PC", query.civic.PC, "", WRONG_POSTAL),)
    if given[:FSA_CHARS] == known[:FSA_CHARS] and given[:1].isalpha() and FSA_CHARS in (len(given), len(known)):
        return (Difference("PC", given, known, 0.0),) if len(given) == FSA_CHARS else ()
    if _one_recipient(given, hit, tables):
        return ()
    return (Difference("PC", query.civic.PC, known, WRONG_POSTAL),)


def _one_recipient(given: str, hit: PointHit, tables: PostalTables) -> bool:
    """A ZIP code of one organization in the same town: its doors lie in the area of another, and data sets say that."""
    area = tables.zip(given)
    if area is None or area.kind != "UNIQUE" or not area.active:
        return False
    return place_fit(area.places[0], hit.civic, tables) != "elsewhere"
