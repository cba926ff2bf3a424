"""One reading of an address, prepared for comparing: everything that is looked up by, once and folded."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, Self

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from callpoint.addresses.domains.numerals import CARDINALS, ORDINALS
from callpoint.addresses.folding import fold
from callpoint.addresses.postal import place_key
from callpoint.addresses.street_key import StreetKey, key_of_line, street_key
from callpoint.i3.civic import Civic

FSA_CHARS: Final = 3
ZIP_DIGITS: Final = 5
# One slip in a word of five letters leaves 0.8 of it.
LIKE_A_NUMBER: Final = 0.79
DIRECTIONS: Final = ("north", "south", "east", "west")
_LETTERS: Final = {one[0]: one for one in DIRECTIONS}
_ROUTE_WORDS: Final = ("route", "highway")
_NUMBER_WORDS: Final = (*ORDINALS, *CARDINALS)
# Behind a name these say what kind of street it is. Others ("View", "Green", "Park") may be all of the name there is.
SURELY_TYPES: Final = frozenset(
    (
        *("street", "avenue", "road", "drive", "lane", "court", "circle", "boulevard"),
        *("highway", "route", "parkway", "freeway", "expressway"),
    )
)


@dataclass(frozen=True, slots=True)
class Query:
    """Folded and normalised, as the data sets are asked.

    `civic` is the reading itself. `region` is two letters, "" when nobody knows, and not always the one written: the
    country gate says what agreed. `place` is a place key (`postal.place_key`) or ""; `postal` a ZIP code of five
    digits, a Canadian code "K1A 0A9" or its first three characters, or "". `wrong_country` is a country as it was
    named, where all else speaks for that of `civic`.
    """

    civic: Civic
    key: StreetKey
    region: str
    place: str
    postal: str
    wrong_country: str = ""

    @classmethod
    def of(cls, civic: Civic, language: str = "", region: str = "", wrong_country: str = "") -> Self:
        """The query of a civic address in standard words; `language` as the parser has read it."""
        place = civic.A3 or civic.PCN or civic.A4
        key = street_key(civic, language)
        place = place_key(place) if place else ""
        return cls(civic, key, region or civic.A1, place, postal_key(civic.PC), wrong_country)

    @property
    def has_number(self) -> bool:
        """Whether a door is named at all."""
        return bool(self.civic.HNO or self.civic.HNP or self.civic.HNS)

    @property
    def keys(self) -> tuple[StreetKey, ...]:
        """The street as read; and where its type or its direction may be part of the name, as that.

        "Lake View" has no type then, and "West Hil Road" is a slip for the road of West Hill.
        """
        key = self.key
        found = [key]
        if key.type and key.type not in SURELY_TYPES:
            found.append(StreetKey(f"{key.name} {key.type}", "", key.direction, key.modifier))
        if key.direction:
            found.append(StreetKey(f"{key.direction} {key.name}", key.type, "", key.modifier))
        return tuple(found)

    @property
    def leaves_road_system_open(self) -> bool:
        """Whether a numbered road is given without saying whose it is: "Route 5", not "VT Route 5" or "US 5"."""
        if self.key.type != "route" or self.key.modifier:
            return False
        civic = self.civic
        first = fold(civic.PRM or civic.STP or civic.RD).partition(" ")[0]
        return first in ("route", "highway")

    @property
    def other_directions(self) -> tuple[str, ...]:
        """Names that have one direction more or less: "hill" for "west hill", which is all name in "West Hill Road"."""
        found: list[str] = []
        for key in self.keys:
            first, _, rest = key.name.partition(" ")
            if rest and (first in DIRECTIONS or first in _LETTERS):
                found += (rest, f"{_LETTERS.get(first, first)} {rest}")
            elif not key.direction:
                found += [f"{one} {key.name}" for one in DIRECTIONS]
        return tuple(found)

    @property
    def slips(self) -> tuple[StreetKey, ...]:
        """The street if no type was read because it was misspelled: without its last word, or its first.

        And if a number in words was ("Firot" for First), or what says that the number is a road's ("US Rout 5"):
        data sets are asked by figures.
        """
        return _slips(self.key, self.civic.RD, self.civic.country)

    @property
    def identity(self) -> tuple[StreetKey, str, str, str, str, str, str]:
        """Equal for readings that ask for the same thing."""
        civic = self.civic
        return self.key, self.region, self.place, self.postal, civic.HNP, civic.HNO, civic.HNS


@lru_cache(maxsize=1 << 12)
def _slips(key: StreetKey, road: str, country: str) -> tuple[StreetKey, ...]:
    words = key.name.split()
    names = []
    if len(words) > 1 and not key.type:
        names += [" ".join(words[:-1]), " ".join(words[1:])]
    written = fold(road).split()
    for at, word in enumerate(written):
        nearest = extractOne(word, _NUMBER_WORDS, scorer=OSA.normalized_similarity, score_cutoff=LIKE_A_NUMBER)
        if nearest is not None and nearest[0] != word:
            line = " ".join((*written[:at], nearest[0], *written[at + 1 :]))
            names.append(key_of_line(line, country).name)
    return tuple([StreetKey(name, key.type, key.direction, key.modifier) for name in (*names, *_routes(key, written))])


def _routes(key: StreetKey, written: list[str]) -> list[str]:
    """The number of a road whose other words hide it: "US Rout 5", "Vr Route 100"."""
    if key.type == "route":
        return []
    return [
        number
        for word, number in pairwise(written)
        if number[0].isdigit()
        and extractOne(word, _ROUTE_WORDS, scorer=OSA.normalized_similarity, score_cutoff=LIKE_A_NUMBER)
    ]


def postal_key(code: str) -> str:
    """ "05633-0001" → "05633"; "k1a0a9" → "K1A 0A9"; "H3L" stays the area it is."""
    if not code or (len(code) == ZIP_DIGITS and code.isdigit()):
        return code
    packed = code.replace(" ", "").replace("-", "").upper()
    if packed[:1].isdigit():
        return packed[:ZIP_DIGITS]
    return f"{packed[:FSA_CHARS]} {packed[FSA_CHARS:]}".strip()
