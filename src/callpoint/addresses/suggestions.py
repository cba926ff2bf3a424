"""Known addresses as suggestions: in the words of whoever asked, without doubles, the likelier first."""

from collections.abc import Iterable
from typing import Final

from callpoint.addresses.accents import with_accents
from callpoint.addresses.comparison import SWAPPED_DIRECTION, Difference, Match
from callpoint.addresses.query import postal_key
from callpoint.addresses.reference.values import PointHit
from callpoint.addresses.rewording import reworded
from callpoint.addresses.twins import told_apart
from callpoint.addresses.verdict import Suggestion
from callpoint.addresses.wrong_country import COUNTRY_NAMES
from callpoint.i3.civic import Civic
from callpoint.i3.civic_text import house_number

# As many as a person reads. A twin street of twelve towns is better told apart by naming the town.
SHOWN: Final = 10

# Nobody but the person knows these; they go from the question into the answer as they came.
SPOT_ELEMENTS: Final = ("BLD", "FLR", "UNIT", "ROOM", "SEAT", "LOC", "NAM", "LMK", "PLC")
# Names that are written with accents, French or Spanish.
_ACCENTED: Final = frozenset(("A2", "A3", "PCN", "STP", "RD", "STS"))

_NAMES: Final = {
    "RD": "street",
    "STS": "street type",
    "POD": "direction",
    "PRD": "direction",
    "POM": "street modifier",
    "country": "country",
    "A1": "state or province",
    "A3": "place",
    "A2": "county",
    "PC": "postal code",
}


def with_spot(known: Civic, given: Civic) -> Civic:
    """The known address with the spot inside that was given."""
    return reworded(known, _spot(given))


def _accents(known: Civic, given: Civic) -> dict[str, str]:
    """Names that are given with accents the data set leaves out."""
    own = known.__dict__
    written = [(name, text) for name, text in given.__dict__.items() if name in _ACCENTED and not text.isascii()]
    return {name: with_accents(own[name], text) for name, text in written if name in own}


def _spot(given: Civic) -> dict[str, str]:
    own = given.__dict__
    return {name: own[name] for name in SPOT_ELEMENTS if own.get(name)}


def standard_form(match: Match) -> Civic:
    """The address of a match as it is written: from the data set, with what only the asker knows."""
    known, given = match.hit.civic, match.query.civic
    fields = _spot(given) | _accents(known, given)
    if given.PC and not any(one.element == "PC" for one in match.differences):
        # Nothing was held against it, and it may say more (ZIP+4) or be the recipient's own.
        fields["PC"] = _fuller(given.PC, known.PC)
    if match.fit == "postal" and not known.PCN:
        fields["PCN"] = given.A3 or given.PCN
    return reworded(known, fields)


def _fuller(given: str, known: str) -> str:
    """Of two codes that agree the longer one; of two that do not, the recipient's own, which was given."""
    if postal_key(known).startswith(postal_key(given)):
        return max(given, known, key=len) if given[:1].isdigit() else known
    return given


def suggested(match: Match, why: str = "") -> Suggestion:
    """A match as a suggestion; `why` stands instead of its differences."""
    hit = match.hit
    return Suggestion(standard_form(match), why or _why(match), hit.point, hit.accuracy, hit.dataset)


def nearest_number(hit: PointHit, given: Civic) -> Suggestion:
    """A number that exists on the street where the one given does not."""
    civic = reworded(hit.civic, _spot(given) | _accents(hit.civic, given))
    if given.PC and not civic.PC:
        civic = reworded(civic, {"PC": given.PC})
    why = f"number {number_of(hit.civic)} exists on {street_of(hit.civic)}, number {number_of(given)} does not"
    return Suggestion(civic, why, hit.point, hit.accuracy, hit.dataset)


def number_of(civic: Civic) -> str:
    """ "115A", "90-22", "N6W23001"."""
    return house_number(civic.to_fields())


def street_of(civic: Civic) -> str:
    """The street's name in full, without the number."""
    parts = (civic.PRM, civic.PRD, civic.STP, civic.RD, civic.STS, civic.POD, civic.POM)
    return " ".join([part for part in parts if part])


def _why(match: Match) -> str:
    said = [_said(one, match) for one in match.differences if one.cost]
    if said:
        return "; ".join(dict.fromkeys(said))
    place = match.hit.civic.A3 or match.hit.civic.PCN
    return f"the same number and street in {place}" if place else "the same number and street"


def _said(one: Difference, match: Match) -> str:
    if one.element in ("RD", "STP") or one.cost == SWAPPED_DIRECTION:
        return f"street: {street_of(match.hit.civic)}, not {street_of(match.query.civic)}"
    name = (
        "ZIP code" if one.element == "PC" and match.hit.civic.country == "US" else _NAMES.get(one.element, one.element)
    )
    if one.element == "country":
        return f"{name}: {COUNTRY_NAMES.get(one.right, one.right)}, not {one.given}"
    if not one.right:
        return f"{name}: none" if one.element != "PC" else f"{name}: not {one.given}"
    return f"{name}: {one.right}, not {one.given}" if one.given else f"{name}: {one.right} (was not given)"


def distinct(suggestions: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    """Without doubles of one door, at most SHOWN; doors that read the same are told apart."""
    return told_apart(suggestions, SHOWN)
