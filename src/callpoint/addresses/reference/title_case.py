"""Names out of capitals: registries shout, people read. "MCDONALD" → "McDonald", "VT ROUTE 100" → "VT Route 100".

A name with a small letter in it was cased by somebody who knew better, and stays as it is.
"""

import re
from functools import lru_cache
from typing import Final

from callpoint.addresses.domains.street_types import STREET_TYPES

_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*", re.UNICODE)
_ORDINAL: Final = re.compile(r"\d+(?:st|nd|rd|th|e|er|re|ère)", re.IGNORECASE)
# Words that are initials however they stand; without a vowel is another sign (`_is_initials`).
_INITIALS: Final = frozenset(
    {"US", "USA", "II", "III", "IV", "VI", "VII", "VIII", "IX", "XI", "FDR", "FAA", "IBM", "VA"}
)
# States and provinces stand in front of the numbers of their highways, and nowhere else is "IN" a word of capitals.
_OWNERS: Final = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
    "PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR AB BC MB NB NL NS ON PE QC SK YT CR CH SR SH FM RM RR TH CTH STH "
    "USFS NFS BIA"
)
_OF_A_ROAD: Final = frozenset(_OWNERS.split())
_ROAD_WORD: Final = re.compile(
    r"\s+(?:\d|(?:OLD\s+)?(?:STATE\s+|COUNTY\s+)?(?:ROUTE|RTE|RT|HIGHWAY|HWY|ROAD|RD|SPUR|LOOP)\s+\w*\d)", re.IGNORECASE
)
# Particles inside a name; in front of it they are part of how it begins.
_SMALL: Final = frozenset(
    {"de", "des", "du", "la", "le", "les", "d", "l", "et", "à", "aux", "of", "the", "and", "sur", "en"}
)
_FRENCH_ELISION: Final = re.compile(r"([DL])(['’])(\w+)")
_SCOTS: Final = re.compile(r"MC([A-Z])([A-Z]+)")
# Mac is mostly not a son's name ("Machine", "Mack", "Macon"), so only well-known ones are.
_MACS: Final = (
    "ARTHUR AULAY BETH BRIDE CALLUM CRAE CUBBIN DONALD DONNELL DONOUGH DOUGALL DOWELL DUFF EWEN FARLANE GREGOR "
    "INNES INTOSH INTYRE KAY KENNA KENZIE KINNON LAREN LAUGHLIN LEAN LELLAN LENNAN LEOD MILLAN MURRAY NAMARA "
    "NEIL NEILL PHEE PHERSON QUARRIE RAE TAVISH VICAR WILLIAMS"
)
_MAC: Final = frozenset(_MACS.split())
_VOWEL: Final = re.compile(r"[AEIOUYÀ-Ý]")
_SHORT_WORDS: Final = (
    frozenset({"jr", "sr", "mr", "mrs", "ms", "twp", "sgt", "capt", "lt", "no", "mc"}) | STREET_TYPES.keys()
)


@lru_cache(maxsize=1 << 15)
def title_case(name: str) -> str:
    """`name` as a reader writes it, if it came in capitals alone; blanks single, edges bare."""
    clean = " ".join(name.split())
    if not clean.isupper() and not _ORDINAL.search(clean):
        return clean
    if any(c.islower() for c in _ORDINAL.sub("", clean)):
        return clean
    return _WORD.sub(lambda found: _cased(found, clean), clean)


def _cased(found: re.Match[str], name: str) -> str:
    word, first = found.group(), found.start() == 0
    if word[0].isdigit():
        return word.lower() if _ORDINAL.fullmatch(word) else word
    if first and word in _OF_A_ROAD and _ROAD_WORD.match(name, found.end()):
        return word
    if _is_initials(word):
        return word
    if not first and word.lower() in _SMALL and _leads_on(name, found):
        return word.lower()
    return _person(word)


def _is_initials(word: str) -> bool:
    if word in _INITIALS or any(c.isdigit() for c in word):
        return True
    return 1 < len(word) <= 4 and not _VOWEL.search(word) and word.lower() not in _SHORT_WORDS and "'" not in word


def _leads_on(name: str, found: re.Match[str]) -> bool:
    """Whether something follows: the last word of a name is never a particle ("Avenue L", "Rue de La")."""
    return _WORD.search(name, found.end()) is not None


def _person(word: str) -> str:
    if found := _FRENCH_ELISION.fullmatch(word):
        return f"{found[1]}{found[2]}{_person(found[3])}"
    if word[:2] in ("O'", "O’"):
        return word[:2] + _person(word[2:])
    if found := _SCOTS.fullmatch(word):
        return f"Mc{found[1]}{found[2].lower()}"
    if word.startswith("MAC") and word[3:] in _MAC:
        return f"Mac{word[3:].capitalize()}"
    return word.capitalize()
