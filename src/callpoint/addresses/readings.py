"""Every reading of an address that is looked up: the parser's, and those that only a known door can decide.

Words behind a street without a comma may be a building ("115 State St Pavilion") or the end of the street ("50 Main St
Derby Ctr"); a letter behind a number is a suffix or the first word of the street ("150 L Brown Dr"); and what stands
where a place would stand may be none ("4943 Avenue Van Horne, QC H3W 1J4"). No rule of words settles these.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import OSA

from callpoint.addresses.country_gate import Gate
from callpoint.addresses.domains.french_types import FRENCH_TYPES
from callpoint.addresses.domains.street_types import STREET_TYPES
from callpoint.addresses.elements import STREET
from callpoint.addresses.folding import fold
from callpoint.addresses.parsed import Gazetteer, Parsed
from callpoint.addresses.parsing import parse_street
from callpoint.addresses.postal import PostalTables
from callpoint.addresses.query import Query
from callpoint.addresses.rewording import reworded
from callpoint.addresses.suggestions import street_of
from callpoint.i3.civic import Civic

# A line of text has two or three readings; more than this is somebody's novel.
MOST: Final = 6

_PARTICLES: Final = frozenset(("de", "du", "des", "la", "le", "les", "d", "l"))
# A building that says so is one, comma or not.
_BUILDING: Final = re.compile(
    r"\b(?:bldg|building|tower|hall|house|center|centre|wing|block|plaza|mall|complex|pavilion|arena|terminal|hangar|"
    r"annex|campus|school|college|church|hospital|library|b[aâ]timent|[ée]difice|tour|pavillon|aile)\b",
    re.IGNORECASE,
)
_DIRECTIONS: Final = ("north", "south", "east", "west", "nord", "sud", "est", "ouest")
# "N St" is North Street, where there is no street of that letter.
_DIRECTION_NAMES: Final = {"n": "North", "s": "South", "e": "East", "w": "West"}
# One slip leaves 0.8 of "north", two letters swapped 0.8 of "Nroth".
_LIKE_A_DIRECTION: Final = 0.66


@dataclass(frozen=True)
class Readings:
    """`likely` are looked up together, and two of them confirmed are ambiguous.

    `fuller` leave no word unexplained, so one of them confirmed settles it; `desperate` count when no other is
    confirmed, and no street of the others is known. `unexplained` are the words that `likely` pass over.
    """

    likely: tuple[Query, ...]
    fuller: tuple[Query, ...] = ()
    desperate: tuple[Query, ...] = ()
    unexplained: str = ""

    @property
    def speaks_of_street(self) -> bool:
        """Whether an unexplained word is for a kind of street, or looks like a direction: never to be passed over."""
        words = fold(self.unexplained).split()
        return any(word in STREET_TYPES or word in FRENCH_TYPES or _like_a_direction(word) for word in words)


def readings(
    parsed: Parsed, gate: Gate, text: str, tables: PostalTables, gazetteer: Gazetteer, wrong_country: str = ""
) -> Readings:
    """The readings of what the parser made of `text`, the likelier first; `wrong_country` as of `Query`."""
    language, region = parsed.language, gate.region
    further = "; ".join(parsed.leftovers)  # not understood, and yet somebody may find the door by it

    def query(civic: Civic, **changed: str) -> Query:
        fields = {"A1": civic.A1 or region, "country": gate.country, "LOC": civic.LOC or further, **changed}
        return Query.of(reworded(civic, fields), language, region, wrong_country)

    def with_street(civic: Civic, line: str, *without: str) -> Query:
        street = parse_street(line, gate.country, language)
        gone = dict.fromkeys((*STREET, *without), "")
        return query(civic, **(gone | street))

    def likely() -> Iterator[Query]:
        for civic in (parsed.civic, *parsed.alternatives)[:MOST]:
            yield query(civic)
            if _letter_stands_alone(civic, text):
                yield with_street(civic, f"{civic.HNS} {street_of(civic)}", "HNS")

    def desperate() -> Iterator[Query]:
        for one in found:
            if whole := _DIRECTION_NAMES.get(fold(one.civic.RD) if one.civic.STS else ""):
                yield query(one.civic, RD=whole)
            if one.civic.A3 and one.civic.RD and _no_place(one, tables, gazetteer):
                yield with_street(one.civic, f"{street_of(one.civic)} {one.civic.A3}", "A3")

    found = _once(likely())
    words = _unexplained(parsed.civic, text) or _misplaced_direction(parsed)
    fuller = (with_street(parsed.civic, _as_it_stood(parsed.civic, words, text), "BLD", "LOC"),) if words else ()
    return Readings(found, fuller, tuple(desperate()), words)


def _once(queries: Iterator[Query]) -> tuple[Query, ...]:
    return tuple({query.identity: query for query in queries}.values())


def _letter_stands_alone(civic: Civic, text: str) -> bool:
    suffix = civic.HNS
    if len(suffix) != 1 or not suffix.isalpha():
        return False
    return re.search(rf"\b{re.escape(civic.HNO)} +{suffix} ", text, re.IGNORECASE) is not None


def _unexplained(civic: Civic, text: str) -> str:
    """What was taken for a building although nothing says so and no comma parts it from the street."""
    words = civic.BLD
    if not words or not street_of(civic) or _BUILDING.search(words):
        return ""
    whole = r"\s+".join(map(re.escape, words.split()))
    said = re.search(rf"(?:[,;\n(]|{_BUILDING.pattern}[.#\s]*)\s*{whole}\b", text, re.IGNORECASE)
    return "" if said else words


def _misplaced_direction(parsed: Parsed) -> str:
    """A word on its own that looks like a direction belongs to the street, comma or not ("12 Main St, Nroth")."""
    return next((word for word in parsed.leftovers if _like_a_direction(fold(word))), "")


def _like_a_direction(word: str) -> bool:
    return any(OSA.normalized_similarity(word, one) >= _LIKE_A_DIRECTION for one in _DIRECTIONS)


def _as_it_stood(civic: Civic, words: str, text: str) -> str:
    """The street with the unexplained words as it was written: "St" in the middle of a name is not Street."""
    whole = r"\s+".join(map(re.escape, words.split()))
    found = re.search(rf"{re.escape(civic.HNO)}{re.escape(civic.HNS)}\s+([^,;\n]*\b{whole})", text, re.IGNORECASE)
    return found[1] if found else f"{street_of(civic)} {words}"


def _no_place(query: Query, tables: PostalTables, gazetteer: Gazetteer) -> bool:
    """Whether the words of the place may be the end of the street: unknown, elsewhere, or the street's only name."""
    civic = query.civic
    if not gazetteer.is_place(fold(civic.A3), query.region) or _is_nameless(civic):
        return True
    return bool(query.postal) and not tables.serves(query.postal, query.place)


def _is_nameless(civic: Civic) -> bool:
    """Whether what was read as the street is but the word for one: "Rue" of "151 Rue Villeray, QC H2R 1G4"."""
    words = [word for word in fold(street_of(civic)).split() if word not in _PARTICLES]
    return not words or (len(words) == 1 and (words[0] in STREET_TYPES or words[0] in FRENCH_TYPES))
