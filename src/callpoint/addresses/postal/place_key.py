"""One spelling for the name of a place, so that "St. Albans", "Saint Albans City" and "SAINT ALBANS" meet."""

import re
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from callpoint.addresses.folding import fold

# Whole words only: in the name of a place "Ft" is hardly ever anything but Fort.
_WORDS: Final = MappingProxyType(
    {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort", "pt": "point", "spgs": "springs", "hts": "heights"}
)
_DIRECTIONS: Final = MappingProxyType({"n": "north", "s": "south", "e": "east", "w": "west"})
_BEFORE: Final = re.compile(r"^(?:city|town|village|township|municipality|ville|municipalite) (?:of|de) (?=\S)")
_KINDS: Final = frozenset(("city", "town", "township", "twp", "village"))
# Every name of the tables is one of 45,000.
_CACHE: Final = 1 << 17


@lru_cache(maxsize=_CACHE)
def place_key(name: str) -> str:
    """The key under which the tables know the place `name`; "" for a name of nothing but signs.

    Folded, with the abbreviations of place names written out ("Mt", "Ft", "St", a direction in front) and
    the words in front gone that only say what it is ("City of Toronto").
    """
    words = [_WORDS.get(word, word) for word in fold(name).split()]
    if len(words) < 2:
        return words[0] if words else ""
    words[0] = _DIRECTIONS.get(words[0], words[0])
    key = " ".join(words)
    return _BEFORE.sub("", key) if words[1] in ("of", "de") else key


def without_its_kind(key: str) -> str:
    """ "barre city" → "barre": the key without the word that tells a town from its city; "" if it has none."""
    head, _, kind = key.rpartition(" ")
    return head if kind in _KINDS else ""
