"""What two spellings of one street have in common."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from callpoint.addresses.domains import french_types, numerals, street_types
from callpoint.addresses.domains.listing import listed
from callpoint.addresses.folding import fold
from callpoint.addresses.parsing.street_line import StreetLine, take_apart
from callpoint.addresses.parsing.words import words_of
from callpoint.i3.civic import Civic

# Within a name: words read alike however they are written.
_ALIKE: Final = {
    **dict.fromkeys(("st", "ste", "sainte"), "saint"),
    "mt": "mount",
    "mtn": "mountain",
    "ft": "fort",
    "dr": "doctor",
    "docteur": "doctor",
    "jr": "junior",
    "sr": "senior",
    "mlk": "martin luther king",
    "jfk": "john f kennedy",
    "sgt": "sergeant",
    "capt": "captain",
    "gen": "general",
}
# Abbreviations that mean a street type in one place and something else in another are left as they are.
_UNSURE: Final = frozenset(listed("st ste dr ave la is un est ext ken con exp cor is pr rt via sta r ms"))


@dataclass(frozen=True, slots=True)
class StreetKey:
    """A street for comparing: equal keys are the same street written in two ways, within one place.

    All parts are folded. `name` has figures for numbers in words ("first", "1st" → "1") and full words for
    abbreviations ("saint", "mountain"); `type` is the English concept ("street" for `rue`, "route" for every numbered
    road); `direction` is all directions, before the name first; `modifier` says whose road it is ("us", "county", ""
    for a state's or unsaid) and words like "old" or "business". `full` is all of them in one text, for an index.

    Before and behind is not told apart: people swap "N Main St" and "Main St N", so both may come out of a look-up.
    """

    name: str
    type: str = ""
    direction: str = ""
    modifier: str = ""
    full: str = field(init=False, default="")

    def __post_init__(self) -> None:
        parts = (self.name, self.type, self.direction, self.modifier)
        object.__setattr__(self, "full", " ".join(filter(None, parts)))


def street_key(civic: Civic, language: str = "") -> StreetKey:
    """The key of the street of `civic`, however it is split over PRM, PRD, STP, RD, STS, POD and POM.

    Data sets differ in what they call name and type ("VT ROUTE 114" may be all RD), so the words are joined and read
    anew. `language` "fr" or the province of Québec lets "O" be ouest. The key of no street is StreetKey("").
    """
    parts = (civic.PRM, civic.PRD, civic.STP, civic.RD, civic.STS, civic.POD, civic.POM)
    french = language.startswith("fr") or (civic.A1 == "QC" and civic.country != "US")
    line = " ".join([part for part in parts if part])
    return key_of_line(line, civic.country, "fr" if french else "")


@lru_cache(maxsize=1 << 15)
def key_of_line(line: str, country: str, language: str = "") -> StreetKey:
    """The key of a street line without its number; arguments as of `parsing.parse_street`."""
    street = take_apart(words_of(line), country, language)
    elements = street.elements
    modifiers = [fold(elements.get(name, "")) for name in ("PRM", "POM")]
    if street.system:
        name = fold(elements["RD"])
        modifiers.append("old" if elements["STP"].startswith("Old ") else "")
        modifiers.append("" if street.system == "state" else street.system)
    else:
        name = _name(street, french=language.startswith("fr") or street.language == "fr")
    direction = " ".join(street.directions)
    return StreetKey(name, street.type_key, direction, " ".join(filter(None, modifiers)))


def _name(street: StreetLine, *, french: bool) -> str:
    name = fold(street.elements.get("RD", ""))
    if french:
        elided = street.elements.get("RD", "").lower()
        name = fold(elided[2:]) if elided[:2] in ("d'", "d’") else name
        for particle in french_types.PARTICLES:
            if name.startswith(particle):
                name = name[len(particle) :]
                break
    return " ".join(_canonical_words(name.split()))


def _canonical_words(words: list[str]) -> list[str]:
    canonical: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        pair = numerals.joined_number(word, words[at + 1]) if at + 1 < len(words) else None
        if pair is not None:
            canonical.append(str(pair))
            at += 2
            continue
        number = numerals.number_of(word)
        canonical.append(str(number) if number is not None else _full_word(word))
        at += 1
    return canonical


def _full_word(word: str) -> str:
    if word in _ALIKE:
        return _ALIKE[word]
    full = street_types.STREET_TYPES.get(word)
    return full.lower() if full is not None and len(word) > 1 and word not in _UNSURE else word
